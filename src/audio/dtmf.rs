//! Keys that are pressed as tones inside the audio (DTMF: ITU-T Q.23 and Q.24).
//!
//! Every 2 ms the last 20 ms are correlated with the eight frequencies. A window is a hit where one
//! tone of each group holds nearly all of the energy, both lie on their frequencies, and neither is
//! far louder than the other; a run of hits is a key. Harmonics, also the second, are energy
//! outside the pair, so a voice fails on its energy alone; that both frequencies hold still and
//! exact is what remains where a vowel is nearly two sines. It refuses to know what a key does.

use super::RATE_HZ;
use std::{collections::VecDeque, f32::consts::TAU, sync::LazyLock};

/// The low and the high group (Q.23, section 6).
const TONES_HZ: [u32; 8] = [697, 770, 852, 941, 1_209, 1_336, 1_477, 1_633];
/// How many of them are the low group.
const GROUP: usize = 4;

/// Low group down, high group across (Q.23, figure 1).
const KEYS: [[char; GROUP]; GROUP] =
    [['1', '2', '3', 'A'], ['4', '5', '6', 'B'], ['7', '8', '9', 'C'], ['*', '0', '#', 'D']];

/// Samples of one step: 1 ms. The groups beat against each other at up to 500 Hz and more, and a
/// window of coarser steps would let that through.
const STEP_SAMPLES: usize = 16;
/// Steps a second.
const STEPS_HZ: u32 = RATE_HZ / STEP_SAMPLES as u32;

/// Steps of one window: 20 ms. Shorter ones cannot keep the groups apart, and of longer ones too
/// few fit into the shortest tone.
const WINDOW_STEPS: usize = 20;

/// Steps from one window to the next: 2 ms.
const HOP_STEPS: u32 = 2;

/// A frequency is measured by how far its phase turns in so many windows (8 ms): up to 62 Hz, more
/// than the tolerance of the highest tone.
const TURN_WINDOWS: usize = 4;

/// So many times a second.
const TURNS_HZ: f32 = (STEPS_HZ / HOP_STEPS) as f32 / TURN_WINDOWS as f32;

/// Windows in a row that make a key. One that the tone fills for the most part counts, so a key is
/// found in less than 40 ms of tone, as Q.24 wants, and nothing is in 23 ms.
const KEY_HITS: u32 = 10;

/// A key is over after so many windows (28 ms) without a hit: Q.24 has breaks of 10 ms within a
/// tone and pauses of 40 ms between two, and a window sees a break for longer and a pause for less.
const RELEASE_WINDOWS: u32 = 14;

/// The least mean power of the pair: −40 dBFS. Q.24's administrations ask for tones down to
/// −29 dBm each (some −32 dBFS in G.711), with room for a loss on the way.
const MIN_POWER: f32 = 1e-4;

/// What is not the pair, as a share of it: quantising, echo, and the pair's own onset.
const MAX_REST: f32 = 0.05;
/// More is allowed where the line was noisy before the tone: so many times its quietest moment of
/// the last seconds. A voice has other harmonics beside any pair, and pauses before them. With this
/// nothing in 9.2 hours of Mandarin speech and 0.6 hours of sounds is a key; with a share of 0.18
/// whatever went before, nine vowels were.
const REST_OVER_NOISE: f32 = 2.5;
/// But never more than this: noise 10 dB below the pair leaves 0.1.
const MOST_REST: f32 = 0.2;
/// Steps in which that moment is looked for: 1.5 s, longer than a vowel is held.
const NOISE_STEPS: u64 = 3 * STEPS_HZ as u64 / 2;

/// A frequency may be off by this share: Q.24 demands that 1.5 % are accepted and 3.5 % refused.
const MAX_OFF: f32 = 0.022;

/// The most that the high tone's power is above the low one's: Q.24's 4 dB and 2 dB of margin.
const MAX_TWIST: f32 = 3.98;
/// The least: −8 dB and 2 dB of margin.
const MIN_TWIST: f32 = 0.1;

/// A tone is known for one this long after it began, and by then has been taken for sound.
pub const ONSET_SAMPLES: usize = 40 * RATE_HZ as usize / 1_000;

