//! Whether an utterance ends as if the caller would go on.
//!
//! A pause behind 我的手机号是 or in the middle of a number is no end. This file knows last words
//! only; how much longer one waits is the call's matter.

use super::{
    super::normalize::MAX_CHARS,
    heard::{Heard, Sound},
    phrases::Phrases,
};
use std::sync::LazyLock;

/// What stands at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tail {
    /// It asks for more.
    Open,
    /// It asks for more at the start of a text or behind small words only: 我的.
    OpenAtStart,
    /// It only looks so: 换一个.
    Closed,
}

static TAILS: LazyLock<Phrases<Tail>> = LazyLock::new(|| {
    const OPEN: &str = "
        = 因为|然后|但是|可是|就是|就是说|还有|而且|如果|比如|比如说|或者|或者说|所以|虽然|要是|假如|除了|关于|对于|为了|以及|并且|那个|这个|只要|由于|另外|其实|结果|包括|例如|尤其是|特别是|主要是|首先|其次|第一个|反正
        = 我想|我要|我就|我就想|我想要|我是|我在|我有|我那个|我这个|我们|我现在|我想问|我想问一下|我想咨询|我想咨询一下|我打算|我需要|我准备|我觉得|我昨天|我今天|我刚才|我上次|我之前|我当时|我有个|我有一个|想问一下|请问|请问一下|我问一下|帮我|你帮我|给我|麻烦你|让我|叫我|问题是|原因是|意思是|情况是|他说|她说|你说|说是|说我|显示|提示|提示我|显示我|他让我|她让我
        = 号|码|名|名字|原因|我|它|单号|账号|号码|密码|名称|昵称|电话|地址|就|但|可|还|要|问题|意思|时间|金额|主要|关键|那|这|我的 是
        = 被|把|给|跟|和|从|向|往|比|对我|及|与|或|让|叫|替
        = 我|是|有|要|那|这|的 一个
        = 有|要|是 个
        = 在
        = 我那|是那个|叫那个|我的那个
    ";
    const OPEN_AT_START: &str = "= 不过|我的|你们的|我|他|我们的|我这边|我这里|我家|我妈|我爸|我女儿|我儿子|我孩子|我那个号|我们公司|我朋友|他们|她|你们|那我|我抖音|我账号|我手机|我抖音号|那|这|我那个|我这个";
    const CLOSED: &str = "
        = 换|就|只有|另|哪|下|上|同|第|每人|再来|最后|这是|那是|就这|就那|前|后|每|还有|唯一|还是那|少了|多了|差|剩 一个
        = 不|也|都|才|可不|老|总|应该|好像|可能|硬|的确|确实|正|本来就|还|真的|当然|说的|说得 是
        = 正是|还是
        = 不|没|没有|还没|都没|又没|才|都|还|还|退|发|不能|不肯|不想|要不要|能不能|给不|不愿|凭啥不|凭什么不|不让|死活不|就不|也不|一直不|还不|欠|转|寄|送|交|汇|打|借|归|补|返|赔 给
        = 人|没人|谁|不|不能|不肯 帮我
        = 的那个|的一个
        = 等|出|看|没|有 结果
        = 也|就|不|还|都|没|有人|存|实|到现|现|人|不在|一直|内|自|何|所|正 在
        = 不|没|跟不|一|两|几|三|帮|刷 把|和|给|跟
        = 总|温|平|共|调|饱|随|柔|缓|亲|附|祥|谐|说|不 和
        = 不|没|别|先|谦|转|出|怎么|忍 让
        = 不|没|喊|会|乱|别|大|鸡 叫
        = 不|对|无法|没法|没得|没有可|成正|长宽|横竖|性价 比
        = 棉|外|羽绒|盖|睡|没 被
        = 代|接|被|顶|没人|冒名顶 替
        = 没|不|不见|来|交|以|过|向|方|往|交 往|向
        = 不会|不能|涉|波|触|普|来得|来不 及|得及
        = 参|赠|授|给 与
        = 不是|要|就是|是|对|就|不要|要的是|要的就是|说的是|说的就是|选|点|按|还是|点的是|没有|没 那个|这个
        = 不给|还|不理|骗|盗|抄|骂|举报|搞|封|不让|不管|救救|帮帮|坑|害|找|欺负|投诉|黑|告|删|怪|冤枉|拉黑|打|踢|威胁|针对|不要|催|退|回|联系|屏蔽|偷拍|转给|发给|退给|打给|还给|给|来|叫 我
        = 不是|就是|是 我|他|她|我妈|我爸|我的
        = 就我|只有我|到底有没有显示|没有显示|没显示|不显示|不提示|没提示|没有提示|一直提示|没有结果|没结果|有结果|出结果|什么结果|啥结果|结果呢
        = 有没有|什么时候|是不是 有|给
        = 多|几|两|三|整|哪|一|找|换|来|没 个
        = 不|没|未|能|让|都|予|审核 通过
        = 不|在|页 显示
        = 就我一个|只有我一个|里就我一个
        = 什么|啥|没 意思
        = 听他说|听她说|听你说|跟你说|跟他说|和你说|不用你说|怎么说|没的说|别听他说|我听你说|给你说
        = 什么|啥|没 原因
        = 谁 让|叫|给|跟
    ";
    Phrases::new(&[(Tail::Closed, CLOSED), (Tail::Open, OPEN), (Tail::OpenAtStart, OPEN_AT_START)])
});

