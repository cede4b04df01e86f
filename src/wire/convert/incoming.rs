//! What a gateway sends, checked.

use super::{ENCODINGS, known, proto};
use crate::{
    audio::{self, Format},
    call::{
        Key, Needs, Overrides, QueueState, Setup,
        script::{FINAL_MS, INTERIM_MS, MAX_CALL_MS, NO_INPUT_MS},
    },
};
use jiff::Timestamp;
use proto::{client_event::Event, converse_request};
use std::{collections::HashMap, ops::RangeInclusive};

/// Long enough for a UUID with a prefix, short enough for a log line.
const MAX_CALL_ID_BYTES: usize = 128;

/// More keys in one message than anybody presses in one.
const MAX_KEYS: usize = 64;

/// The gateway broke the contract.
#[derive(Debug, thiserror::Error)]
pub(in crate::wire) enum ProtocolError {
    #[error("the first message must be the config")]
    NoConfig,
    #[error("the config was sent twice")]
    SecondConfig,
    #[error("the stream ended before its config")]
    Ended,
    #[error("config.call_id must be at most {MAX_CALL_ID_BYTES} printable ASCII characters")]
    CallId,
    #[error("config.audio is missing")]
    NoAudioFormat,
    #[error("config.audio.encoding {0} is unknown: send LINEAR16, MULAW or ALAW")]
    Encoding(i32),
    #[error("config.timers.{key} is {value}, outside {} to {}", range.start(), range.end())]
    Timer { key: &'static str, value: u32, range: RangeInclusive<u32> },
    #[error("config.opened_at is no time")]
    OpenedAt,
    #[error("audio: {0}")]
    Audio(#[from] audio::Error),
    #[error("a message cannot be read: {0}")]
    Unreadable(String),
}

/// A checked config.
#[derive(Debug)]
pub(in crate::wire) struct Opening {
    /// As the gateway named it.
    pub(in crate::wire) call_id: Option<String>,
    pub(in crate::wire) format: Format,
    pub(in crate::wire) setup: Setup,
    /// Whether the model knows the language.
    pub(in crate::wire) knows_language: bool,
}

/// Checks the config of a call that arrived at `now`; `None` where opening hours do not matter.
pub(in crate::wire) fn open(
    config: proto::CallConfig,
    now: Option<Timestamp>,
) -> Result<Opening, ProtocolError> {
    let opened_at = match &config.opened_at {
        Some(at) => {
            Some(Timestamp::new(at.seconds, at.nanos).map_err(|_| ProtocolError::OpenedAt)?)
        }
        None if config.no_playback => None,
        None => now,
    };
    let wait_seconds = config.queue.and_then(|queue| queue.wait_seconds);
    Ok(Opening {
        call_id: call_id(config.call_id)?,
        format: format(config.audio.ok_or(ProtocolError::NoAudioFormat)?)?,
        setup: Setup {
            plays_prompts: !config.no_playback,
            opened_at,
            timers: config.timers.map_or(Ok(Overrides::default()), timers)?,
            queue: QueueState { wait_seconds },
            needs: config.caller.map_or(Needs::default(), |caller| needs(&caller.attributes)),
            wants_interim: config.interim_results,
        },
        knows_language: is_mandarin(&config.language),
    })
}

/// From this age on Chinese law speaks of the elderly (老年人权益保障法, article 2).
const ELDERLY_AGE: u32 = 60;

/// What the business knows that the caller needs.
fn needs(attributes: &HashMap<String, String>) -> Needs {
    let is = |name: &str| {
        attributes.get(name).is_some_and(|value| {
            ["true", "yes", "1"].iter().any(|yes| value.trim().eq_ignore_ascii_case(yes))
        })
    };
    let age = attributes.get("age").and_then(|age| age.trim().parse::<u32>().ok());
    Needs {
        elderly: is("elderly") || age.is_some_and(|age| age >= ELDERLY_AGE),
        low_vision: is("low_vision"),
        hard_of_hearing: is("hard_of_hearing"),
    }
}

fn call_id(id: String) -> Result<Option<String>, ProtocolError> {
    if id.is_empty() {
        return Ok(None);
    }
    // It stands in logs: no line breaks, no terminal codes.
    let printable = id.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    (printable && id.len() <= MAX_CALL_ID_BYTES).then_some(Some(id)).ok_or(ProtocolError::CallId)
}

fn format(audio: proto::AudioFormat) -> Result<Format, ProtocolError> {
    // What does not fit 16 bits is far out of bounds, and still is when clamped.
    let clamp = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
    let format = Format {
        encoding: known(&ENCODINGS, audio.encoding)
            .ok_or(ProtocolError::Encoding(audio.encoding))?,
        rate_hz: audio.sample_rate_hz,
        channels: clamp(audio.channels),
        caller_channel: clamp(audio.caller_channel),
    };
    format.check(audio::MAX_STREAM_RATE_HZ)?;
    Ok(format)
}

fn timers(timers: proto::Timers) -> Result<Overrides, ProtocolError> {
    let check = |key, value: Option<u32>, range: RangeInclusive<u32>| match value {
        Some(value) if !range.contains(&value) => Err(ProtocolError::Timer { key, value, range }),
        _ => Ok(value),
    };
    Ok(Overrides {
        no_input_ms: check("no_input_ms", timers.no_input_ms, NO_INPUT_MS)?,
        final_ms: check("final_ms", timers.final_ms, FINAL_MS)?,
        max_call_ms: check("max_call_ms", timers.max_call_ms, MAX_CALL_MS)?,
        // 0 is never.
        interim_ms: match timers.interim_ms {
            Some(0) => Some(0),
            wanted => check("interim_ms", wanted, INTERIM_MS)?,
        },
    })
}

fn is_mandarin(tag: &str) -> bool {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    ["", "zh", "cmn"].iter().any(|known| primary.eq_ignore_ascii_case(known))
}

/// A checked message after the config.
#[derive(Debug, PartialEq)]
pub(in crate::wire) enum Request {
    Audio(Vec<u8>),
    /// Keys in order, and the characters that are none.
    Keys(Vec<Key>, String),
    PromptFinished(String),
    HangUp,
    /// Accepted and not used by this version, or from a newer gateway.
    Nothing,
}

/// Checks a message that is not the first.
pub(in crate::wire) fn request(message: proto::ConverseRequest) -> Result<Request, ProtocolError> {
    use converse_request::Request as Wire;
    Ok(match message.request {
        Some(Wire::Config(_)) => return Err(ProtocolError::SecondConfig),
        Some(Wire::Audio(bytes)) => Request::Audio(bytes),
        Some(Wire::Dtmf(text)) => keys(&text),
        Some(Wire::Event(event)) => match event.event {
            Some(Event::PromptFinished(finished)) => Request::PromptFinished(finished.prompt_id),
            Some(Event::HangUp(_)) => Request::HangUp,
            Some(Event::Queue(_) | Event::AgentJoined(_) | Event::Rating(_)) | None => {
                Request::Nothing
            }
        },
        None => Request::Nothing,
    })
}

fn keys(text: &str) -> Request {
    let (mut keys, mut unknown) = (Vec::new(), String::new());
    for character in text.chars().take(MAX_KEYS) {
        match Key::new(character) {
            Some(key) => keys.push(key),
            None => unknown.push(character),
        }
    }
    // Law 1: a 0 behind any flood still reaches a person.
    if text.chars().skip(MAX_KEYS).any(|character| character == '0') {
        keys.extend(Key::new('0'));
    }
    Request::Keys(keys, unknown)
}
