//! What the service says, read back by our own client.

use super::{OUTCOMES, REASONS, card, known, proto};
use crate::{
    call::{Event, Heard, Interim, Prompt, Told, Warning},
    decision::Decision,
    intent::{Category, Evidence, Topic, Verdict, topic::UnknownTopic},
    transcript::Dropped,
};
use proto::converse_response::Response;
use std::time::Duration;

/// Warnings are closed names; a newer service's are shown under this one.
const UNKNOWN_WARNING: &str = "warning";

/// The service says something that this client does not know.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// A message without content.
    #[error("an empty message")]
    Empty,
    /// A number or a name outside its list.
    #[error("an unknown {0}")]
    Unknown(&'static str),
    /// A topic outside the list.
    #[error(transparent)]
    Topic(#[from] UnknownTopic),
}

/// Reads a message.
pub(in crate::wire) fn read_event(message: &proto::ConverseResponse) -> Result<Told, Unreadable> {
    let response = message.response.as_ref().ok_or(Unreadable::Empty)?;
    let event = match response {
        Response::Ready(_) => Event::Ready,
        Response::SpeechStarted(started) => Event::SpeechStarted { barge_in: started.barge_in },
        Response::SpeechEnded(_) => Event::SpeechEnded,
        Response::Transcript(transcript) if transcript.is_final => {
            Event::Transcript(heard(transcript)?)
        }
        Response::Transcript(transcript) => Event::Interim(Interim {
            text: transcript.text.clone(),
            start: Duration::from_millis(transcript.start_ms),
            end: Duration::from_millis(transcript.end_ms),
            confidence: transcript.confidence,
            stability: transcript.stability,
        }),
        Response::Prompt(prompt) => Event::Prompt(Prompt {
            id: prompt.id.clone(),
            text: prompt.text.as_str().into(),
            barge_in: prompt.barge_in,
            is_slow: prompt.slow,
        }),
        Response::Verdict(verdict) => Event::Verdict(Verdict {
            topic: verdict.topic.parse()?,
            urgent: verdict.urgent,
            confidence: verdict.confidence,
            margin: verdict.margin,
            secondary: secondary(&verdict.secondary)?,
            evidence: evidence(&verdict.evidence),
        }),
        Response::Warning(warning) => Event::Warning(Warning {
            code: Warning::known(&warning.code).unwrap_or(UNKNOWN_WARNING),
            text: warning.text.clone(),
        }),
        Response::Decision(decision) => Event::Decision(Box::new(read_decision(decision)?)),
    };
    Ok(Told { offset: Duration::from_millis(message.offset_ms), event })
}

fn read_decision(decision: &proto::Decision) -> Result<Decision, Unreadable> {
    Ok(Decision {
        outcome: known(&OUTCOMES, decision.outcome).ok_or(Unreadable::Unknown("outcome"))?,
        reason: known(&REASONS, decision.reason).ok_or(Unreadable::Unknown("reason"))?,
        category: category(&decision.category)?,
        verdict: verdict(decision)?,
        queue: decision.queue.clone(),
        site: decision.site.clone(),
        priority: u8::try_from(decision.priority).map_err(|_| Unreadable::Unknown("priority"))?,
        reply_by: duration(decision.reply_by.as_ref())?,
        due: duration(decision.due.as_ref())?,
        card: card::read(decision.card.clone().unwrap_or_default())?,
    })
}

fn verdict(decision: &proto::Decision) -> Result<Option<Verdict>, Unreadable> {
    if decision.topic.is_empty() {
        return Ok(None);
    }
    Ok(Some(Verdict {
        topic: decision.topic.parse()?,
        urgent: decision.urgent,
        confidence: decision.confidence,
        margin: decision.margin,
        secondary: secondary(&decision.secondary)?,
        evidence: evidence(&decision.evidence),
    }))
}

fn heard(transcript: &proto::Transcript) -> Result<Heard, Unreadable> {
    const ALL: [Dropped; 4] =
        [Dropped::NoSpeech, Dropped::Phantom, Dropped::PromptEcho, Dropped::Repetition];
    let dropped = match transcript.dropped_reason.as_str() {
        "" => None,
        name => Some(
            ALL.into_iter()
                .find(|dropped| dropped.as_str() == name)
                .ok_or(Unreadable::Unknown("dropped_reason"))?,
        ),
    };
    Ok(Heard {
        text: transcript.text.clone(),
        start: Duration::from_millis(transcript.start_ms),
        end: Duration::from_millis(transcript.end_ms),
        confidence: transcript.confidence,
        dropped,
    })
}

fn category(name: &str) -> Result<Option<Category>, Unreadable> {
    if name.is_empty() {
        return Ok(None);
    }
    let found = Category::ALL.into_iter().find(|category| category.as_str() == name);
    found.map(Some).ok_or(Unreadable::Unknown("category"))
}

fn secondary(name: &str) -> Result<Option<Topic>, Unreadable> {
    Ok(if name.is_empty() { None } else { Some(name.parse()?) })
}

fn evidence(evidence: &[proto::Evidence]) -> Vec<Evidence> {
    let read = |evidence: &proto::Evidence| Evidence {
        words: evidence.words.clone(),
        rule: evidence.rule.clone(),
        weight: evidence.weight,
    };
    evidence.iter().map(read).collect()
}

fn duration(wire: Option<&prost_types::Duration>) -> Result<Duration, Unreadable> {
    wire.copied().unwrap_or_default().try_into().map_err(|_| Unreadable::Unknown("duration"))
}
