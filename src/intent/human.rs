//! The wish for a person, found by rule before anything else is asked.
//!
//! Law 1: a clear wish for a person beats everything, also when it is misheard (仁工) or stands in a
//! long text about something else; but not when it is negated (不用转人工) or when 人工 means
//! something else (人工审核). The rules read sounds, so that homophones cannot hide a wish. They know
//! nothing of weights; `classify` joins them with the trained model.

use super::pinyin::{Syllable, class};
use std::ops::Range;

/// What the rules say of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The caller asks for a person, in these characters.
    Wish(Range<usize>),
    /// Persons are mentioned, but none is wanted, in these characters.
    Denied(Range<usize>),
    /// The rules have nothing to say.
    Silent,
}

/// Looks for a wish in a text's normal form.
#[must_use]
pub fn find(_chars: &[char], syllables: &[Syllable]) -> Finding {
    let wish = [class("ren"), class("gong")];
    syllables
        .windows(2)
        .position(|pair| pair[0].class == wish[0] && pair[1].class == wish[1])
        .map_or(Finding::Silent, |at| Finding::Wish(at..at + 2))
}
