//! The words that answer, what may follow them, and where they mean something else.
//!
//! Each list says how firmly its words hold: some answer whatever follows (是的), some only before
//! certain words (对), some only alone (有). It knows no rule.

use super::{super::phrases::Phrases, Answer, Marks};
use std::sync::LazyLock;

/// What a word does in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// It answers.
    Answer(Answer, Hold),
    /// 嗯: an answer only where nothing is told.
    Hum,
    /// It may stand between answering words.
    Soft,
    /// The same, but it hesitates: 嗯那个.
    Pause,
}

/// What must follow a word so that it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// Anything.
    Free,
    /// Nothing but further answering words.
    Alone,
    /// The same, or a word of this kind.
    Before(Told),
    /// Another clause that asks nothing: not 可以我自己改吗.
    May,
    /// Anything; but the rest keeps the word unless it starts anew: 不是甲是乙.
    Denies,
}

/// How somebody goes on behind an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// 我, 你: another clause.
    Person,
    /// Behind 对.
    Right,
    /// Behind 是.
    Is,
    /// Behind 好, 行, 成.
    Thanks,
}

const YES_FREE: &str = "
    = 是是是|是是|好好好|好好|正是
    是的|对的|是的是的|对对|对对对|没错|没错没错|没错儿|就是的|好的|好的好的|好嘞
    = 好哒|行吧|好吧|成吧
    嗯对|嗯是|嗯是的|嗯嗯是|嗯好|嗯行
    你|您 说 对了|得对|的对|得没错|的没错|得很对|的是
    说对了|就是这个|就是那个|就是这件事|就是这事|就是这事儿|就是这个事|就是这个意思|就是这意思|就是这样|就是这么回事
    是这么回事|是这么个事|是这个意思|是这意思|我就是这个意思|我就这意思|就这个事|就这事|就这意思|对就这个
    是我说的|是我要的|我就是要这个|我要的就是这个|可不是嘛|那可不|那必须的|那当然|当然是|当然了|当然啦
    都行|都可以|怎么都行|差不多吧|差不多是|差不多这个意思|差不多就是|基本上是|基本对|基本是这样
    = 对嘛|就是嘛|行嘛|好嘛
    = ok|okay|yes|yeah|yep|欧了|欧克|欧凯|噢了
";
const YES_BEFORE_RIGHT: &str = "
    = 对|队
    对呀|对啊|对滴|对头|对哦
    没问题|没有问题|不错
";
const YES_BEFORE_IS: &str = "
    = 是
    是呀|是啊|是滴|是哒|是嘞
";
const YES_BEFORE_THANKS: &str = "
    = 好|行|成|妥|中|好了|行行|行行行|好啊|成成
    好呀|行啊|行的|行了|行嘞|要得|妥了|得嘞
";
const YES_MAY: &str = "可以|可以的|可以啊|可以呀|可以可以|可以吧|能行";
const YES_ALONE: &str = "
    = 就是
    差不多|可不是|可不|那是|就这样|就这个|就它|是这样|是这样的|这样的|就是它|还行|还可以|还好|随便|一样的|同意|确认|确定|正确
    = 有|要|想|会|能|事|行|形|是吧对
    有的|有啊|有呢|要的|要啊|需要|需要的|想的|会的|能的|愿意|记得|方便|试过了|试了|看到了|收到了|有了|知道|知道的|明白
    是我|是我本人|我就是|就是我|是本人|本人|对了|成了|是吧对|应该是|应该是的|应该对|应该是吧|好像是|好像是的|应该是这样|应该可以|应该行
    我|咱 同意|愿意|可以|确定|要|想|有|行
    = 当然|必须的|必须
