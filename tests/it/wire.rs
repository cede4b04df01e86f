//! The service from outside: a real server on a free port, a real client, a scripted engine.

mod canary;
mod drain;
mod faults;
mod harness;
mod load;
mod mixup;
mod recording;
mod seen;
mod spoken;
mod talk;
#[path = "../../src/audio/voice.rs"]
mod voice;
