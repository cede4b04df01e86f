//! Proto to domain and back: the only place that knows both.
//!
//! What a gateway sends is checked here, once; behind it nothing is a string that should be a
//! value. Reading back what the service says is for our own client, so that it prints what the
//! offline door prints.

mod card;
mod incoming;
mod outgoing;
mod profile;
mod reading;

pub(super) use incoming::{Opening, ProtocolError, Request, open, request};
pub(super) use outgoing::{decision, event, pace, speak};
pub(super) use profile::{profile, reloaded};
pub(super) use reading::{Unreadable, read_event};

use super::proto;
use crate::{
    audio::Encoding,
    decision::{Outcome, Reason},
};

const ENCODINGS: [(Encoding, proto::audio_format::Encoding); 3] = [
    (Encoding::Linear16, proto::audio_format::Encoding::Linear16),
    (Encoding::Mulaw, proto::audio_format::Encoding::Mulaw),
    (Encoding::Alaw, proto::audio_format::Encoding::Alaw),
];

const OUTCOMES: [(Outcome, proto::decision::Outcome); 4] = [
    (Outcome::Route, proto::decision::Outcome::Route),
    (Outcome::Guide, proto::decision::Outcome::Guide),
    (Outcome::Handoff, proto::decision::Outcome::Handoff),
    (Outcome::Callback, proto::decision::Outcome::Callback),
];

const REASONS: [(Reason, proto::decision::Reason); 21] = [
    (Reason::Understood, proto::decision::Reason::Understood),
    (Reason::Solved, proto::decision::Reason::Solved),
    (Reason::HumanWish, proto::decision::Reason::HumanWish),
    (Reason::KeyPressed, proto::decision::Reason::KeyPressed),
    (Reason::Unclear, proto::decision::Reason::Unclear),
    (Reason::NoInput, proto::decision::Reason::NoInput),
    (Reason::NoMatch, proto::decision::Reason::NoMatch),
    (Reason::LowConfidence, proto::decision::Reason::LowConfidence),
    (Reason::BadLine, proto::decision::Reason::BadLine),
    (Reason::NonSpeech, proto::decision::Reason::NonSpeech),
    (Reason::Overloaded, proto::decision::Reason::Overloaded),
    (Reason::EngineFailed, proto::decision::Reason::EngineFailed),
    (Reason::Deadline, proto::decision::Reason::Deadline),
    (Reason::ProtocolError, proto::decision::Reason::ProtocolError),
    (Reason::StreamBroken, proto::decision::Reason::StreamBroken),
    (Reason::TooLong, proto::decision::Reason::TooLong),
    (Reason::Vulnerable, proto::decision::Reason::Vulnerable),
    (Reason::Urgent, proto::decision::Reason::Urgent),
    (Reason::Closed, proto::decision::Reason::Closed),
    (Reason::Peak, proto::decision::Reason::Peak),
    (Reason::Language, proto::decision::Reason::Language),
];

/// Finds the domain value of a wire number.
fn known<D: Copy, W: Copy + Into<i32>>(table: &[(D, W)], number: i32) -> Option<D> {
    table.iter().find(|(_, wire)| (*wire).into() == number).map(|(domain, _)| *domain)
}

/// Finds the wire number of a domain value; 0, which means unspecified, where the table has none.
fn number<D: Copy + PartialEq, W: Copy + Into<i32>>(table: &[(D, W)], value: D) -> i32 {
    table.iter().find(|(domain, _)| *domain == value).map_or(0, |(_, wire)| (*wire).into())
}

/// The wire number of an encoding.
pub(super) fn encoding(encoding: Encoding) -> i32 {
    number(&ENCODINGS, encoding)
}

#[cfg(test)]
mod tests;
