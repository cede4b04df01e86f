//! Logs: where they go and how much.
//!
//! Everything goes to stderr, so that data on stdout stays clean. One line at `info` for each call
//! that ends, `debug` for each utterance; what callers say is never logged above `trace`. It knows
//! nothing of calls; spans travel with the work.

use serde::{Deserialize, Serialize};
use std::io::{IsTerminal, Write};
use tracing_subscriber::{EnvFilter, filter::ParseError, util::TryInitError};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

/// The variable that overrides the level for one run.
const LEVEL_VARIABLE: &str = "RUST_LOG";

/// The `[log]` table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// A level (`info`) or directives (`info,pretriage::wire=debug`).
    pub level: String,
    /// How lines are written.
    pub format: Format,
}

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        // h2 and hyper log every frame at debug; their warnings are enough.
        Self { level: "info".to_owned(), format: Format::Text }
    }
}

/// Logs cannot be written as configured.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The level is no level.
    #[error("log level \"{0}\" is not understood")]
    Level(String, #[source] ParseError),
    /// Somebody else writes logs already.
    #[error("cannot install the log writer")]
    Install(#[from] TryInitError),
}

impl Config {
    /// Returns every fault, as the key and what is wrong with its value.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        filter(&self.level).err().map(|error| ("level", error.to_string())).into_iter().collect()
    }
}

/// Begins to write logs. The environment's `RUST_LOG` goes before the configured level.
///
/// # Errors
/// When the level is none, or logs are written already.
#[expect(clippy::disallowed_methods, reason = "a door: the environment is read here, once")]
pub fn install(config: &Config) -> Result<(), Error> {
    let level = std::env::var(LEVEL_VARIABLE).ok().filter(|level| !level.is_empty());
    let filter = filter(level.as_deref().unwrap_or(&config.level))?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let registry = tracing_subscriber::registry().with(filter);
    match config.format {
        Format::Text => registry.with(lines).try_init()?,
        Format::Json => registry.with(lines.json().with_current_span(true)).try_init()?,
    }
    Ok(())
}

/// From now on a panic says where it happened and nothing else: its message may hold words of a
/// caller, since a failed slice or comparison prints what it had. Not through the log, which may be
/// what panicked.
pub fn guard_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let unknown = || "an unknown place".to_owned();
        let place = panic.location().map_or_else(unknown, ToString::to_string);
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("without a name");
        // Nobody is left to tell where stderr is closed.
        let _ = writeln!(
            std::io::stderr().lock(),
            "pretriage: internal failure at {place}, thread {name}; what it said is withheld"
        );
    }));
}

fn filter(level: &str) -> Result<EnvFilter, Error> {
    EnvFilter::builder().parse(level).map_err(|source| Error::Level(level.to_owned(), source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_that_is_none_is_a_fault() {
        assert_eq!(Config::default().faults(), []);
        let config = Config { level: "pretriage=loud".to_owned(), ..Config::default() };
        assert_eq!(config.faults()[0].0, "level");
    }
}
