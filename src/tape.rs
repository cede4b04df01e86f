//! The tape room: what one call was given, as a file that gives the same decision again.
//!
//! A call knows no clock, so its inputs in their order and at their positions are all there is:
//! the bytes of the audio, keys, prompts, the engine's answers, faults. This room writes them as
//! lines and reads such lines back, from whoever they come; `docs/recording.md` is its contract.
//! It refuses to know files, threads and calls under way: `wire` records, `offline` replays.
//! What it writes is a caller's voice and words, unmasked.

mod ending;
mod header;
mod line;
pub mod read;
#[cfg(test)]
mod tests;
pub mod write;

pub use ending::{Difference, differences, ending};
pub use header::Header;
pub use read::{Error, Fault, Reader};
pub use write::{Scribe, TooLong};

use crate::{
    call::{Key, Ticket, Warning},
    decision::Reason,
    transcript::{Failure, Transcript},
};
use serde_json::Value;

/// The version of the format. A reader refuses every other one.
pub const VERSION: u64 = 1;

/// The longest line, in bytes. The longest that a healthy call writes is its decision: half an
/// hour of words twice over is some 60 KiB.
pub const MAX_LINE_BYTES: usize = 256 * 1024;

/// Bytes of audio in one line: half a second of G.711, and one slice of the door's more.
pub const AUDIO_BYTES: usize = 4_096;

/// The most bytes of audio that a reader takes in one line.
pub const MAX_AUDIO_BYTES: usize = 4 * AUDIO_BYTES;

/// The most samples of silence in one line: one second.
pub const MAX_SILENCE: u32 = crate::audio::RATE_HZ;

/// The longest text of one utterance, in bytes: an engine window of 30 s has at most 448 tokens.
pub const MAX_TEXT_BYTES: usize = 16 * 1024;

/// One line after the header.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Samples at 16 kHz that the call had been given before.
    pub at: u64,
    /// What it was given then.
    pub entry: Entry,
}

/// What one line says.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Something for the call.
    Input(Input),
    /// What the call decided, as [`ending`] writes it. The last line.
    Decision(Value),
}

/// What a call is given.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Bytes of the wire, in the format of the header; any cut.
    Audio(Vec<u8>),
    /// Samples at 16 kHz that the door filled in while the gateway sent nothing.
    Silence(u32),
    /// No audio follows: the decoder gives what its filter still holds.
    AudioEnd,
    /// A key.
    Key(Key),
    /// A prompt was played; its id.
    PromptFinished(String),
    /// The caller is gone.
    HangUp,
    /// Something that the door warned of.
    Warning(Warning),
    /// The door could not go on.
    GiveUp(Reason),
    /// What the engine made of an utterance.
    Answer(Ticket, Result<Transcript, Failure>),
}
