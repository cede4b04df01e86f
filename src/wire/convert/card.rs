//! The hand-off card, there and back.
//!
//! On the wire it repeats the decision, so that it is complete on its own; what is repeated is not
//! read back.

use super::{REASONS, Unreadable, number, outgoing, proto};
use crate::{
    decision::{Asked, Card, Decision, Mood, Tried, card},
    intent::slots::{Amount, AtHand, Slots},
};

/// Writes the card of a decision.
pub(super) fn write(decision: &Decision) -> proto::Card {
    let own = decision.card.clone();
    let verdict = decision.verdict.as_ref();
    proto::Card {
        summary: own.summary,
        heard: own.heard,
        keys: own.keys,
        line_quality: own.line_quality,
        slots: Some(write_slots(own.slots)),
        asked: own.asked.into_iter().map(write_asked).collect(),
        tried: own.tried.into_iter().map(write_tried).collect(),
        mood: own.mood.as_str().to_owned(),
        language: own.language,
        desk: card::desk(decision).as_str().to_owned(),
        topic: decision.topic().map_or(String::new(), |topic| topic.as_str().to_owned()),
        reason: number(&REASONS, decision.reason),
        urgent: verdict.is_some_and(|verdict| verdict.urgent),
        confidence: verdict.map_or(0.0, |verdict| verdict.confidence),
        secondary: verdict.map(outgoing::secondary).unwrap_or_default(),
        queue: decision.queue.clone(),
        site: decision.site.clone(),
        evidence: verdict.map(outgoing::evidence).unwrap_or_default(),
        sip_uui: card::sip(decision, card::SIP_LIMIT),
        sip_header: card::x_header(decision, card::HEADER_LIMIT),
    }
}

fn write_slots(slots: Slots) -> proto::Slots {
    proto::Slots {
        phone: slots.phone.unwrap_or_default(),
        mail: slots.mail.unwrap_or_default(),
        account_id: slots.account_id.unwrap_or_default(),
        amount: slots.amount.map(|amount| proto::Amount {
            fen: amount.fen,
            about: amount.about,
            said: amount.said,
        }),
        order_number: slots.order_number.unwrap_or_default(),
        time: slots.time.unwrap_or_default(),
        at_hand: slots.at_hand.iter().map(|thing| thing.as_str().to_owned()).collect(),
    }
}

fn write_asked(asked: Asked) -> proto::Asked {
    proto::Asked { id: asked.id, text: asked.text, answer: asked.answer }
}

fn write_tried(tried: Tried) -> proto::Tried {
    proto::Tried { id: tried.id, text: tried.text }
}

/// Reads a card. An older service's has no mood, no language and no slots.
pub(super) fn read(wire: proto::Card) -> Result<Card, Unreadable> {
    let mood = match wire.mood.as_str() {
        "" => Mood::default(),
        name => Mood::ALL
            .into_iter()
            .find(|mood| mood.as_str() == name)
            .ok_or(Unreadable::Unknown("mood"))?,
    };
    let known = |language: String| {
        if language.is_empty() { card::DEFAULT_LANGUAGE.to_owned() } else { language }
    };
    let asked =
        |asked: proto::Asked| Asked { id: asked.id, text: asked.text, answer: asked.answer };
    Ok(Card {
        summary: wire.summary,
        heard: wire.heard,
        slots: read_slots(wire.slots.unwrap_or_default())?,
        asked: wire.asked.into_iter().map(asked).collect(),
        tried: wire.tried.into_iter().map(|it| Tried { id: it.id, text: it.text }).collect(),
        mood,
        language: known(wire.language),
        keys: wire.keys,
        line_quality: wire.line_quality,
    })
}

fn read_slots(wire: proto::Slots) -> Result<Slots, Unreadable> {
    let some = |text: String| (!text.is_empty()).then_some(text);
    let at_hand = |name: &String| {
        let mut all = AtHand::ALL.into_iter();
        all.find(|thing| thing.as_str() == name).ok_or(Unreadable::Unknown("at_hand"))
    };
    Ok(Slots {
        phone: some(wire.phone),
        mail: some(wire.mail),
        account_id: some(wire.account_id),
        amount: wire.amount.map(|it| Amount { fen: it.fen, about: it.about, said: it.said }),
        order_number: some(wire.order_number),
        time: some(wire.time),
        at_hand: wire.at_hand.iter().map(at_hand).collect::<Result<_, _>>()?,
    })
}
