//! The first line: what the call was before it began, and by what it was taken.

use super::{Fault, VERSION};
use crate::{
    audio::{Encoding, Format, MAX_STREAM_RATE_HZ},
    call::{
        Needs, Overrides, QueueState, Setup,
        script::{FINAL_MS, INTERIM_MS, MAX_CALL_MS, NO_INPUT_MS},
    },
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// What stands before a call's first input.
#[derive(Clone, Debug)]
pub struct Header {
    /// The version of the program.
    pub pretriage: String,
    /// The speech model's name.
    pub model: String,
    /// The SHA-256 of its file, in hexadecimal.
    pub model_sha256: String,
    /// The checksum of the profile, as [`crate::call::Host::checksum`] gives it.
    pub profile_sha256: String,
    /// As the gateway named the call.
    pub call_id: String,
    /// When the recording began, by the clock of the machine.
    pub recorded_at: Timestamp,
    /// What the audio's bytes are.
    pub format: Format,
    /// What the call brought along.
    pub setup: Setup,
}

const ENCODINGS: [(Encoding, &str); 3] =
    [(Encoding::Linear16, "linear16"), (Encoding::Mulaw, "mulaw"), (Encoding::Alaw, "alaw")];

/// All that is read of a first line before it is known to be one of this version.
#[derive(Deserialize)]
struct Mark {
    pretriage_recording: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    pretriage_recording: u64,
    pretriage: String,
    model: String,
    model_sha256: String,
    profile_sha256: String,
    call_id: String,
    recorded_at: Timestamp,
    audio: Audio,
    plays_prompts: bool,
    opened_at: Option<Timestamp>,
    timers: Timers,
    queue_wait_seconds: Option<u32>,
    needs: Need,
    #[serde(default)]
    wants_interim: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Audio {
    encoding: String,
    rate_hz: u32,
    channels: u16,
    caller_channel: u16,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Timers {
    no_input_ms: Option<u32>,
    final_ms: Option<u32>,
    max_call_ms: Option<u32>,
    #[serde(default)]
    interim_ms: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Need {
    elderly: bool,
    low_vision: bool,
    hard_of_hearing: bool,
}

impl Header {
    /// Writes the line, without its end.
    pub(super) fn write(&self) -> serde_json::Result<Vec<u8>> {
        let Setup { plays_prompts, opened_at, timers, queue, needs, wants_interim } = &self.setup;
        let Format { encoding, rate_hz, channels, caller_channel } = self.format;
        let known = ENCODINGS.into_iter().find(|(known, _)| *known == encoding);
        serde_json::to_vec(&Form {
            pretriage_recording: VERSION,
            pretriage: self.pretriage.clone(),
            model: self.model.clone(),
            model_sha256: self.model_sha256.clone(),
            profile_sha256: self.profile_sha256.clone(),
            call_id: self.call_id.clone(),
            recorded_at: self.recorded_at,
            audio: Audio {
                encoding: known.map_or("", |(_, name)| name).to_owned(),
                rate_hz,
                channels,
                caller_channel,
            },
            plays_prompts: *plays_prompts,
            opened_at: *opened_at,
            timers: Timers {
                no_input_ms: timers.no_input_ms,
                final_ms: timers.final_ms,
                max_call_ms: timers.max_call_ms,
                interim_ms: timers.interim_ms,
            },
            queue_wait_seconds: queue.wait_seconds,
            needs: Need {
                elderly: needs.elderly,
                low_vision: needs.low_vision,
                hard_of_hearing: needs.hard_of_hearing,
            },
            wants_interim: *wants_interim,
        })
    }

    /// Reads the line. What a gateway may not send, a file may not say either.
    pub(super) fn read(line: &[u8]) -> Result<Self, Fault> {
        let mark: Mark = serde_json::from_slice(line).map_err(|_| Fault::NotARecording)?;
        if mark.pretriage_recording != VERSION {
            return Err(Fault::Version(mark.pretriage_recording));
        }
        let form: Form = serde_json::from_slice(line).map_err(Fault::json)?;
        let Audio { encoding, rate_hz, channels, caller_channel } = form.audio;
        let (encoding, _) = ENCODINGS
            .into_iter()
            .find(|(_, name)| *name == encoding)
            .ok_or(Fault::Unknown("encoding"))?;
        let format = Format { encoding, rate_hz, channels, caller_channel };
        format.check(MAX_STREAM_RATE_HZ)?;
        let Timers { no_input_ms, final_ms, max_call_ms, interim_ms } = form.timers;
        within("timers.no_input_ms", no_input_ms, &NO_INPUT_MS)?;
        within("timers.final_ms", final_ms, &FINAL_MS)?;
        within("timers.max_call_ms", max_call_ms, &MAX_CALL_MS)?;
        within("timers.interim_ms", interim_ms.filter(|ms| *ms != 0), &INTERIM_MS)?;
        let Need { elderly, low_vision, hard_of_hearing } = form.needs;
        Ok(Self {
            pretriage: form.pretriage,
            model: form.model,
            model_sha256: form.model_sha256,
            profile_sha256: form.profile_sha256,
            call_id: form.call_id,
            recorded_at: form.recorded_at,
            format,
            setup: Setup {
                plays_prompts: form.plays_prompts,
                opened_at: form.opened_at,
                timers: Overrides { no_input_ms, max_call_ms, final_ms, interim_ms },
                queue: QueueState { wait_seconds: form.queue_wait_seconds },
                needs: Needs { elderly, low_vision, hard_of_hearing },
                wants_interim: form.wants_interim,
            },
        })
    }
}

fn within(
    what: &'static str,
    value: Option<u32>,
    range: &RangeInclusive<u32>,
) -> Result<(), Fault> {
    match value {
        Some(value) if !range.contains(&value) => Err(Fault::Bounds(what)),
        _ => Ok(()),
    }
}
