//! The power spectrum of a stretch of samples under a Hann window. The only file that names realfft.

use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex};
use std::{f64::consts::TAU, fmt, sync::Arc};

/// Makes spectra of stretches of one length; shared by all who need that length.
pub struct Spectrum {
    hann: Vec<f32>,
    transform: Arc<dyn RealToComplex<f32>>,
}

/// Memory for one user of a [`Spectrum`], overwritten by each use and empty before the first.
#[derive(Default)]
pub struct Scratch {
    bins: Vec<Complex<f32>>,
    inner: Vec<Complex<f32>>,
    power: Vec<f32>,
}

impl fmt::Debug for Spectrum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spectrum").field("length", &self.hann.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What lies there is a caller's sound.
        f.debug_struct("Scratch").field("bins", &self.bins.len()).finish_non_exhaustive()
    }
}

impl Spectrum {
    /// Prepares for stretches of so many samples. The window is periodic, as a spectrum wants it.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let hann = |at: usize| 0.5 - 0.5 * (TAU * at as f64 / length as f64).cos();
        Self {
            hann: (0..length).map(|at| hann(at) as f32).collect(),
            transform: RealFftPlanner::new().plan_fft_forward(length),
        }
    }

    /// The power in each bin, from 0 Hz to half the sample rate: half the length and one. The
    /// samples, of the prepared length, are overwritten.
    pub fn power<'s>(&self, samples: &mut [f32], scratch: &'s mut Scratch) -> &'s [f32] {
        let Scratch { bins, inner, power } = scratch;
        bins.resize(self.transform.complex_len(), Complex::default());
        inner.resize(self.transform.get_scratch_len(), Complex::default());
        samples.iter_mut().zip(&self.hann).for_each(|(sample, hann)| *sample *= hann);
        // Only buffers of another length are refused.
        let done = self.transform.process_with_scratch(samples, bins, inner);
        debug_assert!(done.is_ok(), "{} samples for {}", samples.len(), self.hann.len());
        power.clear();
        power.extend(bins.iter().map(Complex::norm_sqr));
        power
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_lies_in_its_bin_and_its_neighbours_alone() {
        let mut samples: Vec<f32> =
            (0..400).map(|at| (TAU * 25.0 * f64::from(at) / 400.0).sin() as f32).collect();
        let mut scratch = Scratch::default();
        let power = Spectrum::new(400).power(&mut samples, &mut scratch);
        assert_eq!(power.len(), 201);
        // Half the length times half the window's sum of a tone of one.
        assert!((power[25] - 10_000.0).abs() < 1.0, "{}", power[25]);
        assert!((power[24] - 2_500.0).abs() < 1.0 && (power[26] - 2_500.0).abs() < 1.0);
        assert!(
            power.iter().enumerate().all(|(bin, power)| (24..=26).contains(&bin) || *power < 1e-3)
        );
    }
}
