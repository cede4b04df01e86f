//! Voice activity: one score a frame, 0 where the frame does not stand out of the line's noise.
//!
//! The only file that names earshot: a 40 KiB network in pure Rust, three thousand times faster
//! than real time, so one detector a call costs nothing that matters (whisper.cpp's own detector
//! cannot stream and resets its state at each call).

use super::{FRAME_SAMPLES, floor::Floor};

/// Scores the frames of one stream.
pub struct Detector {
    network: Box<earshot::Detector>,
    floor: Floor,
}

impl std::fmt::Debug for Detector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Detector")
    }
}

impl Default for Detector {
    fn default() -> Self {
        Self { network: earshot::Detector::default_boxed(), floor: Floor::default() }
    }
}

impl Detector {
    /// Scores the next frame: 0 is no voice, 1 is voice.
    pub fn score(&mut self, frame: &[f32; FRAME_SAMPLES]) -> f32 {
        // A resampler overshoots full scale a little; the network takes −1 to 1 only.
        let score = self.network.predict_f32(&frame.map(|sample| sample.clamp(-1.0, 1.0)));
        if self.floor.push(frame) { score } else { 0.0 }
    }
}
