//! Whisper's log-mel spectrum, with the values that whisper.cpp computes.
//!
//! A frame every 10 ms: 400 samples under a Hann window, their power in 201 bins, weighed by the
//! model's own filters into bands, the logarithm of it, held within 8 decades of the loudest and
//! scaled. whisper.cpp's own transform takes a fifth of the default model's whole time. It refuses to
//! know what the bands mean; they go to the engine.

use crate::audio::spectrum::{self, Spectrum};

/// Samples that a frame looks at: 25 ms at 16 kHz.
pub(super) const FRAME: usize = 400;
/// Samples from one frame to the next: 10 ms.
const STEP: usize = 160;
/// The first frame looks at so many samples before the first, which are the next ones mirrored.
const MIRRORED: usize = FRAME / 2;
/// Bins of a frame's spectrum.
const BINS: usize = FRAME / 2 + 1;
/// What counts as silence, so that its logarithm is a number (openai/whisper, `audio.py`).
const FLOOR: f32 = 1e-10;
/// Everything this many decades below the loudest is held there (the same).
const DECADES: f32 = 8.0;

/// The filters of one model, ready for use; shared by all its recognisers.
#[derive(Debug)]
pub(super) struct Mel {
    bands: Vec<Band>,
    spectrum: Spectrum,
}

/// The part of a filter that is not nought.
#[derive(Debug)]
struct Band {
    first_bin: usize,
    weights: Vec<f32>,
}

/// Memory of one recogniser, overwritten by each frame.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    frame: Vec<f32>,
    spectrum: spectrum::Scratch,
}

impl Mel {
    /// Takes a model's filters: 201 weights for each band.
    pub(super) fn new(filters: &[f32]) -> Self {
        let bands = filters.chunks_exact(BINS).map(Band::new).collect();
        Self { bands, spectrum: Spectrum::new(FRAME) }
    }

    pub(super) fn n_bands(&self) -> usize {
        self.bands.len()
    }

    /// Writes the spectrum of finite samples, as if silence without end followed them: `n_frames`
    /// values of the first band, then those of the next.
    pub(super) fn spectrum(
        &self,
        samples: &[f32],
        n_frames: usize,
        scratch: &mut Scratch,
        bands: &mut Vec<f32>,
    ) {
        bands.clear();
        bands.resize(self.bands.len() * n_frames, FLOOR.log10());
        // Frames behind that look at nothing but silence.
        let n_heard = (samples.len() + MIRRORED).div_ceil(STEP).min(n_frames);
        scratch.frame.resize(FRAME, 0.0);
        let mut loudest = FLOOR.log10();
        for number in 0..n_heard {
            copy(samples, number * STEP, &mut scratch.frame);
            let power = self.spectrum.power(&mut scratch.frame, &mut scratch.spectrum);
            for (band, row) in self.bands.iter().zip(bands.chunks_exact_mut(n_frames)) {
                let level = band.weigh(power).max(FLOOR).log10();
                loudest = loudest.max(level);
                row[number] = level;
            }
        }
        let least = loudest - DECADES;
        bands.iter_mut().for_each(|level| *level = (level.max(least) + 4.0) / 4.0);
    }
}

impl Band {
    fn new(filter: &[f32]) -> Self {
        let first = filter.iter().position(|weight| *weight != 0.0).unwrap_or(0);
        let behind =
            filter.iter().rposition(|weight| *weight != 0.0).map_or(first, |last| last + 1);
        Self { first_bin: first, weights: filter[first..behind].to_vec() }
    }

    fn weigh(&self, power: &[f32]) -> f32 {
        power[self.first_bin..]
            .iter()
            .zip(&self.weights)
            .map(|(power, weight)| power * weight)
            .sum()
    }
}