";
const NO_FREE: &str = "
    不是不是|不是的|不是啊|不是呀|不是不对|不对|不对不对|不对的|不对呀|不对啊|才不是|没有没有|没没没|不行|不行不行|不行啊|不成
    不是 这个|这件事|这事|这个事|这个意思|这意思|这样|这样的|这么回事|那个意思|那回事|那么回事|那样
    错了|搞错了|弄错了|你搞错了|你弄错了|你理解错了|理解错了|你听错了|听错了|说错了|你说错了|你说的不对|你说得不对|您说的不对|全错了|都错了
    我不是说这个|我不是这个意思|我不是说的这个|我说的不是这个|我要的不是这个|我不是要这个|我不是问这个|我问的不是这个|不是说这个|不是问这个|不是要这个|我没说这个|我没这么说|我没有说这个
    哪儿啊|哪啊|哪有啊|哪有|哪能啊|哪里啊|哪儿呀|哪呀|怎么可能|不可能|胡说|瞎说|谁说的|扯淡
    = nope
";
const NO_BEFORE_PERSON: &str = "
    = 不
    没有|没有啊|没有呀|没有呢|没呢|没啊|没呀|不啊|不要|不要了|不用|不用了|不需要|不需要了|不可以|不能|不好|不好吧|没用|没用啊|还没有|还没|还没呢|没有用
    = no
";
const NO_ALONE: &str = "
    = 没|别
    不想|不愿意|不会|不确认|不同意|不记得|不方便|没收到|没试过|没看到|没好|还没好|没解决|还没解决|没有解决|好不了|不好使|不管用|还是不行|还不行|不正确|未必|免了
    不是我|不是本人|我不是|我没有|我没|我不要|我不想|我不用|我不需要|不想了|应该不是|好像不是|应该没有|好像没有|恐怕不行|不太对|不太行|不完全是|不全是|不怎么行
";
const UNSURE_FREE: &str = "
    可能吧|应该吧|也许吧|大概吧|再说吧|回头再说|不知道啊|不知道呀|不清楚啊|不清楚呀|说不好啊|不知道呢|我也不知道啊
";
const UNSURE_ALONE: &str = "
    我|我也|咱|_ 不知道|不清楚|不太清楚|不太知道|不大清楚|搞不清|搞不清楚|说不清|说不清楚|不确定|不太确定|不晓得|不懂|弄不清|不知|不记得了|忘了|记不清|记不清了
    可能|可能是|可能是吧|可能对|也许|也许是|大概|大概是|大概是吧|或许|说不好|说不准|不好说|不一定|难说|看情况|两可|再说|看看再说|到时候再说|我想想|我考虑考虑|考虑一下|应该|可能不是|可能没有|不一定吧|是吧|对吧|算是吧|算是|也算是|一半一半|有时候
    是不是|对不对|好不好|行不行|可不可以|能不能|是不是啊|对不对啊|是么|对么|行么|真的么|不是么|是不是呢
    = 是吗|对吗|行吗|好吗|可以吗|真的吗|不是吗|成吗|真的假的|这样吗|有吗|能吗|要吗|没有吗|需要吗
    是吗|对吗|真的吗|不是吗
";
const SOFT: &str = "
    = 啊|呀|呢|哦|哈|哎|诶|欸|噢|喔|唉|喽|嘞|哟|咯|呗|呃|额|嘛|呵|啦|哎呀|喂|那|你好|您好|吧|的
    谢谢|谢谢你|谢谢您|谢谢啊|多谢|对不起|不好意思|抱歉|麻烦你了|麻烦您了|辛苦了|我觉得|当然
";
/// Hesitation: a 嗯 beside it answers nothing.
const PAUSE: &str = "= 那个|这个|就是|就是说|怎么说|那什么|那啥|然后";
const HUM: &str = "= 嗯|恩|嗯哼|唔|嗯呐|嗯那|昂";

