//! Pretriage: speech pre-triage for hotlines.
//!
//! A call flows down through rooms that know nothing of the network; two doors (gRPC, recordings)
//! drive the same flow; whatever goes wrong inside ends in a hand-off, not in a crash.
//! `tests/it/tidy.rs` lists the rooms from the bottom up and holds the law: a room uses only rooms
//! below it.

// Bytes to 16 kHz mono samples.
pub mod audio;
// Paced gateways against a service: a door for us.
pub mod bench;
// The corridor: one call as a pure state machine.
pub mod call;
// The commands.
pub mod cli;
// What an operator may set.
pub mod config;
// A verdict and the state of the call to what is done about it.
pub mod decision;
// Text to a verdict: which desk, how sure, why. And what must never be kept.
pub mod intent;
// What is counted and timed: the one table of metric names.
pub mod metrics;
// Which speech model is loaded, and proof that it is the right one.
pub mod model;
// Door B: recordings.
pub mod offline;
// A prompt's text to SSML and to audio.
pub mod prompt;
// The one signal that the process is to end.
pub mod shutdown;
// Samples to utterances.
pub mod speech;
// What one call was given, as a file that replays.
pub mod tape;
// Logs and spans.
pub mod telemetry;
// Utterances to text.
pub mod transcript;
// Door A: the gRPC service.
pub mod wire;
