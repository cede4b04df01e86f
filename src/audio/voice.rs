//! A voice for tests: no words, but the detector takes it for speech.

use std::f32::consts::TAU;

/// Something that the detector takes for a voice: a buzz with formants, louder and softer in the
/// rhythm of syllables.
pub(crate) fn voice(ms: usize) -> Vec<f32> {
    let n_samples = ms * 16;
    let mut phase = 0.0_f32;
    (0..n_samples)
        .map(|n| {
            let seconds = n as f32 / 16_000.0;
            let pitch = 140.0 + 25.0 * (TAU * 1.7 * seconds).sin();
            phase = (phase + pitch / 16_000.0).fract();
            let buzz: f32 = (1..24)
                .map(|k| {
                    let hz = pitch * k as f32;
                    let formant =
                        |centre: f32, width: f32| (-((hz - centre) / width).powi(2)).exp();
                    let gain = formant(600.0, 180.0) + 0.6 * formant(1_500.0, 250.0) + 0.02;
                    gain * (TAU * k as f32 * phase).sin()
                })
                .sum();
            let syllable = 0.25 + 0.75 * (TAU * 2.2 * seconds).sin().abs();
            0.12 * syllable * buzz
        })
        .collect()
}
