//! What the caller hears, and when patience ends: the call's part of the hotline profile.
//!
//! Texts are the operator's; this file knows only which ones there must be and how their
//! placeholders are filled.

use crate::intent::Category;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// The call's part of the hotline profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Everything that is said.
    pub prompts: Prompts,
    /// What each desk is called when the caller is transferred.
    pub desks: BTreeMap<String, String>,
    /// When patience ends.
    pub timers: Timers,
}

/// Everything that is said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompts {
    /// First words of the call.
    pub greeting: Line,
    /// After words that were not understood.
    pub ask_again: Line,
    /// After silence.
    pub no_input: Line,
    /// Before a transfer to a desk.
    pub routed: Line,
    /// Before a transfer to the general human queue.
    pub handoff: Line,
    /// After either, where the gateway reported the waiting time.
    pub wait: Line,
    /// Before the next prompt, where the caller gave a password or a code, or began to.
    pub no_secrets: Line,
}

/// One prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The words, with placeholders.
    pub text: String,
    /// Whether the caller may speak over it.
    pub barge_in: bool,
}

/// When patience ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timers {
    /// Silence after a prompt before the caller is asked, and again before a person takes over.
    pub no_input_ms: u32,
    /// The longest call.
    pub max_call_ms: u32,
}

/// The timers one call may set for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Replaces [`Timers::no_input_ms`].
    pub no_input_ms: Option<u32>,
    /// Replaces [`Timers::max_call_ms`]; never longer than the profile's.
    pub max_call_ms: Option<u32>,
    /// Replaces the silence that ends an utterance.
    pub final_ms: Option<u32>,
}

/// The least and most that [`Timers::no_input_ms`] can be: below it nobody can answer, above it
/// a caller has hung up.
pub const NO_INPUT_MS: std::ops::RangeInclusive<u32> = 1_000..=60_000;

/// The least and most that [`Timers::max_call_ms`] can be.
pub const MAX_CALL_MS: std::ops::RangeInclusive<u32> = 5_000..=3_600_000;

/// The least and most that an override of the final silence can be.
pub const FINAL_MS: std::ops::RangeInclusive<u32> = 300..=5_000;

/// How long a prompt plays when the gateway does not report its end: spoken Mandarin at a calm
/// four characters a second …
const CHARACTER_TIME: Duration = Duration::from_millis(250);
/// … and the gateway's own time to start and stop it.
const PLAYBACK_SLACK: Duration = Duration::from_secs(2);

impl Line {
    /// Fills the placeholders.
    #[must_use]
    pub fn fill(&self, values: &[(&str, &str)]) -> Arc<str> {
        let filled = values.iter().fold(self.text.clone(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        });
        filled.into()
    }
}

/// How long a text takes to be played, at most.
#[must_use]
pub fn playing_time(text: &str) -> Duration {
    CHARACTER_TIME * u32::try_from(text.chars().count()).unwrap_or(u32::MAX).min(4_000)
        + PLAYBACK_SLACK
}

impl Config {
    /// What a desk is called.
    #[must_use]
    pub fn desk_name(&self, category: Category) -> &str {
        self.desks.get(category.as_str()).map_or("", String::as_str)
    }

    /// Finds every value that cannot work: key and fault.
    #[must_use]
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let prompts = &self.prompts;
        let lines = [
            ("greeting", &prompts.greeting),
            ("ask_again", &prompts.ask_again),
            ("no_input", &prompts.no_input),
            ("routed", &prompts.routed),
            ("handoff", &prompts.handoff),
            ("wait", &prompts.wait),
            ("no_secrets", &prompts.no_secrets),
        ];
        for (key, line) in lines {
            if line.text.trim().is_empty() {
                faults.push((format!("prompts.{key}.text"), "must not be empty".to_owned()));
            }
        }
        for category in Category::ALL.into_iter().filter(|category| category.is_desk()) {
            if self.desk_name(category).trim().is_empty() {
                faults.push((format!("desks.{category}"), "must name the desk".to_owned()));
            }
        }
        for key in self.desks.keys() {
            let known = Category::ALL.iter().any(|c| c.is_desk() && c.as_str() == key);
            if !known {
                faults.push((format!("desks.{key}"), "is no desk".to_owned()));
            }
        }
        let timers = [
            ("no_input_ms", self.timers.no_input_ms, NO_INPUT_MS),
            ("max_call_ms", self.timers.max_call_ms, MAX_CALL_MS),
        ];
        for (key, value, range) in timers {
            if !range.contains(&value) {
                let (least, most) = range.into_inner();
                faults.push((format!("timers.{key}"), format!("must be {least} to {most}")));
            }
        }
        faults
    }
}
