//! Whether anything comes from the caller at all.
//!
//! Digital silence alone is no fault: gateways and telephones that suppress silence send it between
//! words. It is one where no sound ever came, or where the line had a sound of its own before.

use super::{Turn, frames};

/// Below this (−80 dBFS) is digital silence. A quiet line rests near −60 dBFS, and the smallest step
/// of G.711 is −72 dBFS.
const DEAD_POWER: f32 = 1e-8;

/// Dead for this long (4 s) while the caller could have spoken: nobody breathes so quietly.
const FROM_START: u32 = frames(4_000);

/// The same for a line that had a sound of its own before (8 s): a caller may mute the telephone.
const LATER: u32 = frames(8_000);

/// Less sound than this (80 ms) is the click of a line that is connected.
const CLICK: u32 = frames(80);

/// So much of a line's own sound (2 s) is known before its absence means something.
const KNOWN: u32 = frames(2_000);

#[derive(Debug, Default)]
pub(super) struct DeadAir {
    /// Frames with sound, of all and of those without speech.
    n_live: u32,
    n_live_at_rest: u32,
    /// Dead frames without speech, before the run under way.
    n_dead_at_rest: u32,
    /// Dead frames in a row in which the caller could have spoken.
    run: u32,
}

impl DeadAir {
    pub(super) fn push(&mut self, power: f32, turn: Turn) {
        if power >= DEAD_POWER {
            self.n_live += 1;
            self.n_live_at_rest += u32::from(turn != Turn::Speech);
            self.n_dead_at_rest += std::mem::take(&mut self.run);
        } else if turn == Turn::Pause {
            self.run += 1;
        }
    }

    pub(super) fn is_dead(&self) -> bool {
        if self.n_live <= CLICK {
            return self.run >= FROM_START;
        }
        let has_own_sound =
            self.n_live_at_rest >= KNOWN && 10 * self.n_dead_at_rest <= self.n_live_at_rest;
        has_own_sound && self.run >= LATER
    }
}
