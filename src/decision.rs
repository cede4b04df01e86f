//! The decision room: what is done about a verdict.
//!
//! It holds the closed lists of outcomes and reasons, the thresholds in one place, and the rules
//! that turn a verdict and the state of a call into a route or a hand-off, and the card that goes
//! with it. It refuses to know how
//! the text was heard and who carries the decision out; `call` asks it once a turn.

pub mod card;
pub mod policy;
pub mod reason;

pub use card::{Asked, Card, Mood, Tried};
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
