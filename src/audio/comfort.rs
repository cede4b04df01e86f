//! Comfort noise: what a receiver hears where a sender leaves silence out (RFC 3389).
//!
//! Digital silence would say that the line is dead, which nobody knows of a gateway that sends nothing
//! while nobody speaks.

/// The largest magnitude: uniform noise of −70 dBFS, softer than any line's own.
const PEAK: f32 = 5.5e-4;

/// One stream of it, the same every time.
#[derive(Clone, Debug, Default)]
pub struct ComfortNoise {
    state: u32,
}

impl Iterator for ComfortNoise {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        // Numerical Recipes' quick generator: good enough for what nobody listens to.
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some(PEAK * (2.0 * (self.state as f32 / u32::MAX as f32) - 1.0))
    }
}
