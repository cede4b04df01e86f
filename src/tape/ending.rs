//! A decision with every bit of it, for comparing: two are the same if and only if they are
//! written alike.
//!
//! The forms that leave the house round what people read; this one does not, and it names every
//! field, so that a new one cannot be forgotten in the comparison.

use crate::{
    decision::{Asked, Card, Decision, Tried},
    intent::{
        Evidence, Slots, Verdict,
        slots::{Amount, AtHand},
    },
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

/// Writes a decision that was made at `offset` of the call's audio.
#[must_use]
pub fn ending(offset: Duration, decision: &Decision) -> Value {
    let Decision { outcome, reason, category, verdict, queue, site, priority, reply_by, due, card } =
        decision;
    json!({
        "offset_us": offset.as_micros() as u64,
        "outcome": outcome.as_str(),
        "reason": reason.as_str(),
        "category": category.map(|category| category.as_str()),
        "verdict": verdict.as_ref().map(write_verdict),
        "queue": queue,
        "site": site,
        "priority": priority,
        "reply_by_ms": reply_by.as_millis() as u64,
        "due_ms": due.as_millis() as u64,
        "card": write_card(card),
    })
}

fn write_verdict(verdict: &Verdict) -> Value {
    let Verdict { topic, urgent, confidence, margin, secondary, evidence } = verdict;
    let evidence: Vec<Value> = evidence
        .iter()
        .map(|Evidence { words, rule, weight }| {
            json!({ "words": words, "rule": rule, "weight": f64::from(*weight) })
        })
        .collect();
    json!({
        "topic": topic.as_str(),
        "urgent": urgent,
        "confidence": f64::from(*confidence),
        "margin": f64::from(*margin),
        "secondary": secondary.map(|topic| topic.as_str()),
        "evidence": evidence,
    })
}

fn write_card(card: &Card) -> Value {
    let Card { summary, heard, slots, asked, tried, mood, language, keys, line_quality } = card;
    let asked: Vec<Value> = asked
        .iter()
        .map(|Asked { id, text, answer }| json!({ "id": id, "text": text, "answer": answer }))
        .collect();
    let tried: Vec<Value> =
        tried.iter().map(|Tried { id, text }| json!({ "id": id, "text": text })).collect();
    json!({
        "summary": summary,
        "heard": heard,
        "slots": write_slots(slots),
        "asked": asked,
        "tried": tried,
        "mood": mood.as_str(),
        "language": language,
        "keys": keys,
        "line_quality": line_quality,
    })
}

fn write_slots(slots: &Slots) -> Value {
    let Slots { phone, mail, account_id, amount, order_number, time, at_hand } = slots;
    let amount = amount
        .as_ref()
        .map(|Amount { fen, about, said }| json!({ "fen": fen, "about": about, "said": said }));
    let at_hand: Vec<&str> = at_hand.iter().copied().map(AtHand::as_str).collect();
    json!({
        "phone": phone,
        "mail": mail,
        "account_id": account_id,
        "amount": amount,
        "order_number": order_number,
        "time": time,
        "at_hand": at_hand,
    })
}

/// One field in which two decisions differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The field, dotted; empty where one of the two is no decision at all.
    pub field: String,
    /// What it was; `null` where there was none.
    pub recorded: Value,
    /// What it is now; `null` where there is none.
    pub replayed: Value,
}

/// Compares field by field, as deep as both have the same shape.
#[must_use]
pub fn differences(recorded: &Value, replayed: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    // What is read from text and what never was one are compared alike.
    let replayed = serde_json::from_str(&replayed.to_string()).unwrap_or(Value::Null);
    compare("", recorded, &replayed, &mut found);
    found
}

fn compare(field: &str, recorded: &Value, replayed: &Value, found: &mut Vec<Difference>) {
    let inner = |name: &str| {
        if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") }
    };
    match (recorded, replayed) {
        (Value::Object(before), Value::Object(now)) => {
            let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
            for name in names {
                let value = |object: &serde_json::Map<String, Value>| {
                    object.get(name).cloned().unwrap_or(Value::Null)
                };
                compare(&inner(name), &value(before), &value(now), found);
            }
        }
        (Value::Array(before), Value::Array(now)) if before.len() == now.len() => {
            for (n, (before, now)) in before.iter().zip(now).enumerate() {
                compare(&inner(&n.to_string()), before, now, found);
            }
        }
        _ if recorded == replayed => {}
        _ => found.push(Difference {
            field: field.to_owned(),
            recorded: recorded.clone(),
            replayed: replayed.clone(),
        }),
    }
}
