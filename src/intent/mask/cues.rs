//! The words that say what digits near them are.
//!
//! It finds them; how far each one reaches is weighed in `context`.

use super::{line::Line, numerals};
use std::{collections::HashMap, ops::Range, sync::LazyLock};

/// What a word says about the digits near it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cue {
    /// A phone number is meant.
    Phone,
    /// Perhaps a phone number is meant, perhaps only calling: 打, 联系.
    Calling,
    /// The code of a town is meant.
    Area,
    /// An identity number is meant.
    ResidentId,
    /// A bank card is meant.
    BankCard,
    /// A verification code is meant.
    Code,
    /// A password is meant.
    Password,
    /// Something was sent or typed in, and nobody says what.
    Hint,
    /// Something is read out, and nobody says what.
    Dictation,
    /// A number that anybody may know: an order, an error, a public account.
    Harmless,
    /// A name on the platform or of a thing, which may also be a phone number.
    Name,
    /// Money or a count.
    Amount,
    /// The last or first few digits, which tell nobody the number.
    Part,
}

impl Cue {
    /// Their names in the lexicon.
    const NAMES: [(&'static str, Self); 13] = [
        ("phone", Self::Phone),
        ("calling", Self::Calling),
        ("area", Self::Area),
        ("resident_id", Self::ResidentId),
        ("bank_card", Self::BankCard),
        ("code", Self::Code),
        ("password", Self::Password),
        ("hint", Self::Hint),
        ("dictation", Self::Dictation),
        ("harmless", Self::Harmless),
        ("name", Self::Name),
        ("amount", Self::Amount),
        ("part", Self::Part),
    ];

    /// Whether the digits are a secret.
    pub(super) const fn is_secret(self) -> bool {
        matches!(
            self,
            Self::Phone
                | Self::Area
                | Self::ResidentId
                | Self::BankCard
                | Self::Code
                | Self::Password
        )
    }
}

/// The words, by their first character.
static LEXICON: LazyLock<HashMap<char, Vec<(&'static str, Cue)>>> =
    LazyLock::new(|| lexicon(include_str!("cues.txt")));

/// Reads the lexicon: a line that is not indented names a kind, indented ones hold its words.
fn lexicon(text: &'static str) -> HashMap<char, Vec<(&'static str, Cue)>> {
    let mut words: HashMap<char, Vec<(&'static str, Cue)>> = HashMap::new();
    let mut cue = Cue::Harmless;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(' ') {
            for word in line.split_whitespace() {
                if let Some(first) = word.chars().next() {
                    words.entry(first).or_default().push((word, cue));
                }
            }
        } else if let Some((_, named)) = Cue::NAMES.iter().find(|(name, _)| *name == line) {
            cue = *named;
        }
    }
    words
}

/// A cue and where it stands, in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) chars: Range<usize>,
    pub(super) cue: Cue,
}

/// All cues of a text, in order, none inside a longer one.
pub(super) fn find(line: &Line<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let named = longest(line, at).map(|(length, cue)| match line.char(at) {
            Some('码') if length == 1 && is_compound(line, at) => (1, Cue::Name),
            _ => (length, cue),
        });
        let directly = found.last().is_some_and(|last| last.chars.end == at);
        let other = (!directly && line.char(at) == Some('号') && is_compound(line, at))
            .then_some((1, Cue::Name));
        if let Some((length, cue)) = named.or(other) {
            let chars = at..at + length;
            // 订单号码, 抖音号的号码: a number of that thing, not of a phone. 短信验证 with 码 likewise.
            let word = line.slice(chars.clone());
            let belongs = word == "码" && directly
                || word == "号码"
                    && found.last().is_some_and(|last| {
                        last.cue != Cue::Phone
                            && matches!(line.slice(last.chars.end..at), "" | "的")
                    });
            match found.last_mut() {
                Some(last) if belongs => last.chars.end = chars.end,
                _ => found.push(Found { chars, cue }),
            }
            at += length;
        } else {
            at += 1;
        }
    }
    found
}

/// 礼包码, 回执号: the number of some thing, whatever it is; but 那个码, 我的号, 旧号.
fn is_compound(line: &Line<'_>, at: usize) -> bool {
    const NO_THINGS: &str =
        "的个那这条了发到来我你他是旧新本原换小大副主老拟私庭短家卡友靓保两俩几人账帐";
    line.before(at).is_some_and(|before| {
        matches!(before, '\u{4e00}'..='\u{9fff}')
            && !NO_THINGS.contains(before)
            && numerals::digit(before).is_none()
    })
}

fn longest(line: &Line<'_>, at: usize) -> Option<(usize, Cue)> {
    let first = line.char(at)?.to_ascii_lowercase();
    let inside_latin = line.before(at).is_some_and(|before| before.is_ascii_alphabetic());
    if first.is_ascii_alphabetic() && inside_latin {
        return None;
    }
    LEXICON
        .get(&first)?
        .iter()
        .filter_map(|(word, cue)| line.word(at, word).map(|length| (length, *cue)))
        .filter(|(length, _)| {
            // `id` is no part of `idea`.
            !first.is_ascii_alphabetic()
                || line.char(at + length).is_none_or(|next| !next.is_ascii_alphabetic())
        })
        .max_by_key(|(length, _)| *length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicon_names_every_kind_once_and_no_word_twice() {
        let named: Vec<&str> = include_str!("cues.txt")
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with([' ', '#']))
            .collect();
        assert_eq!(named, Cue::NAMES.map(|(name, _)| name));
        let mut words: Vec<&str> = LEXICON.values().flatten().map(|(word, _)| *word).collect();
        let n_words = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), n_words);
    }
}
