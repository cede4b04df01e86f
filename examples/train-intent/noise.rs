//! Errors as a small telephone recogniser makes them.
//!
//! Characters become homophones, near sounds or strangers, syllables are lost or doubled, turns lose
//! their first or last syllables, fillers slip in. The rates are those seen in small Mandarin
//! models: most errors keep the sound, some only part of it.

use crate::{corpus::Line, rng::Rng};
use pretriage::intent::pinyin::{class, reading};
use std::collections::BTreeMap;

/// The shares of characters hit in the reports: none, a good small model, a poor line.
pub(crate) const REPORTED: [f32; 3] = [0.0, 0.15, 0.30];

/// Of the characters hit: the cumulative share of each kind of error.
const HOMOPHONE: f32 = 0.42;
const NEAR: f32 = 0.64;
const STRANGER: f32 = 0.76;
const LOST: f32 = 0.90;
const DOUBLED: f32 = 0.95;

/// How often an edge is lost, as a multiple of the rate of errors.
const EDGE_SHARE: f32 = 0.5;

const FILLERS: [char; 6] = ['嗯', '啊', '呃', '那', '就', '的'];

/// Which characters sound alike, weighted by how often they are written.
pub(crate) struct Model {
    same: BTreeMap<&'static str, Vec<char>>,
    near: BTreeMap<u32, Vec<char>>,
    all: Vec<char>,
}

impl Model {
    /// Learns the characters from the training lines alone.
    pub(crate) fn new(lines: &[Line]) -> Self {
        let mut model = Self { same: BTreeMap::new(), near: BTreeMap::new(), all: Vec::new() };
        for character in lines.iter().flat_map(|line| line.text.chars()) {
            if let Some(plain) = reading(character) {
                model.same.entry(plain).or_default().push(character);
                model.near.entry(class(plain)).or_default().push(character);
                model.all.push(character);
            }
        }
        model
    }

    /// The text as it might be heard, with about this share of its characters wrong.
    pub(crate) fn spoil(&self, text: &str, rate: f32, rng: &mut Rng) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..2 {
            if rng.chance(rate * EDGE_SHARE) && chars.len() > 3 {
                chars.remove(0);
            }
            if rng.chance(rate * EDGE_SHARE) && chars.len() > 3 {
                chars.pop();
            }
        }
        let mut heard = String::with_capacity(text.len());
        for character in chars {
            if rng.chance(rate) {
                self.spoil_one(character, rng, &mut heard);
            } else {
                heard.push(character);
            }
        }
        heard
    }

    fn spoil_one(&self, character: char, rng: &mut Rng, heard: &mut String) {
        let kind = rng.unit();
        let plain = reading(character).unwrap_or_default();
        let choices = if kind < HOMOPHONE {
            self.same.get(plain)
        } else if kind < NEAR {
            self.near.get(&class(plain))
        } else if kind < STRANGER {
            Some(&self.all)
        } else if kind < LOST {
            return;
        } else if kind < DOUBLED {
            heard.push(character);
            None
        } else {
            heard.push(FILLERS[rng.below(FILLERS.len())]);
            None
        };
        heard.push(choices.map_or(character, |choices| choices[rng.below(choices.len())]));
    }
}
