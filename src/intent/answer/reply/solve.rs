//! Whether the trouble is over: what a caller says to 解决了吗.
//!
//! Unlike a plain answer it is told anywhere in the sentence (登上去了谢谢你), so short texts are
//! searched whole. This file does not know what was to be solved.

use super::{super::heard::Heard, super::phrases::Phrases, Answer, answer};
use std::sync::LazyLock;

/// Longer texts tell a new story; only an answer at their start counts.
const SHORT: usize = 18;

/// All but one of so many characters must be understood.
const MOST: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Over,
    NotOver,
    Open,
    /// Polite, and an answer only where nothing else is.
    Polite,
    /// 但是: what was said before holds only in part.
    But,
    /// 没有: as first or last word only, since 有没有 and 没有人 are something else.
    Edge,
    /// It says nothing by itself.
    Small,
}

static OUTCOMES: LazyLock<Phrases<Outcome>> = LazyLock::new(|| {
    const OVER: &str = "
        = 好了|行了|成了|妥了|到了|有了|退了|进来了|会了|成功|解决|好使|管用|有用
        可以了|解决了|解决掉了|都解决了|搞定|搞定了|弄好了|弄完了|弄成了|办好了|办完了|改好了|设好了|处理好了|处理完了
        登上了|登上去了|登进去了|登录上了|登录了|能登了|能登录了|进去了|进得去了|上去了|登录成功|成功了
        能 用|看|打开|发|进|上|收到|提现|登上|点|看到 了
        可以 用|登录|看到|打开|发|提现|登 了
        到账了|钱到了|收到了|看到了|找到了|恢复了|正常了|没问题了|没有问题了|没毛病了|没事了|好使了|管用了|起作用了|退回来了|解封了|关掉了|取消了|绑上了
        明白了|知道了|清楚了|懂了|会弄了|会操作了|弄明白了|搞明白了|了解了|晓得了
    ";
    const NOT_OVER: &str = "
        还没|还没有|还没呢|没呢|没用|没有用|不行|还不行|还是不行|不行啊|不好使|不管用|不顶用|好不了|没好|没弄好|没弄成|没弄上|不成|没变|没反应|没动静|没成功|不成功|失败|失败了|没效果
        没解决|没有解决|还没解决|解决不了|没搞定|搞不定|弄不了|弄不好|弄不成|没办法|办不了|改不了|没处理|不能用|不能登|还是不能|用不了|打不开|进不去|进不了|登不上|登不上去|登录不上|登不了|上不去|找不到|找不着|没找到|收不到|没收到|没到账|不到账|看不到|看不懂|看不明白|看不见|没看见|没看到|没看懂|点不了|点不动|绑不上|发不出去|没恢复|没登上|没进去|没上去
        还是|一直 没|不|不能|这样|那样|老样子|一样|登不上|打不开|失败|原来那样
        老样子|一样|照样|照旧|依旧|依然|跟刚才一样|没区别|不会|不会弄|不会操作|没明白|不明白|没懂|听不懂|不懂|没听懂|弄不明白|没学会|没清楚|又不行了|又不行|又坏了|更糟|差得远|哪儿啊|没戏|白搭|没门|没辙
        解决了一半|只解决了|解决个屁|解决什么|解决啥|好什么|好个屁|好啥
    ";
    /// Only as the first or the last word.
    const EDGE: &str = "= 没有|没|没到|没退|不是|不对|不会|失败|不行";
    const SMALL: &str = "
        = 我|你|您|这|那|现在|这边|那边|这里|刚才|刚刚|还是|已经|都|就|了|啊|呀|吧|呢|嘛|的|是|还|也|又|终于|总算|号|账号|钱|视频|密码|手机|嗯|哦|对|好|它|再|可|真|个|里|按你说的|弄|点|试|过|照你说的|一下|去|里面|短信|验证码|页面|那个|这个|哎|诶|喂|这次|这下|好像|太|非常|多|收到|登录|打开|恢复|嘞|啦|咯|半天|一会|好的|你们|帮忙|没事
    ";
    const OPEN: &str = "
        好了|解决了|可以了|行了|成功了|到账了|正常了|恢复了 没|没有|吗|么|没啊
        是不是|有没有 好了|解决了|可以了|解决|成功
        不知道|不清楚|不确定|不一定|我试试|试试看|我试一下|试一下|我再试试|还没试|没试|没试过|等会试|等会儿试|待会儿试|我看看|看看|看一下|等等看|应该|可能|大概|也许|回头再说|再说吧|说不好|过会儿再看|明天再看|正在试|还在试|怎么试
    ";
    const POLITE: &str = "谢谢|谢谢你|谢谢您|多谢|感谢|谢了|麻烦你了|辛苦了";
    const BUT: &str = "但是|但|可是|不过|只是|就是还|然后又";
    const FALSE_FRIENDS: &str = "好久|好多|好几|到了月底|知道了吗|好了伤疤";
    Phrases::new(&[
        (Outcome::NotOver, NOT_OVER),
        (Outcome::Open, OPEN),
        (Outcome::Over, OVER),
        (Outcome::Polite, POLITE),
        (Outcome::But, BUT),
        (Outcome::Edge, EDGE),
        (Outcome::Small, SMALL),
        (Outcome::Small, FALSE_FRIENDS),
    ])
});

