//! One event of a call, for people and for scripts.

use crate::{
    call::{Event, Told},
    decision::{Decision, card},
    intent::{Category, Verdict},
};
use serde_json::{Map, Value, json};

/// One JSON object: `offset_ms`, `event`, and the event's own fields.
pub(super) fn to_json(told: &Told) -> String {
    let (name, fields) = match &told.event {
        Event::Ready => ("ready", json!({})),
        Event::SpeechStarted { barge_in } => ("speech_started", json!({ "barge_in": barge_in })),
        Event::SpeechEnded => ("speech_ended", json!({})),
        Event::Transcript(heard) => (
            "transcript",
            json!({
                "text": heard.text,
                "start_ms": heard.start.as_millis() as u64,
                "end_ms": heard.end.as_millis() as u64,
                "confidence": round(heard.confidence),
                "dropped": heard.dropped.map(|dropped| dropped.as_str()),
            }),
        ),
        Event::Interim(interim) => (
            "interim",
            json!({
                "text": interim.text,
                "start_ms": interim.start.as_millis() as u64,
                "end_ms": interim.end.as_millis() as u64,
                "confidence": round(interim.confidence),
                "stability": round(interim.stability),
            }),
        ),
        Event::Prompt(prompt) => (
            "prompt",
            json!({
                "id": prompt.id,
                "text": &*prompt.text,
                "barge_in": prompt.barge_in,
                "slow": prompt.is_slow,
            }),
        ),
        Event::Verdict(verdict) => ("verdict", verdict_fields(verdict)),
        Event::Warning(warning) => {
            ("warning", json!({ "code": warning.code, "text": warning.text }))
        }
        Event::Decision(decision) => ("decision", decision_fields(decision)),
    };
    let mut object = Map::new();
    object.insert("offset_ms".to_owned(), (told.offset.as_millis() as u64).into());
    object.insert("event".to_owned(), name.into());
    if let Value::Object(fields) = fields {
        object.extend(fields);
    }
    Value::Object(object).to_string()
}

fn verdict_fields(verdict: &Verdict) -> Value {
    json!({
        "category": verdict.category().as_str(),
        "topic": verdict.topic.as_str(),
        "urgent": verdict.urgent,
        "confidence": round(verdict.confidence),
        "margin": round(verdict.margin),
        "secondary": verdict.secondary.map(|topic| topic.as_str()),
    })
}

fn decision_fields(decision: &Decision) -> Value {
    let verdict = decision.verdict.as_ref();
    json!({
        "outcome": decision.outcome.as_str(),
        "reason": decision.reason.as_str(),
        "category": decision.category.map(Category::as_str),
        "topic": decision.topic().map(|topic| topic.as_str()),
        "urgent": verdict.is_some_and(|verdict| verdict.urgent),
        "confidence": verdict.map(|verdict| round(verdict.confidence)),
        "margin": verdict.map(|verdict| round(verdict.margin)),
        "secondary": verdict.and_then(|verdict| verdict.secondary).map(|topic| topic.as_str()),
        "queue": decision.queue,
        "site": decision.site,
        "priority": decision.priority,
        "summary": decision.card.summary,
        "card": card::json(decision),
    })
}

/// One line for a person.
pub(super) fn to_text(told: &Told) -> String {
    let what = match &told.event {
        Event::Ready => "ready".to_owned(),
        Event::SpeechStarted { .. } => "speech started".to_owned(),
        Event::SpeechEnded => "speech ended".to_owned(),
        Event::Transcript(heard) => match heard.dropped {
            Some(dropped) => format!("dropped   ({})", dropped.as_str()),
            None => format!("heard     {}", heard.text),
        },
        Event::Interim(interim) => format!("hearing   {}", interim.text),
        Event::Prompt(prompt) => format!("prompt    {}", prompt.text),
        Event::Verdict(verdict) => {
            format!("about     {}, {:.0} % sure", verdict.topic, 100.0 * verdict.confidence)
        }
        Event::Warning(warning) => format!("warning   {}", warning.text),
        Event::Decision(decision) => {
            let end = format!(
                "decided   {} to {} ({})",
                decision.outcome, decision.queue, decision.reason
            );
            std::iter::once(end).chain(card_lines(decision)).collect::<Vec<_>>().join("\n")
        }
    };
    format!("{:>7.2} s  {what}", told.offset.as_secs_f64())
}

/// The card for a person, a line for each thing known, under the words of other events.
fn card_lines(decision: &Decision) -> impl Iterator<Item = String> {
    let rows = card::rows(&decision.card).into_iter();
    rows.map(|(title, value)| format!("           {title}  {value}"))
}

/// What the caller said that an agent asks first, in one line; empty where nothing was.
pub(super) fn noted(decision: &Decision) -> String {
    let rows = card::rows(&decision.card).into_iter();
    let noted = rows.filter(|(title, _)| *title != card::SUMMARY);
    noted.map(|(title, value)| format!("{title} {value}")).collect::<Vec<_>>().join("；")
}

/// Three decimals are all that a probability is worth.
pub(super) fn round(value: f32) -> f64 {
    (f64::from(value) * 1_000.0).round() / 1_000.0
}
