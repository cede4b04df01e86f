//! Paced gateways against a service: how many calls it carries, and how soon it decides.
//!
//! Each gateway speaks as a caller does, frame by frame at the pace of a telephone, and calls again as
//! soon as its call is decided. The callers' words are recordings of synthetic voices that are in
//! the binary, so that every utterance costs what a real one costs. It refuses to judge what was
//! decided; its figures go to whoever asked.

mod bare;
mod caller;
mod figures;
mod load;
mod process;

pub use bare::bare;
pub use figures::{Figures, Spread};
pub use load::{Load, Pattern, run};
pub use process::Service;

use crate::{audio, transcript::EngineError, wire::client};

/// The measurement could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The recordings in the binary cannot be read.
    #[error("the built-in recordings cannot be read: {0}")]
    Recordings(#[from] audio::Error),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// No service answers.
    #[error(transparent)]
    Service(#[from] client::Error),
    /// The service under test could not be started.
    #[error("the service could not be started: {0}")]
    Start(#[source] std::io::Error),
    /// The service under test ended before it listened.
    #[error("the service ended before it was ready; try `pretriage serve`")]
    Ended,
    /// No call was finished.
    #[error("no call was decided within {0} seconds: nothing can be said")]
    Nothing(u64),
}

/// Milliseconds are all that a measurement of seconds is worth.
fn round(seconds: f64) -> f64 {
    (seconds * 1_000.0).round() / 1_000.0
}