pub(super) static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    use {
        Answer::{No, Unsure, Yes},
        Hold::{Alone, Before, Denies, Free, May},
    };
    Phrases::new(&[
        (Mark::Answer(Yes, Free), YES_FREE),
        (Mark::Answer(Yes, Before(Told::Right)), YES_BEFORE_RIGHT),
        (Mark::Answer(Yes, Before(Told::Is)), YES_BEFORE_IS),
        (Mark::Answer(Yes, Before(Told::Thanks)), YES_BEFORE_THANKS),
        (Mark::Answer(Yes, May), YES_MAY),
        (Mark::Answer(Yes, Alone), YES_ALONE),
        (Mark::Answer(No, Free), NO_FREE),
        (Mark::Answer(No, Before(Told::Person)), NO_BEFORE_PERSON),
        (Mark::Answer(No, Alone), NO_ALONE),
        (Mark::Answer(No, Denies), "不是"),
        (Mark::Answer(Unsure, Free), UNSURE_FREE),
        (Mark::Answer(Unsure, Alone), UNSURE_ALONE),
        (Mark::Hum, HUM),
        (Mark::Soft, SOFT),
        (Mark::Pause, PAUSE),
    ])
});

/// How somebody goes on behind an answer.
pub(super) static FOLLOWERS: LazyLock<Phrases<Told>> = LazyLock::new(|| {
    const PERSON: &str = "= 我|俺|咱|你|您|他|她|它";
    const RIGHT: &str = "
        = 就|但|不过|可是|帮|请|麻烦|因为|所以|现在|想|要|还|刚|昨|今|主要|其实|都|反正|问题是|快|赶紧|是|没|然后|只|怎么|为什么|转人工|人工|那就|那我|那你|那怎么|退|充|提现|登|被|有个|老|一直|钱|账号|号|视频
    ";
    const IS: &str = "
        = 我想|我要|我就|我是|我需要|我们想|我们要|我刚|我没|我说|想|要|没|就是|帮|麻烦|谢谢|快|赶紧|那怎么|那我|怎么办|但|不过|可是|转人工|退|充|提现
    ";
    const THANKS: &str = "
        = 我|俺|咱|你|您|那|就|请|麻烦|等|再|知道|明白|帮我|不过|但是|可是|可以|转人工|人工|快|赶紧|没
    ";
    Phrases::new(&[
        (Told::Person, PERSON),
        (Told::Right, PERSON),
        (Told::Right, RIGHT),
        (Told::Is, IS),
        (Told::Thanks, THANKS),
    ])
});

/// Where an answering word begins something else.
pub(super) static NEVER: LazyLock<Phrases<()>> = LazyLock::new(|| {
    const WORDS: &str = "
        对我 来说|而言|不公|不公平|不好|不满|不友|进行|造成|很|影响|态度|说|骂|的视频|的作品|做|拍|家|封|动手
        对你们|对您们|对他们|对她们|对你来说|对不上|对不住|对还是|对了还|对了我|对了你|对账|对于|对方|对面|对老|对一直|对视频|对账号|对号|对钱
        是的话|是我的|是我妈|是我爸|是我家|是我们|是没有人|是要求|是想象|是想问|是我想问|是没人|是退了|是充了
        好的话|好的视频|好的作品|好没|好等|好你个|好你们|行你们|成就|成我|成你|成人|成请|中我|中你|好再|行就|好就|好可以|好人工|中就|中等|中国|中请|中请|中快|好那个
        我要是|我要的|我想是|我会是|我能不|我不要是|我是|我可以|可以帮|
        可以的话|可以没|可以等|可以就|可以再|可以人工|可以转人工|可以不过
        不行的话|不对劲|不对称|不对外|不是的话|错了一|错了两|错了几|错了三|错了好|错了密码|错了人|错了号|不行了怎么|没错过|没问题的话|不错过|不错的
        是不是|对不对|好不好|行不行|可不可以|能不能|有没有|要不要|会不会|想不想|成不成|不是不|好不容易|可不可
        不他|不用我的|不要我|不能我|不用你|不他|不要他|不能他
        不可能是|说错了话|谁说的|胡说八道|怎么可能是|哪有人|哪有你|哪有这|正是因为|正是我|那当然是|不可能我|不成功|不成立|不成年|不行为
        不是说好|不是都说|不是已经|不是每|不是所有|不是只
        没有问题为|没问题为|没问题就|没问题被|没问题怎|没问题老|没问题一直|没问题还|没问题都|没有问题还|没有问题怎|没有问题就
    ";
    Phrases::new(&[((), WORDS)])
});
