//! The rules: thresholds in one place, desks, opening hours.
//!
//! One question a turn: is this verdict enough to end the call, or must the caller be asked once
//! more? And once, at the end: who gets the call, with which priority and by when.

use super::{Card, Decision, Outcome, Reason};
use crate::intent::{Category, Topic, Verdict};
use jiff::{Timestamp, civil::Time, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What an operator may set: part of the hotline profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// When a verdict is believed.
    pub thresholds: Thresholds,
    /// When people are in.
    pub hours: Hours,
    /// The account desk.
    pub account: Desk,
    /// The content desk.
    pub content: Desk,
    /// The finance desk.
    pub finance: Desk,
    /// The general human queue.
    pub human: Desk,
}

/// When a verdict is believed. All are probabilities, 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// A desk is chosen at or above this confidence.
    pub route: f32,
    /// And only this far ahead of the second-best category.
    pub margin: f32,
    /// Below that, the caller is asked whether it is this, at or above this confidence.
    pub confirm: f32,
    /// A wish for a person is believed at or above this: much lower, since the mistake is cheap.
    pub human: f32,
    /// A wish ends the call while the caller is still speaking where two interim readings in a row
    /// agree and are both surer than this; at 1 never.
    pub early: f32,
    /// Text that the speech engine itself believes less than this never routes.
    pub transcript: f32,
    /// The same for a text of one or two characters: a word is what noise is most easily taken for.
    pub short_transcript: f32,
}

/// Opening hours in the hotline's own time zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Whether calls that come in now are held against these hours. Off by default: most gateways
    /// keep the hours themselves, before a call gets here. A time that is given with a call
    /// (`opened_at`, `--at`) is always held against them.
    pub enforce: bool,
    /// IANA name, for example `Asia/Shanghai`.
    pub time_zone: String,
    /// First minute of service, `HH:MM`.
    pub open: Time,
    /// First minute after service, `HH:MM`; the same as `open` means round the clock.
    pub close: Time,
    /// Days without service.
    pub holidays: Vec<jiff::civil::Date>,
}

/// Who takes a call, and what the caller is promised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    /// The gateway's name for the queue.
    pub queue: String,
    /// The city that staffs it.
    pub site: String,
    /// 1 (first) to 9 (last).
    pub priority: u8,
    /// Hours until a first answer.
    pub reply_hours: u32,
    /// Hours until the case is normally closed.
    pub due_hours: u32,
}

/// An urgent call goes first, and is answered within this (the hotline's public promise).
const URGENT_PRIORITY: u8 = 1;
const URGENT_REPLY: Duration = Duration::from_secs(3_600);

/// Characters of a short text: 退款, 提现.
const SHORT: usize = 2;

/// What a verdict leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// End the call so.
    End(Outcome, Reason),
    /// Ask the caller once more; if that was done already, hand off with this reason.
    Ask(Reason),
}

/// The rules, ready to use.
#[derive(Clone, Debug)]
pub struct Policy {
    config: Config,
    time_zone: TimeZone,
}

impl Policy {
    /// Takes a checked configuration; see [`Config::faults`].
    #[must_use]
    pub fn new(config: Config) -> Self {
        // An unknown zone is a fault of the configuration, reported before this point.
        let time_zone = TimeZone::get(&config.hours.time_zone).unwrap_or(TimeZone::UTC);
        Self { config, time_zone }
    }

    /// What was configured.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Whether calls that come in now are held against the opening hours.
    #[must_use]
    pub fn keeps_hours(&self) -> bool {
        self.config.hours.enforce
    }

