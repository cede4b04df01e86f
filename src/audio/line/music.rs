//! Music: sound without pauses whose spectrum holds still, note after note.
//!
//! A voice glides and pauses, noise never holds still, and a tone never changes. Measured
//! through µ-law over 8 s: the spectrum holds still from block to block in 37 to 90 % of hold music
//! and in 0 to 60 % of speech, but speech is loud in at most 87 % of its blocks where music is in
//! 95 % and more.

use super::{FRAME_MS, FRAME_SAMPLES};
use crate::audio::{
    RATE_HZ,
    spectrum::{Scratch, Spectrum},
};
use std::{collections::VecDeque, fmt, sync::LazyLock};

/// Frames of a block: 64 ms tells notes a semitone apart from 260 Hz on, and a note lasts longer.
const BLOCK_FRAMES: usize = 4;
const BLOCK_SAMPLES: usize = BLOCK_FRAMES * FRAME_SAMPLES;

/// What a telephone carries of music, 200 to 3400 Hz, counted in steps of 15.6 Hz.
const FIRST: usize = 200 * BLOCK_SAMPLES / RATE_HZ as usize + 1;
const LAST: usize = 3_400 * BLOCK_SAMPLES / RATE_HZ as usize;
const WIDTH: usize = LAST - FIRST + 1;

/// Blocks that are looked at together: 7.7 s.
const MEMORY: usize = 7_700 / (BLOCK_FRAMES * FRAME_MS as usize);

/// A block holds still if its power spectrum points this much the way of the one before (the cosine
/// between them); noise has 0.5.
const STILL: f32 = 0.8;

/// Music is made of: this share of blocks that hold still …
const STILL_SHARE: f32 = 0.4;
/// … this share that is loud, which is above this share of the mean power (−15 dB) …
const LOUD_SHARE: f32 = 0.95;
const LOUD: f32 = 0.03;
/// … and so many notes, each of at least this many blocks (0.2 s in 7.7 s).
const NOTES: usize = 4;
const NOTE_BLOCKS: u32 = 3;

/// The mean power of a block that is sound at all (−50 dBFS) in the transform's own measure: half the
/// samples times the window's power.
const LEAST_POWER: f32 = 1e-5 * (BLOCK_SAMPLES * BLOCK_SAMPLES) as f32 * 3.0 / 16.0;

/// The same for all calls.
static SPECTRUM: LazyLock<Spectrum> = LazyLock::new(|| Spectrum::new(BLOCK_SAMPLES));

#[derive(Clone, Copy)]
struct Block {
    power: f32,
    /// Where its loudest note is, if it holds still.
    note: Option<usize>,
}

/// Listens for music. Holds nothing before the first sound: a call that sends none costs no memory.
#[derive(Default)]
pub(super) struct Music {
    samples: Vec<f32>,
    scratch: Scratch,
    /// The power spectrum of the block before, of length 1.
    before: Vec<f32>,
    blocks: VecDeque<Block>,
    is_heard: bool,
}

impl fmt::Debug for Music {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Music").field("is_heard", &self.is_heard).finish_non_exhaustive()
    }
}

impl Music {
    pub(super) fn push(&mut self, frame: &[f32; FRAME_SAMPLES]) {
        self.samples.extend(frame);
        if self.samples.len() < BLOCK_SAMPLES {
            return;
        }
        if self.blocks.len() == MEMORY {
            self.blocks.pop_front();
        }
        let block = self.block();
        self.blocks.push_back(block);
        self.samples.clear();
        self.is_heard |= self.blocks.len() == MEMORY && self.is_music();
    }

    fn block(&mut self) -> Block {
        self.before.resize(WIDTH, 0.0);
        let powers = &SPECTRUM.power(&mut self.samples, &mut self.scratch)[FIRST..=LAST];
        let square: f32 = powers.iter().map(|power| power * power).sum();
        let length = square.sqrt().max(f32::MIN_POSITIVE);
        let (mut still, mut sum, mut loudest) = (0.0, 0.0, (0, 0.0));
        for (at, (&power, before)) in powers.iter().zip(&mut self.before).enumerate() {
            sum += power;
            still += power / length * *before;
            *before = power / length;
            if power > loudest.1 {
                loudest = (at, power);
            }
        }
        Block { power: sum, note: (still >= STILL).then_some(loudest.0) }
    }

    fn is_music(&self) -> bool {
        let n_blocks = self.blocks.len() as f32;
        let mean = self.blocks.iter().map(|block| block.power).sum::<f32>() / n_blocks;
        let n_loud = self.blocks.iter().filter(|block| block.power > LOUD * mean).count();
        let n_still = self.blocks.iter().filter(|block| block.note.is_some()).count();
        mean >= LEAST_POWER
            && n_loud as f32 >= LOUD_SHARE * n_blocks
            && n_still as f32 >= STILL_SHARE * n_blocks
            && self.has_notes()
    }

    /// Whether several notes are heard, and each for long enough.
    fn has_notes(&self) -> bool {
        let mut counts = [0_u32; WIDTH];
        for note in self.blocks.iter().filter_map(|block| block.note) {
            counts[note] += 1;
        }
        for _ in 0..NOTES {
            let Some((note, count)) = counts.iter().enumerate().max_by_key(|(_, count)| **count)
            else {
                return false;
            };
            if *count < NOTE_BLOCKS {
                return false;
            }
            // A note between two places shows in either.
            counts[note.saturating_sub(1)..(note + 2).min(WIDTH)].fill(0);
        }
        true
    }

    /// Whether the last block held still, as noise does not.
    pub(super) fn is_tonal(&self) -> bool {
        self.blocks.back().is_some_and(|block| block.note.is_some())
    }

    /// Whether music was heard on this call.
    pub(super) fn is_heard(&self) -> bool {
        self.is_heard
    }
}
