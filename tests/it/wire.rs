//! The service from outside: a real server on a free port, a real client, a scripted engine.

#![allow(clippy::unwrap_used, reason = "clippy knows unit tests, but not the helpers of these")]

mod drain;
mod faults;
mod harness;
mod load;
mod recording;
mod seen;
mod talk;
#[path = "../../src/speech/voice.rs"]
mod voice;
