//! A text as it sounds, for the readers of this folder.
//!
//! It knows characters, their sounds and their places in the text; it knows no words.

use super::super::{
    normalize::{Normal, untrimmed},
    pinyin::syllables,
};

/// What one character sounds like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sound {
    /// A toneless syllable.
    Syllable(&'static str),
    /// A character without a reading stands for itself.
    Letter(char),
}

/// A text in its normal form, with fillers left at the edges, and its sounds.
#[derive(Debug)]
pub(super) struct Heard {
    normal: Normal,
    sounds: Vec<Sound>,
}

impl Heard {
    pub(super) fn new(text: &str) -> Self {
        let normal = untrimmed(text);
        let sounds = sounds(normal.chars());
        Self { normal, sounds }
    }

    pub(super) fn chars(&self) -> &[char] {
        self.normal.chars()
    }

    pub(super) fn sounds(&self) -> &[Sound] {
        &self.sounds
    }

    pub(super) fn len(&self) -> usize {
        self.sounds.len()
    }

    /// The byte of the text where the character `at` stands; the text's end behind the last one.
    pub(super) fn byte(&self, at: usize, text: &str) -> usize {
        if at < self.len() { self.normal.source(at..at + 1).start } else { text.len() }
    }
}

/// The sounds of characters in normal form.
pub(super) fn sounds(chars: &[char]) -> Vec<Sound> {
    let heard = syllables(chars);
    let pairs = chars.iter().zip(heard);
    pairs
        .map(|(character, syllable)| match syllable.plain {
            "" => Sound::Letter(*character),
            plain => Sound::Syllable(plain),
        })
        .collect()
}
