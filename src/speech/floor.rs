//! How far a frame stands out of the line's own noise.
//!
//! The voice activity detector scores steady noise over a telephone band between 0.45 and 0.75 and
//! speech at 5 dB above it not much higher; level tells the two apart where noise is steady. The
//! floor is the quietest moment of the last seconds, so it follows a line that becomes louder.

use super::FRAME_SAMPLES;
use std::collections::VecDeque;

/// Power is averaged over 128 ms: steady noise then stays within ±1.5 dB of its mean, and a
/// syllable is not blurred.
const SMOOTH_FRAMES: usize = 8;

/// The floor is the quietest moment of this many frames (3 s): fluent speech pauses more often.
const MEMORY_FRAMES: u64 = 188;

/// Before this much was heard (0.5 s) no floor is known and everything stands out: a recording may
/// begin in the middle of a word.
const LEARNING_FRAMES: u64 = 32;

/// Speech stands out of the floor by at least this factor in power (3 dB).
const ABOVE: f32 = 2.0;

/// The floor never falls below this power (−66 dBFS): after digital silence the line's own hiss
/// would seem loud.
const LOWEST_FLOOR: f32 = 2.5e-7;

/// A first-order high-pass at 200 Hz (0.92 at 16 kHz): below a telephone's band there is hum and
/// rumble that swells by more than 3 dB, and no speech.
const RUMBLE_POLE: f32 = 0.92;

/// Follows the level of one stream.
#[derive(Debug, Default)]
pub struct Floor {
    recent: VecDeque<f32>,
    /// Quietest moments, oldest first; each later one is louder (a sliding minimum).
    quietest: VecDeque<(u64, f32)>,
    n_frames: u64,
    /// The high-pass filter's last input and output.
    last: (f32, f32),
}

impl Floor {
    /// Takes the next frame; answers whether it stands out.
    pub fn push(&mut self, frame: &[f32; FRAME_SAMPLES]) -> bool {
        let power = self.without_rumble(frame);
        if self.recent.len() == SMOOTH_FRAMES {
            self.recent.pop_front();
        }
        self.recent.push_back(power);
        let smooth = self.recent.iter().sum::<f32>() / self.recent.len() as f32;
        while self.quietest.back().is_some_and(|(_, quiet)| *quiet >= smooth) {
            self.quietest.pop_back();
        }
        self.quietest.push_back((self.n_frames, smooth));
        self.n_frames += 1;
        while self.quietest.front().is_some_and(|(at, _)| at + MEMORY_FRAMES < self.n_frames) {
            self.quietest.pop_front();
        }
        let floor = self.quietest.front().map_or(0.0, |(_, quiet)| *quiet);
        self.n_frames <= LEARNING_FRAMES || smooth >= ABOVE * floor.max(LOWEST_FLOOR)
    }
}

impl Floor {
    /// The frame's power above the rumble.
    fn without_rumble(&mut self, frame: &[f32; FRAME_SAMPLES]) -> f32 {
        let (mut before, mut out) = self.last;
        let mut sum = 0.0;
        for &sample in frame {
            out = sample - before + RUMBLE_POLE * out;
            before = sample;
            sum += out * out;
        }
        // A denormal number would make the filter slow in digital silence.
        self.last = (before, if out.abs() < 1e-20 { 0.0 } else { out });
        sum / FRAME_SAMPLES as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: &mut u32, amplitude: f32) -> [f32; FRAME_SAMPLES] {
        std::array::from_fn(|_| {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            amplitude * (*seed as f32 / u32::MAX as f32 - 0.5)
        })
    }

    #[test]
    fn steady_noise_never_stands_out_and_what_comes_on_top_does() {
        let (mut floor, mut seed) = (Floor::default(), 7);
        let steady: Vec<bool> = (0..600).map(|_| floor.push(&noise(&mut seed, 0.05))).collect();
        assert!(steady.iter().skip(LEARNING_FRAMES as usize).all(|above| !above));
        let louder = (0..20).map(|_| floor.push(&noise(&mut seed, 0.15)));
        assert!(louder.skip(SMOOTH_FRAMES).all(|above| above));
    }

    #[test]
    fn a_line_that_becomes_noisy_becomes_the_new_floor() {
        let (mut floor, mut seed) = (Floor::default(), 7);
        for _ in 0..300 {
            floor.push(&noise(&mut seed, 0.01));
        }
        for _ in 0..MEMORY_FRAMES + SMOOTH_FRAMES as u64 {
            floor.push(&noise(&mut seed, 0.1));
        }
        assert!((0..300).all(|_| !floor.push(&noise(&mut seed, 0.1))));
    }
}
