//! What machines and bad lines sound like, made for tests.

use crate::audio::{Decoder, Encoding, Format, g711};
use std::f32::consts::TAU;

pub(crate) const ENCODINGS: [Encoding; 3] = [Encoding::Linear16, Encoding::Mulaw, Encoding::Alaw];

/// One of a network's sounds by its name in call scripts.
pub(crate) fn named(name: &str, ms: usize) -> Vec<f32> {
    match name {
        "ring_back" => cadence(450.0, 1_000, 4_000, ms),
        "busy" => cadence(450.0, 350, 350, ms),
        "fax" => cadence(1_100.0, 500, 3_000, ms),
        "music" => music(ms),
        other => panic!("unknown sound: {other}"),
    }
}

/// A tone at −20 dBFS that comes and goes, on a line with a hiss of −65 dBFS.
pub(crate) fn cadence(hz: f32, on_ms: usize, off_ms: usize, ms: usize) -> Vec<f32> {
    let mut hiss = noise(1, 0.002);
    (0..ms * 16)
        .map(|n| {
            let is_on = n / 16 % (on_ms + off_ms) < on_ms;
            let tone = 0.141 * (TAU * hz * n as f32 / 16_000.0).sin();
            hiss.next().unwrap_or_default() + if is_on { tone } else { 0.0 }
        })
        .collect()
}

/// A plucked melody over held chords, near −20 dBFS.
pub(crate) fn music(ms: usize) -> Vec<f32> {
    // Semitones above A3 (220 Hz): two beats of melody to a second, a chord every two seconds.
    const MELODY: [i32; 8] = [12, 16, 19, 16, 17, 14, 11, 7];
    const CHORDS: [[i32; 3]; 2] = [[0, 4, 7], [5, 9, 12]];
    let voice = |semitone: i32, n: usize| -> f32 {
        let hz = 220.0 * 2_f32.powf(semitone as f32 / 12.0);
        (1..5).map(|k| (TAU * hz * k as f32 * n as f32 / 16_000.0).sin() / (k * k) as f32).sum()
    };
    (0..ms * 16)
        .map(|n| {
            let (beat, within) = (n / 8_000, (n % 8_000) as f32 / 8_000.0);
            let chord: f32 = CHORDS[n / 32_000 % 2].iter().map(|it| voice(*it, n)).sum();
            let pluck = (-2.0 * within).exp() * voice(MELODY[beat % 8], n);
            0.04 * chord + 0.1 * pluck
        })
        .collect()
}

/// White noise of this peak-to-peak amplitude, for ever; its power is that squared, over 12.
pub(crate) fn noise(seed: u32, amplitude: f32) -> impl Iterator<Item = f32> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        amplitude * (state as f32 / u32::MAX as f32 - 0.5)
    })
}

/// What comes out of a call's own decoder.
pub(crate) fn through(encoding: Encoding, samples: &[f32]) -> Vec<f32> {
    let format = Format { encoding, rate_hz: 8_000, channels: 1, caller_channel: 0 };
    let mut decoder = Decoder::new(format).unwrap();
    let linear = samples.iter().step_by(2).map(|sample| (sample * 32_767.0) as i16);
    let bytes: Vec<u8> = match encoding {
        Encoding::Linear16 => linear.flat_map(i16::to_le_bytes).collect(),
        Encoding::Mulaw => linear.map(g711::to_mulaw).collect(),
        Encoding::Alaw => linear.map(g711::to_alaw).collect(),
    };
    let mut out = Vec::new();
    decoder.push(&bytes, &mut out).unwrap();
    decoder.flush(&mut out).unwrap();
    out
}
