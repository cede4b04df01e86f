//! How loud the line is without speech, against speech.

use super::frames;

/// Sound outside speech above this is no quiet line, which rests below −50 dBFS.
const SOUND_DBFS: f32 = -45.0;

/// The call was noisy rather than silent if this share of its non-speech was sound.
const SOUND_SHARE: f32 = 0.2;

/// Three seconds of frames: less background may be the edges of speech.
const MIN_BACKGROUND: u32 = frames(3_000);

/// A second of speech tells how loud it is.
const MIN_SPEECH: u32 = frames(1_000);

/// What speech is taken to be before that: the level that networks are planned for (ITU-T P.56,
/// G.100.1: −26 dBov active).
const NOMINAL_SPEECH_DBFS: f32 = -26.0;

/// The share of a caller's frames that is quieter than speech's own level: an utterance holds pauses
/// and soft consonants.
const SPEECH_QUANTILE: f32 = 0.7;

/// Noise is loud from this far below speech. The built-in model's errors double from 20 to 10 dB
/// (`models/README.md`).
const MARGIN_DB: f32 = 12.0;

/// Levels are remembered with this much weight (20 s), so that a line that becomes noisy is noticed.
const MEMORY: u32 = frames(20_000);

/// Steps of 1 dB below full scale.
const STEPS: usize = 100;

/// How often each level was heard, 1 dB apart; older frames count half, then a quarter, and so on.
#[derive(Debug)]
struct Levels {
    counts: [u32; STEPS],
    total: u32,
}

impl Default for Levels {
    fn default() -> Self {
        Self { counts: [0; STEPS], total: 0 }
    }
}

impl Levels {
    fn push(&mut self, dbfs: f32) {
        // Casting saturates: what is louder than full scale is the first step.
        self.counts[(-dbfs as usize).min(STEPS - 1)] += 1;
        self.total += 1;
        if self.total >= MEMORY {
            self.counts.iter_mut().for_each(|count| *count /= 2);
            self.total = self.counts.iter().sum();
        }
    }

    /// The level that this share of the frames stays below, in dBFS.
    fn quantile(&self, share: f32) -> f32 {
        let wanted = (share * self.total as f32) as u32;
        let mut n_below = 0;
        for (step, count) in self.counts.iter().enumerate().rev() {
            n_below += count;
            if n_below > wanted {
                return -(step as f32);
            }
        }
        0.0
    }

    fn share_above(&self, dbfs: f32) -> f32 {
        let n_above: u32 = self.counts.iter().take(-dbfs as usize).sum();
        n_above as f32 / self.total.max(1) as f32
    }
}

/// Knows the line's own level and the caller's.
#[derive(Debug, Default)]
pub(super) struct Noise {
    /// All that is no speech; the same without tones and music.
    background: Levels,
    hiss: Levels,
    speech: Levels,
}

impl Noise {
    pub(super) fn push(&mut self, power: f32, is_speech: bool, is_tonal: bool) {
        let dbfs = 10.0 * power.max(1e-10).log10();
        if is_speech {
            return self.speech.push(dbfs);
        }
        self.background.push(dbfs);
        if !is_tonal {
            self.hiss.push(dbfs);
        }
    }

    /// Whether much of what was no speech was sound.
    pub(super) fn is_sound(&self) -> bool {
        self.background.total > 0 && self.background.share_above(SOUND_DBFS) >= SOUND_SHARE
    }

    /// Whether noise is loud against speech, over long enough to know.
    pub(super) fn is_loud(&self) -> bool {
        if self.hiss.total < MIN_BACKGROUND {
            return false;
        }
        let speech = if self.speech.total >= MIN_SPEECH {
            self.speech.quantile(SPEECH_QUANTILE)
        } else {
            NOMINAL_SPEECH_DBFS
        };
        let noise = self.hiss.quantile(0.5);
        noise > SOUND_DBFS && noise >= speech - MARGIN_DB
    }
}
