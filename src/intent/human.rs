//! The wish for a person, found by rule before anything else is asked.
//!
//! Law 1: a clear wish for a person beats everything, also when it is misheard (仁工) or stands in a
//! long text about something else; but not when it is negated (不用转人工) or when 人工 means
//! something else (人工审核). The rules read toneless syllables, so that homophones cannot hide a
//! wish. They know nothing of weights; `classify` joins them with the trained model.

mod lexicon;
mod senses;
#[cfg(test)]
mod tests;

use super::pinyin::Syllable;
use lexicon::{ALONE, BETWEEN, NEGATIONS, OTHER_COMPANIES, Person, VERBS};
use std::ops::Range;

/// What the rules say of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The caller asks for a person, in these characters.
    Wish(Range<usize>),
    /// The caller seems to: a word that asks stands before a person, but others stand between
    /// (要 … 人工 in 要人工核验的证件). The trained network must not be against it.
    Hint(Range<usize>),
    /// A person is mentioned, but none is wanted, in these characters.
    Denied(Range<usize>),
    /// The rules have nothing to say.
    Silent,
}

/// How many syllables may stand between the verb and 人工: 帮我转一下你们那边的人工.
const REACH: usize = 7;

/// A text of so few syllables that names a person and little else is a wish without any verb.
const TERSE: usize = 6;

/// 人工 as the last word of a text of so few syllables is a wish, whatever came before: 别念了人工.
const SHORT: usize = 12;

/// Looks for a wish in a text's normal form. A wish anywhere wins over a hint, and a hint over a
/// denial anywhere else.
#[must_use]
pub fn find(chars: &[char], syllables: &[Syllable]) -> Finding {
    let heard: Vec<&str> = syllables.iter().map(|syllable| syllable.plain).collect();
    // 京东的客服 is somebody else's; 人工 is ours, whatever else is talked about.
    let about_others = OTHER_COMPANIES.iter().any(|name| contains(chars, name));
    let (mut hint, mut denied) = (None, None);
    for at in 0..heard.len() {
        let Some((person, n_said)) = lexicon::person_at(&heard, at) else { continue };
        if about_others && !person.denies {
            continue;
        }
        let end = at + n_said;
        let range = verb(&heard, at, person).unwrap_or(at)..end;
        if person.means_something_else(&heard[end..]) {
            denied = denied.or(person.denies.then_some(at..end));
        } else if is_negated(&heard, at, end) {
            denied = denied.or(Some(at..end));
        } else if person.enough || is_alone(&heard, at, end, person) {
            return Finding::Wish(range);
        } else if range.start < at {
            hint = hint.or(Some(range));
        }
    }
    match (hint.or_else(|| named(chars)), denied) {
        (Some(range), _) => Finding::Hint(range),
        (None, Some(range)) => Finding::Denied(range),
        (None, None) => Finding::Silent,
    }
}

/// 我找张丽华: a text that is nothing but the wish for somebody by name.
fn named(chars: &[char]) -> Option<Range<usize>> {
    let at = chars.iter().position(|character| *character == '找')?;
    let name = &chars[at + 1..];
    let opens = chars[..at].iter().all(|character| OPENINGS.contains(*character));
    let is_name = name.first().is_some_and(|first| SURNAMES.contains(*first))
        && (LEAST_NAME..=LONGEST_NAME).contains(&name.len());
    (opens && is_name).then_some(at..chars.len())
}

/// What may stand before 找 in such a wish.
const OPENINGS: &str = "我要想请帮给麻烦一下你们喂就";
/// With a title: 张丽华经理.
const LEAST_NAME: usize = 2;
const LONGEST_NAME: usize = 5;
/// The sixty commonest surnames of the household register, without those that are everyday words
/// behind 找 (钱, 方, 金).
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石";

/// Where the verb begins whose object the person at `at` is.
fn verb(heard: &[&str], at: usize, person: &Person) -> Option<usize> {
    let first = at.saturating_sub(REACH);
    (first..at).rev().find(|start| {
        let Some(verb) = VERBS.iter().find(|verb| heard[*start..].starts_with(verb)) else {
            return false;
        };
        let between = &heard[(*start + verb.len()).min(at)..at];
        person.loose || covered(between, &BETWEEN)
    })
}

/// Whether a negation stands before the person with nothing but verbs and small words between, or
/// right behind it.
fn is_negated(heard: &[&str], at: usize, end: usize) -> bool {
    let behind = &heard[end..];
    if lexicon::NOT_NEEDED.iter().any(|words| behind.starts_with(words)) {
        return true;
    }
    let first = at.saturating_sub(REACH);
    (first..at).any(|start| {
        let Some((words, question)) =
            NEGATIONS.iter().find(|(words, _)| heard[start..].starts_with(words))
        else {
            return false;
        };
        let after = start + words.len();
        // 要不要, 是不是: a question is no negation; neither is 不是转人工吗.
        let asked = start > 0 && heard[start - 1] == *question
            || words.contains(&"shi") && heard[end..].iter().take(REACH).any(|word| *word == "ma");
        after <= at && !asked && covered_by_both(&heard[after..at])
    })
}

/// Whether the text is short and says little besides the person.
fn is_alone(heard: &[&str], at: usize, end: usize, person: &Person) -> bool {
    if person.loose && end == heard.len() && end <= SHORT {
        return true;
    }
    let rest = heard.len() - (end - at);
    person.terse && rest <= TERSE && covered(&heard[..at], &ALONE) && covered(&heard[end..], &ALONE)
}

/// Whether the syllables are nothing but a row of these words.
fn covered(heard: &[&str], words: &[&[&str]]) -> bool {
    let mut at = 0;
    while at < heard.len() {
        match words.iter().find(|word| heard[at..].starts_with(word)) {
            Some(word) => at += word.len(),
            None => return false,
        }
    }
    true
}

fn covered_by_both(heard: &[&str]) -> bool {
    let mut at = 0;
    while at < heard.len() {
        match VERBS.iter().chain(&BETWEEN).find(|word| heard[at..].starts_with(word)) {
            Some(word) => at += word.len(),
            None => return false,
        }
    }
    true
}

fn contains(chars: &[char], word: &str) -> bool {
    let n_chars = word.chars().count();
    chars.windows(n_chars).any(|window| word.chars().eq(window.iter().copied()))
}
