//! The speech room: samples in, utterances out.
//!
//! A voice activity detector scores frames of 16 ms; the endpointer turns the scores into starts,
//! provisional ends and final ends of speech; the segmenter cuts the samples accordingly. The room
//! knows no clock but the count of samples, and nothing of words; its segments go to `call`.

pub mod endpoint;
pub mod floor;
pub mod segment;
pub mod vad;

pub use crate::audio::{FRAME_MS, FRAME_SAMPLES};
pub use segment::{Segment, Segmenter, Sign};

#[cfg(test)]
pub(crate) use crate::audio::voice;

use serde::{Deserialize, Serialize};

/// How speech is found and cut.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// A frame scored at or above this is speech, 0 to 1. Measured with earshot 1.2 over G.711:
    /// 88 % of the frames of speech at 20 dB are above 0.6, and 84 % at 10 dB; a quiet line rests
    /// at 0.48, and at 0.5 pauses in soft noise no longer end an utterance.
    pub threshold: f32,
    /// The best 128 ms of an utterance must score this on average, or nobody spoke. Measured: the
    /// least of 30 utterances at 10 dB has 0.75, at 5 dB 0.70, and the detector needs some 300 ms
    /// to become that sure, which 人工 hardly has.
    pub certainty: f32,
    /// Audio kept from before the first frame of speech: a soft first consonant (声母) scores low.
    pub pre_roll_ms: u32,
    /// Speech that must come together before a start is believed; clicks are shorter.
    pub onset_ms: u32,
    /// Silence after which the caller has perhaps finished; the engine may start.
    pub provisional_ms: u32,
    /// Silence after which the caller has finished.
    pub final_ms: u32,
    /// Speech that an utterance must hold before the engine is asked at all. "人工" is about
    /// 400 ms, of which the detector scores at least half.
    pub min_speech_ms: u32,
    /// The longest utterance. A longer one is split at its quietest frame.
    pub max_utterance_ms: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            threshold: 0.6,
            certainty: 0.65,
            pre_roll_ms: 320,
            onset_ms: 64,
            provisional_ms: 240,
            final_ms: 640,
            min_speech_ms: 128,
            max_utterance_ms: 12_000,
        }
    }
}

impl Config {
    /// Finds every value that cannot work: key and fault.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let mut demand = |holds: bool, key, what: &str| {
            if !holds {
                faults.push((key, what.to_owned()));
            }
        };
        demand(
            self.threshold > 0.0 && self.threshold < 1.0,
            "threshold",
            "must be between 0 and 1",
        );
        demand((0.0..1.0).contains(&self.certainty), "certainty", "must be 0 or more and below 1");
        demand(self.pre_roll_ms <= 2_000, "pre_roll_ms", "must be at most 2000");
        demand((16..=1_000).contains(&self.onset_ms), "onset_ms", "must be 16 to 1000");
        demand(
            (FRAME_MS..self.final_ms).contains(&self.provisional_ms),
            "provisional_ms",
            "must be at least 16 and below final_ms",
        );
        demand(self.final_ms <= 10_000, "final_ms", "must be at most 10000");
        demand(self.min_speech_ms <= 2_000, "min_speech_ms", "must be at most 2000");
        demand(
            (2_000..=28_000).contains(&self.max_utterance_ms),
            "max_utterance_ms",
            "must be 2000 to 28000 (an engine window is 30 s)",
        );
        faults
    }
}
