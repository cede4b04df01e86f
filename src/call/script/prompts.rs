//! Everything that is said, by name.

use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};

/// One prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The words, with placeholders.
    pub text: String,
    /// Whether the caller may speak over it. A key always cuts it short.
    pub barge_in: bool,
}

impl Line {
    /// Fills the placeholders.
    #[must_use]
    pub fn fill(&self, values: &[(&str, &str)]) -> Arc<str> {
        fill(&self.text, values)
    }
}

/// Fills the placeholders of a text.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> Arc<str> {
    let filled = values
        .iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
    filled.into()
}

/// How long a prompt plays when the gateway does not report its end: spoken Mandarin at a calm
/// four characters a second …
const CHARACTER_TIME: Duration = Duration::from_millis(250);
/// … and the gateway's own time to start and stop it.
const PLAYBACK_SLACK: Duration = Duration::from_secs(2);

/// How long a text takes to be played, at most.
#[must_use]
pub fn playing_time(text: &str) -> Duration {
    CHARACTER_TIME * u32::try_from(text.chars().count()).unwrap_or(u32::MAX).min(4_000)
        + PLAYBACK_SLACK
}

/// Declares the prompts once: field, what it is for, the placeholders that it may hold.
macro_rules! prompts {
    ($($name:ident [$($placeholder:literal)*] $doc:literal,)+) => {
        /// Everything that is said apart from menus, guidance and the answers of the FAQ.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Prompts {
            $(#[doc = $doc] pub $name: Line,)+
        }

        impl Prompts {
            /// All of them: name, line, the placeholders that are filled.
            pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, &Line, &'static [&'static str])> {
                [$((stringify!($name), &self.$name, &[$($placeholder,)*] as &'static [&'static str]),)+].into_iter()
            }
        }
    };
}

prompts! {
    greeting ["number"] "First words of the call.",
    go_on [] "After a greeting or a filler alone: 喂你好.",
    ask_again [] "After words that were not understood.",
    ask_keys [] "After more such words, and where the caller asks what there is: the keys.",
    no_input [] "After silence.",
    no_input_keys [] "After more silence: the keys.",
    which ["first" "second"] "Where two desks are equally likely.",
    confirm ["topic"] "Where the best reading is likely, but not sure.",
    summed_up ["topic"] "The same after a long story.",
    step_waiting [] "After long silence in a step of guidance.",
    is_it_solved [] "After the last step of guidance.",
    anything_else [] "After an answer of the FAQ.",
    offer_human [] "A person is offered first to callers who need more.",
    take_your_time [] "Where the caller asks to wait.",
    noisy_line [] "Where the line is noisy.",
    quiet_line [] "Where the caller is hardly heard.",
    dead_line [] "After silence, where nothing at all comes from the caller's channel.",
    routed ["desk"] "Before a transfer to a desk.",
    handoff [] "Before a transfer to the general human queue.",
    solved [] "Last words where guidance solved it.",
    wait ["minutes"] "After either transfer, where the gateway reported the waiting time.",
    no_secrets [] "Before the next prompt, where the caller gave a password or a code, or began to.",
}
