//! One text as characters that know their bytes, and words found in it.
//!
//! It knows no digits and no cues; the other files of the mask read through it.

use crate::transcript::simplify;
use std::ops::Range;

/// A text whose characters can be reached by number.
#[derive(Debug)]
pub(in crate::intent) struct Line<'text> {
    text: &'text str,
    chars: Vec<(usize, char)>,
}

impl<'text> Line<'text> {
    pub(in crate::intent) fn new(text: &'text str) -> Self {
        let chars = text.char_indices().map(|(at, raw)| (at, simplify::character(raw)));
        Self { text, chars: chars.collect() }
    }

    /// How many characters it has.
    pub(in crate::intent) fn len(&self) -> usize {
        self.chars.len()
    }

    pub(in crate::intent) fn char(&self, at: usize) -> Option<char> {
        self.chars.get(at).map(|(_, character)| *character)
    }

    /// The character before a place.
    pub(in crate::intent) fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|at| self.char(at))
    }

    /// Where a character begins, in bytes; the text's end behind the last one.
    pub(in crate::intent) fn byte(&self, at: usize) -> usize {
        self.chars.get(at).map_or(self.text.len(), |(byte, _)| *byte)
    }

    /// Characters to bytes.
    pub(in crate::intent) fn bytes(&self, chars: &Range<usize>) -> Range<usize> {
        self.byte(chars.start)..self.byte(chars.end)
    }

    /// Bytes to characters.
    pub(in crate::intent) fn chars(&self, bytes: &Range<usize>) -> Range<usize> {
        let at = |byte: usize| self.chars.partition_point(|(begin, _)| *begin < byte);
        at(bytes.start)..at(bytes.end)
    }

    /// The text between two characters.
    pub(in crate::intent) fn slice(&self, chars: Range<usize>) -> &'text str {
        if chars.start < chars.end { &self.text[self.bytes(&chars)] } else { "" }
    }

    /// How many characters the word has, where it stands here. Latin letters match in either case.
    pub(in crate::intent) fn word(&self, at: usize, word: &str) -> Option<usize> {
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
    pub(in crate::intent) fn longest(&self, at: usize, words: &[&str]) -> Option<usize> {
        words.iter().filter_map(|word| self.word(at, word)).max()
    }
}
