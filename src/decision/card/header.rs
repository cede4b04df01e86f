//! The card in a SIP header: as much as fits, the most useful first.
//!
//! A field is there whole or not at all; only the caller's words, the last field, may be cut, and
//! never inside a character. So a gateway can trust what it reads.

use super::{DEFAULT_LANGUAGE, Decision, Mood, desk};
use std::fmt::Write as _;

/// Octets of user-to-user data that ISDN carries at most (ITU-T Q.931, 4.5.30), and so what RFC 7433
/// reckons with on the way to a telephone network.
pub const SIP_LIMIT: usize = 128;
/// What older such networks carry. Desk and reason just fit in, so a smaller limit is taken for this
/// one.
pub const SIP_LIMIT_LEAST: usize = 32;
/// Characters of the `X-Pretriage` value: half of what is left of a UDP packet once the rest of an
/// INVITE is in.
pub const HEADER_LIMIT: usize = 512;

/// The first octet of user-to-user data tells its protocol; 0 is "user-specific" (RFC 7434).
const USER_SPECIFIC: u8 = 0;
const ENCODING: &str = ";encoding=hex";

/// The card as the value of `User-to-User` (RFC 7433): hexadecimal octets and `;encoding=hex`.
///
/// The octets are a zero (user-specific, as `purpose=isdn-uui`, the default, wants it) and then
/// `key=value;key=value` in UTF-8, `limit` octets together at most. [`SIP_LIMIT`] fits everywhere.
/// Keys, in this order: `desk why urgent topic tel yuan order id when mood lang sure also site say`.
#[must_use]
pub fn sip(decision: &Decision, limit: usize) -> String {
    let limit = limit.max(SIP_LIMIT_LEAST);
    let text =
        fill(decision, limit - 1, |value| escape(value, |it| !matches!(it, '%' | ';' | '=')));
    let mut value = String::with_capacity(2 * limit + ENCODING.len());
    for octet in std::iter::once(USER_SPECIFIC).chain(text.bytes()) {
        // Writing to a string cannot fail.
        let _ = write!(value, "{octet:02x}");
    }
    value.push_str(ENCODING);
    value
}

/// The card as the value of a header of its own, `X-Pretriage`: `key=value;key=value`, everything
/// but ASCII letters, digits and `-._*~` percent-encoded as UTF-8; `limit` characters at most. Keys
/// as in [`sip`].
#[must_use]
pub fn x_header(decision: &Decision, limit: usize) -> String {
    fill(decision, limit.max(SIP_LIMIT_LEAST), |value| {
        escape(value, |it| it.is_ascii_alphanumeric() || "-._*~".contains(it))
    })
}

/// Reads what [`sip`] wrote; `None` where it is something else.
#[must_use]
pub fn read_sip(value: &str) -> Option<Vec<(String, String)>> {
    let hex = value.strip_suffix(ENCODING)?;
    if !hex.is_ascii() || !hex.len().is_multiple_of(2) {
        return None;
    }
    let octets = (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
        .collect::<Option<Vec<u8>>>()?;
    let (first, rest) = octets.split_first()?;
    (*first == USER_SPECIFIC).then(|| read_header(std::str::from_utf8(rest).ok()?))?
}

/// Reads what [`x_header`] wrote; `None` where it is something else.
#[must_use]
pub fn read_header(value: &str) -> Option<Vec<(String, String)>> {
    value
        .split(';')
        .map(|field| {
            let (key, value) = field.split_once('=')?;
            Some((key.to_owned(), unescape(value)?))
        })
        .collect()
}

/// Writes fields while they fit.
fn fill(decision: &Decision, limit: usize, escape: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    for (key, value) in fields(decision) {
        let joint = usize::from(!text.is_empty());
        let escaped = escape(&value);
        let room = limit.saturating_sub(text.len() + joint + key.len() + 1);
        let shown = if escaped.len() <= room {
            escaped
        } else if key == SAY {
            shortened(&value, room, &escape)
        } else {
            continue;
        };
        if shown.is_empty() {
            continue;
        }
        if joint == 1 {
            text.push(';');
        }
        text.push_str(key);
        text.push('=');
        text.push_str(&shown);
    }
    text
}

/// The caller's own words: the last field, and the only one that may be cut.
const SAY: &str = "say";

/// What a card says in short, the most useful first. Values are never empty.
fn fields(decision: &Decision) -> Vec<(&'static str, String)> {
    let card = &decision.card;
    let slots = &card.slots;
    let verdict = decision.verdict.as_ref();
    let amount = slots.amount.as_ref().map(|amount| {
        let about = if amount.about { "~" } else { "" };
        amount.yuan().map_or_else(|| amount.said.clone(), |yuan| format!("{about}{yuan}"))
    });
    let topic = decision.topic().map(|topic| {
        let name = topic.as_str();
        name.split_once('.').map_or(name, |(_, rest)| rest).to_owned()
    });
    let secondary = verdict.and_then(|verdict| verdict.secondary);
    let fields = [
        ("desk", Some(desk(decision).as_str().to_owned())),
        ("why", Some(decision.reason.as_str().to_owned())),
        ("urgent", verdict.filter(|verdict| verdict.urgent).map(|_| "1".to_owned())),
        ("topic", topic),
        ("tel", slots.phone.clone()),
        ("yuan", amount),
        ("order", slots.order_number.clone()),
        ("id", slots.account_id.clone()),
        ("when", slots.time.clone()),
        ("mood", (card.mood != Mood::Calm).then(|| card.mood.as_str().to_owned())),
        ("lang", Some(card.language.clone()).filter(|language| language != DEFAULT_LANGUAGE)),
        ("sure", verdict.map(|verdict| format!("{:.0}", 100.0 * verdict.confidence))),
        ("also", secondary.map(|topic| topic.as_str().to_owned())),
        ("site", Some(decision.site.clone())),
        (SAY, Some(card.summary.clone())),
    ];
    fields
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.filter(|value| !value.is_empty())?)))
        .collect()
}

/// As many whole characters as have room.
fn shortened(value: &str, room: usize, escape: impl Fn(&str) -> String) -> String {
    let mut shown = String::new();
    for character in value.chars() {
        let next = escape(character.encode_utf8(&mut [0; 4]));
        if shown.len() + next.len() > room {
            break;
        }
        shown.push_str(&next);
    }
    shown
}

/// Percent-encodes what may not stand as it is; controls never may.
fn escape(value: &str, stays: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        if stays(character) && !character.is_control() {
            escaped.push(character);
        } else {
            for octet in character.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(escaped, "%{octet:02X}");
            }
        }
    }
    escaped
}

fn unescape(value: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first == b'%' {
            let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
            octets.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &rest[2..];
        } else {
            octets.push(*first);
        }
    }
    String::from_utf8(octets).ok()
}