/// A complex number.
type Phasor = [f32; 2];
/// One for each tone.
type Phasors = [Phasor; TONES_HZ.len()];

/// Sines and weights that all detectors share.
struct Tables {
    /// One step of all tones, from phase 0, sample by sample: so the compiler can take all tones
    /// at once.
    tones: [Phasors; STEP_SAMPLES],
    /// A whole turn in equal parts: each tone's phase at the start of a step is one of them.
    turn: Vec<Phasor>,
    /// A Hann window over the steps, with sum 1.
    weights: [f32; WINDOW_STEPS],
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let phasor = |turns: f32| [(TAU * turns).cos(), -(TAU * turns).sin()];
    Tables {
        tones: std::array::from_fn(|n| {
            TONES_HZ.map(|hz| phasor((hz * n as u32) as f32 / RATE_HZ as f32))
        }),
        turn: (0..STEPS_HZ).map(|part| phasor(part as f32 / STEPS_HZ as f32)).collect(),
        weights: std::array::from_fn(|step| {
            let middle = (step as f32 + 0.5) / WINDOW_STEPS as f32;
            (TAU / 2.0 * middle).sin().powi(2) * 2.0 / WINDOW_STEPS as f32
        }),
    }
});

/// What some samples brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Keys that were found in them: `0`–`9`, `*`, `#`, `A`–`D`. A key that is held is told once.
    pub keys: Vec<char>,
    /// Whether any of them belongs to a tone, or may do so.
    pub is_tone: bool,
}

/// One step: its mean product with each tone, and its mean power.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    tones: Phasors,
    power: f32,
}

/// Finds the keys of one stream at 16 kHz.
#[derive(Debug, Default)]
pub struct Detector {
    /// Samples that do not fill a step yet.
    pending: Vec<f32>,
    n_steps: u64,
    /// The steps of the window, latest last.
    window: VecDeque<Step>,
    /// The last windows, latest last.
    seen: VecDeque<Phasors>,
    /// Quietest moments, oldest first; each later one is louder (a sliding minimum).
    quietest: VecDeque<(u64, f32)>,
    /// The key of the last hits, and how many they are.
    run: Option<(char, u32)>,
    /// The key that is down, and for how many windows it was not heard.
    down: Option<(char, u32)>,
}

impl Detector {
    /// Feeds samples.
    pub fn push(&mut self, samples: &[f32]) -> Found {
        let mut pending = std::mem::take(&mut self.pending);
        pending.extend_from_slice(samples);
        let mut found = Found::default();
        let mut steps = pending.chunks_exact(STEP_SAMPLES);
        for step in &mut steps {
            if self.step(step) {
                let hit = self.look();
                found.keys.extend(self.count(hit));
            }
            found.is_tone |= self.run.is_some() || self.down.is_some();
        }
        let n_left = steps.remainder().len();
        pending.drain(..pending.len() - n_left);
        self.pending = pending;
        found
    }

    /// Takes a step; answers whether a window ends with it.
    fn step(&mut self, samples: &[f32]) -> bool {
        if self.window.len() == WINDOW_STEPS {
            self.window.pop_front();
        }
        // After a second every tone is back at its first phase.
        let phase = (self.n_steps % u64::from(STEPS_HZ)) as u32;
        self.window.push_back(correlate(&TABLES, phase, samples));
        self.n_steps += 1;
        self.n_steps.is_multiple_of(u64::from(HOP_STEPS))
    }

    /// Looks at the window; answers with the key that it shows.
    fn look(&mut self) -> Option<char> {
        let (mut now, mut power) = (Phasors::default(), 0.0);
        for (step, weight) in self.window.iter().zip(TABLES.weights) {
            power += weight * step.power;
            for (sum, tone) in now.iter_mut().zip(step.tones) {
                sum[0] += weight * tone[0];
                sum[1] += weight * tone[1];
            }
        }
        self.seen.push_back(now);
        let before = if self.seen.len() > TURN_WINDOWS { self.seen.pop_front() } else { None }?;
        let noise = self.noise(power);
        (power >= MIN_POWER).then(|| judge(&before, &now, power, noise)).flatten()
    }

