//! The tones of telephone networks and machines, known by pitch and cadence.
//!
//! A tone is a frame whose power lies almost all at one frequency; a cadence is a pattern of tones and
//! pauses of the right lengths, repeated. Speech has the first now and then, but never the second.

use super::{FRAME_SAMPLES, Fault, frames};
use crate::audio::RATE_HZ;
use std::{collections::VecDeque, f32::consts::TAU, ops::RangeInclusive};

/// A frequency that means something on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// 450 Hz: every tone of the Chinese network (ITU-T E.180 Supplement 2; GB/T 3380: ±25 Hz).
    Network,
    /// 1100 Hz: a calling fax (ITU-T T.30, CNG: ±38 Hz).
    Calling,
    /// 2100 Hz: a fax or modem that answers (ITU-T T.30, CED; V.25: ±15 Hz).
    Answering,
}

/// Where each is looked for. A frame of 16 ms is 62 Hz wide: two places cover a tolerance.
const PLACES: [(f32, Tone); 5] = [
    (437.0, Tone::Network),
    (463.0, Tone::Network),
    (1_082.0, Tone::Calling),
    (1_118.0, Tone::Calling),
    (2_100.0, Tone::Answering),
];

/// The share of a frame's power that a tone has; noise at 10 dB leaves it 0.9, the edges of its place
/// 0.8. A vowel comes near it where its second harmonic meets a formant.
const PURE: f32 = 0.7;

/// Tones are louder than this (−50 dBFS): networks send them above −35 dBm0.
const LEAST_POWER: f32 = 1e-5;

/// A pause between tones is at least 15 dB softer than they are.
const PAUSE_RATIO: f32 = 0.03;

/// A change that lasts no longer than this many frames (32 ms) is none: frames on the edge of a tone
/// are neither, and an answering tone turns its phase every 450 ms.
const GLITCH: u32 = 2;

/// Standards allow 10 to 15 %; edges cost a frame or two more.
const BUSY: RangeInclusive<u32> = frames(290)..=frames(420);
const CONGESTION: RangeInclusive<u32> = frames(600)..=frames(800);
const RING: RangeInclusive<u32> = frames(850)..=frames(1_150);
const BETWEEN_RINGS: RangeInclusive<u32> = frames(3_400)..=frames(4_600);
const CALLING: RangeInclusive<u32> = frames(410)..=frames(590);
const BETWEEN_CALLS: RangeInclusive<u32> = frames(2_500)..=frames(3_500);

/// An answering tone lasts 2.6 to 4 s (T.30).
const ANSWERING: u32 = frames(2_500);

/// Tones and pauses kept: busy shows in three tones and two pauses.
const RUNS: usize = 5;

/// What was taken for speech was none if it held a tone of this length (128 ms) …
const MERE_TONE: u32 = frames(128);
/// … and no more other sound than this: too short for 人工.
const MERE_TONE_SOUND: u32 = frames(128);

/// What one frame holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Heard {
    Tone(Tone),
    /// Much softer than the last tone.
    #[default]
    Pause,
    Sound,
}

/// Follows tones and pauses.
#[derive(Debug, Default)]
pub(super) struct Cadence {
    /// What is heard now, for how many frames, and how many since were something else.
    now: Heard,
    n_frames: u32,
    n_other: u32,
    /// What came before, oldest first.
    runs: VecDeque<(Heard, u32)>,
    tone_power: f32,
    fault: Option<Fault>,
    /// Frames of the utterance under way.
    in_speech: bool,
    n_tone: u32,
    n_sound: u32,
}

impl Cadence {
    pub(super) fn push(
        &mut self,
        frame: &[f32; FRAME_SAMPLES],
        power: f32,
        is_speech: bool,
    ) -> Heard {
        let tone = (power >= LEAST_POWER).then(|| pure_tone(frame, power)).flatten();
        let heard = match tone {
            Some(tone) => {
                self.tone_power = power;
                Heard::Tone(tone)
            }
            None if power <= PAUSE_RATIO * self.tone_power.max(LEAST_POWER) => Heard::Pause,
            None => Heard::Sound,
        };
        if is_speech && !self.in_speech {
            (self.n_tone, self.n_sound) = (0, 0);
        }
        self.in_speech = is_speech;
        if is_speech {
            self.n_tone += u32::from(tone.is_some());
            self.n_sound += u32::from(heard == Heard::Sound);
        }
        self.follow(heard);
        heard
    }

    fn follow(&mut self, heard: Heard) {
        if heard == self.now {
            self.n_frames += 1 + std::mem::take(&mut self.n_other);
        } else {
            self.n_other += 1;
            if self.n_other > GLITCH {
                if self.runs.len() == RUNS {
                    self.runs.pop_front();
                }
                self.runs.push_back((self.now, self.n_frames));
                (self.now, self.n_frames) = (heard, std::mem::take(&mut self.n_other));
            }
        }
        self.fault = self.fault.or_else(|| self.judge());
    }

    fn judge(&self) -> Option<Fault> {
        if self.now == Heard::Tone(Tone::Answering) && self.n_frames >= ANSWERING {
            return Some(Fault::Fax);
        }
        // A pattern is complete when its last tone has ended.
        if self.now != Heard::Pause || self.n_frames > GLITCH + 1 {
            return None;
        }
        let ends_with = |tone,
                         n_tones: usize,
                         on: &RangeInclusive<u32>,
                         off: &RangeInclusive<u32>| {
            let n_runs = 2 * n_tones - 1;
            self.runs.len() >= n_runs
                && self.runs.iter().rev().take(n_runs).enumerate().all(|(at, (heard, length))| {
                    let (wanted, range) =
                        if at % 2 == 0 { (Heard::Tone(tone), on) } else { (Heard::Pause, off) };
                    *heard == wanted && range.contains(length)
                })
        };
        if ends_with(Tone::Network, 3, &BUSY, &BUSY)
            || ends_with(Tone::Network, 3, &CONGESTION, &CONGESTION)
        {
            Some(Fault::BusyTone)
        } else if ends_with(Tone::Network, 2, &RING, &BETWEEN_RINGS) {
            Some(Fault::RingBack)
        } else if ends_with(Tone::Calling, 2, &CALLING, &BETWEEN_CALLS) {
            Some(Fault::Fax)
        } else {
            None
        }
    }

    /// The fault that was heard, once it was.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    pub(super) fn was_mere_tone(&self) -> bool {
        self.n_tone >= MERE_TONE && self.n_sound <= MERE_TONE_SOUND
    }
}

/// The tone that has almost all of the frame's power.
fn pure_tone(frame: &[f32; FRAME_SAMPLES], power: f32) -> Option<Tone> {
    let steps = PLACES.map(|(hz, _)| 2.0 * (TAU * hz / RATE_HZ as f32).cos());
    // Goertzel's recursion, all places side by side.
    let (mut last, mut before) = ([0.0_f32; PLACES.len()], [0.0_f32; PLACES.len()]);
    for &sample in frame {
        for (place, step) in steps.iter().enumerate() {
            let next = sample + step * last[place] - before[place];
            before[place] = last[place];
            last[place] = next;
        }
    }
    let n_samples = FRAME_SAMPLES as f32;
    let whole = power * n_samples * n_samples / 2.0;
    let shares = (0..PLACES.len()).map(|at| {
        let at_place =
            last[at] * last[at] + before[at] * before[at] - steps[at] * last[at] * before[at];
        (at_place / whole, PLACES[at].1)
    });
    shares.filter(|(share, _)| *share >= PURE).max_by(|a, b| a.0.total_cmp(&b.0)).map(|it| it.1)
}
