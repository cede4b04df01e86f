//! Passwords with letters: what is spelt after 密码是.

use super::{Kind, Span, digits};

/// Words that a spelt password follows.
const CUES: [&str; 3] = ["密码", "密马", "口令"];
/// Words between the cue and the password; at least one of them must stand there.
const LINKS: [&str; 14] = [
    "改成了",
    "设成了",
    "设的是",
    "改成",
    "设成",
    "换成",
    "就是",
    "等于",
    "是",
    "为",
    "叫",
    "：",
    ":",
    "=",
];
/// Words said while spelling.
const SPELLING: [&str; 2] = ["大写", "小写"];
/// So many letters and digits make a password when at least one is a digit.
const LEAST: usize = 3;
/// Without any digit, a shorter word is rather an app's name.
const LEAST_LETTERS: usize = 4;

/// Finds spelt passwords that hold at least one Latin letter; those of digits alone are runs.
pub(super) fn find(text: &str, chars: &[(usize, char)]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let Some(cue) = longest(&text[chars[at].0..], &CUES) else {
            at += 1;
            continue;
        };
        at += cue;
        let mut start = at;
        let mut linked = false;
        while let Some((byte, character)) = chars.get(start) {
            if character.is_whitespace() {
                start += 1;
            } else if let Some(link) = longest(&text[*byte..], &LINKS) {
                (start, linked) = (start + link, true);
            } else {
                break;
            }
        }
        if let Some(end) = spelt(text, chars, start).filter(|_| linked) {
            let last = chars.get(end).map_or(text.len(), |(byte, _)| *byte);
            let range = chars[start].0..last;
            spans.push(Span { range, kind: Kind::Password, tail: String::new() });
            at = end;
        }
    }
    spans
}

/// The end of what is spelt from here, if it looks like a password with letters.
fn spelt(text: &str, chars: &[(usize, char)], start: usize) -> Option<usize> {
    let (mut at, mut end, mut n_letters, mut n_digits) = (start, start, 0, 0);
    while let Some((byte, character)) = chars.get(at) {
        if character.is_ascii_alphabetic() || ('Ａ'..='ｚ').contains(character) {
            n_letters += 1;
        } else if digits::is_digit(*character) {
            n_digits += 1;
        } else if let Some(length) = longest(&text[*byte..], &SPELLING) {
            at += length;
            continue;
        } else if matches!(character, ' ' | '@' | '#' | '_' | '!' | '$' | '-' | '.' | '*' | '&') {
            at += 1;
            continue;
        } else {
            break;
        }
        at += 1;
        end = at;
    }
    let enough =
        if n_digits > 0 { n_letters + n_digits >= LEAST } else { n_letters >= LEAST_LETTERS };
    (n_letters > 0 && enough).then_some(end)
}

/// How many characters the first of these words that stands here has.
fn longest(text: &str, words: &[&str]) -> Option<usize> {
    words.iter().find(|word| text.starts_with(**word)).map(|word| word.chars().count())
}
