//! What must never be kept: numbers and passwords that belong to a caller.
//!
//! A text's digits are gathered into runs, however they are written, spoken, grouped or
//! interrupted; the run's form and the words around it decide what it is. Law 4: whatever leaves the
//! house goes through [`mask`] first, and what a call hears through [`Masker`]. When in doubt, a
//! long run is masked. This file knows no topics and no calls.

mod bare;
mod context;
mod cues;
mod digits;
mod find;
mod form;
mod gap;
mod judge;
pub(in crate::intent) mod line;
mod masker;
pub(in crate::intent) mod numerals;
mod password;
mod repeat;
#[cfg(test)]
pub(in crate::intent) mod tests;
mod trim;

pub use find::find;
pub(in crate::intent) use find::masks;
pub use masker::{Masked, Masker};

use std::ops::Range;

/// What a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A mobile number: eleven digits, the second from 3 to 9.
    Mobile,
    /// A landline number, with or without its area code.
    Landline,
    /// A resident identity number: 18 characters, the last maybe X, or the old 15 digits.
    ResidentId,
    /// A bank card: 13 to 19 digits.
    BankCard,
    /// A code that was sent to prove who somebody is.
    VerificationCode,
    /// A password, of digits or letters.
    Password,
    /// A long number of unknown kind.
    Number,
}

impl Kind {
    /// The name that stands in the mask.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mobile => "手机号",
            Self::Landline => "座机号",
            Self::ResidentId => "身份证号",
            Self::BankCard => "银行卡号",
            Self::VerificationCode => "验证码",
            Self::Password => "密码",
            Self::Number => "号码",
        }
    }

    /// Whether nobody may ask a caller for it.
    #[must_use]
    pub const fn is_credential(self) -> bool {
        matches!(self, Self::VerificationCode | Self::Password)
    }

    /// Whether an agent may see the last two digits, to ask whether it is the right number.
    const fn keeps_tail(self) -> bool {
        matches!(self, Self::Mobile | Self::Landline | Self::ResidentId | Self::BankCard)
    }
}

/// A secret's place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// In bytes of the text.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// The last two digits, where the kind may show them; else empty.
    pub tail: String,
}

/// A secret's place in the characters of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Secret {
    chars: Range<usize>,
    kind: Kind,
    tail: String,
}

/// Stands between a mask's label and its tail; no caller says it.
const STARS: &str = "**";

/// The text with every secret replaced by a mask such as `[手机号**12]`. Everything else stays byte
/// for byte, and masking twice changes nothing.
#[must_use]
pub fn mask(text: &str) -> String {
    cover(text, &find(text))
}

/// The same for bytes that may be no text: those that are none stay as they are, and part a number
/// as little as a blank does.
#[must_use]
pub fn mask_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut text = String::with_capacity(bytes.len());
    // Where in the text bytes stand that are none, and which.
    let mut broken: Vec<(usize, &[u8])> = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            broken.push((text.len(), chunk.invalid()));
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    let mut masked = Vec::with_capacity(bytes.len());
    let mut broken = broken.into_iter().peekable();
    let mut keep = |masked: &mut Vec<u8>, range: Range<usize>, shown: bool| {
        let mut from = range.start;
        while let Some((at, raw)) = broken.next_if(|(at, _)| *at < range.end) {
            if shown {
                masked.extend_from_slice(&text.as_bytes()[from..at]);
                masked.extend_from_slice(raw);
            }
            from = at + char::REPLACEMENT_CHARACTER.len_utf8();
        }
        if shown {
            masked.extend_from_slice(&text.as_bytes()[from..range.end]);
        }
    };
    let mut kept = 0;
    for span in find(&text) {
        keep(&mut masked, kept..span.range.start, true);
        keep(&mut masked, span.range.clone(), false);
        masked.extend_from_slice(shown(&span).as_bytes());
        kept = span.range.end;
    }
    keep(&mut masked, kept..text.len(), true);
    masked
}

/// The text with these places masked.
fn cover(text: &str, spans: &[Span]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut kept = 0;
    for span in spans {
        masked.push_str(&text[kept..span.range.start]);
        masked.push_str(&shown(span));
        kept = span.range.end;
    }
    masked.push_str(&text[kept..]);
    masked
}

/// What stands in a secret's place.
fn shown(span: &Span) -> String {
    format!("[{}{STARS}{}]", span.kind.label(), span.tail)
}

/// The digits that a mask shows, from the mask itself.
pub(in crate::intent) fn tail_of(shown: &str) -> String {
    let tail = shown.rsplit_once(STARS).map_or("", |(_, tail)| tail);
    tail.trim_end_matches(']').to_owned()
}

const KINDS: [Kind; 7] = [
    Kind::Mobile,
    Kind::Landline,
    Kind::ResidentId,
    Kind::BankCard,
    Kind::VerificationCode,
    Kind::Password,
    Kind::Number,
];
