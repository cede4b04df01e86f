//! What must never be kept.

use std::ops::Range;

/// What a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A phone number.
    Phone,
}

/// A secret's place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// In bytes of the text.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// Finds the secrets.
#[must_use]
pub fn find(_text: &str) -> Vec<Span> {
    Vec::new()
}

/// Masks the secrets.
#[must_use]
pub fn mask(text: &str) -> String {
    text.to_owned()
}