/// Sounds behind the last word that change nothing: 因为啊, 我想嗯.
static TRAILING: LazyLock<Phrases<()>> =
    LazyLock::new(|| Phrases::new(&[((), "= 嗯|呃|额|啊|哦|诶|欸|恩|唔|嘛|呢")]));

/// Words before a number that is still being told: 手机号是, 尾号.
static CUES: LazyLock<Phrases<usize>> = LazyLock::new(|| {
    Phrases::new(&[
        (11, "手机号|手机号码|电话号码|电话|手机|号码|联系方式|联系电话|我的电话"),
        (18, "身份证|身份证号|身份证号码|证件号|证件号码"),
        (16, "卡号|银行卡号|银行卡"),
        (
            11,
            "订单号|单号|订单|订单编号|流水号|交易号|交易单号|抖音号|账号|用户名|编号|id|邮箱|工号|快递单号|群号|房间号|直播间号",
        ),
        (4, "尾号|后四位|末四位|后四位是|尾数"),
        (6, "验证码|后六位"),
    ])
});

/// Small words between such a cue and the number.
static LINKS: LazyLock<Phrases<()>> = LazyLock::new(|| {
    Phrases::new(&[((), "= 是|为|叫|呢|啊|就是|嗯|呃|我的|的|你记一下|那个|开头|后面|前面|等于")])
});

/// Numbers that are complete as they are: whom one calls.
static SERVICE_NUMBERS: LazyLock<Phrases<()>> = LazyLock::new(|| {
    Phrases::new(&[(
        (),
        "= 一一零|一一九|一二零|一二三一五|一二三四五|一零零八六|一零零零零|一零零一零|九五零二零一|九六一一零|一二三二一|一二三八一|一一零报警|二四六八|三六零|一二三零六|三一五|九九六",
    )])
});

/// From so many digits on a number without a cue is a number being told.
const MANY_DIGITS: usize = 3;

/// Lengths at which a number without a cue is complete: a mobile phone's, an identity card's, bank
/// cards'.
const COMPLETE: [usize; 4] = [11, 16, 18, 19];

/// Whether the caller would go on: behind a word that asks for more, or within a number.
#[must_use]
pub fn is_unfinished(text: &str) -> bool {
    let heard = Heard::new(end_of(text));
    let mut end = heard.len();
    while let Some(hit) = TRAILING.before(&heard, end) {
        end = hit.start;
    }
    end > 0 && (is_within_number(&heard, end) || has_open_tail(&heard, end))
}

/// Only the end counts, and the normal form would keep the beginning of a very long text.
fn end_of(text: &str) -> &str {
    let first = text.char_indices().rev().nth(MAX_CHARS / 2).map_or(0, |(at, _)| at);
    &text[first..]
}

fn has_open_tail(heard: &Heard, end: usize) -> bool {
    match TAILS.before(heard, end) {
        Some(hit) if hit.tag == Tail::Open => true,
        Some(hit) if hit.tag == Tail::OpenAtStart => hit.start == 0,
        _ => false,
    }
}

fn is_within_number(heard: &Heard, end: usize) -> bool {
    let is_digit = |one: &char| "零一二三四五六七八九".contains(*one);
    let n_digits = heard.chars()[..end].iter().rev().take_while(|one| is_digit(one)).count();
    let start = end - n_digits;
    if SERVICE_NUMBERS.at(heard, start).is_some_and(|hit| hit.end == end) {
        return false;
    }
    let mut cue_end = start;
    while let Some(hit) = LINKS.before(heard, cue_end) {
        cue_end = hit.start;
    }
    match CUES.before(heard, cue_end) {
        Some(cue) if n_digits > 0 => n_digits < cue.tag,
        // 手机号是: nothing told yet.
        Some(_) => start > cue_end && heard.sounds()[end - 1] == Sound::Syllable("shi"),
        None => n_digits >= MANY_DIGITS && !COMPLETE.contains(&n_digits),
    }
}
