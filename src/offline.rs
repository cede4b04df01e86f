//! Door B: recordings.
//!
//! A WAV file drives the same [`crate::call::Call`] as a stream does, on the clock of its own
//! audio: prompts take no time, the engine's answers come "at once", and the end of the file is
//! the caller hanging up. It refuses to decide anything itself; what was told goes to whoever
//! asked, usually the command line. A recording of a call as the gRPC door took it is replayed
//! here too.

pub mod drive;
pub mod find;
pub mod replay;
pub mod source;
pub mod transcribe;

pub use drive::{Door, Triage};
pub use find::recordings;
pub use replay::{Recording, Replay};
pub use source::Channel;

use std::path::PathBuf;

/// A recording that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The path cannot be read or walked.
    #[error("{path}: {why}")]
    Path {
        /// As the operator gave it.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// A folder without a single WAV file.
    #[error("{0}: no WAV file in this folder")]
    EmptyFolder(PathBuf),
    /// The file is not a recording that this program reads.
    #[error("{path}: {source}")]
    Audio {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: crate::audio::Error,
    },
    /// The file is no recording of a call, or one that was damaged.
    #[error("{path}: {source}")]
    Tape {
        /// The file.
        path: PathBuf,
        /// Which line, and what is wrong with it.
        source: crate::tape::Error,
    },
    /// The call ended without a decision, which law 2 forbids.
    #[error("{0}: the call ended without a decision")]
    Undecided(PathBuf),
}
