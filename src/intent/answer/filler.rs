//! Sounds that say nothing: 嗯, 那个, 喂.
//!
//! Whoever makes only these while a prompt is spoken does not interrupt it. That 嗯 can also be an
//! answer is known next door, in `reply`.

use super::{heard::Heard, phrases::Phrases};
use std::sync::LazyLock;

/// What holds the line without saying anything. Read to the letter: 爱, 八 and 九十 sound the same.
const FILLERS: &str = "
    = 那个|这个|内个|哪个|就是|就是说|怎么说|怎么说呢|那什么|那啥|那个啥|然后|你好|您好|哈喽|哈罗
    = 嗯|恩|啊|呃|额|哦|喔|噢|诶|欸|唉|哎|哎呀|哎哟|呐|哈|嘿|呵|嗨|呀|嘛|呢|吧|唔|哼|哟|喂|嗳|咦
";

/// Made of fillers, but they say something.
const MEANT: &str = "
    就是这个|就是那个|然后呢|完了呢
    = 就是 啊|呀|嘛|呢
";

static WORDS: LazyLock<Phrases<bool>> =
    LazyLock::new(|| Phrases::new(&[(false, MEANT), (true, FILLERS)]));

/// Whether a text is nothing but fillers. An empty text is.
#[must_use]
pub fn is_filler(text: &str) -> bool {
    n_meaningful(text) == 0
}

/// How many characters (letters and digits of any script) belong to no filler.
#[must_use]
pub fn n_meaningful(text: &str) -> usize {
    let heard = Heard::new(text);
    let (mut at, mut n_chars) = (0, 0);
    while at < heard.len() {
        let hit = WORDS.at(&heard, at);
        let end = hit.map_or(at + 1, |hit| hit.end);
        if !hit.is_some_and(|hit| hit.tag) {
            n_chars += end - at;
        }
        at = end;
    }
    n_chars
}
