//! The voice: a prompt's text as SSML and as audio that a call can play.
//!
//! Audio comes from a recording that the operator made, else from a speech synthesis that the
//! operator names, else there is none and the gateway speaks the text itself. It refuses to know
//! calls and the network: a text, a pace and a format come in; SSML and bytes go out to the doors.
//! Like the engine's workers it works beside the calls: none of them ever waits for longer than
//! `prompt.wait_ms`.

mod command;
mod config;
mod numbers;
mod reading;
mod source;
mod ssml;
mod store;
mod voices;

pub use config::Config;
pub use reading::reading;
pub use source::Error;
pub use ssml::ssml;
pub use store::Counts;
pub use voices::{Answer, Voice, Voices};

use crate::audio::{Encoding, MAX_STREAM_RATE_HZ, MIN_RATE_HZ};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How fast a prompt is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pace {
    /// As people talk.
    #[default]
    Normal,
    /// For callers who need time, elderly ones among them.
    Slow,
}

/// What a call plays: how samples are written and how many there are in a second. Always mono.
/// As text: `alaw/8000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Format {
    /// How a sample is written.
    pub encoding: Encoding,
    /// Samples a second.
    pub rate_hz: u32,
}

const ENCODINGS: [(Encoding, &str); 3] =
    [(Encoding::Linear16, "linear16"), (Encoding::Mulaw, "mulaw"), (Encoding::Alaw, "alaw")];

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = ENCODINGS.iter().find(|(encoding, _)| *encoding == self.encoding);
        write!(f, "{}/{}", known.map_or("", |(_, name)| name), self.rate_hz)
    }
}

/// A text that names no format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be linear16, mulaw or alaw, a slash, and {MIN_RATE_HZ} to {MAX_STREAM_RATE_HZ}: alaw/8000"
)]
pub struct UnknownFormat;

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let (name, rate) = text.split_once('/').ok_or(UnknownFormat)?;
        let (encoding, _) =
            ENCODINGS.iter().find(|(_, known)| *known == name).ok_or(UnknownFormat)?;
        let rate_hz = rate.parse().map_err(|_| UnknownFormat)?;
        if !(MIN_RATE_HZ..=MAX_STREAM_RATE_HZ).contains(&rate_hz) {
            return Err(UnknownFormat);
        }
        Ok(Self { encoding: *encoding, rate_hz })
    }
}

impl TryFrom<String> for Format {
    type Error = UnknownFormat;

    fn try_from(text: String) -> Result<Self, UnknownFormat> {
        text.parse()
    }
}

impl From<Format> for String {
    fn from(format: Format) -> Self {
        format.to_string()
    }
}

/// A prompt whose words are the same in every call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// Its key in the profile: the recording's file is named after it.
    pub key: String,
    /// The words.
    pub text: String,
}

/// Something that leaves prompts without audio, but ends nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// The key of the `[prompt]` table.
    pub key: &'static str,
    /// What is wrong.
    pub what: String,
}
