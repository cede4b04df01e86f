//! What the caller hears, and when patience ends: the call's part of the hotline profile.
//!
//! Texts are the operator's; this file knows only which ones there must be and how their
//! placeholders are filled.

mod faults;
pub mod guidance;
mod prompts;
#[cfg(test)]
mod tests;

pub use guidance::{Guidance, Menu, Question};
pub(super) use prompts::fill;
pub use prompts::{Line, Prompts, playing_time};

use crate::intent::{Category, Topic};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The call's part of the hotline profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Speech over a prompt counts as a turn of the caller's from so many characters on that say
    /// something: 嗯, 啊 and 喂 do not.
    pub barge_in_characters: usize,
    /// Everything that is said.
    pub prompts: Prompts,
    /// What each desk is called when the caller is transferred.
    pub desks: BTreeMap<String, String>,
    /// The second level of the key menu, by desk; a desk without one is chosen by its key alone.
    pub menu: BTreeMap<String, Menu>,
    /// What is known to help, by topic.
    pub topics: BTreeMap<String, Guidance>,
    /// Common questions.
    pub faq: Vec<Question>,
    /// When patience ends.
    pub timers: Timers,
}

/// When patience ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timers {
    /// Silence after a prompt before the caller is asked, asked again with the keys, and handed
    /// to a person.
    pub no_input_ms: u32,
    /// The longest call.
    pub max_call_ms: u32,
    /// Silence in a step of guidance: the caller is doing it.
    pub step_ms: u32,
    /// How long a caller talks without being understood before the bot sums up and asks.
    pub long_story_ms: u32,
    /// Speech over a prompt stops it from this length on.
    pub barge_in_ms: u32,
    /// While a caller speaks, what was said so far is heard each time that so much more of it is
    /// there, if a worker is to spare; 0: never.
    pub interim_ms: u32,
    /// Silence after an unfinished phrase or number, on top of the silence that ends an utterance.
    pub unfinished_ms: u32,
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
    /// Replaces [`Timers::interim_ms`].
    pub interim_ms: Option<u32>,
}

/// The least and most that [`Timers::no_input_ms`] and [`Timers::step_ms`] can be: below it nobody
/// can answer, above it a caller has hung up.
pub const NO_INPUT_MS: std::ops::RangeInclusive<u32> = 1_000..=60_000;

/// The least and most that [`Timers::max_call_ms`] can be.
pub const MAX_CALL_MS: std::ops::RangeInclusive<u32> = 5_000..=3_600_000;

/// The least and most that [`Timers::long_story_ms`] can be.
pub const LONG_STORY_MS: std::ops::RangeInclusive<u32> = 5_000..=600_000;

/// The least and most that [`Timers::interim_ms`] can be: half a second is a word or two, and the
/// built-in model takes no utterance longer than 15 s.
pub const INTERIM_MS: std::ops::RangeInclusive<u32> = 500..=15_000;

/// The least and most that an override of the final silence can be.
pub const FINAL_MS: std::ops::RangeInclusive<u32> = 300..=5_000;

impl Config {
    /// What a desk is called.
    #[must_use]
    pub fn desk_name(&self, category: Category) -> &str {
        self.desks.get(category.as_str()).map_or("", String::as_str)
    }

    /// What a topic is called to the caller.
    #[must_use]
    pub fn topic_name(&self, topic: Topic) -> &str {
        match self.guidance(topic).map(|guidance| guidance.says.as_str()) {
            None | Some("") => topic.title(),
            Some(says) => says,
        }
    }

    /// What is known to help with a topic.
    #[must_use]
    pub fn guidance(&self, topic: Topic) -> Option<&Guidance> {
        self.topics.get(topic.as_str())
    }

    /// Everything that can be said, by the name that stands in a prompt's id.
    pub fn spoken(&self) -> impl Iterator<Item = (String, &str)> {
        let prompts =
            self.prompts.all().map(|(name, line, _)| (name.to_owned(), line.text.as_str()));
        let menus =
            self.menu.iter().map(|(desk, menu)| (format!("menu.{desk}"), menu.text.as_str()));
        let guides = self.topics.iter().flat_map(|(topic, guidance)| {
            let steps = guidance.steps.iter().enumerate();
            let steps =
                steps.map(move |(at, step)| (format!("guide.{topic}.{}", at + 1), step.as_str()));
            let prepare = (format!("prepare.{topic}"), guidance.prepare.as_str());
            steps.chain((!prepare.1.is_empty()).then_some(prepare))
        });
        let answers = self
            .faq
            .iter()
            .map(|question| (format!("faq.{}", question.id), question.answer.as_str()));
        prompts.chain(menus).chain(guides).chain(answers)
    }

    /// The steps that mostly solve it; none where a person must.
    #[must_use]
    pub fn steps(&self, topic: Topic) -> &[String] {
        self.guidance(topic).map_or(&[], |guidance| &guidance.steps)
    }
}
