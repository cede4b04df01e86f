//! How loud, how clipped: measures of an utterance, and bringing it to an even level.
//!
//! The speech model's log-mel input is not level-invariant, so each utterance is brought to the
//! level the model was trained around. The measures also tell a bad line from a caller who cannot
//! be understood.

/// The level that utterances are brought to, in dBFS (root mean square): the middle of the range
/// that the default model was trained on.
pub const TARGET_DBFS: f32 = -22.0;

/// The most gain: beyond it the line's own noise would be raised to speech level.
pub const MAX_GAIN_DB: f32 = 30.0;

/// What is quieter than this is no speech that a telephone carries (G.711's own noise floor is
/// near −70 dBFS).
pub const TOO_QUIET_DBFS: f32 = -55.0;

/// A sample at or above this is taken as clipped: µ-law's largest value is 0.980.
const CLIPPED: f32 = 0.975;

/// The share of clipped samples that makes speech hard to understand; clean speech that is
/// brought to full scale stays below one in a thousand.
pub const CLIPPED_SHARE_BAD: f32 = 0.01;

/// Measures of one utterance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Root mean square, dB relative to full scale; −120 for digital silence.
    pub rms_dbfs: f32,
    /// The largest magnitude, 0 to 1.
    pub peak: f32,
    /// The share of samples at full scale, 0 to 1.
    pub clipped_share: f32,
}

/// Measures samples.
#[must_use]
pub fn measure(samples: &[f32]) -> Level {
    let n_samples = samples.len().max(1) as f32;
    // Eight sums at a time, so that the processor takes eight samples at a time.
    let (mut powers, mut peaks, mut clipped) = ([0.0_f64; 8], [0.0_f32; 8], [0.0_f32; 8]);
    let (eights, rest) = samples.as_chunks::<8>();
    let mut last = [0.0; 8];
    last[..rest.len()].copy_from_slice(rest);
    for samples in eights.iter().chain([&last]) {
        for (at, sample) in samples.iter().enumerate() {
            powers[at] += f64::from(*sample) * f64::from(*sample);
            peaks[at] = if sample.abs() > peaks[at] { sample.abs() } else { peaks[at] };
            clipped[at] += if sample.abs() >= CLIPPED { 1.0 } else { 0.0 };
        }
    }
    let peak = peaks.iter().copied().fold(0.0, f32::max);
    let n_clipped: f32 = clipped.iter().sum();
    let rms = (powers.iter().sum::<f64>() / f64::from(n_samples)).sqrt() as f32;
    Level { rms_dbfs: to_db(rms), peak, clipped_share: n_clipped / n_samples }
}

/// Brings samples to [`TARGET_DBFS`], without clipping and by at most [`MAX_GAIN_DB`].
pub fn even_out(samples: &mut [f32]) {
    even_out_to(samples, TARGET_DBFS);
}

/// Brings samples to a level, without clipping and by at most [`MAX_GAIN_DB`].
pub fn even_out_to(samples: &mut [f32], target_dbfs: f32) {
    let level = measure(samples);
    if level.peak == 0.0 {
        return;
    }
    let wanted_db = (target_dbfs - level.rms_dbfs).min(MAX_GAIN_DB);
    let gain = 10_f32.powf(wanted_db / 20.0).min(1.0 / level.peak);
    for sample in samples {
        *sample *= gain;
    }
}

fn to_db(amplitude: f32) -> f32 {
    20.0 * amplitude.max(1e-6).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(amplitude: f32) -> Vec<f32> {
        (0..1_000).map(|n| if n % 2 == 0 { amplitude } else { -amplitude }).collect()
    }

    #[test]
    fn quiet_and_loud_utterances_come_out_alike() {
        for amplitude in [0.01, 0.1, 0.9] {
            let mut samples = square(amplitude);
            even_out(&mut samples);
            assert!((measure(&samples).rms_dbfs - TARGET_DBFS).abs() < 0.1);
        }
    }

    #[test]
    fn silence_stays_silence_and_noise_floors_stay_low() {
        let mut silence = vec![0.0; 10];
        even_out(&mut silence);
        assert_eq!(silence, [0.0; 10]);
        let mut floor = square(0.000_3);
        even_out(&mut floor);
        assert!(measure(&floor).rms_dbfs < -40.0);
    }

    #[test]
    fn clipping_is_counted() {
        assert_eq!(measure(&square(1.0)).clipped_share, 1.0);
        assert_eq!(measure(&square(0.5)).clipped_share, 0.0);
    }
}
