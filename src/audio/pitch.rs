//! How high a voice is, and whether one channel carries two.
//!
//! A recording of both sides on one channel makes the agent's words count as the caller's; door B
//! warns of it. This is a rough estimate from the pitch of whole utterances: it tells a low voice
//! from a high one, not two people of like pitch, and it never changes a decision. It refuses to
//! know who is speaking; its answer is one warning.

use super::RATE_HZ;

/// The lowest voice looked for; creaking male voices end near here.
const LOWEST_HZ: u32 = 60;

/// The highest voice looked for; excited women and children stay below it in the median.
const HIGHEST_HZ: u32 = 400;

const SHORTEST_LAG: usize = (RATE_HZ / HIGHEST_HZ) as usize;
const LONGEST_LAG: usize = (RATE_HZ / LOWEST_HZ) as usize;

/// Samples that are compared with those one lag later: 25 ms, more than one period of the lowest
/// voice and short enough for the pitch to hold still.
const WINDOW_SAMPLES: usize = RATE_HZ as usize / 40;

/// From one frame to the next: 20 ms gives 15 frames for the shortest word.
const HOP_SAMPLES: usize = RATE_HZ as usize / 50;

/// A frame counts as voiced when it repeats itself at least this well: vowels over a telephone are
/// above 0.8, noise stays below 0.5 in 25 ms.
const VOICED: f32 = 0.7;

/// Whole multiples of a period fit as well as the period; the shortest lag that comes this near to
/// the best fit is the period.
const NEAR_BEST: f32 = 0.88;

/// A frame whose power is below this share of the utterance's mean is a pause or an echo.
const QUIET_SHARE: f32 = 0.05;

/// Fewer voiced frames (0.2 s) say nothing about a voice.
const MIN_VOICED_FRAMES: usize = 10;

/// The least distance of two voices' medians. A man and a woman are 7 to 12 semitones apart; one
/// person's utterances mostly stay within 4 of each other.
const APART_SEMITONES: f32 = 5.0;

/// The share of the pitch's variance that lies between the two groups. An even spread, as of one
/// lively voice, has 0.75 of it between its halves; two voices have more.
const APART_VARIANCE: f32 = 0.85;

/// Each voice has at least this share of the speech, so that a cough or a radio makes no second one.
const MIN_SHARE: f32 = 0.2;

/// Each voice is heard at least this often: a single utterance may be a slip of the estimate.
const MIN_UTTERANCES: usize = 2;

/// Utterances kept of one recording: about an hour of speech, and the answer is clear long before.
const MAX_UTTERANCES: usize = 1_000;

/// Returns the median fundamental frequency of an utterance at 16 kHz; `None` where too little of
/// it is voiced.
#[must_use]
pub fn median_hz(samples: &[f32]) -> Option<f32> {
    let floor = QUIET_SHARE * power(samples) / samples.len().max(1) as f32;
    let mut voiced: Vec<f32> = samples
        .windows(WINDOW_SAMPLES + LONGEST_LAG)
        .step_by(HOP_SAMPLES)
        .filter(|frame| power(frame) / frame.len() as f32 > floor)
        .filter_map(period_samples)
        .map(|period| RATE_HZ as f32 / period as f32)
        .collect();
    if voiced.len() < MIN_VOICED_FRAMES {
        return None;
    }
    let middle = voiced.len() / 2;
    Some(*voiced.select_nth_unstable_by(middle, f32::total_cmp).1)
}

/// The period of one frame, by normalised cross-correlation; `None` where it is not voiced.
///
/// Telephones cut the fundamental itself off, but its overtones still repeat with its period.
fn period_samples(frame: &[f32]) -> Option<usize> {
    let head = &frame[..WINDOW_SAMPLES];
    let head_power = power(head);
    let mut later_power = power(&frame[SHORTEST_LAG..SHORTEST_LAG + WINDOW_SAMPLES]);
    let mut fits = [0.0_f32; LONGEST_LAG - SHORTEST_LAG + 1];
    for (idx, fit) in fits.iter_mut().enumerate() {
        let lag = SHORTEST_LAG + idx;
        let later = &frame[lag..lag + WINDOW_SAMPLES];
        let product: f32 = head.iter().zip(later).map(|(a, b)| a * b).sum();
        *fit = product / (head_power * later_power).sqrt().max(f32::MIN_POSITIVE);
        // The window moves on by one sample; rounding must not take its power below nothing.
        let next = frame.get(lag + WINDOW_SAMPLES).map_or(0.0, |sample| sample * sample);
        later_power = (later_power + next - frame[lag] * frame[lag]).max(0.0);
    }
    let best = fits.iter().copied().fold(0.0, f32::max);
    if best < VOICED {
        return None;
    }
    let first = fits.iter().position(|&fit| fit >= NEAR_BEST * best)?;
    // From there up the slope to the peak itself.
    let climb = fits[first..].windows(2).take_while(|pair| pair[1] > pair[0]).count();
    Some(SHORTEST_LAG + first + climb)
}

fn power(samples: &[f32]) -> f32 {
    samples.iter().map(|sample| sample * sample).sum()
}

/// Collects the utterances of one channel of a recording.
#[derive(Clone, Debug, Default)]
pub struct Voices {
    utterances: Vec<Utterance>,
}

#[derive(Clone, Copy, Debug)]
struct Utterance {
    /// Semitones above 1 Hz: equal steps sound equal.
    semitones: f32,
    seconds: f32,
}

impl Voices {
    /// Feeds one utterance at 16 kHz. Without a clear pitch it does not count.
    pub fn push(&mut self, samples: &[f32]) {
        if let Some(hz) = median_hz(samples) {
            self.add(hz, samples.len() as f32 / RATE_HZ as f32);
        }
    }

