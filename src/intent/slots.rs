//! What an agent asks first, taken from what a caller said: number, id, amount, order, time.
//!
//! It reads utterances *as the masker leaves them*, so a secret cannot become a slot: it is no longer
//! there. Of every identifier that the masks leave, only the end stays. What cannot be told apart
//! from an ordinary word (一起, 万一, 十分) is no slot: an empty slot costs a question, a wrong one a
//! wrong case. It knows no calls; `decision` carries what it finds on the hand-off card.

mod amount;
mod label;
mod number;
mod pick;
mod time;

use super::mask::{self, Masker, line::Line};

/// What the caller's words hold for an agent. Every text in it may be shown and kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots {
    /// The end of the caller's mobile or fixed number, `**12`: so many digits as the masks show.
    pub phone: Option<String>,
    /// The provider of a mail address that was given, `**@qq.com`.
    pub mail: Option<String>,
    /// The end of the caller's account id (抖音号), `**5678`.
    pub account_id: Option<String>,
    /// The money it is about.
    pub amount: Option<Amount>,
    /// The end of an order's number, `**3456`.
    pub order_number: Option<String>,
    /// When it happened or since when it lasts, in the caller's words: 昨天晚上八点, 三天了.
    pub time: Option<String>,
    /// What the caller has ready to show, each once.
    pub at_hand: Vec<AtHand>,
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// In hundredths of a yuan; `None` where the words leave it open (几千块) or name another
    /// currency.
    pub fen: Option<u64>,
    /// Whether the caller said it roughly: 三千多, 大概五百块.
    pub about: bool,
    /// The words.
    pub said: String,
}

impl Amount {
    /// In yuan.
    #[must_use]
    pub fn yuan(&self) -> Option<f64> {
        self.fen.map(|fen| fen as f64 / 100.0)
    }
}

/// What a caller can show an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AtHand {
    /// 截图, 录屏.
    Screenshot,
    /// 链接.
    Link,
    /// 付款记录, 账单, 凭证.
    PaymentRecord,
}

impl AtHand {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Screenshot, Self::Link, Self::PaymentRecord];

    /// The name used in JSON and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Screenshot => "screenshot",
            Self::Link => "link",
            Self::PaymentRecord => "payment_record",
        }
    }

    /// What agents call it, in Chinese.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Screenshot => "截图",
            Self::Link => "链接",
            Self::PaymentRecord => "支付记录",
        }
    }
}

/// Stands where a mask stood; no caller says it.
const HOLE: char = '\u{fffc}';
/// Parts two utterances.
const PAUSE: char = '\n';

impl Slots {
    /// Reads a call's utterances as they were spoken; they are masked before they are read.
    #[must_use]
    pub fn of_spoken<T: AsRef<str>>(utterances: &[T]) -> Self {
        let mut masker = Masker::default();
        for utterance in utterances {
            let _ = masker.hear(utterance.as_ref());
        }
        Self::of_masked(&masker.heard())
    }

    /// Reads a call's utterances as [`Masker::heard`] gives them.
    #[must_use]
    pub fn of_masked(heard: &[String]) -> Self {
        let text = heard.join("\n");
        let masks = mask::masks(&text);
        // Where the masks were, nothing is left to be read.
        let mut open = String::with_capacity(text.len());
        let mut holes = Vec::with_capacity(masks.len());
        let (mut kept, mut n_chars) = (0, 0);
        for (range, kind) in masks {
            let before = &text[kept..range.start];
            open.push_str(before);
            n_chars += before.chars().count();
            holes.push((n_chars, kind, mask::tail_of(&text[range.clone()])));
            open.push(HOLE);
            n_chars += 1;
            kept = range.end;
        }
        open.push_str(&text[kept..]);
        let line = Line::new(&open);
        Self {
            phone: label::phone(&line, &holes),
            mail: label::mail(&line),
            account_id: label::account_id(&line),
            amount: amount::amount(&line),
            order_number: label::order_number(&line),
            time: time::time(&line),
            at_hand: label::at_hand(&line),
        }
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests;
