//! What shows how a caller must be talked to: age, sight, hearing, anger, language.
//!
//! A sign is the caller's own: 我妈七十多了 says nothing of who calls, and anger at another user's
//! video is none at the service. This file does not know what follows from a sign. The words stand
//! in `lexicon` and `temper`, languages in `tongue`.

mod lexicon;
mod temper;
#[cfg(test)]
mod tests;
mod tongue;

use super::{heard::Heard, phrases::Phrases};
use lexicon::{
    AGES, BEHIND_AGE, Behind, Mention, NUMBERS, PERSONS, TRAITS, Trait, WORDS_BEFORE_AGE,
};
pub use tongue::Language;

/// What an utterance shows of its caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// Said to be old, in the first person: 我今年七十多了, 眼睛花看不清字.
    pub elderly: bool,
    /// 我是盲人, 用读屏.
    pub low_vision: bool,
    /// 耳背, 耳朵不好.
    pub hard_of_hearing: bool,
    /// Angry at the service, or cursing.
    pub angry: bool,
    /// Speaks or asks for something else than Mandarin.
    pub other_language: Option<Language>,
    /// 你是机器人吗.
    pub asks_if_robot: bool,
    /// 谢谢.
    pub thanks: bool,
}

/// Reads the signs of one utterance.
#[must_use]
pub fn signs(text: &str) -> Signs {
    let heard = Heard::new(text);
    let mut signs = Signs {
        elderly: is_old(&heard),
        angry: temper::is_angry(&heard),
        other_language: tongue::spoken(text, &heard),
        ..Signs::default()
    };
    for hit in TRAITS.hits(&heard) {
        let own = || is_own(&heard, hit.start);
        match hit.tag {
            Trait::Old => signs.elderly |= own(),
            Trait::Blind => signs.low_vision |= own(),
            Trait::OldAndBlind => {
                let own = own();
                signs.elderly |= own;
                signs.low_vision |= own;
            }
            Trait::Deaf => signs.hard_of_hearing |= own(),
            // 审核是机器还是人 asks about others.
            Trait::AsksIfRobot => signs.asks_if_robot |= !heard.chars().contains(&'审'),
            Trait::Thanks => signs.thanks = true,
            Trait::None => {}
        }
    }
    signs
}

/// Whether what stands at a place is said of the caller: nobody else was named last.
fn is_own(heard: &Heard, at: usize) -> bool {
    last_person(heard, at).is_none_or(|(mention, _)| mention == Mention::Own)
}

/// Who was named last before a place, and where that word ends.
fn last_person(heard: &Heard, at: usize) -> Option<(Mention, usize)> {
    let mut last = None;
    let mut from = 0;
    while from < at {
        from = match PERSONS.at(heard, from) {
            Some(hit) if hit.end <= at => {
                last = Some((hit.tag, hit.end)).filter(|(tag, _)| *tag != Mention::Nobody).or(last);
                hit.end
            }
            _ => from + 1,
        };
    }
    last
}

/// 我今年七十多了: an age from sixty on, said of oneself.
fn is_old(heard: &Heard) -> bool {
    AGES.hits(heard).any(|age| {
        let behind = BEHIND_AGE.at(heard, age.end);
        let ends = age.end == heard.len();
        let (person, from) = last_person(heard, age.start).unwrap_or((Mention::Own, 0));
        let small = covers(&WORDS_BEFORE_AGE, heard, from, age.start);
        if behind.is_some_and(|hit| hit.tag == Behind::SomebodyElse) {
            return false;
        }
        let is_sure = age.tag || behind.is_some_and(|hit| hit.tag == Behind::Age);
        let said_of_oneself = person == Mention::Own && small;
        // 我七十 could be a price, 我今年七十 is none.
        said_of_oneself
            && (is_sure
                || behind.is_some() && (from > 0 || age.start > 0)
                || ends && age.start > from)
            && !NUMBERS.hits(heard).any(|hit| hit.start == age.end)
    })
}

/// Whether the characters between two places are nothing but these words.
fn covers(words: &Phrases<()>, heard: &Heard, start: usize, end: usize) -> bool {
    let mut at = start;
    while at < end {
        match words.all_at(heard, at).find(|hit| hit.end <= end) {
            Some(hit) => at = hit.end,
            None => return false,
        }
    }
    true
}
