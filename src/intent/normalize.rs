//! Text to its normal form: what the features read.
//!
//! Width, case, script, digits, punctuation, blanks and fillers carry nothing about the wish and differ from
//! one recogniser to the next, so they go. Every kept character remembers where it stood, so that
//! evidence can be shown in the caller's own words. This file knows nothing of sounds and topics.

use crate::transcript::simplify;
use std::ops::Range;

/// How many characters are kept. A caller's longest turn is about a minute, some 300 characters;
/// twice that is read, the rest says nothing new and would cost time.
pub const MAX_CHARS: usize = 600;

/// How many characters are looked at for each that may be kept: a text of blanks ends soon too.
const MAX_SCANNED: usize = 4 * MAX_CHARS;

/// Sounds and words that open or close a turn without saying anything; longest first.
const FILLERS: [&str; 22] = [
    "就是说",
    "怎么说",
    "那什么",
    "那个",
    "这个",
    "就是",
    "然后",
    "你好",
    "您好",
    "嗯",
    "啊",
    "呃",
    "额",
    "哦",
    "喔",
    "噢",
    "诶",
    "欸",
    "唉",
    "哎",
    "喂",
    "呐",
];

/// A text's kept characters and where they came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Normal {
    chars: Vec<char>,
    spans: Vec<(u32, u32)>,
}

impl Normal {
    /// The kept characters, in order.
    #[must_use]
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// The bytes of the original text that the kept characters `range` stand in, with whatever was
    /// dropped between them.
    #[must_use]
    pub fn source(&self, range: Range<usize>) -> Range<usize> {
        let first = self.spans.get(range.start).map_or(0, |span| span.0);
        let last = range.end.checked_sub(1).and_then(|at| self.spans.get(at));
        first as usize..last.map_or(first, |span| span.1) as usize
    }

    /// Removes fillers at both edges. A text of fillers alone ends empty.
    fn trim(&mut self) {
        while let Some(n_chars) = FILLERS.iter().find_map(|filler| prefix(&self.chars, filler)) {
            self.chars.drain(..n_chars);
            self.spans.drain(..n_chars);
        }
        while let Some(n_chars) = FILLERS.iter().find_map(|filler| suffix(&self.chars, filler)) {
            let rest = self.chars.len() - n_chars;
            self.chars.truncate(rest);
            self.spans.truncate(rest);
        }
    }
}

/// Brings a text into its normal form. Total: any string, bounded time.
#[must_use]
pub fn normalize(text: &str) -> Normal {
    let mut normal = untrimmed(text);
    normal.trim();
    normal
}

/// The normal form with the fillers at its edges left where they are: 嗯 is an answer, too.
#[must_use]
pub fn untrimmed(text: &str) -> Normal {
    let mut normal = Normal::default();
    for (at, raw) in text.char_indices().take(MAX_SCANNED) {
        if normal.chars.len() == MAX_CHARS {
            break;
        }
        let folded = fold(raw);
        if folded.is_alphanumeric() {
            normal.chars.push(folded);
            // At most `4 * MAX_SCANNED` bytes are looked at.
            normal.spans.push((at as u32, (at + raw.len_utf8()) as u32));
        }
    }
    normal
}

/// Full width to half width, capitals to small letters, digits to the way they are spoken,
/// Traditional characters to Simplified ones.
#[must_use]
pub fn fold(raw: char) -> char {
    let half = match raw {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(raw as u32 - 0xfee0).unwrap_or(raw),
        _ => raw,
    };
    match half {
        '0'..='9' => DIGITS[half as usize - '0' as usize],
        '〇' => '零',
        '幺' => '一',
        _ => simplify::character(half.to_lowercase().next().unwrap_or(half)),
    }
}

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

fn prefix(chars: &[char], word: &str) -> Option<usize> {
    let n_chars = word.chars().count();
    let head = chars.get(..n_chars)?;
    word.chars().eq(head.iter().copied()).then_some(n_chars)
}

fn suffix(chars: &[char], word: &str) -> Option<usize> {
    let n_chars = word.chars().count();
    let tail = chars.get(chars.len().checked_sub(n_chars)?..)?;
    word.chars().eq(tail.iter().copied()).then_some(n_chars)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> String {
        normalize(text).chars().iter().collect()
    }

    #[test]
    fn width_case_punctuation_and_edge_fillers_go() {
        assert_eq!(normal("嗯，那个，我的ＤＯＵ＋ 充了１２块……啊"), "我的dou充了一二块");
        assert_eq!(normal("嗯嗯啊那个"), "");
        assert_eq!(normal(" 我那个号\u{0}🙂"), "我那个号");
    }

    #[test]
    fn traditional_characters_are_read_as_simplified_ones() {
        assert_eq!(normal("帳號被封，錢沒到賬"), "帐号被封钱没到账");
    }

    #[test]
    fn kept_characters_know_their_place_in_the_text() {
        let text = "嗯，充 值没到";
        let normal = normalize(text);
        assert_eq!(&text[normal.source(0..2)], "充 值");
        assert_eq!(&text[normal.source(2..4)], "没到");
        assert_eq!(normal.source(0..0), 6..6);
    }

    #[test]
    fn a_hundred_kilobytes_are_cut() {
        assert_eq!(normalize(&"钱".repeat(40_000)).chars().len(), MAX_CHARS);
        assert_eq!(normalize(&" ".repeat(100_000)).chars().len(), 0);
    }
}
