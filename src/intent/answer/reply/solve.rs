//! Whether the trouble is over: what a caller says to 解决了吗.
//!
//! Unlike a plain answer it is told anywhere in the sentence (登上去了谢谢你), so short texts are
//! searched whole. This file does not know what was to be solved.

use super::{super::heard::Heard, super::phrases::Phrases, Answer, answer};
use std::sync::LazyLock;

/// Longer texts tell a new story; only an answer at their start counts.
const SHORT: usize = 20;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Over,
    NotOver,
    Open,
    /// Polite, and an answer only where nothing else is.
    Polite,
    /// 但是: what was said before holds only in part.
    But,
}

static OUTCOMES: LazyLock<Phrases<Outcome>> = LazyLock::new(|| {
    const OVER: &str = "
        好了|可以了|解决了|解决|解决掉了|都解决了|行了|成了|妥了|搞定|搞定了|弄好了|弄完了|弄成了|办好了|办完了|改好了|设好了|处理好了|处理完了
        登上了|登上去了|登进去了|登录上了|登录了|能登了|能登录了|进去了|进得去了|上去了|进来了|登录成功|登陆成功|成功了|成功
        能 用|看|打开|发|进|上|收到|提现|登上|点|看到 了
        可以 用|登录|看到|打开|发|提现|登 了
        到账了|到了|钱到了|收到了|看到了|找到了|有了|恢复了|正常了|没问题了|没有问题了|没毛病了|没事了|好使|好使了|管用|管用了|有用|起作用了|退了|退回来了|解封了|关掉了|取消了|绑上了
        明白了|知道了|清楚了|懂了|会了|会弄了|会操作了|弄明白了|搞明白了|了解了|晓得了
    ";
    const NOT_OVER: &str = "
        没有|没|还没|还没有|还没呢|没呢|没用|没有用|不行|还不行|还是不行|不行啊|不好使|不管用|不顶用|好不了|没好|没弄好|没弄成|没弄上|不成|不对|不是|没变|没反应|没动静|没成功|不成功|失败|失败了|没效果
        没解决|没有解决|还没解决|解决不了|没搞定|搞不定|弄不了|弄不好|弄不成|没办法|办不了|改不了|没处理|不能用|不能登|还是不能|用不了|打不开|进不去|进不了|登不上|登不上去|登录不上|登不了|上不去|找不到|找不着|没找到|收不到|没收到|没到账|没到|不到账|看不到|看不懂|看不明白|看不见|没看见|没看到|没看懂|点不了|点不动|绑不上|发不出去|没恢复|没退|没登上|没进去|没上去
        还是|一直 没|不|不能|这样|那样|老样子|一样|登不上|打不开|失败|原来那样
        老样子|一样|照样|照旧|依旧|依然|跟刚才一样|没区别|不会|不会弄|不会操作|没明白|不明白|没懂|听不懂|不懂|没听懂|弄不明白|没学会|没清楚|又不行了|又不行|又坏了|更糟|差得远|哪儿啊|没戏|白搭|没门|没辙
        解决了一半|只解决了|解决个屁|解决什么|解决啥|好什么|好个屁|好啥
    ";
    const OPEN: &str = "
        好了|解决了|可以了|行了|成功了|到账了|正常了|恢复了 没|没有|吗|么|没啊
        是不是|有没有 好了|解决了|可以了|解决|成功
        不知道|不清楚|不确定|不一定|我试试|试试看|我试一下|试一下|我再试试|还没试|没试|没试过|等会试|等会儿试|待会儿试|我看看|看看|看一下|等等看|应该|可能|大概|好像|也许|回头再说|再说吧|说不好|过会儿再看|明天再看|正在试|还在试|怎么试
    ";
    const POLITE: &str = "谢谢|谢谢你|谢谢您|多谢|感谢|谢了|麻烦你了|辛苦了";
    const BUT: &str = "但是|但|可是|不过|只是|就是还|然后又";
    const FALSE_FRIENDS: &str = "好久|好多|好几|好像是|到了月底|知道了吗";
    Phrases::new(&[
        (Outcome::NotOver, NOT_OVER),
        (Outcome::Open, OPEN),
        (Outcome::Over, OVER),
        (Outcome::Polite, POLITE),
        (Outcome::But, BUT),
        (Outcome::Open, FALSE_FRIENDS),
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
    let (mut found, mut is_polite, mut at) = (None, false, 0);
    while at < heard.len() {
        let Some(hit) = OUTCOMES.at(&heard, at) else {
            at += 1;
            continue;
        };
        at = hit.end;
        found = match (hit.tag, found) {
            (Outcome::Polite, _) => {
                is_polite = true;
                found
            }
            (Outcome::But, Some(Answer::Yes)) => Some(Answer::Unsure),
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
    found
        .or_else(|| answer(text).map(|reply| reply.answer))
        .or_else(|| is_polite.then_some(Answer::Yes))
}
