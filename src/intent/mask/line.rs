//! One text as characters that know their bytes, and words found in it.
//!
//! It knows no digits and no cues; the other files of the mask read through it.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

/// Traditional characters of cues and link words, and below each its simplified form. Recognisers
/// write either; whole texts are converted long before, but not those of the commands.
const TRADITIONAL: &str = "驗證碼號機電話銀賬帳訂單錯誤錢費轉餘額運發給記數儲這個後來們說請輸繫聯係絡動態幾點萬億塊條開頭鐘時間歲樓貨訴優財務視頻鏈報寫語對過還為設現應該產";
const SIMPLIFIED: &str = "验证码号机电话银账帐订单错误钱费转余额运发给记数储这个后来们说请输系联系络动态几点万亿块条开头钟时间岁楼货诉优财务视频链报写语对过还为设现应该产";

/// Looked up for every character of every text.
static SIMPLER: LazyLock<HashMap<char, char>> =
    LazyLock::new(|| TRADITIONAL.chars().zip(SIMPLIFIED.chars()).collect());

/// A text whose characters can be reached by number.
#[derive(Debug)]
pub(super) struct Line<'text> {
    text: &'text str,
    chars: Vec<(usize, char)>,
}

impl<'text> Line<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        let simplified = |character| SIMPLER.get(&character).copied().unwrap_or(character);
        let chars = text.char_indices().map(|(at, character)| (at, simplified(character)));
        Self { text, chars: chars.collect() }
    }

    /// How many characters it has.
    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    pub(super) fn char(&self, at: usize) -> Option<char> {
        self.chars.get(at).map(|(_, character)| *character)
    }

    /// The character before a place.
    pub(super) fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|at| self.char(at))
    }

    /// Where a character begins, in bytes; the text's end behind the last one.
    pub(super) fn byte(&self, at: usize) -> usize {
        self.chars.get(at).map_or(self.text.len(), |(byte, _)| *byte)
    }

    /// Characters to bytes.
    pub(super) fn bytes(&self, chars: &Range<usize>) -> Range<usize> {
        self.byte(chars.start)..self.byte(chars.end)
    }

    /// Bytes to characters.
    pub(super) fn chars(&self, bytes: &Range<usize>) -> Range<usize> {
        let at = |byte: usize| self.chars.partition_point(|(begin, _)| *begin < byte);
        at(bytes.start)..at(bytes.end)
    }

    /// The text between two characters.
    pub(super) fn slice(&self, chars: Range<usize>) -> &'text str {
        if chars.start < chars.end { &self.text[self.bytes(&chars)] } else { "" }
    }

    /// How many characters the word has, where it stands here. Latin letters match in either case.
    pub(super) fn word(&self, at: usize, word: &str) -> Option<usize> {
        let mut n_chars = 0;
        for character in word.chars() {
            if !self.char(at + n_chars)?.eq_ignore_ascii_case(&character) {
                return None;
            }
            n_chars += 1;
        }
        Some(n_chars)
    }

    /// The length of the longest of these words that stands here.
    pub(super) fn longest(&self, at: usize, words: &[&str]) -> Option<usize> {
        words.iter().filter_map(|word| self.word(at, word)).max()
    }
}
