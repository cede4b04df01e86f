//! What a call hears, masked with the knowledge of what it heard before.
//!
//! 我的手机号是幺三八零零 and, after a pause, 幺三八零零零零 are one number. The last few utterances are
//! kept as they were heard, only here and only as long as the call lasts, and are searched together
//! with each new one. What was told of an earlier utterance cannot be taken back; what is kept of it
//! can. It knows no calls and no clocks.

use super::{
    Span, cover, cues, find,
    line::Line,
    numerals::{digit, misheard},
};
use std::{collections::VecDeque, ops::Range};

/// How many utterances one number may be spread over: an identity number in groups of three.
const MAX_UTTERANCES: usize = 6;
/// How many bytes of them are searched again with each new one, at most: some 300 characters, more
/// than anybody says between two halves of a number.
const MAX_BYTES: usize = 1_000;
/// The most utterances that are kept; a call has a handful.
const MAX_KEPT: usize = 50;

/// Masks one call's utterances.
#[derive(Default)]
pub struct Masker {
    /// What no later utterance can change any more, masked.
    settled: Vec<String>,
    /// The last utterances as they were heard.
    recent: VecDeque<Utterance>,
}

struct Utterance {
    text: String,
    secrets: Vec<Span>,
}

/// One utterance, fit to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The words, with every secret masked that can be known by now.
    pub text: String,
    /// Whether the caller gave a password or a code, or began to.
    pub offers_credential: bool,
}

impl std::fmt::Debug for Masker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Words of the caller stay out of every log.
        f.debug_struct("Masker").field("n_recent", &self.recent.len()).finish_non_exhaustive()
    }
}

impl Masker {
    /// Takes the next utterance.
    pub fn hear(&mut self, text: &str) -> Masked {
        self.recent.push_back(Utterance { text: text.to_owned(), secrets: Vec::new() });
        let n_bytes = |recent: &VecDeque<Utterance>| -> usize {
            recent.iter().map(|utterance| utterance.text.len()).sum()
        };
        while self.recent.len() > 1
            && (self.recent.len() > MAX_UTTERANCES || n_bytes(&self.recent) > MAX_BYTES)
        {
            let oldest = self.recent.pop_front().filter(|_| self.settled.len() < MAX_KEPT);
            self.settled.extend(oldest.map(|utterance| utterance.masked()));
        }
        self.search();
        self.recent.back().map_or_else(
            || Masked { text: String::new(), offers_credential: false },
            |last| Masked {
                text: last.masked(),
                offers_credential: last.secrets.iter().any(|span| span.kind.is_credential())
                    || promises_credential(text),
            },
        )
    }

    /// What may be told of an utterance that is still being spoken, without keeping it. A secret is
    /// known by its length and by what stands behind it, and neither is there yet: so no number of
    /// more than one digit is told, none that may have begun, no mask's last digits, nothing from the
    /// first digit on behind the name of a secret, and nothing where a password or a code is being
    /// given.
    #[must_use]
    pub fn overhear(&self, text: &str) -> Option<String> {
        let recent =
            self.recent.iter().map(|it| Utterance { text: it.text.clone(), secrets: Vec::new() });
        let mut masker = Self { settled: Vec::new(), recent: recent.collect() };
        let is_promised = self.recent.back().is_some_and(|last| promises_credential(&last.text));
        if is_promised || credential(&Line::new(text)).is_some() {
            return None;
        }
        let masked = masker.hear(text).text;
        Some(without_numbers(up_to_number(&masked))).filter(|it| !it.is_empty())
    }

    /// Everything that was heard, in order, masked with all that is known now; at most 50
    /// utterances.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        let recent = self.recent.iter().map(Utterance::masked);
        self.settled.iter().cloned().chain(recent).take(MAX_KEPT).collect()
    }

    /// Searches the last utterances as one text and gives each its part of what was found.
    fn search(&mut self) {
        let texts: Vec<&str> = self.recent.iter().map(|utterance| &utterance.text[..]).collect();
        let found = find(&texts.join(JOINT));
        let mut start = 0;
        for utterance in &mut self.recent {
            let end = start + utterance.text.len();
            let own = found.iter().filter(|span| span.range.start < end && span.range.end > start);
            let own: Vec<Span> = own
                .map(|span| Span {
                    range: span.range.start.max(start) - start..span.range.end.min(end) - start,
                    kind: span.kind,
                    // The last two digits stand where the number ends.
                    tail: if span.range.end <= end { span.tail.clone() } else { String::new() },
                })
                .collect();
            utterance.add(own);
            start = end + JOINT.len();
        }
    }
}

/// Stands between two utterances: a blank, which parts no number.
const JOINT: &str = " ";

impl Utterance {
    fn masked(&self) -> String {
        cover(&self.text, &self.secrets)
    }

