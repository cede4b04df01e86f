//! Pretriage: speech pre-triage for hotlines.
//!
//! A call flows down through rooms that know nothing of the network; two doors (gRPC, recordings)
//! drive the same flow; whatever goes wrong inside ends in a hand-off, not in a crash.
//! The rooms are listed in the order data passes them. A room may use only rooms listed above it;
//! `tests/it/tidy.rs` holds that law.

/// What is counted and timed: the one table of metric names.
pub mod metrics;
/// The one signal that the process is to end.
pub mod shutdown;
/// Bytes to 16 kHz mono samples.
pub mod audio;
/// Samples to utterances.
pub mod speech;
/// Which speech model is loaded, and proof that it is the right one.
pub mod model;
/// Utterances to text.
pub mod transcript;
/// Text to a verdict: which desk, how sure, why. And what must never be kept.
pub mod intent;
/// A verdict and the state of the call to what is done about it.
pub mod decision;
/// The corridor: one call as a pure state machine.
pub mod call;
/// Door A: the gRPC service.
pub mod wire;
/// Door B: recordings.
pub mod offline;
/// What an operator may set.
pub mod config;
/// Logs and spans.
pub mod telemetry;
/// The commands.
pub mod cli;
