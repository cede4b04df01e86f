//! Samples that the call was given and has not taken yet, and which of them nobody sent.
//!
//! A gateway that suppresses silence sends nothing while nobody speaks. What the caller then hears of
//! the line is comfort noise; to look for a voice, a key or a fault in it is work for nothing, and two
//! thousand silent calls would be a core of it (`benches/call.rs`, pauses). Which frames are spared so follows from their
//! positions alone, however they came.

use crate::{audio::comfort::ComfortNoise, speech::FRAME_SAMPLES};
use std::{collections::VecDeque, ops::Range};

/// So many frames of silence in a row are listened to all the same, 128 ms: a key or a word that ends
/// where the gateway stops sending is noticed to end.
const SETTLING_FRAMES: u32 = 8;

/// What waits.
#[derive(Debug)]
pub(super) struct Waiting {
    samples: VecDeque<f32>,
    /// Position of the first of them.
    begin: u64,
    /// Where nothing was sent, by position, in order.
    unsent: VecDeque<Range<u64>>,
    comfort: ComfortNoise,
    /// Frames in a row of which nothing was sent.
    n_unsent: u32,
}

impl Default for Waiting {
    fn default() -> Self {
        // Before the first sound there is nothing that could end.
        Self {
            samples: VecDeque::new(),
            begin: 0,
            unsent: VecDeque::new(),
            comfort: ComfortNoise::default(),
            n_unsent: SETTLING_FRAMES,
        }
    }
}

impl Waiting {
    pub(super) fn push(&mut self, samples: &[f32]) {
        self.samples.extend(samples);
    }

    /// Nothing was sent for so many samples.
    pub(super) fn push_silence(&mut self, n_samples: usize) {
        let start = self.end();
        self.samples.extend(self.comfort.by_ref().take(n_samples));
        let end = self.end();
        match self.unsent.back_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => self.unsent.push_back(start..end),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Position behind the last of them.
    pub(super) fn end(&self) -> u64 {
        self.begin + self.samples.len() as u64
    }

    /// Takes the next frame, where there is a whole one; `true` where it is nothing to listen to.
    pub(super) fn frame(&mut self, frame: &mut [f32; FRAME_SAMPLES]) -> Option<bool> {
        if self.samples.len() < FRAME_SAMPLES {
            return None;
        }
        for (sample, taken) in frame.iter_mut().zip(self.samples.drain(..FRAME_SAMPLES)) {
            *sample = taken;
        }
        let first = self.begin;
        self.begin += FRAME_SAMPLES as u64;
        let is_unsent =
            self.unsent.front().is_some_and(|it| it.start <= first && self.begin <= it.end);
        if self.unsent.front().is_some_and(|it| it.end <= self.begin) {
            self.unsent.pop_front();
        }
        self.n_unsent = if is_unsent { self.n_unsent.saturating_add(1) } else { 0 };
        Some(self.n_unsent > SETTLING_FRAMES)
    }

    /// Takes what is less than a frame, at the end.
    pub(super) fn rest(&mut self) -> Vec<f32> {
        self.begin = self.end();
        self.unsent.clear();
        self.samples.drain(..).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Takes all frames; one letter each.
    fn frames(waiting: &mut Waiting) -> String {
        let mut frame = [0.0; FRAME_SAMPLES];
        let kinds = std::iter::from_fn(|| waiting.frame(&mut frame));
        kinds.map(|is_unsent| if is_unsent { '_' } else { '#' }).collect()
    }

    #[test]
    fn silence_that_nobody_sent_is_not_listened_to_once_it_has_lasted() {
        let mut waiting = Waiting::default();
        waiting.push(&[0.1; 2 * FRAME_SAMPLES]);
        waiting.push_silence(12 * FRAME_SAMPLES);
        waiting.push(&[0.1; FRAME_SAMPLES]);
        assert_eq!(frames(&mut waiting), "##########____#");
    }

    #[test]
    fn a_call_that_begins_in_silence_is_not_listened_to_at_all() {
        let mut waiting = Waiting::default();
        waiting.push_silence(3 * FRAME_SAMPLES);
        waiting.push(&[0.1; FRAME_SAMPLES]);
        assert_eq!(frames(&mut waiting), "___#");
    }

    proptest! {
        #[test]
        fn how_it_came_changes_nothing(
            parts in prop::collection::vec((any::<bool>(), 1_usize..4_000), 1..20),
            cut in 1_usize..700,
        ) {
            let (mut whole, mut chopped) = (Waiting::default(), Waiting::default());
            let mut seen = (String::new(), String::new());
            for (is_sent, n_samples) in parts {
                match is_sent {
                    true => whole.push(&vec![0.1; n_samples]),
                    false => whole.push_silence(n_samples),
                }
                let mut rest = n_samples;
                while rest > 0 {
                    let n_now = rest.min(cut);
                    match is_sent {
                        true => chopped.push(&vec![0.1; n_now]),
                        false => chopped.push_silence(n_now),
                    }
                    rest -= n_now;
                    seen.1.push_str(&frames(&mut chopped));
                }
            }
            seen.0.push_str(&frames(&mut whole));
            prop_assert_eq!(seen.0, seen.1);
            prop_assert_eq!(whole.rest(), chopped.rest());
        }
    }
}
