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

impl Sound {
    /// The sound as one number, no two alike: five bits a letter, of which no syllable has more than
    /// six.
    pub(super) fn code(self) -> u32 {
        match self {
            Self::Letter(letter) => u32::from(letter),
            Self::Syllable(plain) => {
                const SYLLABLE: u32 = 1 << 31;
                plain.bytes().fold(SYLLABLE, |code, byte| {
                    SYLLABLE | (code & !SYLLABLE) << 5 | u32::from(byte & 0x1f)
                })
            }
        }
    }
}

/// A text in its normal form, with fillers left at the edges, and its sounds.
#[derive(Debug)]
pub(super) struct Heard {
    normal: Normal,
    sounds: Vec<Sound>,
    codes: Vec<u32>,
}

impl Heard {
    pub(super) fn new(text: &str) -> Self {
        let normal = untrimmed(text);
        let sounds = sounds(normal.chars());
        let codes = sounds.iter().map(|sound| sound.code()).collect();
        Self { normal, sounds, codes }
    }

    pub(super) fn chars(&self) -> &[char] {
        self.normal.chars()
    }

    pub(super) fn sounds(&self) -> &[Sound] {
        &self.sounds
    }

    /// The sounds as numbers, see [`Sound::code`].
    pub(super) fn codes(&self) -> &[u32] {
        &self.codes
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::pinyin::reading;
    use std::collections::HashMap;

    #[test]
    fn no_two_sounds_have_the_same_number() {
        let mut known: HashMap<u32, Sound> = HashMap::new();
        for character in ('\u{20}'..='\u{7e}').chain('\u{4e00}'..='\u{9fff}') {
            let sound = reading(character).map_or(Sound::Letter(character), Sound::Syllable);
            assert_eq!(*known.entry(sound.code()).or_insert(sound), sound);
        }
        assert!(known.len() > 400, "{}", known.len());
    }
}