    fn add(&mut self, hz: f32, seconds: f32) {
        if self.utterances.len() < MAX_UTTERANCES {
            self.utterances.push(Utterance { semitones: 12.0 * hz.log2(), seconds });
        }
    }

    /// Whether the utterances fall into a low voice and a high one, clearly apart.
    #[must_use]
    pub fn are_two(&self) -> bool {
        let mut sorted = self.utterances.clone();
        sorted.sort_by(|a, b| a.semitones.total_cmp(&b.semitones));
        let whole = Group::of(&sorted);
        (MIN_UTTERANCES..sorted.len()).any(|cut| {
            let (low, high) = sorted.split_at(cut);
            let (low_group, high_group) = (Group::of(low), Group::of(high));
            let within = low_group.deviation + high_group.deviation;
            high.len() >= MIN_UTTERANCES
                && low_group.seconds.min(high_group.seconds) >= MIN_SHARE * whole.seconds
                && high[high.len() / 2].semitones - low[low.len() / 2].semitones >= APART_SEMITONES
                && within <= (1.0 - APART_VARIANCE) * whole.deviation
        })
    }
}

/// What one group of utterances amounts to.
struct Group {
    seconds: f32,
    /// Squared distances from the mean, weighted by seconds.
    deviation: f32,
}

impl Group {
    fn of(utterances: &[Utterance]) -> Self {
        let seconds = utterances.iter().map(|one| one.seconds).sum::<f32>();
        let mean = utterances.iter().map(|one| one.seconds * one.semitones).sum::<f32>() / seconds;
        let deviation =
            utterances.iter().map(|one| one.seconds * (one.semitones - mean).powi(2)).sum();
        Self { seconds, deviation }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::f32::consts::TAU;

    /// A pulse train through one resonance at 700 Hz: a crude vowel of 0.6 s.
    fn vowel(hz: f32) -> Vec<f32> {
        let (radius, angle) = (0.97_f32, TAU * 700.0 / RATE_HZ as f32);
        let (mut phase, mut last, mut before) = (1.0, 0.0, 0.0);
        (0..RATE_HZ * 6 / 10)
            .map(|_| {
                let mut pulse = 0.0;
                if phase >= 1.0 {
                    phase -= 1.0;
                    pulse = 0.1;
                }
                phase += hz / RATE_HZ as f32;
                let sample = pulse + 2.0 * radius * angle.cos() * last - radius * radius * before;
                (before, last) = (last, sample);
                sample
            })
            .collect()
    }

    fn tone(hz: f32) -> Vec<f32> {
        (0..RATE_HZ / 2).map(|n| 0.3 * (TAU * hz * n as f32 / RATE_HZ as f32).sin()).collect()
    }

    /// White noise of a small generator, so that the test needs no crate.
    fn noise() -> Vec<f32> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..RATE_HZ).map(|_| next()).collect()
    }

    fn are_two(utterances: &[(f32, f32)]) -> bool {
        let mut voices = Voices::default();
        for &(hz, seconds) in utterances {
            voices.add(hz, seconds);
        }
        voices.are_two()
    }

    #[test]
    fn the_pitch_of_a_voice_is_found_and_not_its_octave() {
        for hz in [70.0, 110.0, 160.0, 220.0, 330.0] {
            for samples in [vowel(hz), tone(hz)] {
                let found = median_hz(&samples).unwrap();
                assert!((found / hz - 1.0).abs() < 0.03, "{found} Hz instead of {hz} Hz");
            }
        }
    }

    #[test]
    fn noise_silence_and_snippets_have_no_pitch() {
        for samples in [noise(), vec![0.0; 16_000], vec![f32::MIN_POSITIVE; 16_000], Vec::new()] {
            assert_eq!(median_hz(&samples), None);
        }
        assert_eq!(median_hz(&vowel(120.0)[..2_000]), None);
    }

    #[test]
    fn a_low_and_a_high_voice_are_two() {
        let mut voices = Voices::default();
        for hz in [110.0, 205.0, 118.0, 220.0, 212.0] {
            voices.push(&vowel(hz));
        }
        assert!(voices.are_two());
    }

    #[test]
    fn one_lively_voice_is_not_two() {
        assert!(!are_two(&[(100.0, 1.0), (112.0, 2.0), (126.0, 2.0), (141.0, 2.0), (158.0, 1.0)]));
        assert!(!are_two(&[(190.0, 3.0), (200.0, 2.0), (210.0, 4.0), (205.0, 1.0)]));
    }

    #[test]
    fn a_single_slip_or_a_short_cry_is_no_second_voice() {
        assert!(!are_two(&[(110.0, 2.0), (112.0, 2.0), (220.0, 2.0)]));
        assert!(!are_two(&[(110.0, 9.0), (112.0, 9.0), (220.0, 0.4), (225.0, 0.4)]));
        assert!(!are_two(&[]));
    }

    proptest! {
        #[test]
        fn no_samples_make_the_estimate_panic_or_leave_its_range(
            samples in prop::collection::vec(-1.0_f32..1.0, 0..8_000),
        ) {
            if let Some(hz) = median_hz(&samples) {
                prop_assert!((LOWEST_HZ as f32 - 1.0..=HIGHEST_HZ as f32).contains(&hz));
            }
        }

        #[test]
        fn the_order_of_the_utterances_does_not_matter(
            mut utterances in prop::collection::vec((60.0_f32..400.0, 0.2_f32..9.0), 0..12),
        ) {
            let forwards = are_two(&utterances);
            utterances.reverse();
            prop_assert_eq!(are_two(&utterances), forwards);
        }
    }
}
