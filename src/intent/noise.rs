//! Errors as a small telephone recogniser makes them: the noise that training and evaluation share.
//!
//! Characters become homophones, near sounds or strangers, syllables are lost or doubled, turns lose
//! their first or last syllables, fillers slip in. Which sounds are taken for each other stands in
//! one table of initials and finals. It knows no topics; nothing of it runs in a call.

use super::pinyin::reading;
use fastrand::Rng;
use std::collections::BTreeMap;

/// The share of spoilt characters in the reported "noised" figures: set to what a good small
/// model makes of a fair line.
pub const FAIR_LINE: f32 = 0.15;

/// Of the characters hit: the cumulative share of each kind of error. Chosen, not measured:
/// most errors of a Mandarin recogniser keep the sound, some only part of it.
const HOMOPHONE: f32 = 0.42;
const NEAR: f32 = 0.64;
const STRANGER: f32 = 0.76;
const LOST: f32 = 0.90;
const DOUBLED: f32 = 0.95;

/// How often an edge is lost, as a multiple of the rate of errors, and how often twice.
const EDGE_SHARE: f32 = 0.5;
const EDGE_TRIES: usize = 2;
/// A text of so few characters keeps its edges.
const SHORTEST: usize = 3;

const FILLERS: [char; 6] = ['嗯', '啊', '呃', '那', '就', '的'];

/// Initials that a telephone line (300 to 3,400 Hz) takes for each other, both ways.
const INITIALS: [(&str, &str); 18] = [
    ("zh", "z"),
    ("ch", "c"),
    ("sh", "s"),
    ("n", "l"),
    ("l", "r"),
    ("f", "h"),
    ("b", "p"),
    ("d", "t"),
    ("g", "k"),
    ("j", "q"),
    ("q", "x"),
    ("zh", "ch"),
    ("z", "c"),
    ("s", "c"),
    ("sh", "ch"),
    ("zh", "j"),
    ("m", "n"),
    ("b", "d"),
];

/// Finals that it takes for each other, both ways.
const FINALS: [(&str, &str); 16] = [
    ("in", "ing"),
    ("en", "eng"),
    ("an", "ang"),
    ("ian", "iang"),
    ("uan", "uang"),
    ("un", "ong"),
    ("eng", "ong"),
    ("e", "uo"),
    ("o", "uo"),
    ("ai", "ei"),
    ("ao", "ou"),
    ("ui", "ei"),
    ("iu", "iao"),
    ("i", "v"),
    ("u", "ou"),
    ("ie", "ue"),
];

/// Which characters sound alike, commonest first.
#[derive(Clone, Debug)]
pub struct Noise {
    same: BTreeMap<&'static str, Vec<char>>,
    near: BTreeMap<&'static str, Vec<&'static str>>,
    all: Vec<char>,
}

impl Noise {
    /// Learns from characters in the order of their frequency, commonest first.
    #[must_use]
    pub fn new(characters: impl IntoIterator<Item = char>) -> Self {
        let mut same: BTreeMap<&'static str, Vec<char>> = BTreeMap::new();
        let mut all = Vec::new();
        for character in characters {
            if let Some(plain) = reading(character) {
                same.entry(plain).or_default().push(character);
                all.push(character);
            }
        }
        let near = same.keys().map(|plain| (*plain, near(plain, &same))).collect();
        Self { same, near, all }
    }

