//! One input as one line, there and back: `[at, {"key": "0"}]`.
//!
//! An array, because its position is always there, and because an object with one key can neither
//! leave out what happened nor say two things.

use super::{Entry, Fault, Input, Line, MAX_AUDIO_BYTES, MAX_SILENCE, MAX_TEXT_BYTES};
use crate::{
    call::{Key, Ticket, Warning},
    decision::Reason,
    transcript::{Dropped, Failure, Transcript},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

const DROPPED: [Dropped; 4] =
    [Dropped::NoSpeech, Dropped::Phantom, Dropped::PromptEcho, Dropped::Repetition];

const FAILURES: [(Failure, &str); 3] = [
    (Failure::Overloaded, "overloaded"),
    (Failure::Deadline, "deadline"),
    (Failure::EngineFailed, "engine_failed"),
];

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Form {
    Audio(String),
    Silence(u32),
    AudioEnd,
    Key(char),
    PromptFinished(String),
    HangUp,
    Warning {
        code: String,
        text: String,
    },
    GiveUp(String),
    Answer {
        ticket: u32,
        text: String,
        /// Wider than it is: so its decimal digits give the same bits again, whoever reads them.
        confidence: f64,
        dropped: Option<String>,
    },
    Failure {
        ticket: u32,
        why: String,
    },
    Decision(Value),
}

impl Line {
    /// Writes the line, without its end.
    pub(super) fn write(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&(self.at, Form::of(&self.entry)))
    }

    pub(super) fn read(line: &[u8]) -> Result<Self, Fault> {
        let (at, form): (u64, Form) = serde_json::from_slice(line).map_err(Fault::json)?;
        Ok(Self { at, entry: form.read()? })
    }
}

impl Form {
    fn of(entry: &Entry) -> Self {
        let input = match entry {
            Entry::Decision(ending) => return Self::Decision(ending.clone()),
            Entry::Input(input) => input,
        };
        match input {
            Input::Audio(bytes) => Self::Audio(STANDARD.encode(bytes)),
            Input::Silence(n_samples) => Self::Silence(*n_samples),
            Input::AudioEnd => Self::AudioEnd,
            Input::Key(key) => Self::Key(key.as_char()),
            Input::PromptFinished(id) => Self::PromptFinished(id.clone()),
            Input::HangUp => Self::HangUp,
            Input::Warning(Warning { code, text }) => {
                Self::Warning { code: (*code).to_owned(), text: text.clone() }
            }
            Input::GiveUp(reason) => Self::GiveUp(reason.as_str().to_owned()),
            Input::Answer(Ticket(ticket), Ok(transcript)) => Self::Answer {
                ticket: *ticket,
                text: transcript.text.clone(),
                confidence: transcript.confidence.into(),
                dropped: transcript.dropped.map(|why| why.as_str().to_owned()),
            },
            Input::Answer(Ticket(ticket), Err(failure)) => {
                let known = FAILURES.into_iter().find(|(known, _)| known == failure);
                let why = known.map_or("", |(_, name)| name).to_owned();
                Self::Failure { ticket: *ticket, why }
            }
        }
    }

    fn read(self) -> Result<Entry, Fault> {
        Ok(Entry::Input(match self {
            Self::Decision(ending) => return Ok(Entry::Decision(ending)),
            Self::Audio(text) => {
                let bytes = STANDARD.decode(text).map_err(|_| Fault::Base64)?;
                if bytes.len() > MAX_AUDIO_BYTES {
                    return Err(Fault::Bounds("audio"));
                }
                Input::Audio(bytes)
            }
            Self::Silence(n_samples) if n_samples > MAX_SILENCE => {
                return Err(Fault::Bounds("silence"));
            }
            Self::Silence(n_samples) => Input::Silence(n_samples),
            Self::AudioEnd => Input::AudioEnd,
            Self::Key(character) => Input::Key(Key::new(character).ok_or(Fault::Unknown("key"))?),
            Self::PromptFinished(id) => Input::PromptFinished(id),
            Self::HangUp => Input::HangUp,
            Self::Warning { code, text } => {
                let code = Warning::known(&code).ok_or(Fault::Unknown("warning"))?;
                Input::Warning(Warning { code, text })
            }
            Self::GiveUp(name) => {
                let reason = Reason::ALL.into_iter().find(|reason| reason.as_str() == name);
                Input::GiveUp(reason.ok_or(Fault::Unknown("reason"))?)
            }
            Self::Answer { ticket, text, confidence, dropped } => {
                if text.len() > MAX_TEXT_BYTES {
                    return Err(Fault::Bounds("text"));
                }
                if !(0.0..=1.0).contains(&confidence) {
                    return Err(Fault::Bounds("confidence"));
                }
                let known = |name: String| {
                    let why = DROPPED.into_iter().find(|why| why.as_str() == name);
                    why.ok_or(Fault::Unknown("dropped"))
                };
                let dropped = dropped.map(known).transpose()?;
                let transcript = Transcript { text, confidence: confidence as f32, dropped };
                Input::Answer(Ticket(ticket), Ok(transcript))
            }
            Self::Failure { ticket, why } => {
                let known = FAILURES.into_iter().find(|(_, name)| *name == why);
                let (failure, _) = known.ok_or(Fault::Unknown("failure"))?;
                Input::Answer(Ticket(ticket), Err(failure))
            }
        }))
    }
}
