//! Bytes that are not written as the gateway declares: A-law for µ-law, 16 bits for 8, swapped.
//!
//! Speech can be foretold from its last samples; read in the wrong way it cannot. Each block that
//! is loud as declared is read in all ways: one that is hard to foretell as declared and easy in
//! another way is a vote. Enough votes, and next to none against them, are a verdict; enough
//! blocks that are easy as declared end the search. Only bytes count, so a replay finds the same.
//! It refuses to guess: silence, noise and what is quiet give no votes.

use super::{Encoding, Format, g711};

/// Coefficients of the forecast: two formants.
const ORDER: usize = 4;

/// A block is easy to foretell if its error is so many dB below it; measured on 25 minutes of
/// Mandarin speech, at its level, 20 dB below and 15 dB above: most blocks that are loud enough to
/// count, and one in twenty of those that are read in a wrong way.
const EASY_DB: f64 = 9.0;
/// And another way must be better by this much. Measured on 9 hours of Mandarin speech and half an
/// hour of sounds, rightly declared in each encoding: not one verdict in 5,259 calls of 20 s.
const BETTER_DB: f64 = 5.0;

/// What is quieter as declared is no evidence (−40 dBFS): read in a wrong way even silence is
/// louder (A-law's is −33 dBFS as µ-law), and speech in few steps is hard to foretell.
const LOUD: f64 = 1e-4;
/// What is quieter in the other way is none either (−50 dBFS).
const AUDIBLE: f64 = 1e-5;

/// Votes of a verdict: a second of speech in blocks of 64 ms.
const VOTES: u32 = 16;
/// Blocks that prove the declaration.
const PROOFS: u32 = 32;
/// All that speaks against a verdict or a proof is at most one part in so many.
const CLEAR: u32 = 3;

/// Milliseconds of a block of G.711; twice the bytes are half as long in 16 bits.
const BLOCK_MS: u32 = 64;

/// How samples are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As one of the encodings.
    Plain(Encoding),
    /// 16 bits, big endian, as network order is.
    Swapped,
}

/// Every way to read.
const READINGS: [Reading; 4] = [
    Reading::Plain(Encoding::Mulaw),
    Reading::Plain(Encoding::Alaw),
    Reading::Plain(Encoding::Linear16),
    Reading::Swapped,
];

impl Reading {
    /// Bytes of one sample of one channel.
    #[must_use]
    pub const fn sample_bytes(self) -> usize {
        match self {
            Self::Plain(encoding) => encoding.sample_bytes(),
            Self::Swapped => 2,
        }
    }

    /// Reads the sample at the start of some bytes, of which there are enough.
    #[must_use]
    pub fn sample(self, bytes: &[u8]) -> i16 {
        match self {
            Self::Plain(Encoding::Linear16) => i16::from_le_bytes([bytes[0], bytes[1]]),
            Self::Plain(Encoding::Mulaw) => g711::MULAW[usize::from(bytes[0])],
            Self::Plain(Encoding::Alaw) => g711::ALAW[usize::from(bytes[0])],
            Self::Swapped => i16::from_be_bytes([bytes[0], bytes[1]]),
        }
    }
}

impl std::fmt::Display for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Plain(Encoding::Linear16) => "LINEAR16",
            Self::Plain(Encoding::Mulaw) => "MULAW",
            Self::Plain(Encoding::Alaw) => "ALAW",
            Self::Swapped => "LINEAR16 in big endian",
        })
    }
}

/// The declaration was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mixup {
    /// What the gateway said.
    pub declared: Encoding,
    /// What the bytes are.
    pub found: Reading,
}

/// Watches one stream until it is sure.
#[derive(Debug)]
pub struct Watch {
    format: Format,
    block: Vec<u8>,
    block_bytes: usize,
    votes: [u32; READINGS.len()],
    n_proofs: u32,
    is_sure: bool,
}

impl Watch {
    /// Watches a stream that is declared so.
    #[must_use]
    pub fn new(format: Format) -> Self {
        // Whole frames in every reading.
        let n_frames = (format.rate_hz * BLOCK_MS / 1_000) as usize;
        let block_bytes = 2 * usize::from(format.channels) * (n_frames / 2).max(1);
        let (block, votes) = (Vec::new(), [0; READINGS.len()]);
        Self { format, block, block_bytes, votes, n_proofs: 0, is_sure: false }
    }