/// Whether what was tried has helped: 登上去了 and 谢谢 are yes, 还是不行 and 没用 are no, 我试试 is
/// unsure. Nothing where a caller tells something else.
#[must_use]
pub fn solved(text: &str) -> Option<Answer> {
    let heard = Heard::new(text);
    if heard.len() > SHORT {
        return answer(text).map(|reply| reply.answer);
    }
    let (mut found, mut is_polite, mut has_but) = (None, false, false);
    let (mut n_known, mut at) = (0, 0);
    while at < heard.len() {
        let Some(hit) = OUTCOMES.at(&heard, at) else {
            at += 1;
            continue;
        };
        let is_edge = at == 0 || hit.end == heard.len();
        let outcome = match hit.tag {
            Outcome::Edge if is_edge => Outcome::NotOver,
            Outcome::Edge => Outcome::Small,
            other @ (Outcome::Over
            | Outcome::NotOver
            | Outcome::Open
            | Outcome::Polite
            | Outcome::But
            | Outcome::Small) => other,
        };
        n_known += hit.end - at;
        at = hit.end;
        found = match (outcome, found) {
            (Outcome::Small | Outcome::Edge, _) => found,
            (Outcome::Polite, _) => {
                is_polite = true;
                found
            }
            (Outcome::But, Some(Answer::Yes)) => {
                has_but = true;
                Some(Answer::Unsure)
            }
            (Outcome::But, _) => found,
            (Outcome::Over, None | Some(Answer::Yes)) => Some(Answer::Yes),
            // 不知道好了没有, 应该好了: doubt stays; but 没有哦好了 is over.
            (Outcome::Over, Some(Answer::Unsure)) => Some(Answer::Unsure),
            (Outcome::Over, Some(Answer::No)) => Some(Answer::Yes),
            (Outcome::NotOver, Some(Answer::Unsure)) => Some(Answer::Unsure),
            (Outcome::NotOver, _) => Some(Answer::No),
            (Outcome::Open, Some(Answer::No)) => Some(Answer::No),
            (Outcome::Open, _) => Some(Answer::Unsure),
        };
    }
    // Where most of it is about something else, so is the answer.
    // 可以了但是 … : whatever follows, it is not quite over.
    let is_told = has_but || MOST * n_known >= (MOST - 1) * heard.len();
    found
        .filter(|_| is_told)
        .or_else(|| answer(text).map(|reply| reply.answer))
        .or_else(|| is_polite.then_some(Answer::Yes))
}
