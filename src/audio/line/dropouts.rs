//! Gaps that are cut out of speech: packets that were lost, and filled with nothing.
//!
//! A voice fades, even before a stop consonant; what a network loses is cut off and comes back at full
//! level, and between is digital silence.

use super::{FRAME_SAMPLES, alternating_power};
use crate::audio::RATE_HZ;

/// Samples of a block: 4 ms, less than half of the shortest packet (10 ms).
const BLOCK_SAMPLES: usize = FRAME_SAMPLES / 4;

/// Blocks of a second.
const SECOND: u32 = RATE_HZ / BLOCK_SAMPLES as u32;

/// A gap is cut out of sound above this (−45 dBFS): a packet of speech.
const LOUD_POWER: f32 = 3e-5;

/// And its inside is below this (−75 dBFS): softer than the smallest step of G.711.
const GAP_POWER: f32 = 3e-8;

/// Blocks between loud and gap: one that holds the edge, one for the ringing of our own resampler.
const EDGE: u32 = 2;

/// Blocks of a gap, its edges apart: one packet of 20 ms to five of them. Longer ones are pauses of a
/// gateway that suppresses silence.
const GAP: std::ops::RangeInclusive<u32> = 1..=25;

/// So many gaps …
const MANY: u32 = 6;
/// … and one for so much speech (2 s) are a line that loses packets: 1 % of them.
const SPEECH_A_GAP: u32 = 2 * SECOND;

#[derive(Debug, Default)]
pub(super) struct Dropouts {
    n_speech: u32,
    n_gaps: u32,
    /// Blocks since the last loud one.
    since_loud: u32,
    /// Blocks of the gap under way, where it began at once.
    gap: u32,
    /// Blocks since its end.
    since_gap: u32,
}

impl Dropouts {
    pub(super) fn push(&mut self, frame: &[f32; FRAME_SAMPLES], is_speech: bool) {
        for block in frame.chunks_exact(BLOCK_SAMPLES) {
            self.n_speech += u32::from(is_speech);
            self.take(alternating_power(block), is_speech);
        }
    }

    fn take(&mut self, power: f32, is_speech: bool) {
        if power < GAP_POWER {
            // A gap goes on, or begins just behind something loud.
            if self.gap > 0 && self.since_gap == 0 || self.since_loud <= EDGE {
                self.gap += 1;
            } else {
                self.gap = 0;
            }
            self.since_gap = 0;
            self.since_loud += 1;
            return;
        }
        self.since_gap += 1;
        if power < LOUD_POWER {
            self.since_loud += 1;
            if self.since_gap > EDGE {
                self.gap = 0;
            }
            return;
        }
        let is_cut = GAP.contains(&self.gap) && self.since_gap <= EDGE + 1;
        self.n_gaps += u32::from(is_cut && is_speech);
        (self.gap, self.since_loud) = (0, 0);
    }

    pub(super) fn are_many(&self) -> bool {
        self.n_gaps >= MANY && self.n_gaps * SPEECH_A_GAP >= self.n_speech
    }
}
