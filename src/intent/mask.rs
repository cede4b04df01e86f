//! What must never be kept: numbers and passwords that belong to a caller.
//!
//! A text's digits are gathered into runs, however they are written, spoken, grouped or
//! interrupted; the run's form and the words around it decide what it is. Law 4: whatever leaves the
//! house goes through [`mask`] first. When in doubt, a long run is masked. This file knows no topics
//! and no calls.

mod context;
mod digits;
mod judge;
mod password;
#[cfg(test)]
mod tests;

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

/// Stands between a mask's label and its tail; no caller says it.
const STARS: &str = "**";

/// Finds the secrets of a text, in order, none overlapping another. Linear in the text's length.
#[must_use]
pub fn find(text: &str) -> Vec<Span> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let masks = masks(text);
    let mut found = password::find(text, &chars);
    found.retain(|span| !masks.iter().any(|mask| overlap(mask, &span.range)));
    // What is decided already, in order: a run inside it is no news, and what was masked speaks for
    // nothing that follows, or masking twice would differ.
    let mut decided: Vec<Range<usize>> = masks;
    decided.extend(found.iter().map(|span| span.range.clone()));
    decided.sort_by_key(|range| range.start);
    let mut decided = decided.into_iter().peekable();
    let mut from = 0;
    for run in digits::runs(&chars, text.len()) {
        while let Some(range) = decided.next_if(|range| range.end <= run.range.start) {
            from = from.max(range.end);
        }
        if decided.peek().is_some_and(|range| overlap(range, &run.range)) {
            continue;
        }
        let surroundings = context::Surroundings {
            before: &text[from..run.range.start],
            after: &text[run.range.end..],
        };
        if let Some(kind) = judge::judge(&run, &surroundings) {
            let tail = if kind.keeps_tail() { run.tail() } else { String::new() };
            from = run.range.end;
            found.push(Span { range: run.range, kind, tail });
        }
    }
    found.sort_by_key(|span| span.range.start);
    found
}

/// The text with every secret replaced by a mask such as `[手机号**12]`. Everything else stays byte
/// for byte, and masking twice changes nothing.
#[must_use]
pub fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut kept = 0;
    for span in find(text) {
        masked.push_str(&text[kept..span.range.start]);
        masked.push('[');
        masked.push_str(span.kind.label());
        masked.push_str(STARS);
        masked.push_str(&span.tail);
        masked.push(']');
        kept = span.range.end;
    }
    masked.push_str(&text[kept..]);
    masked
}

/// The masks that already stand in a text.
fn masks(text: &str) -> Vec<Range<usize>> {
    /// From the label to the closing bracket: stars and a tail of two.
    const LONGEST_TAIL: usize = 2;
    text.match_indices(STARS)
        .filter_map(|(at, _)| {
            let label = KINDS.iter().find(|kind| text[..at].ends_with(kind.label()))?.label();
            let opening = text[..at - label.len()].ends_with('[').then(|| at - label.len() - 1)?;
            let tail = &text.as_bytes()[at + STARS.len()..];
            let length = tail.iter().take(LONGEST_TAIL + 1).position(|byte| *byte == b']')?;
            Some(opening..at + STARS.len() + length + 1)
        })
        .collect()
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

fn overlap(left: &Range<usize>, right: &Range<usize>) -> bool {
    left.start < right.end && right.start < left.end
}