    /// Adds to what was found before: what was once masked stays masked.
    fn add(&mut self, found: Vec<Span>) {
        let mut all = found;
        all.append(&mut self.secrets);
        // The newer ones come first where both begin alike.
        all.sort_by_key(|span| span.range.start);
        for span in all {
            match self.secrets.last_mut() {
                Some(last) if span.range.start < last.range.end => {
                    if span.range.end > last.range.end {
                        last.tail.clone_from(&span.tail);
                        last.range.end = span.range.end;
                    }
                }
                _ => self.secrets.push(span),
            }
        }
    }
}

/// 卡号是三吧五领: behind the name of a secret everything up to the first digit that no mask covers. A
/// number that the recogniser writes with other characters between is known only when it is whole.
fn up_to_number(masked: &str) -> &str {
    let line = Line::new(masked);
    let names = |found: &cues::Found| found.cue.is_secret() || found.cue == cues::Cue::Dictation;
    let is_label = |found: &cues::Found| line.char(found.chars.end) == Some('*');
    let mut found = cues::find(&line).into_iter();
    let Some(name) = found.find(|found| names(found) && !is_label(found)) else { return masked };
    let is_digit = |at: usize| line.char(at).and_then(digit).is_some();
    let sounds = |at: usize| is_digit(at) || line.char(at).and_then(misheard).is_some();
    let mut at = name.chars.end;
    while at < line.len() {
        if let Some(n_chars) = mask_at(line.slice(at..line.len())) {
            at += n_chars;
        } else if is_digit(at) || sounds(at) && sounds(at + 1) {
            return line.slice(0..at);
        } else {
            at += 1;
        }
    }
    masked
}

/// How many characters a mask has that stands at the beginning, [手机号**00]; a bracket alone is none.
fn mask_at(text: &str) -> Option<usize> {
    let (inside, _) = text.strip_prefix('[')?.split_once(']')?;
    inside.contains("**").then(|| inside.chars().count() + 2)
}

/// What stands for a number in an unfinished utterance.
const NUMBER: &str = "[数字]";

fn without_numbers(text: &str) -> String {
    let is_numeral = |one: char| one.is_ascii_digit() || NUMERALS.contains(one);
    let mut told = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find(is_numeral) {
        let (before, from) = rest.split_at(begin);
        told.push_str(before);
        let end = from.find(|one| !is_numeral(one) && one != ' ').unwrap_or(from.len());
        // The last digits so far, [手机号**00], are others each time: one by one they are the number.
        let is_masked = before.ends_with("**");
        match from[..end].trim_end().chars().nth(1) {
            None if end < from.len() && !is_masked => told.push_str(&from[..end]),
            Some(_) if !is_masked => told.push_str(NUMBER),
            _ => {}
        }
        rest = &from[end..];
    }
    told.push_str(rest);
    told
}

/// Digits as they are spoken, and what numbers are made of.
const NUMERALS: &str = "零〇一二三四五六七八九幺两十百千万亿点";

/// 我的密码是 …, 我把验证码告诉你: the secret comes next.
fn promises_credential(text: &str) -> bool {
    /// Said to us, not to somebody else.
    const GIVES: &[&str] = &[
        "告诉你",
        "告诉您",
        "念给你",
        "念给您",
        "报给你",
        "报给您",
        "说给你",
        "说给您",
        "给你念",
        "给您念",
        "给你报",
        "给您报",
    ];
    let line = Line::new(text);
    let Some(cue) = credential(&line) else { return false };
    let rest = line.slice(cue.end..line.len());
    let rest =
        rest.trim_end_matches([' ', '，', ',', '。', '嗯', '啊', '呃', '那', '个', '：', ':']);
    rest.ends_with(['是', '为']) && rest.chars().count() <= 8
        || line.slice(cue).ends_with('是') && rest.is_empty()
        || GIVES.iter().any(|gives| text.contains(gives))
}

/// Where a password or a code is named last, unless the caller only speaks of it.
fn credential(line: &Line<'_>) -> Option<Range<usize>> {
    /// Asking for it is no giving, nor is telling that it is lost.
    const ASKS: &[&str] = &[
        "忘",
        "不知道",
        "记不",
        "不记得",
        "什么",
        "多少",
        "怎么",
        "收不到",
        "没收到",
        "不对",
        "错",
        "不能",
        "不会",
    ];
    let is_credential = |cue| matches!(cue, cues::Cue::Code | cues::Cue::Password);
    let cue = cues::find(line).into_iter().rev().find(|found| is_credential(found.cue))?;
    let text = line.slice(0..line.len());
    (!ASKS.iter().any(|word| text.contains(word))).then_some(cue.chars)
}

#[cfg(test)]
mod tests;