    /// How many bytes it takes next: up to the end of a block. `None` once it is sure.
    #[must_use]
    pub fn room(&self) -> Option<usize> {
        (!self.is_sure).then(|| self.block_bytes - self.block.len())
    }

    /// Takes bytes, no more than it has room for; what they were is known with the last of a block.
    pub fn push(&mut self, bytes: &[u8]) -> Option<Mixup> {
        self.block.extend_from_slice(bytes);
        if self.is_sure || self.block.len() < self.block_bytes {
            return None;
        }
        self.judge();
        self.block.clear();
        let found = self.verdict();
        if self.is_sure {
            self.block = Vec::new();
        }
        found
    }

    fn judge(&mut self) {
        let declared = Reading::Plain(self.format.encoding);
        let forecast = self.forecast(declared);
        if forecast.power < LOUD {
            return;
        }
        let others = READINGS.iter().enumerate().filter(|(_, reading)| **reading != declared);
        // Quiet 16 bits are as easy when swapped, only louder: the quietest is what was written.
        let better = others
            .map(|(at, reading)| (at, self.forecast(*reading)))
            .filter(|(_, other)| other.gain_db >= EASY_DB.max(forecast.gain_db + BETTER_DB))
            .min_by(|(_, a), (_, b)| a.power.total_cmp(&b.power));
        match better {
            Some((at, other)) if other.power >= AUDIBLE => self.votes[at] += 1,
            None if forecast.gain_db >= EASY_DB => self.n_proofs += 1,
            Some(_) | None => {}
        }
    }

    fn verdict(&mut self) -> Option<Mixup> {
        let all: u32 = self.votes.iter().sum();
        if self.n_proofs >= PROOFS && all * CLEAR <= self.n_proofs {
            self.is_sure = true;
            return None;
        }
        let is_clear =
            |votes: u32| votes >= VOTES && (all - votes + self.n_proofs) * CLEAR <= votes;
        let at = self.votes.iter().position(|votes| is_clear(*votes))?;
        self.is_sure = true;
        Some(Mixup { declared: self.format.encoding, found: READINGS[at] })
    }

    /// How well the caller's channel of the block can be foretold in a reading.
    fn forecast(&self, reading: Reading) -> Forecast {
        let n_bytes = reading.sample_bytes();
        let at = usize::from(self.format.caller_channel) * n_bytes;
        let frames = self.block.chunks_exact(n_bytes * usize::from(self.format.channels));
        let samples: Vec<f64> =
            frames.map(|frame| f64::from(reading.sample(&frame[at..])) / 32_768.0).collect();
        forecast(samples)
    }
}

#[derive(Clone, Copy, Debug)]
struct Forecast {
    /// Mean square around the mean.
    power: f64,
    /// By how much the forecast's error is below that.
    gain_db: f64,
}

/// Linear prediction by the Levinson–Durbin recursion.
fn forecast(mut samples: Vec<f64>) -> Forecast {
    let n_samples = samples.len().max(1) as f64;
    let mean = samples.iter().sum::<f64>() / n_samples;
    samples.iter_mut().for_each(|sample| *sample -= mean);
    let product = |lag: usize| -> f64 {
        samples.iter().skip(lag).zip(&samples).map(|(later, sample)| later * sample).sum()
    };
    let products: [f64; ORDER + 1] = std::array::from_fn(product);
    if products[0] <= 0.0 {
        return Forecast { power: 0.0, gain_db: 0.0 };
    }
    // A little noise (−40 dB) keeps the recursion from dividing by nothing.
    let mut error = products[0] * 1.0001;
    let mut weights = [0.0; ORDER + 1];
    for order in 1..=ORDER {
        let known: f64 = (1..order).map(|lag| weights[lag] * products[order - lag]).sum();
        let reflection = (products[order] - known) / error;
        let before = weights;
        for lag in 1..order {
            weights[lag] = before[lag] - reflection * before[order - lag];
        }
        weights[order] = reflection;
        error *= 1.0 - reflection * reflection;
    }
    let gain_db = 10.0 * (products[0] / error).log10();
    Forecast { power: products[0] / n_samples, gain_db }
}

#[cfg(test)]
mod tests;
