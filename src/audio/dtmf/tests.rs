//! Tones as lines carry them, and what must not be taken for one.

use super::{
    tone::{Tone, dial},
    *,
};
use crate::audio::{g711, voice::voice};
use proptest::prelude::*;

const ALL: &str = "1234567890*#ABCD";

/// What is found, and how many samples count as tones.
fn found(samples: &[f32]) -> (String, usize) {
    let (mut detector, mut keys, mut n_tone) = (Detector::default(), String::new(), 0);
    for frame in samples.chunks(256) {
        let found = detector.push(frame);
        keys.extend(found.keys);
        n_tone += if found.is_tone { frame.len() } else { 0 };
    }
    (keys, n_tone)
}

fn keys(samples: &[f32]) -> String {
    found(samples).0
}

/// The tone with silence around it, beginning `offset` samples into a frame.
fn on_a_line(tone: Tone, offset: usize) -> Vec<f32> {
    let mut samples = vec![0.0; 1_600 + offset];
    samples.extend(tone.samples());
    samples.resize(samples.len() + 1_600, 0.0);
    samples
}

fn noise(seed: u64, n_samples: usize, dbfs: f32) -> Vec<f32> {
    let mut random = fastrand::Rng::with_seed(seed);
    // Even noise between −a and a has a power of a² / 3.
    let peak = (3.0 * 10_f32.powf(dbfs / 10.0)).sqrt();
    (0..n_samples).map(|_| peak * (2.0 * random.f32() - 1.0)).collect()
}

fn mixed(mut samples: Vec<f32>, other: &[f32]) -> Vec<f32> {
    for (sample, other) in samples.iter_mut().zip(other) {
        *sample += other;
    }
    samples
}

#[track_caller]
fn all_are_found(change: impl Fn(Tone) -> Tone) {
    for key in ALL.chars() {
        for offset in [0, 17, 101] {
            let tone = change(Tone::new(key, 40));
            assert_eq!(keys(&on_a_line(tone, offset)), key.to_string(), "{tone:?} at {offset}");
        }
    }
}

#[test]
fn every_key_is_found_at_every_level_in_40_ms() {
    for dbfs in [-3.0, -12.0, -24.0, -30.0, -36.0] {
        all_are_found(|tone| Tone { dbfs, ..tone });
    }
}

#[test]
fn every_key_is_found_with_the_twist_that_lines_add() {
    for twist_db in [-8.0, -4.0, 0.0, 4.0] {
        all_are_found(|tone| Tone { twist_db, ..tone });
    }
}

#[test]
fn frequencies_may_be_off_by_one_and_a_half_percent() {
    for low in [-0.015, 0.015] {
        for high in [-0.015, 0.015] {
            all_are_found(|tone| Tone { off: (low, high), ..tone });
            all_are_found(|tone| Tone { off: (low, high), twist_db: -8.0, ..tone });
        }
    }
}

#[test]
fn frequencies_that_are_off_by_three_and_a_half_percent_are_no_key() {
    for key in ALL.chars() {
        for off in [(-0.035, 0.0), (0.035, 0.0), (0.0, -0.035), (0.0, 0.035), (0.035, 0.035)] {
            let tone = Tone { off, ..Tone::new(key, 100) };
            assert_eq!(keys(&on_a_line(tone, 5)), "", "{tone:?}");
        }
    }
}

#[test]
fn a_tone_that_is_far_louder_than_the_other_is_no_key() {
    for key in ALL.chars() {
        for twist_db in [-14.0, 10.0] {
            let tone = Tone { twist_db, ..Tone::new(key, 100) };
            assert_eq!(keys(&on_a_line(tone, 5)), "", "{tone:?}");
        }
    }
}

#[test]
fn keys_survive_noise_10_db_below_them() {
    for (seed, key) in ALL.chars().enumerate() {
        for (dbfs, twist_db, offset) in [(-10.0, 0.0, 3), (-20.0, -8.0, 90), (-26.0, 4.0, 200)] {
            let tone = Tone { dbfs, twist_db, ..Tone::new(key, 50) };
            let samples = on_a_line(tone, offset);
            let noise = noise(seed as u64, samples.len(), dbfs - 10.0);
            assert_eq!(keys(&mixed(samples, &noise)), key.to_string(), "{tone:?}");
        }
    }
}

