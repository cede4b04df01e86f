//! Every way to read every way to write.

use super::*;
use crate::audio::voice::voice;
use proptest::prelude::*;

fn write(samples: &[f32], reading: Reading) -> Vec<u8> {
    let linear = samples.iter().map(|sample| (sample * 32_767.0) as i16);
    match reading {
        Reading::Plain(Encoding::Mulaw) => linear.map(g711::to_mulaw).collect(),
        Reading::Plain(Encoding::Alaw) => linear.map(g711::to_alaw).collect(),
        Reading::Plain(Encoding::Linear16) => linear.flat_map(i16::to_le_bytes).collect(),
        Reading::Swapped => linear.flat_map(i16::to_be_bytes).collect(),
    }
}

fn format(encoding: Encoding) -> Format {
    Format { encoding, rate_hz: 8_000, channels: 1, caller_channel: 0 }
}

/// What is found, and after how many bytes.
fn found(format: Format, bytes: &[u8]) -> Option<(Mixup, usize)> {
    let mut watch = Watch::new(format);
    let (mut rest, mut n_bytes) = (bytes, 0);
    while let Some(room) = watch.room().filter(|_| !rest.is_empty()) {
        let (piece, tail) = rest.split_at(room.min(rest.len()));
        n_bytes += piece.len();
        if let Some(mixup) = watch.push(piece) {
            return Some((mixup, n_bytes));
        }
        rest = tail;
    }
    None
}

const DECLARED: [Encoding; 3] = [Encoding::Mulaw, Encoding::Alaw, Encoding::Linear16];

/// A voice at 8 kHz.
fn speech(ms: usize, gain: f32) -> Vec<f32> {
    voice(ms).chunks(2).map(|pair| (gain * pair[0]).clamp(-1.0, 1.0)).collect()
}

#[track_caller]
fn nothing_is_found(samples: &[f32]) {
    for encoding in DECLARED {
        let bytes = write(samples, Reading::Plain(encoding));
        assert_eq!(found(format(encoding), &bytes), None, "{encoding:?}");
    }
}

#[test]
fn every_mix_up_is_found_within_three_seconds_of_speech() {
    for gain in [0.3, 1.0, 2.0] {
        for encoding in DECLARED {
            for reading in READINGS.into_iter().filter(|it| *it != Reading::Plain(encoding)) {
                let bytes = write(&speech(6_000, gain), reading);
                let found = found(format(encoding), &bytes);
                let (mixup, n_bytes) =
                    found.unwrap_or_else(|| panic!("{encoding:?} {reading} {gain}"));
                assert_eq!(mixup, Mixup { declared: encoding, found: reading });
                let seconds = n_bytes as f64 / reading.sample_bytes() as f64 / 8_000.0;
                assert!(seconds <= 3.0, "{encoding:?} {reading}: {seconds} s");
            }
        }
    }
}

#[test]
fn a_mix_up_of_quiet_speech_is_found_rightly_or_not_at_all() {
    for gain in [0.003, 0.01, 0.03, 0.1] {
        for encoding in DECLARED {
            for reading in READINGS.into_iter().filter(|it| *it != Reading::Plain(encoding)) {
                let found = found(format(encoding), &write(&speech(8_000, gain), reading));
                let is_right = found.is_none_or(|(mixup, _)| mixup.found == reading);
                assert!(is_right, "{encoding:?} {reading} {gain}: {found:?}");
            }
        }
    }
}

#[test]
fn a_silent_beginning_only_delays_it() {
    for encoding in DECLARED {
        for reading in READINGS.into_iter().filter(|it| *it != Reading::Plain(encoding)) {
            let samples = [vec![0.0; 40_000], speech(6_000, 1.0)].concat();
            let mixup = found(format(encoding), &write(&samples, reading)).unwrap().0;
            assert_eq!(mixup.found, reading);
        }
    }
}