    /// The power of the line's quietest moment, this one included.
    fn noise(&mut self, power: f32) -> f32 {
        while self.quietest.back().is_some_and(|(_, quiet)| *quiet >= power) {
            self.quietest.pop_back();
        }
        self.quietest.push_back((self.n_steps, power));
        while self.quietest.front().is_some_and(|(at, _)| at + NOISE_STEPS < self.n_steps) {
            self.quietest.pop_front();
        }
        self.quietest.front().map_or(power, |(_, quiet)| *quiet)
    }

    /// Counts hits; answers with a key when it goes down.
    fn count(&mut self, hit: Option<char>) -> Option<char> {
        self.down = match self.down {
            Some((key, _)) if hit == Some(key) => Some((key, 0)),
            Some((key, n_missed)) if n_missed < RELEASE_WINDOWS => Some((key, n_missed + 1)),
            Some(_) | None => None,
        };
        self.run = hit.map(|key| match self.run {
            Some((before, n_hits)) if before == key => (key, n_hits.saturating_add(1)),
            Some(_) | None => (key, 1),
        });
        let (key, n_hits) = self.run?;
        let is_new = n_hits >= KEY_HITS && self.down.is_none_or(|(down, _)| down != key);
        is_new.then(|| {
            self.down = Some((key, 0));
            key
        })
    }
}

/// Correlates a step's samples with the tones, as they run since the first step.
fn correlate(tables: &Tables, n_steps: u32, samples: &[f32]) -> Step {
    let mut step = Step::default();
    for (sample, tones) in samples.iter().zip(&tables.tones) {
        step.power += sample * sample / STEP_SAMPLES as f32;
        let share = sample / STEP_SAMPLES as f32;
        for (sum, tone) in step.tones.iter_mut().zip(tones) {
            sum[0] += share * tone[0];
            sum[1] += share * tone[1];
        }
    }
    for (sum, hz) in step.tones.iter_mut().zip(TONES_HZ) {
        let [cos, sin] = tables.turn[(hz * n_steps % STEPS_HZ) as usize];
        *sum = [sum[0] * cos - sum[1] * sin, sum[0] * sin + sum[1] * cos];
    }
    step
}

/// Says which key a window is, if any.
fn judge(before: &Phasors, now: &Phasors, power: f32, noise: f32) -> Option<char> {
    let strongest = |tones: std::ops::Range<usize>| {
        tones.max_by(|a, b| square(now[*a]).total_cmp(&square(now[*b])))
    };
    let (low, high) = (strongest(0..GROUP)?, strongest(GROUP..2 * GROUP)?);
    let low_power = tone_power(TONES_HZ[low], before[low], now[low])?;
    let high_power = tone_power(TONES_HZ[high], before[high], now[high])?;
    let twist = high_power / low_power;
    let pair = low_power + high_power;
    let allowed = (MAX_REST * pair + REST_OVER_NOISE * noise).min(MOST_REST * pair);
    let is_pair = power - pair <= allowed;
    (is_pair && (MIN_TWIST..=MAX_TWIST).contains(&twist)).then(|| KEYS[low][high - GROUP])
}

/// The mean power of a tone; `None` where it is too far off its frequency.
fn tone_power(hz: u32, before: Phasor, now: Phasor) -> Option<f32> {
    let turned = [now[0] * before[0] + now[1] * before[1], now[1] * before[0] - now[0] * before[1]];
    let off_hz = turned[1].atan2(turned[0]) / TAU * TURNS_HZ;
    if off_hz.abs() > MAX_OFF * hz as f32 {
        return None;
    }
    // A Hann window weakens what is off its middle: sinc(u) / (1 − u²) in bins.
    let bins = (off_hz * WINDOW_STEPS as f32 / STEPS_HZ as f32).abs().max(1e-3);
    let gain = (TAU / 2.0 * bins).sin() / (TAU / 2.0 * bins * (1.0 - bins * bins));
    Some(2.0 * square(now) / (gain * gain))
}

fn square([real, imaginary]: Phasor) -> f32 {
    real * real + imaginary * imaginary
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod tone;
