//! What one caller does: waits, speaks, maybe presses a key or hangs up. Drawn from a seed.

use crate::{
    audio::{Encoding, Format, g711, wav},
    wire::client::Recording,
};
use fastrand::Rng;
use std::{io::Cursor, time::Duration};

/// Telephone speech.
const RATE_HZ: u32 = 8_000;

/// Silence behind the words: longer than any call waits for its end (`speech.final_ms`).
const TAIL_MS: u32 = 1_500;

/// How long a call goes on behind the words until it is decided, for the share of speech:
/// the default `speech.final_ms`.
const UNTIL_DECIDED_MS: u32 = 640;

/// Shortest silence before the words.
const MIN_LEAD_MS: u32 = 200;

/// The line's own noise: about −70 dBFS, the floor of G.711.
const NOISE: i16 = 16;

/// The words: synthetic voices that say what they want.
const WORDS: [&[u8]; 4] = [
    include_bytes!("../../tests/data/calls/account_login.wav"),
    include_bytes!("../../tests/data/calls/content_report.wav"),
    include_bytes!("../../tests/data/calls/finance_withdrawal.wav"),
    include_bytes!("../../tests/data/calls/finance_recharge.wav"),
];

/// The words begin and end where a sample is louder than this: −36 dBFS, far above a line's noise.
const LOUD: u16 = 500;

/// How callers behave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Habits {
    /// Which part of a call is speech, 0 to 1.
    pub(super) speech_share: f64,
    /// Which part of the calls has a key pressed.
    pub(super) key_share: f64,
    /// Which part of the calls ends in the middle of the words.
    pub(super) hang_up_share: f64,
}

/// One call to be made.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) recording: Recording,
    pub(super) keys: Vec<(Duration, String)>,
    /// Where the words begin; nothing where nobody speaks.
    pub(super) speech_at: Option<Duration>,
}

/// The words, decoded, without the silence around them.
#[derive(Debug)]
pub(super) struct Words(Vec<Vec<i16>>);

impl Words {
    pub(super) fn load() -> Result<Self, crate::audio::Error> {
        WORDS.iter().map(|file| decode(file)).collect::<Result<_, _>>().map(Self)
    }

    /// Draws one call.
    pub(super) fn plan(&self, habits: &Habits, rng: &mut Rng) -> Plan {
        let no_words = Vec::new();
        let words = if habits.speech_share > 0.0 { rng.choice(&self.0) } else { None };
        let is_silent = words.is_none();
        let words = words.unwrap_or(&no_words);
        let words_ms = words.len() as u32 * 1_000 / RATE_HZ;
        let lead_ms = lead_ms(words_ms, habits.speech_share, rng);
        let mut samples = noise(lead_ms, rng);
        let speech_at = (!is_silent).then(|| Duration::from_millis(lead_ms.into()));
        let hangs_up = !is_silent && rng.f64() < habits.hang_up_share;
        if hangs_up {
            samples.extend(&words[..words.len() / 2]);
        } else {
            samples.extend(words);
            samples.extend(noise(TAIL_MS, rng));
        }
        let key = (rng.f64() < habits.key_share).then(|| {
            let at = Duration::from_millis(rng.u64(0..u64::from(lead_ms + words_ms / 2).max(1)));
            (at, rng.choice(["1", "2", "3", "0"]).unwrap_or("0").to_owned())
        });
        let bytes = samples.iter().map(|&sample| g711::to_alaw(sample)).collect();
        let format =
            Format { encoding: Encoding::Alaw, rate_hz: RATE_HZ, channels: 1, caller_channel: 0 };
        Plan { recording: Recording { format, bytes }, keys: key.into_iter().collect(), speech_at }
    }
}

/// So much silence before the words makes them their share of the call, give or take a third.
fn lead_ms(words_ms: u32, speech_share: f64, rng: &mut Rng) -> u32 {
    /// A call in which nobody speaks, in milliseconds.
    const SILENT_CALL_MS: u32 = 10_000;
    if words_ms == 0 {
        return SILENT_CALL_MS;
    }
    let silence = f64::from(words_ms) * (1.0 / speech_share - 1.0) - f64::from(UNTIL_DECIDED_MS);
    let drawn = silence * (2.0 / 3.0 + 2.0 / 3.0 * rng.f64());
    // `as` saturates.
    (drawn as u32).max(MIN_LEAD_MS)
}

fn noise(ms: u32, rng: &mut Rng) -> Vec<i16> {
    (0..ms * RATE_HZ / 1_000).map(|_| rng.i16(-NOISE..=NOISE)).collect()
}

/// Reads one of the recordings, which are 16 bits at 8 kHz.
fn decode(file: &[u8]) -> Result<Vec<i16>, crate::audio::Error> {
    let mut reader = wav::Reader::new(Cursor::new(file), file.len() as u64)?;
    let mut samples = Vec::new();
    reader.read(file.len(), &mut samples)?;
    let whole: Vec<i16> = samples.iter().map(|it| (it * 32_767.0) as i16).collect();
    let is_loud = |sample: &i16| sample.unsigned_abs() > LOUD;
    let begin = whole.iter().position(is_loud).unwrap_or(0);
    let end = whole.iter().rposition(is_loud).map_or(whole.len(), |last| last + 1);
    Ok(whole[begin..end].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Habits = Habits { speech_share: 0.25, key_share: 0.0, hang_up_share: 0.0 };

    fn plans(habits: &Habits, n: usize) -> Vec<Plan> {
        let (words, mut rng) = (Words::load().unwrap(), Rng::with_seed(7));
        (0..n).map(|_| words.plan(habits, &mut rng)).collect()
    }

    #[test]
    fn the_words_are_as_large_a_part_of_a_call_as_was_asked_for() {
        for wanted in [0.1, 0.25, 0.5] {
            let habits = Habits { speech_share: wanted, ..QUIET };
            let (mut words, mut calls) = (0.0, 0.0);
            for plan in plans(&habits, 400) {
                let ms = plan.recording.bytes.len() as f64 / 8.0 - f64::from(TAIL_MS);
                words += ms - plan.speech_at.unwrap().as_millis() as f64;
                calls += ms + f64::from(UNTIL_DECIDED_MS);
            }
            assert!((words / calls - wanted).abs() < 0.02, "{wanted}: {}", words / calls);
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_calls() {
        let bytes =
            |plans: Vec<Plan>| plans.into_iter().map(|it| it.recording.bytes).collect::<Vec<_>>();
        assert_eq!(bytes(plans(&QUIET, 5)), bytes(plans(&QUIET, 5)));
    }

    #[test]
    fn who_hangs_up_does_so_in_the_middle_of_the_words_and_who_presses_does_it_before_their_end() {
        let habits = Habits { key_share: 1.0, hang_up_share: 1.0, ..QUIET };
        let lengths = |words: &Words| words.0.iter().map(|it| it.len() / 2).collect::<Vec<_>>();
        let halves = lengths(&Words::load().unwrap());
        for plan in plans(&habits, 30) {
            let sent = plan.recording.bytes.len();
            let spoken = sent - plan.speech_at.unwrap().as_millis() as usize * 8;
            assert!(halves.contains(&spoken), "{spoken} of {halves:?}");
            assert_eq!(plan.keys.len(), 1);
            assert!(plan.keys[0].0.as_millis() as usize * 8 <= sent);
        }
        let silent = Habits { speech_share: 0.0, ..QUIET };
        assert!(plans(&silent, 3).iter().all(|plan| plan.speech_at.is_none()));
    }
}