#[test]
fn the_callers_channel_counts_at_any_rate() {
    let mono = write(&voice(6_000), Reading::Plain(Encoding::Alaw));
    let stereo: Vec<u8> = mono.iter().flat_map(|byte| [0x55, *byte]).collect();
    let format =
        Format { rate_hz: 16_000, channels: 2, caller_channel: 1, ..format(Encoding::Mulaw) };
    assert_eq!(found(format, &stereo).unwrap().0.found, Reading::Plain(Encoding::Alaw));
    let other = Format { caller_channel: 0, ..format };
    assert_eq!(found(other, &stereo), None);
}

#[test]
fn speech_as_declared_is_proven_soon_and_then_costs_nothing() {
    for encoding in DECLARED {
        let mut watch = Watch::new(format(encoding));
        let bytes = write(&speech(8_000, 1.0), Reading::Plain(encoding));
        for piece in bytes.chunks(watch.block_bytes) {
            assert_eq!(watch.push(piece), None);
        }
        assert_eq!(watch.room(), None);
    }
}

#[test]
fn quiet_and_clipped_speech_as_declared_is_no_mix_up() {
    for gain in [0.001, 0.004, 0.02, 0.1, 1.0, 10.0, 100.0] {
        nothing_is_found(&speech(8_000, gain));
    }
}

#[test]
fn silence_hum_and_tones_are_no_mix_up() {
    nothing_is_found(&vec![0.0; 80_000]);
    for hz in [25, 50, 300, 440, 697, 1_209, 2_100, 3_400, 3_990] {
        let turn = std::f32::consts::TAU * hz as f32 / 8_000.0;
        for gain in [0.000_1, 0.01, 0.5, 1.0, 3.0] {
            let tone = (0..40_000).map(|n| (gain * (turn * n as f32).sin()).clamp(-1.0, 1.0));
            nothing_is_found(&tone.collect::<Vec<_>>());
        }
    }
}

/// The sample calls, in the encoding of the file and in all others.
#[test]
fn the_sample_calls_are_no_mix_up() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/calls");
    let mut n_calls = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "wav") {
            continue;
        }
        let mut reader = crate::audio::wav::Reader::open(&path).unwrap();
        let mut samples = Vec::new();
        reader.read(usize::MAX, &mut samples).unwrap();
        let format = Format {
            rate_hz: reader.rate_hz(),
            channels: reader.channels(),
            ..format(Encoding::Alaw)
        };
        for encoding in DECLARED {
            let bytes = write(&samples, Reading::Plain(encoding));
            let format = Format { encoding, ..format };
            assert_eq!(found(format, &bytes), None, "{} {encoding:?}", path.display());
        }
        n_calls += 1;
    }
    assert!(n_calls > 20);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Chords with noise, as music is, of any loudness, also clipped.
    #[test]
    fn music_and_noise_are_no_mix_up(
        tones in prop::collection::vec((30.0_f32..3_900.0, 0.0_f32..0.5), 0..6),
        noise in 0.0_f32..1.0,
        gain in 0.001_f32..4.0,
        seed: u64,
    ) {
        let mut random = fastrand::Rng::with_seed(seed);
        let samples: Vec<f32> = (0..32_000).map(|n| {
            let sum: f32 = tones.iter().map(|(hz, level)| {
                level * (std::f32::consts::TAU * hz * n as f32 / 8_000.0).sin()
            }).sum();
            (gain * (sum + noise * (random.f32() - 0.5))).clamp(-1.0, 1.0)
        }).collect();
        nothing_is_found(&samples);
    }

    #[test]
    fn any_bytes_do_no_harm(
        bytes in prop::collection::vec(any::<u8>(), 0..4_000),
        rate_hz in 8_000_u32..48_000,
        channels in 1_u16..33,
    ) {
        for encoding in DECLARED {
            let format = Format { encoding, rate_hz, channels, caller_channel: channels - 1 };
            prop_assert_eq!(found(format, &bytes), None);
        }
    }
}