    /// The text as it might be heard, with about this share of its characters wrong.
    pub fn spoil(&self, text: &str, rate: f32, rng: &mut Rng) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut kept = &chars[..];
        for _ in 0..EDGE_TRIES {
            if kept.len() > SHORTEST && rng.f32() < rate * EDGE_SHARE {
                kept = &kept[1..];
            }
            if kept.len() > SHORTEST && rng.f32() < rate * EDGE_SHARE {
                kept = &kept[..kept.len() - 1];
            }
        }
        let mut heard = String::with_capacity(text.len());
        for &character in kept {
            if rng.f32() < rate {
                self.spoil_one(character, rng, &mut heard);
            } else {
                heard.push(character);
            }
        }
        heard
    }

    fn spoil_one(&self, character: char, rng: &mut Rng, heard: &mut String) {
        let kind = rng.f32();
        let plain = reading(character).unwrap_or_default();
        let wrong = if kind < HOMOPHONE {
            self.same.get(plain).and_then(|alike| common(alike, rng))
        } else if kind < NEAR {
            let sound = self.near.get(plain).and_then(|near| rng.choice(near));
            sound.and_then(|sound| common(self.same.get(sound)?, rng))
        } else if kind < STRANGER {
            common(&self.all, rng)
        } else if kind < LOST {
            return;
        } else if kind < DOUBLED {
            heard.push(character);
            None
        } else {
            heard.push(FILLERS[rng.usize(..FILLERS.len())]);
            None
        };
        heard.push(wrong.unwrap_or(character));
    }
}

/// Draws one of `choices`, the first ones far more often: a recogniser's wrong character is a common
/// one (the square of a uniform draw; its density falls with the root of the rank).
fn common(choices: &[char], rng: &mut Rng) -> Option<char> {
    let draw = rng.f32();
    choices.get((draw * draw * choices.len() as f32) as usize).copied()
}

/// The syllables that a line takes for this one, of those that occur.
fn near(plain: &str, known: &BTreeMap<&'static str, Vec<char>>) -> Vec<&'static str> {
    let (initial, rest) = split(plain);
    let initials = partners(initial, &INITIALS).map(|other| format!("{other}{rest}"));
    let finals = partners(rest, &FINALS).map(|other| format!("{initial}{other}"));
    initials
        .chain(finals)
        .filter_map(|other| known.get_key_value(&other[..]))
        .map(|(k, _)| *k)
        .collect()
}

fn partners<'a>(
    part: &'a str,
    pairs: &'static [(&'static str, &'static str)],
) -> impl Iterator<Item = &'static str> + 'a {
    pairs.iter().filter_map(move |(left, right)| match part {
        _ if part == *left => Some(*right),
        _ if part == *right => Some(*left),
        _ => None,
    })
}

/// A toneless syllable's initial and final.
fn split(plain: &str) -> (&str, &str) {
    let vowel = plain.find(['a', 'e', 'i', 'o', 'u', 'v', 'ü']).unwrap_or(plain.len());
    plain.split_at(vowel)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise() -> Noise {
        Noise::new("人仁任工公功充冲重值直提体现线是四十的了不".chars())
    }

    #[test]
    fn no_error_leaves_a_text_alone_and_a_seed_repeats_itself() {
        let noise = noise();
        assert_eq!(noise.spoil("转人工提现", 0.0, &mut Rng::with_seed(1)), "转人工提现");
        let spoil = |seed| noise.spoil(&"转人工提现".repeat(9), 0.3, &mut Rng::with_seed(seed));
        assert_eq!(spoil(1), spoil(1));
        assert_ne!(spoil(1), spoil(2));
    }

    #[test]
    fn about_the_wanted_share_goes_wrong_and_most_of_it_keeps_its_sound() {
        let noise = noise();
        let text = "人工".repeat(2_000);
        let heard = noise.spoil(&text, 0.2, &mut Rng::with_seed(3));
        let sounds = |text: &str| text.chars().filter_map(reading).filter(|s| *s == "ren").count();
        let wrong = text.chars().zip(heard.chars()).count();
        assert!(wrong > 3_000);
        let kept = sounds(&heard) as f32 / sounds(&text) as f32;
        assert!((0.85..0.99).contains(&kept), "{kept}");
    }

    #[test]
    fn near_sounds_are_real_syllables_that_differ_in_one_part() {
        let noise = noise();
        assert!(noise.near["shi"].contains(&"si"));
        assert!(noise.near["ren"].is_empty() || !noise.near["ren"].contains(&"ren"));
    }
}
