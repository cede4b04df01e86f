//! The trained reader: a text's characters and sounds to a score for every topic.
//!
//! Each character is known by itself and by its toneless syllable, so that a homophone is still half
//! known; a gated recurrent unit reads them in both directions, which is what tells 不是提现是登录
//! from 不是登录是提现; and every label looks at the places that matter to it. A score is a plain sum
//! over places, so it can be traced back to the caller's words. It knows no rules and no thresholds;
//! its scores go to `classify`.

mod arithmetic;
mod gru;
mod weights;

pub use weights::{Error, Settings};

use super::{Topic, normalize::Normal, pinyin::Syllable};
use arithmetic::{exp, multiply};
use gru::Gru;
use std::{collections::HashMap, fmt, sync::Arc};

/// What each label gets: the topics as primary wish, the topics and "none" as second wish, urgency.
const N_LABELS: usize = N_TOPICS + N_TOPICS + 1 + 1;
const N_TOPICS: usize = Topic::ALL.len();
/// The label for "there is no second wish".
const NO_SECOND: usize = 2 * N_TOPICS;
/// The label for "somebody is losing money or is in danger".
const URGENT: usize = 2 * N_TOPICS + 1;

/// The weights, shared by all calls; nothing of a text stays in them.
#[derive(Clone)]
pub struct Network(Arc<Parts>);

struct Parts {
    settings: Settings,
    /// Row of the first table, by character.
    characters: HashMap<char, usize>,
    /// Row of the second table, by syllable.
    syllables: HashMap<String, usize>,
    /// What each character, and each syllable, says to the gates of both directions.
    of_characters: Vec<f32>,
    of_syllables: Vec<f32>,
    /// What every place says to them.
    input_bias: Vec<f32>,
    forward: Gru,
    backward: Gru,
    /// Where each label looks: one row for each of the units, one column for each label.
    looks: Vec<f32>,
    /// What it finds there.
    finds: Vec<f32>,
    biases: Vec<f32>,
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

/// What the network makes of one text.
#[derive(Clone, Debug)]
pub struct Scores {
    sums: [f32; N_LABELS],
    /// What each place adds to each label, place by place.
    parts: Vec<f32>,
}

impl Scores {
    /// The scores of the topics as the caller's first wish, in log-odds up to a constant.
    #[must_use]
    pub fn topics(&self) -> &[f32] {
        &self.sums[..N_TOPICS]
    }

    /// The scores of the topics as a second wish, and of there being none.
    #[must_use]
    pub fn seconds(&self) -> (&[f32], f32) {
        (&self.sums[N_TOPICS..NO_SECOND], self.sums[NO_SECOND])
    }

    /// Whether somebody is losing money or is in danger, in log-odds.
    #[must_use]
    pub fn urgent(&self) -> f32 {
        self.sums[URGENT]
    }

    /// What one place adds to a topic.
    #[must_use]
    pub fn topic_part(&self, place: usize, topic: Topic) -> f32 {
        self.parts[place * N_LABELS + topic as usize]
    }

    /// What one place adds to the urgency.
    #[must_use]
    pub fn urgent_part(&self, place: usize) -> f32 {
        self.parts[place * N_LABELS + URGENT]
    }
}

impl Network {
    /// What the training measured and the classifier obeys.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.0.settings
    }

    /// The characters it knows, commonest first.
    #[must_use]
    pub fn characters(&self) -> Vec<char> {
        let mut known: Vec<(usize, char)> =
            self.0.characters.iter().map(|(character, row)| (*row, *character)).collect();
        known.sort_unstable();
        known.into_iter().map(|(_, character)| character).collect()
    }

    /// Reads a text. Time is linear in its length, which
    /// [`MAX_CHARS`](super::normalize::MAX_CHARS) bounds.
    #[must_use]
    pub fn read(&self, text: &Normal, syllables: &[Syllable]) -> Scores {
        let parts = &*self.0;
        let n_places = text.chars().len();
        let inputs = self.look_up(text, syllables);
        let mut states = vec![0.0; n_places * 2 * parts.forward.n_units()];
        parts.forward.read(&inputs, 0, 0..n_places, &mut states);
        parts.backward.read(&inputs, 1, (0..n_places).rev(), &mut states);
        attend(parts, &states, n_places)
    }

    /// What each place says to the gates: its character, its syllable and the bias, added.
    fn look_up(&self, text: &Normal, syllables: &[Syllable]) -> Vec<f32> {
        let parts = &*self.0;
        let width = parts.input_bias.len();
        let mut inputs = Vec::with_capacity(text.chars().len() * width);
        for (character, syllable) in text.chars().iter().zip(syllables) {
            let start = inputs.len();
            inputs.extend_from_slice(&parts.input_bias);
            let rows = [
                (&parts.of_characters, parts.characters.get(character)),
                (&parts.of_syllables, parts.syllables.get(syllable.plain)),
            ];
            for (table, row) in rows {
                let Some(row) = row.map(|row| &table[row * width..(row + 1) * width]) else {
                    continue;
                };
                inputs[start..].iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            }
        }
        inputs
    }
}

/// Each label's own weighted mean over the places.
fn attend(parts: &Parts, states: &[f32], n_places: usize) -> Scores {
    let width = 2 * parts.forward.n_units();
    let mut looks = vec![0.0; n_places * N_LABELS];
    let mut finds = vec![0.0; n_places * N_LABELS];
    for (at, state) in states.chunks_exact(width).enumerate() {
        let place = at * N_LABELS..(at + 1) * N_LABELS;
        multiply(state, &parts.looks, &mut looks[place.clone()]);
        multiply(state, &parts.finds, &mut finds[place]);
    }
    let mut largest = [f32::MIN; N_LABELS];
    for place in looks.chunks_exact(N_LABELS) {
        largest.iter_mut().zip(place).for_each(|(max, look)| *max = max.max(*look));
    }
    let mut totals = [0.0; N_LABELS];
    for place in looks.chunks_exact_mut(N_LABELS) {
        for ((look, max), total) in place.iter_mut().zip(&largest).zip(&mut totals) {
            *look = exp(*look - max);
            *total += *look;
        }
    }
    let mut sums = [0.0; N_LABELS];
    for (look, find) in looks.chunks_exact(N_LABELS).zip(finds.chunks_exact_mut(N_LABELS)) {
        for label in 0..N_LABELS {
            find[label] *= look[label] / totals[label];
            sums[label] += find[label];
        }
    }
    sums.iter_mut().zip(&parts.biases).for_each(|(sum, bias)| *sum += bias);
    Scores { sums, parts: finds }
}

#[cfg(test)]
mod tests;
