//! The service from outside: a real server on a free port, a real client, a scripted engine.

mod canary;
mod drain;
mod faults;
mod harness;
mod interim;
mod load;
mod mixup;
mod profiles;
mod recording;
mod reload;
mod seen;
mod spoken;
mod talk;
mod tape;
#[path = "../../src/audio/voice.rs"]
mod voice;
