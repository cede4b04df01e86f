//! The decision room: what is done about a verdict.
//!
//! It holds the closed lists of outcomes and reasons, the thresholds in one place, and the rules
//! that turn a verdict and the state of a call into a route or a hand-off. It refuses to know how
//! the text was heard and who carries the decision out; `call` asks it once a turn.

pub mod policy;
pub mod reason;

pub use policy::{Answer, Config, Desk, Policy};
pub use reason::{Outcome, Reason};

use crate::intent::{Category, Topic, Verdict};
use std::time::Duration;

/// The one end of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Which of the four ends.
    pub outcome: Outcome,
    /// Why, from the closed list.
    pub reason: Reason,
    /// The desk, from a key or from the verdict; `None` where neither is known.
    pub category: Option<Category>,
    /// The best verdict of the call, also when the outcome is a hand-off; `None` where no text was
    /// understood at all.
    pub verdict: Option<Verdict>,
    /// The queue that the gateway transfers the call to.
    pub queue: String,
    /// The site (city) that staffs the queue; empty where the profile names none.
    pub site: String,
    /// 1 (first) to 9 (last).
    pub priority: u8,
    /// By when the caller is promised a first answer, from the end of the call.
    pub reply_by: Duration,
    /// By when the case is normally closed, from the end of the call.
    pub due: Duration,
    /// What the agent reads, so that nobody has to tell the story twice.
    pub card: Card,
}

impl Decision {
    /// The best topic, where a text was understood and no key said otherwise.
    #[must_use]
    pub fn topic(&self) -> Option<Topic> {
        let topic = self.verdict.as_ref()?.topic;
        (Some(topic.category()) == self.category).then_some(topic)
    }
}

/// The hand-off card (随路数据): what was heard, masked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Card {
    /// One line in the caller's own words.
    pub summary: String,
    /// Every utterance that was understood, in order.
    pub heard: Vec<String>,
    /// The keys that were pressed, in order; only their number where they are more than a menu asks.
    pub keys: String,
    /// What is known to be wrong with the line.
    pub line_quality: Vec<String>,
}