#[test]
fn keys_survive_g711() {
    let round_trip = |to: fn(i16) -> u8, table: &[i16; 256], samples: &[f32]| -> Vec<f32> {
        let byte = |sample: &f32| usize::from(to((sample * 32_767.0) as i16));
        samples.iter().map(|sample| f32::from(table[byte(sample)]) / 32_768.0).collect()
    };
    for dbfs in [-6.0, -36.0] {
        for key in ALL.chars() {
            let samples = on_a_line(Tone { dbfs, twist_db: -8.0, ..Tone::new(key, 45) }, 40);
            let mulaw = round_trip(g711::to_mulaw, &g711::MULAW, &samples);
            let alaw = round_trip(g711::to_alaw, &g711::ALAW, &samples);
            assert_eq!(keys(&mulaw), key.to_string());
            assert_eq!(keys(&alaw), key.to_string());
        }
    }
}

#[test]
fn a_tone_of_23_ms_is_no_key() {
    for key in ALL.chars() {
        for offset in 0..32 {
            assert_eq!(keys(&on_a_line(Tone::new(key, 23), 7 * offset)), "", "{key}");
        }
    }
}

#[test]
fn a_key_that_is_held_is_one_key_and_all_of_it_is_tone() {
    let (keys, n_tone) = found(&on_a_line(Tone::new('5', 20_000), 0));
    assert_eq!(keys, "5");
    assert!(n_tone.abs_diff(20_000 * 16) < 800, "{n_tone}");
}

#[test]
fn a_break_of_10_ms_is_within_a_key_and_a_pause_of_40_ms_is_between_two() {
    for (gap_ms, expected) in [(10, "7"), (40, "77")] {
        let mut samples = on_a_line(Tone::new('7', 150), 0);
        let middle = 1_600 + 75 * 16;
        samples[middle..middle + gap_ms * 16].fill(0.0);
        assert_eq!(keys(&samples), expected, "{gap_ms} ms");
    }
}

#[test]
fn keys_are_told_in_order() {
    assert_eq!(keys(&dial("0123456789*#ABCD112233")), "0123456789*#ABCD112233");
}

#[test]
fn one_tone_alone_a_chord_and_silence_are_no_keys() {
    let sine = |hz: f32| (0..16_000).map(move |n| 0.3 * (TAU * hz * n as f32 / 16_000.0).sin());
    for hz in (300..3_400).step_by(11) {
        assert_eq!(found(&sine(hz as f32).collect::<Vec<_>>()).0, "", "{hz} Hz");
    }
    let chord: Vec<f32> =
        sine(697.0).zip(sine(1_209.0)).zip(sine(1_000.0)).map(|((a, b), c)| a + b + c).collect();
    assert_eq!(keys(&chord), "");
    assert_eq!(found(&vec![0.0; 16_000]), (String::new(), 0));
    // The ringing and the busy tone of China (GF 002-9002.1), and that of America.
    assert_eq!(keys(&sine(450.0).collect::<Vec<_>>()), "");
    let busy: Vec<f32> = sine(480.0).zip(sine(620.0)).map(|(a, b)| a + b).collect();
    assert_eq!(keys(&busy), "");
}

#[test]
fn a_voice_is_no_key_and_stays_whole() {
    assert_eq!(found(&voice(60_000)), (String::new(), 0));
}

#[test]
fn a_harmonic_beside_the_pair_is_a_voice() {
    let tone = Tone::new('5', 200).samples();
    let second: Vec<f32> =
        (0..tone.len()).map(|n| 0.2 * (TAU * 1_540.0 * n as f32 / 16_000.0).sin()).collect();
    assert_eq!(keys(&mixed(tone, &second)), "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn noise_of_any_level_is_never_a_key(seed: u64, dbfs in -60.0_f32..0.0) {
        prop_assert_eq!(found(&noise(seed, 32_000, dbfs)).0, "");
    }

    #[test]
    fn how_the_samples_are_cut_changes_nothing(
        cuts in prop::collection::vec(1_usize..700, 1..40),
        seed: u64,
    ) {
        let samples = dial("159D*0#");
        let samples = mixed(samples.clone(), &noise(seed, samples.len(), -30.0));
        let (mut detector, mut rest, mut keys) = (Detector::default(), &samples[..], String::new());
        for cut in cuts.into_iter().cycle() {
            let (piece, tail) = rest.split_at(cut.min(rest.len()));
            keys.extend(detector.push(piece).keys);
            rest = tail;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(keys, "159D*0#");
    }

    /// Whatever a client sends: no number is too large, or none.
    #[test]
    fn samples_that_are_no_sound_do_no_harm(
        samples in prop::collection::vec(any::<f32>(), 0..2_000),
    ) {
        let mut detector = Detector::default();
        detector.push(&samples);
        // What is no number is in the window for 20 ms, and not longer.
        detector.push(&[0.0; 1_600]);
        let tone = Tone::new('0', 80).samples();
        prop_assert_eq!(detector.push(&tone).keys, vec!['0']);
    }
}
