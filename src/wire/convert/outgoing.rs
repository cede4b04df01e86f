//! What the call says, as messages.

use super::{OUTCOMES, REASONS, card, number, proto};
use crate::{
    call::{Event, Heard, Interim, Prompt, Told},
    decision,
    intent::{self, Category},
    prompt::{Pace, ssml},
};
use proto::converse_response::Response;
use std::time::Duration;

/// Writes an event. `None` for a decision: that one has more to it, see [`decision`].
pub(in crate::wire) fn event(told: &Told, call_id: &str) -> Option<proto::ConverseResponse> {
    let response = match &told.event {
        Event::Ready => Response::Ready(proto::Ready { call_id: call_id.to_owned() }),
        Event::SpeechStarted { barge_in } => {
            Response::SpeechStarted(proto::SpeechStarted { barge_in: *barge_in })
        }
        Event::SpeechEnded => Response::SpeechEnded(proto::SpeechEnded {}),
        Event::Transcript(heard) => Response::Transcript(transcript(heard)),
        Event::Interim(interim) => Response::Transcript(so_far(interim)),
        Event::Prompt(prompt) => Response::Prompt(proto::Prompt {
            id: prompt.id.clone(),
            text: prompt.text.to_string(),
            ssml: ssml(&prompt.text, pace(prompt)),
            // What there is of it comes later, see [`speak`].
            audio: Vec::new(),
            barge_in: prompt.barge_in,
            slow: prompt.is_slow,
        }),
        Event::Verdict(verdict) => Response::Verdict(proto::Verdict {
            category: verdict.category().as_str().to_owned(),
            topic: verdict.topic.as_str().to_owned(),
            urgent: verdict.urgent,
            confidence: verdict.confidence,
            margin: verdict.margin,
            secondary: secondary(verdict),
            evidence: evidence(verdict),
        }),
        Event::Warning(warning) => Response::Warning(proto::Warning {
            code: warning.code.to_owned(),
            text: warning.text.clone(),
        }),
        Event::Decision(_) => return None,
    };
    Some(proto::ConverseResponse { offset_ms: millis(told.offset), response: Some(response) })
}

/// Gives a prompt its audio; anything else stays as it is.
pub(in crate::wire) fn speak(message: &mut proto::ConverseResponse, audio: Option<&[u8]>) {
    if let (Some(Response::Prompt(prompt)), Some(audio)) = (&mut message.response, audio) {
        prompt.audio = audio.to_vec();
    }
}

/// How fast a prompt is to be spoken.
pub(in crate::wire) fn pace(prompt: &Prompt) -> Pace {
    if prompt.is_slow { Pace::Slow } else { Pace::Normal }
}

/// Writes the decision.
pub(in crate::wire) fn decision(
    decision: &decision::Decision,
    latency: Vec<proto::TurnLatency>,
) -> proto::Decision {
    let verdict = decision.verdict.as_ref();
    proto::Decision {
        outcome: number(&OUTCOMES, decision.outcome),
        reason: number(&REASONS, decision.reason),
        category: decision.category.map(Category::as_str).unwrap_or_default().to_owned(),
        topic: verdict.map(|verdict| verdict.topic.as_str()).unwrap_or_default().to_owned(),
        urgent: verdict.is_some_and(|verdict| verdict.urgent),
        confidence: verdict.map_or(0.0, |verdict| verdict.confidence),
        margin: verdict.map_or(0.0, |verdict| verdict.margin),
        secondary: verdict.map(secondary).unwrap_or_default(),
        queue: decision.queue.clone(),
        site: decision.site.clone(),
        priority: decision.priority.into(),
        reply_by: duration(decision.reply_by),
        due: duration(decision.due),
        card: Some(card::write(decision)),
        latency,
        evidence: verdict.map(evidence).unwrap_or_default(),
    }
}

fn transcript(heard: &Heard) -> proto::Transcript {
    proto::Transcript {
        text: heard.text.clone(),
        is_final: true,
        stability: 1.0,
        start_ms: millis(heard.start),
        end_ms: millis(heard.end),
        confidence: heard.confidence,
        dropped_reason: heard.dropped.map_or(String::new(), |why| why.as_str().to_owned()),
    }
}

fn so_far(interim: &Interim) -> proto::Transcript {
    proto::Transcript {
        text: interim.text.clone(),
        is_final: false,
        stability: interim.stability,
        start_ms: millis(interim.start),
        end_ms: millis(interim.end),
        confidence: interim.confidence,
        dropped_reason: String::new(),
    }
}

pub(super) fn secondary(verdict: &intent::Verdict) -> String {
    verdict.secondary.map_or(String::new(), |topic| topic.as_str().to_owned())
}

pub(super) fn evidence(verdict: &intent::Verdict) -> Vec<proto::Evidence> {
    let write = |evidence: &intent::Evidence| proto::Evidence {
        words: evidence.words.clone(),
        rule: evidence.rule.clone(),
        weight: evidence.weight,
    };
    verdict.evidence.iter().map(write).collect()
}

/// Times on the wire are whole milliseconds; a call ends long before they overflow.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Hours and days; the conversion only fails beyond the age of the universe.
fn duration(time: Duration) -> Option<prost_types::Duration> {
    prost_types::Duration::try_from(time).ok()
}