    /// Whether people are in.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        let local = at.to_zoned(self.time_zone.clone());
        let hours = &self.config.hours;
        let in_hours = if hours.open == hours.close {
            true
        } else if hours.open < hours.close {
            (hours.open..hours.close).contains(&local.time())
        } else {
            local.time() >= hours.open || local.time() < hours.close
        };
        in_hours && !hours.holidays.contains(&local.date())
    }

    /// Whether the engine's own confidence in a text is enough to act on it.
    #[must_use]
    pub fn believes(&self, text: &str, confidence: f32) -> bool {
        let Thresholds { transcript, short_transcript, .. } = self.config.thresholds;
        let is_short = text.chars().nth(SHORT).is_none();
        confidence >= if is_short { short_transcript } else { transcript }
    }

    /// Whether a reading that is not sure enough is likely enough to ask whether it is right.
    #[must_use]
    pub fn confirms(&self, verdict: &Verdict) -> bool {
        verdict.category().is_desk() && verdict.confidence >= self.config.thresholds.confirm
    }

    /// Whether a call may end before the caller has finished a sentence.
    #[must_use]
    pub fn may_end_early(&self) -> bool {
        self.config.thresholds.early < 1.0
    }

    /// Whether a reading of an unfinished sentence is sure enough to end the call with the next.
    #[must_use]
    pub fn is_sure_early(&self, verdict: &Verdict) -> bool {
        verdict.confidence > self.config.thresholds.early
    }

    /// Judges what was just understood; `is_heard` says whether the text is believed, see
    /// [`Policy::believes`].
    #[must_use]
    pub fn judge(&self, verdict: &Verdict, is_heard: bool) -> Answer {
        let thresholds = &self.config.thresholds;
        let category = verdict.category();
        if category == Category::Human && verdict.confidence >= thresholds.human {
            return Answer::End(Outcome::Handoff, Reason::HumanWish);
        }
        if !category.is_desk() {
            return Answer::Ask(Reason::NoMatch);
        }
        let sure = verdict.confidence >= thresholds.route && is_heard;
        match (sure, verdict.margin >= thresholds.margin) {
            (true, true) => Answer::End(Outcome::Route, Reason::Understood),
            // Money is going or somebody is in danger: no time for a second question. Words that
            // the engine itself doubts are no ground for it.
            _ if verdict.urgent && is_heard => Answer::End(Outcome::Handoff, Reason::Urgent),
            (true, false) => Answer::Ask(Reason::Unclear),
            (false, _) => Answer::Ask(Reason::LowConfidence),
        }
    }

    /// Writes the decision.
    #[must_use]
    pub fn decide(
        &self,
        end: (Outcome, Reason),
        category: Option<Category>,
        verdict: Option<Verdict>,
        card: Card,
    ) -> Decision {
        let (outcome, reason) = end;
        let desk = match (outcome, category) {
            (Outcome::Route | Outcome::Guide | Outcome::Callback, Some(Category::Account)) => {
                &self.config.account
            }
            (Outcome::Route | Outcome::Guide | Outcome::Callback, Some(Category::Content)) => {
                &self.config.content
            }
            (Outcome::Route | Outcome::Guide | Outcome::Callback, Some(Category::Finance)) => {
                &self.config.finance
            }
            _ => &self.config.human,
        };
        let urgent = verdict.as_ref().is_some_and(|verdict| verdict.urgent);
        let hours = |hours: u32| Duration::from_secs(u64::from(hours) * 3_600);
        let reply_by = hours(desk.reply_hours);
        Decision {
            outcome,
            reason,
            category,
            verdict,
            queue: desk.queue.clone(),
            site: desk.site.clone(),
            priority: if urgent { URGENT_PRIORITY } else { desk.priority },
            reply_by: if urgent { reply_by.min(URGENT_REPLY) } else { reply_by },
            due: hours(desk.due_hours),
            card,
        }
    }
}

impl Config {
    /// Finds every value that cannot work: key and fault.
    #[must_use]
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let thresholds = [
            ("route", self.thresholds.route),
            ("margin", self.thresholds.margin),
            ("confirm", self.thresholds.confirm),
            ("human", self.thresholds.human),
            ("early", self.thresholds.early),
            ("transcript", self.thresholds.transcript),
            ("short_transcript", self.thresholds.short_transcript),
        ];
        for (key, value) in thresholds {
            if !(0.0..=1.0).contains(&value) {
                faults.push((format!("thresholds.{key}"), format!("is {value}, must be 0 to 1")));
            }
        }
        if self.thresholds.confirm > self.thresholds.route {
            let Thresholds { confirm, route, .. } = self.thresholds;
            let what = format!("is {confirm}, must not be above route, {route}");
            faults.push(("thresholds.confirm".to_owned(), what));
        }
        if TimeZone::get(&self.hours.time_zone).is_err() {
            let what = "must be a name of the IANA list, such as Asia/Shanghai".to_owned();
            faults.push(("hours.time_zone".to_owned(), what));
        }
        let desks = [
            ("account", &self.account),
            ("content", &self.content),
            ("finance", &self.finance),
            ("human", &self.human),
        ];
        for (key, desk) in desks {
            if desk.queue.trim().is_empty() {
                faults.push((format!("{key}.queue"), lost(key)));
            }
            if !(1..=9).contains(&desk.priority) {
                let what = format!("is {}, must be 1 (first) to 9 (last)", desk.priority);
                faults.push((format!("{key}.priority"), what));
            }
            if desk.reply_hours > desk.due_hours {
                let (reply, due) = (desk.reply_hours, desk.due_hours);
                let what = format!("is {reply}, must not be above due_hours, {due}");
                faults.push((format!("{key}.reply_hours"), what));
            }
        }
        faults
    }
}

/// Whose calls go nowhere where a queue has no name.
fn lost(desk: &str) -> String {
    let topics = Topic::ALL.iter().filter(|topic| topic.category().as_str() == desk);
    let topics: Vec<&str> = topics.map(|topic| topic.as_str()).collect();
    match desk {
        "human" => "names no queue: whoever wants a person would reach nobody".to_owned(),
        _ => format!("names no queue, so no topic of this desk has one: {}", topics.join(", ")),
    }
}

#[cfg(test)]
mod tests;
