//! The hand-off card (随路数据): what an agent reads before the first word, and its exported forms.
//!
//! Everything in it is masked before it comes here. Three forms leave the house, each complete on its
//! own: JSON, a `User-to-User` header that fits what telephone networks carry, and the value of an
//! `X-Pretriage` header. This file knows no transport; `wire` has the fourth form, the message.

mod header;

pub use header::{HEADER_LIMIT, SIP_LIMIT, SIP_LIMIT_LEAST, read_header, read_sip, sip, x_header};

use super::Decision;
use crate::intent::{Category, Slots};
use serde_json::{Value, json};

/// What was heard and done, for whoever takes the call over.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// One line in the caller's own words.
    pub summary: String,
    /// Every utterance that was understood, in order.
    pub heard: Vec<String>,
    /// What an agent asks first, as far as the caller said it.
    pub slots: Slots,
    /// What the caller was asked, and answered.
    pub asked: Vec<Asked>,
    /// What the caller was already told to do, or was told for an answer.
    pub tried: Vec<Tried>,
    /// How the caller sounds in words.
    pub mood: Mood,
    /// What the caller speaks, as BCP 47 has it.
    pub language: String,
    /// The keys that were pressed, in order; only their number where they are more than a menu asks.
    pub keys: String,
    /// What is known to be wrong with the line.
    pub line_quality: Vec<String>,
}

impl Default for Card {
    fn default() -> Self {
        Self {
            summary: String::new(),
            heard: Vec::new(),
            slots: Slots::default(),
            asked: Vec::new(),
            tried: Vec::new(),
            mood: Mood::default(),
            language: DEFAULT_LANGUAGE.to_owned(),
            keys: String::new(),
            line_quality: Vec::new(),
        }
    }
}

/// Mandarin, the language of the hotline.
pub const DEFAULT_LANGUAGE: &str = "zh";

/// A question that the caller was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The question's name in the profile.
    pub id: String,
    /// Its words.
    pub text: String,
    /// What the caller answered, masked; empty where nothing came.
    pub answer: String,
}

/// A step of guidance, or an answer, that the caller was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// Its name in the profile.
    pub id: String,
    /// Its words.
    pub text: String,
}

/// How a caller sounds in words. Closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mood {
    /// Nothing to note.
    #[default]
    Calm,
    /// Angry at the platform or at us.
    Angry,
    /// In need: desperate, afraid, in tears.
    Distressed,
}

impl Mood {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Calm, Self::Angry, Self::Distressed];

    /// The name used in JSON and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Angry => "angry",
            Self::Distressed => "distressed",
        }
    }
}

/// The desk that a card names: what was pressed or understood, else the general human queue.
#[must_use]
pub fn desk(decision: &Decision) -> Category {
    decision.category.unwrap_or(Category::Human)
}

/// The card as JSON, complete on its own. Every key always; `null` or empty where nothing is known:
///
/// `desk topic reason urgent confidence secondary queue site evidence` repeat the decision;
/// `summary heard asked tried mood language keys line_quality` are the card's own; `slots` has
/// `phone mail account_id amount order_number time at_hand`, and `amount` is
/// `{yuan, about, said}`, its `yuan` `null` where the words leave it open.
#[must_use]
pub fn json(decision: &Decision) -> Value {
    let Card { summary, heard, slots, asked, tried, mood, language, keys, line_quality } =
        &decision.card;
    let verdict = decision.verdict.as_ref();
    let evidence: Vec<Value> = verdict
        .into_iter()
        .flat_map(|verdict| &verdict.evidence)
        .map(|piece| {
            json!({ "words": piece.words, "rule": piece.rule, "weight": three_decimals(piece.weight) })
        })
        .collect();
    let asked: Vec<Value> = asked
        .iter()
        .map(|asked| json!({ "id": asked.id, "text": asked.text, "answer": asked.answer }))
        .collect();
    let tried: Vec<Value> =
        tried.iter().map(|tried| json!({ "id": tried.id, "text": tried.text })).collect();
    json!({
        "desk": desk(decision).as_str(),
        "topic": decision.topic().map(|topic| topic.as_str()),
        "reason": decision.reason.as_str(),
        "urgent": verdict.is_some_and(|verdict| verdict.urgent),
        "confidence": verdict.map(|verdict| three_decimals(verdict.confidence)),
        "secondary": verdict.and_then(|verdict| verdict.secondary).map(|topic| topic.as_str()),
        "queue": decision.queue,
        "site": decision.site,
        "evidence": evidence,
        "summary": summary,
        "heard": heard,
        "slots": slots_json(slots),
        "asked": asked,
        "tried": tried,
        "mood": mood.as_str(),
        "language": language,
        "keys": keys,
        "line_quality": line_quality,
    })
}

fn slots_json(slots: &Slots) -> Value {
    let amount = slots
        .amount
        .as_ref()
        .map(|amount| json!({ "yuan": amount.yuan(), "about": amount.about, "said": amount.said }));
    let at_hand: Vec<&str> = slots.at_hand.iter().map(|thing| thing.as_str()).collect();
    json!({
        "phone": slots.phone,
        "mail": slots.mail,
        "account_id": slots.account_id,
        "amount": amount,
        "order_number": slots.order_number,
        "time": slots.time,
        "at_hand": at_hand,
    })
}

/// All that a probability is worth.
fn three_decimals(value: f32) -> f64 {
    (f64::from(value) * 1_000.0).round() / 1_000.0
}

/// The title of the summary's row.
pub const SUMMARY: &str = "诉求";

/// The card's slots, questions and attempts for a person: a Chinese title and what is known of it.
/// What is not known has no row.
#[must_use]
pub fn rows(card: &Card) -> Vec<(&'static str, String)> {
    let slots = &card.slots;
    let mut rows = Vec::new();
    let mut row = |title, value: Option<String>| {
        rows.extend(value.filter(|value| !value.is_empty()).map(|value| (title, value)));
    };
    row(SUMMARY, Some(card.summary.clone()));
    row("手机", slots.phone.clone());
    row("邮箱", slots.mail.clone());
    row("抖音号", slots.account_id.clone());
    row(
        "金额",
        slots.amount.as_ref().map(|amount| {
            let about = if amount.about { "约" } else { "" };
            let yuan = amount.yuan().map_or_else(String::new, |yuan| format!("{about}{yuan}元，"));
            format!("{yuan}“{}”", amount.said)
        }),
    );
    row("订单", slots.order_number.clone());
    row("时间", slots.time.clone());
    let at_hand: Vec<&str> = slots.at_hand.iter().map(|thing| thing.title()).collect();
    row("手上有", Some(at_hand.join("、")));
    for asked in &card.asked {
        let answer = if asked.answer.is_empty() { "（没有回答）" } else { &asked.answer };
        row("问过", Some(format!("{} {answer}", asked.text)));
    }
    for tried in &card.tried {
        row("试过", Some(tried.text.clone()));
    }
    row(
        "情绪",
        match card.mood {
            Mood::Calm => None,
            Mood::Angry => Some("生气".to_owned()),
            Mood::Distressed => Some("痛苦".to_owned()),
        },
    );
    row("语言", Some(card.language.clone()).filter(|language| language != DEFAULT_LANGUAGE));
    row("按键", Some(card.keys.clone()));
    row("线路", Some(card.line_quality.join(" ")));
    rows
}

#[cfg(test)]
mod tests;
