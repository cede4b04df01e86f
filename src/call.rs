//! The corridor: one call as a pure state machine.
//!
//! Audio, keys and answers go in; [`Step`]s come out. The call's clock is its audio: every time
//! below is a position in the samples that were pushed, so a slow engine, a fast client or a busy
//! machine cannot change what is decided, and a recording replays to the same decision.
//! It knows nothing of the network, threads or wall clocks; `wire` and `offline` carry its steps
//! out, and its decision is the end of it.

mod dialog;
pub mod machine;
#[cfg(test)]
pub(crate) mod sample;
pub mod script;
mod state;

pub use machine::{Call, Host, QueueState, Setup};
pub use script::{Config, Overrides};

use crate::{
    audio::{
        line::Fault,
        mixup::{Mixup, Reading},
    },
    decision::Decision,
    intent::{Category, Verdict},
    transcript::Dropped,
};
use std::{sync::Arc, time::Duration};

/// What the door must do next.
#[derive(Clone, Debug)]
pub enum Step {
    /// The caller may have finished: the engine may start on this utterance if a worker is idle.
    /// Only a hint; nothing waits for it.
    Prepare(Ticket, Utterance),
    /// The caller is still speaking: if a worker is to spare, hear what was said so far and answer
    /// with [`Call::transcribed`]. Only a hint; it takes the place of the one before.
    ListenIn(Ticket, Utterance),
    /// What was prepared or listened into is not wanted any more: throw the work away.
    Discard(Ticket),
    /// The caller has finished: transcribe this utterance (the prepared one, where the ticket is
    /// the same) and answer with [`Call::transcribed`]. Until then the call takes no audio.
    Transcribe(Ticket, Utterance),
    /// Tell the gateway. After an [`Event::Decision`] the call is over and no further step comes.
    Tell(Told),
}

/// Ties a transcript to the utterance it was asked for; a late answer to an old ticket is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u32);

/// One utterance, ready for the engine.
#[derive(Clone, Debug)]
pub struct Utterance {
    /// 16 kHz mono, brought to an even level.
    pub samples: Arc<[f32]>,
    /// What was playing when the caller began to speak, for the echo filter; empty where nothing.
    pub prompt: Arc<str>,
    /// Whether enough of it is speech to ask the engine at all.
    pub has_speech: bool,
}

/// An event and when it happened, counted from the call's first sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Position in the call's audio.
    pub offset: Duration,
    /// What happened.
    pub event: Event,
}

/// What a gateway is told. Every text in it is masked.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The call is open; audio may come.
    Ready,
    /// The caller began to speak.
    SpeechStarted {
        /// Whether the prompt that plays is to be stopped for it.
        barge_in: bool,
    },
    /// The caller finished an utterance.
    SpeechEnded,
    /// What was heard.
    Transcript(Heard),
    /// What is heard of an utterance that the caller is still speaking; a verdict upon it follows.
    Interim(Interim),
    /// To be played to the caller.
    Prompt(Prompt),
    /// What the call is about so far.
    Verdict(Verdict),
    /// Something is wrong that the gateway's operator may mend.
    Warning(Warning),
    /// The end of the call: exactly one, last.
    Decision(Box<Decision>),
}

/// One utterance's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Masked; empty where `dropped` is set.
    pub text: String,
    /// Where the utterance starts in the call's audio.
    pub start: Duration,
    /// Where it ends.
    pub end: Duration,
    /// Geometric mean of the tokens' probabilities, 0 to 1.
    pub confidence: f32,
    /// Why the text was thrown away, where it was.
    pub dropped: Option<Dropped>,
}

/// The text so far of an utterance that is still being spoken.
#[derive(Clone, Debug, PartialEq)]
pub struct Interim {
    /// Masked, and without what may be the beginning of a number.
    pub text: String,
    /// Where the utterance starts in the call's audio.
    pub start: Duration,
    /// Up to where it was heard.
    pub end: Duration,
    /// Geometric mean of the tokens' probabilities, 0 to 1.
    pub confidence: f32,
    /// The share of the text that the interim text before it began with, 0 to 1; 0 for the first.
    pub stability: f32,
}

/// Something to say to the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    /// The key of the prompt in the profile, with a counter: `greeting-1`. The gateway reports it
    /// back when it has been played.
    pub id: String,
    /// The words.
    pub text: Arc<str>,
    /// Whether the caller may speak over it.
    pub barge_in: bool,
    /// Whether it is to be spoken slowly.
    pub is_slow: bool,
}

/// What a caller needs, as the business knows it or as it was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Aged 60 or more, the age from which Chinese law speaks of the elderly.
    pub elderly: bool,
    /// Does not see a screen well.
    pub low_vision: bool,
    /// Does not hear well.
    pub hard_of_hearing: bool,
}

impl Needs {
    /// Whether the caller is to be spoken to slowly, and offered a person first.
    #[must_use]
    pub const fn any(self) -> bool {
        self.elderly || self.low_vision || self.hard_of_hearing
    }
}

/// A fault that does not end the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// A closed, short name: `clipping`, `noise`, `fax`, `riff_header`, `unknown_key`, …
    pub code: &'static str,
    /// One sentence for a person.
    pub text: String,
}

impl Warning {
    /// Every code there is beside those of the line's faults.
    pub const CODES: [&'static str; 8] = [
        "channels",
        "clipping",
        CODEC_MIXUP,
        "riff_header",
        "too_quiet",
        "unknown_key",
        "unknown_prompt",
        WRONG_RATE,
    ];

    /// The code of this name, where it is one.
    #[must_use]
    pub fn known(name: &str) -> Option<&'static str> {
        let mut codes = Self::CODES.into_iter().chain(Fault::ALL.map(Fault::code));
        codes.find(|code| *code == name)
    }
}

impl From<Mixup> for Warning {
    fn from(Mixup { declared, found }: Mixup) -> Self {
        let declared = Reading::Plain(declared);
        let text = format!(
            "the audio is declared as {declared} but written as {found}: it is read as {found} from \
             here on, and what was said before is not believed"
        );
        Self { code: CODEC_MIXUP, text }
    }
}

/// What was heard before this warning was read in a wrong way.
const CODEC_MIXUP: &str = "codec_mixup";

/// The code of the warning that nothing of the call can be understood: its rate is not as declared.
pub const WRONG_RATE: &str = "wrong_rate";

/// A key of the telephone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(char);

impl Key {
    /// Reads one DTMF character: `0`–`9`, `*`, `#`, `A`–`D` in either case.
    #[must_use]
    pub fn new(character: char) -> Option<Self> {
        let key = character.to_ascii_uppercase();
        matches!(key, '0'..='9' | '*' | '#' | 'A'..='D').then_some(Self(key))
    }

    /// Whether it asks for a person, in every state.
    #[must_use]
    pub fn is_for_a_person(self) -> bool {
        self.menu() == Some(Category::Human)
    }

    /// What it chooses in the menu.
    #[must_use]
    pub fn menu(self) -> Option<Category> {
        match self.0 {
            '0' => Some(Category::Human),
            '1' => Some(Category::Account),
            '2' => Some(Category::Content),
            '3' => Some(Category::Finance),
            _ => None,
        }
    }

    /// The character, upper case.
    #[must_use]
    pub fn as_char(self) -> char {
        self.0
    }
}
