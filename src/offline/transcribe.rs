//! Transcription alone: every utterance of a recording with its times, and no decision.

use super::{
    Error,
    source::{Channel, Source},
};
use crate::{
    audio::level,
    speech::{self, Segment, Segmenter, Sign},
    transcript::{Failure, Pool, Transcript},
};
use std::{path::Path, sync::Arc};

/// One utterance of a recording.
#[derive(Debug)]
pub struct Line {
    /// Where it starts, in milliseconds.
    pub start_ms: u64,
    /// Where it ends, in milliseconds.
    pub end_ms: u64,
    /// What was heard, or why the engine gave no answer. Not masked.
    pub result: Result<Transcript, Failure>,
}

/// Transcribes one recording, utterance by utterance.
///
/// # Errors
/// When the recording cannot be read; what was told before stays told.
pub fn transcribe(
    path: &Path,
    channel: Option<Channel>,
    speech: &speech::Config,
    pool: &Pool,
    mut tell: impl FnMut(Line),
) -> Result<(), Error> {
    let mut source = Source::open(path, channel)?;
    let mut segmenter = Segmenter::new(speech);
    let mut samples = Vec::new();
    let mut finish = |segmenter: &mut Segmenter| {
        while let Some(sign) = segmenter.next_sign() {
            if let Sign::Final(segment) = sign {
                tell(line(&segment, speech, pool));
            }
        }
    };
    while source.read(&mut samples)? {
        segmenter.push(&samples);
        finish(&mut segmenter);
    }
    segmenter.flush();
    finish(&mut segmenter);
    Ok(())
}

fn line(segment: &Segment, speech: &speech::Config, pool: &Pool) -> Line {
    let mut samples = segment.samples.to_vec();
    level::even_out(&mut samples);
    let has_speech = segment.has_speech(speech);
    let result = pool
        .submit(samples.into(), Arc::from(""), has_speech)
        .and_then(|pending| pending.wait().result);
    Line { start_ms: segment.start / 16, end_ms: segment.end() / 16, result }
}
