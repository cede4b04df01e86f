//! Inputs to lines. Audio comes in crumbs and is written half a second at a time.
//!
//! An input is written at the position that the call had when it came; audio at the position of
//! its first byte, for what it decodes to is given to the call bit by bit behind that.

use super::{AUDIO_BYTES, Entry, Header, Input, Line, MAX_LINE_BYTES, MAX_SILENCE, ending};
use crate::decision::Decision;
use std::time::Duration;

/// A line that no reader would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a line would be longer than {MAX_LINE_BYTES} bytes")]
pub struct TooLong;

/// Writes one call down.
#[derive(Debug)]
pub struct Scribe {
    /// Samples that the call was given.
    n_given: u64,
    heard: Heard,
    lines: Vec<u8>,
}

/// Sound that is not written yet, and where it began.
#[derive(Debug)]
enum Heard {
    Nothing,
    Audio(u64, Vec<u8>),
    Silence(u64, u32),
}

impl Scribe {
    /// Begins with the header.
    ///
    /// # Errors
    /// When the header is longer than a line may be.
    pub fn new(header: &Header) -> Result<Self, TooLong> {
        let mut scribe = Self { n_given: 0, heard: Heard::Nothing, lines: Vec::new() };
        scribe.append(header.write())?;
        Ok(scribe)
    }

    /// The door decoded these bytes.
    ///
    /// # Errors
    /// Never in truth: audio is cut into short lines.
    pub fn audio(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
        if !matches!(self.heard, Heard::Audio(..)) {
            self.settle()?;
            self.heard = Heard::Audio(self.n_given, Vec::with_capacity(AUDIO_BYTES));
        }
        for piece in bytes.chunks(AUDIO_BYTES) {
            if let Heard::Audio(_, heard) = &mut self.heard {
                heard.extend_from_slice(piece);
                if heard.len() >= AUDIO_BYTES {
                    self.settle()?;
                    self.heard = Heard::Audio(self.n_given, Vec::with_capacity(AUDIO_BYTES));
                }
            }
        }
        Ok(())
    }

    /// The door filled so many samples of silence in.
    ///
    /// # Errors
    /// Never in truth.
    pub fn silence(&mut self, n_samples: usize) -> Result<(), TooLong> {
        let mut rest = n_samples;
        while rest > 0 {
            let (at, before) = match self.heard {
                Heard::Silence(at, before) if before < MAX_SILENCE => (at, before),
                Heard::Silence(..) | Heard::Audio(..) | Heard::Nothing => {
                    self.settle()?;
                    (self.n_given, 0)
                }
            };
            let taken = rest.min((MAX_SILENCE - before) as usize);
            self.heard = Heard::Silence(at, before + taken as u32);
            rest -= taken;
        }
        Ok(())
    }

    /// The call was given so many samples.
    pub fn given(&mut self, n_samples: usize) {
        self.n_given += n_samples as u64;
    }

    /// The call is about to be given something that is no audio.
    ///
    /// # Errors
    /// When it is longer than a line may be.
    pub fn input(&mut self, input: Input) -> Result<(), TooLong> {
        self.settle()?;
        self.line(self.n_given, Entry::Input(input))
    }

    /// The call has decided. Nothing follows.
    ///
    /// # Errors
    /// When the decision is longer than a line may be.
    pub fn decision(&mut self, offset: Duration, decision: &Decision) -> Result<(), TooLong> {
        self.settle()?;
        self.line(self.n_given, Entry::Decision(ending(offset, decision)))
    }

    /// Bytes that wait to be taken.
    #[must_use]
    pub fn n_waiting(&self) -> usize {
        self.lines.len()
    }

    /// Takes the lines that are written.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.lines)
    }

    fn settle(&mut self) -> Result<(), TooLong> {
        let (at, sound) = match std::mem::replace(&mut self.heard, Heard::Nothing) {
            Heard::Audio(at, bytes) if !bytes.is_empty() => (at, Input::Audio(bytes)),
            Heard::Silence(at, n_samples) => (at, Input::Silence(n_samples)),
            Heard::Audio(..) | Heard::Nothing => return Ok(()),
        };
        self.line(at, Entry::Input(sound))
    }

    fn line(&mut self, at: u64, entry: Entry) -> Result<(), TooLong> {
        self.append(Line { at, entry }.write())
    }

    fn append(&mut self, line: serde_json::Result<Vec<u8>>) -> Result<(), TooLong> {
        // Names, numbers and strings: nothing here that JSON could not say.
        let line = line.map_err(|_| TooLong)?;
        if line.len() >= MAX_LINE_BYTES {
            return Err(TooLong);
        }
        self.lines.extend(line);
        self.lines.push(b'\n');
        Ok(())
    }
}
