//! Tones for tests, as a telephone sends them.

use super::{GROUP, KEYS, RATE_HZ, TONES_HZ};
use std::f32::consts::TAU;

/// How a tone is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tone {
    pub(crate) key: char,
    pub(crate) ms: usize,
    /// Both tones together, root mean square.
    pub(crate) dbfs: f32,
    /// How much louder the high tone is.
    pub(crate) twist_db: f32,
    /// How far both frequencies are off, as a share: the low one, the high one.
    pub(crate) off: (f32, f32),
}

impl Tone {
    pub(crate) fn new(key: char, ms: usize) -> Self {
        Self { key, ms, dbfs: -13.0, twist_db: 2.0, off: (0.0, 0.0) }
    }

    /// 16 kHz mono.
    pub(crate) fn samples(self) -> Vec<f32> {
        let places = (0..GROUP * GROUP).map(|n| (n / GROUP, n % GROUP));
        let (row, column) = places.clone().find(|(r, c)| KEYS[*r][*c] == self.key).unwrap();
        let power = 10_f32.powf(self.dbfs / 10.0);
        let twist = 10_f32.powf(self.twist_db / 10.0);
        let low = (2.0 * power / (1.0 + twist)).sqrt();
        let high = low * twist.sqrt();
        let turns =
            |hz: u32, off: f32, n: usize| hz as f32 * (1.0 + off) * n as f32 / RATE_HZ as f32;
        (0..self.ms * RATE_HZ as usize / 1_000)
            .map(|n| {
                low * (TAU * turns(TONES_HZ[row], self.off.0, n).fract()).sin()
                    + high * (TAU * turns(TONES_HZ[GROUP + column], self.off.1, n).fract()).sin()
            })
            .collect()
    }
}

/// Each of these keys for 80 ms, with pauses of 80 ms.
pub(crate) fn dial(keys: &str) -> Vec<f32> {
    let mut samples = Vec::new();
    for key in keys.chars() {
        samples.extend(Tone::new(key, 80).samples());
        samples.resize(samples.len() + 80 * RATE_HZ as usize / 1_000, 0.0);
    }
    samples
}
