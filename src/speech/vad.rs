//! Voice activity: one score a frame.
//!
//! The only file that names earshot: a 40 KiB network in pure Rust, three thousand times faster
//! than real time, so one detector a call costs nothing that matters (whisper.cpp's own detector
//! cannot stream and resets its state at each call).

use super::FRAME_SAMPLES;

/// Scores the frames of one stream.
pub struct Detector(Box<earshot::Detector>);

impl std::fmt::Debug for Detector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Detector")
    }
}

impl Default for Detector {
    fn default() -> Self {
        Self(earshot::Detector::default_boxed())
    }
}

impl Detector {
    /// Scores the next frame: 0 is no voice, 1 is voice.
    pub fn score(&mut self, frame: &[f32; FRAME_SAMPLES]) -> f32 {
        // A resampler overshoots full scale a little; the detector takes −1 to 1 only.
        self.0.predict_f32(&frame.map(|sample| sample.clamp(-1.0, 1.0)))
    }
}