/// Fills a frame that begins so many samples behind the mirrored start.
fn copy(samples: &[f32], start: usize, frame: &mut [f32]) {
    let sample = |at: usize| samples.get(at).copied().unwrap_or(0.0);
    let n_mirrored = MIRRORED.saturating_sub(start);
    for (idx, mirrored) in frame[..n_mirrored].iter_mut().enumerate() {
        *mirrored = sample(n_mirrored - idx);
    }
    let rest = samples.get((start + n_mirrored).saturating_sub(MIRRORED)..).unwrap_or_default();
    let (heard, silent) = frame[n_mirrored..].split_at_mut(rest.len().min(FRAME - n_mirrored));
    heard.copy_from_slice(&rest[..heard.len()]);
    silent.fill(0.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        ggml,
        tiny::{self, Noise},
    };

    fn mel() -> Mel {
        Mel::new(&ggml::mel_filters(tiny::bytes()))
    }

    fn spectrum(samples: &[f32], n_frames: usize) -> Vec<f32> {
        let mut bands = vec![0.5; 3];
        mel().spectrum(samples, n_frames, &mut Scratch::default(), &mut bands);
        bands
    }

    fn noise(n_samples: usize) -> Vec<f32> {
        let mut noise = Noise(5);
        (0..n_samples).map(|_| 0.2 * noise.next()).collect()
    }

    /// The definition, sum by sum, in double precision.
    fn slowly(samples: &[f32], n_frames: usize) -> Vec<f64> {
        let filters = ggml::mel_filters(tiny::bytes());
        let sample =
            |at: i64| samples.get(at.unsigned_abs() as usize).map_or(0.0, |it| f64::from(*it));
        let turn = 2.0 * std::f64::consts::PI / 400.0;
        let level = |band: &[f32], frame: usize| {
            let power = |bin: usize| {
                let part = |idx: usize| {
                    let hann = 0.5 - 0.5 * (turn * idx as f64).cos();
                    hann * sample((160 * frame + idx) as i64 - 200)
                };
                let angle = |idx: usize| turn * (bin * idx) as f64;
                let re: f64 = (0..400).map(|idx| part(idx) * angle(idx).cos()).sum();
                let im: f64 = (0..400).map(|idx| part(idx) * angle(idx).sin()).sum();
                re * re + im * im
            };
            let heard = band.iter().enumerate().filter(|(_, weight)| **weight != 0.0);
            let sum: f64 = heard.map(|(bin, weight)| f64::from(*weight) * power(bin)).sum();
            sum.max(1e-10).log10()
        };
        let levels: Vec<f64> = filters
            .chunks(201)
            .flat_map(|band| (0..n_frames).map(move |frame| level(band, frame)))
            .collect();
        let least = levels.iter().copied().fold(f64::MIN, f64::max) - 8.0;
        levels.into_iter().map(|level| (level.max(least) + 4.0) / 4.0).collect()
    }

    #[test]
    fn it_is_the_spectrum_by_its_definition() {
        // The last frames look behind the end, and at nothing.
        let samples = noise(1_130);
        let (fast, slow) = (spectrum(&samples, 12), slowly(&samples, 12));
        assert_eq!(fast.len(), 80 * 12);
        for (fast, slow) in fast.iter().zip(slow) {
            assert!((f64::from(*fast) - slow).abs() < 1e-4, "{fast} {slow}");
        }
    }

    /// The default model's weights know padding by this.
    #[test]
    fn silence_is_the_same_in_all_bands() {
        let bands = spectrum(&noise(1_600), 40);
        let silent: Vec<f32> = bands.chunks(40).map(|band| band[39]).collect();
        assert!(silent.iter().all(|level| *level == silent[0]), "{silent:?}");
        assert!(bands.iter().all(|level| *level >= silent[0]));
        assert!(spectrum(&[0.0; 1_600], 20).iter().all(|level| *level == -1.5));
    }

    #[test]
    fn audio_of_any_length_has_a_spectrum() {
        for n_samples in [0, 1, 159, 160, 200, 201, 400] {
            let bands = spectrum(&noise(n_samples), 4);
            assert!(bands.iter().all(|level| level.is_finite()), "{n_samples} samples");
        }
    }
}
