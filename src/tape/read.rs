//! Lines to inputs, from a file that anybody may have written or cut.
//!
//! No line is taken longer than a healthy one, no position goes back, and every fault names its
//! line. What a line means for the call is for whoever drives one.

use super::{Entry, Header, Line, MAX_LINE_BYTES, VERSION};
use crate::{audio, call::Ticket};
use std::io::{self, BufRead, Read};

/// What is wrong, and with which line, counted from 1.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct Error {
    /// The line.
    pub line: u64,
    /// What is wrong with it.
    #[source]
    pub fault: Fault,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what each one is")]
pub enum Fault {
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("this is no recording of a call")]
    NotARecording,
    #[error("a recording of version {0}; this program reads version {VERSION}")]
    Version(u64),
    #[error("longer than {MAX_LINE_BYTES} bytes")]
    TooLong,
    #[error("the recording is cut off here")]
    CutOff,
    #[error("the recording ends without a decision")]
    Undecided,
    #[error("the recording goes on behind its decision")]
    GoesOn,
    #[error("not a line of a recording: {0}")]
    Json(String),
    #[error("the audio is not base64")]
    Base64,
    #[error("an unknown {0}")]
    Unknown(&'static str),
    #[error("{0} is out of bounds")]
    Bounds(&'static str),
    #[error("position {at} lies before {before}")]
    Backwards { at: u64, before: u64 },
    #[error("position {at} lies beyond the audio, which ends at {end}")]
    Beyond { at: u64, end: u64 },
    #[error("more audio waits than a call is ever kept waiting with")]
    Unused,
    #[error("audio goes on while an utterance waits for its answer")]
    Unanswered,
    #[error("the call does not wait for an answer to ticket {}", _0.0)]
    Ticket(Ticket),
    #[error("audio: {0}")]
    Audio(#[from] audio::Error),
}

impl Fault {
    /// A message without what could move a terminal's cursor.
    #[expect(clippy::needless_pass_by_value, reason = "the shape that map_err calls")]
    pub(super) fn json(error: serde_json::Error) -> Self {
        /// One line on a terminal.
        const MAX_CHARACTERS: usize = 160;
        let text = error.to_string();
        let printable = text.chars().filter(|character| !character.is_control());
        Self::Json(printable.take(MAX_CHARACTERS).collect())
    }
}

/// Reads one recording.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    buffer: Vec<u8>,
    n_lines: u64,
    at: u64,
    is_decided: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// When it is none, or of another version.
    pub fn open(input: R) -> Result<(Header, Self), Error> {
        let mut reader = Self { input, buffer: Vec::new(), n_lines: 0, at: 0, is_decided: false };
        let header = match reader.fill() {
            Ok(true) => Header::read(&reader.buffer),
            Err(Fault::Io(error)) => Err(Fault::Io(error)),
            Ok(false) | Err(_) => Err(Fault::NotARecording),
        };
        let header = header.map_err(|fault| reader.error(fault))?;
        Ok((header, reader))
    }

    /// Reads the next line; `None` behind the decision.
    ///
    /// # Errors
    /// When the recording ends before its decision, or the line cannot be.
    pub fn next_line(&mut self) -> Result<Option<Line>, Error> {
        let line = self.read_line().map_err(|fault| self.error(fault))?;
        Ok(line)
    }

    /// Ties a fault to the line that was read last.
    #[must_use]
    pub fn error(&self, fault: Fault) -> Error {
        Error { line: self.n_lines, fault }
    }

    fn read_line(&mut self) -> Result<Option<Line>, Fault> {
        match (self.fill()?, self.is_decided) {
            (false, true) => return Ok(None),
            (false, false) => return Err(Fault::Undecided),
            (true, true) => return Err(Fault::GoesOn),
            (true, false) => {}
        }
        let line = Line::read(&self.buffer)?;
        if line.at < self.at {
            return Err(Fault::Backwards { at: line.at, before: self.at });
        }
        self.at = line.at;
        self.is_decided = matches!(line.entry, Entry::Decision(_));
        Ok(Some(line))
    }

    /// Takes a whole line into the buffer; answers whether there was one.
    fn fill(&mut self) -> Result<bool, Fault> {
        self.n_lines += 1;
        self.buffer.clear();
        let limit = MAX_LINE_BYTES as u64;
        (&mut self.input).take(limit).read_until(b'\n', &mut self.buffer)?;
        match self.buffer.pop() {
            None => Ok(false),
            Some(b'\n') => Ok(true),
            Some(_) if self.buffer.len() + 1 >= MAX_LINE_BYTES => Err(Fault::TooLong),
            Some(_) => Err(Fault::CutOff),
        }
    }
}
