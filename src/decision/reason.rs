//! The closed lists: how a call can end, and why.

use std::fmt;

/// How a call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// To a desk's queue.
    Route,
    /// Solved by spoken guidance.
    Guide,
    /// To the general human queue.
    Handoff,
    /// A number was taken; somebody calls back.
    Callback,
}

impl Outcome {
    /// The name used in JSON, on the wire and as a metric label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::Guide => "guide",
            Self::Handoff => "handoff",
            Self::Callback => "callback",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a call ended as it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The wish was clear and its desk is known.
    Understood,
    /// The guidance solved it.
    Solved,
    /// The caller asked for a person.
    HumanWish,
    /// The caller pressed a key of the menu.
    KeyPressed,
    /// Two desks were equally likely and asking did not help.
    Unclear,
    /// The caller said nothing.
    NoInput,
    /// The caller spoke, but of nothing this hotline serves.
    NoMatch,
    /// The best reading stayed below the threshold.
    LowConfidence,
    /// The line is too bad to hear the caller.
    BadLine,
    /// There was sound, but no speech.
    NonSpeech,
    /// The machine has no room for this call.
    Overloaded,
    /// The recogniser died or failed.
    EngineFailed,
    /// An answer did not come in time, or the service is stopping.
    Deadline,
    /// The gateway broke the protocol.
    ProtocolError,
    /// The stream ended without a word from the gateway.
    StreamBroken,
    /// The call reached its longest allowed time.
    TooLong,
    /// The caller needs a person first (age, sight).
    Vulnerable,
    /// Money is going or somebody is in danger.
    Urgent,
    /// Outside the opening hours.
    Closed,
    /// Too many callers wait.
    Peak,
    /// A language that the model does not know.
    Language,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 21] = [
        Self::Understood,
        Self::Solved,
        Self::HumanWish,
        Self::KeyPressed,
        Self::Unclear,
        Self::NoInput,
        Self::NoMatch,
        Self::LowConfidence,
        Self::BadLine,
        Self::NonSpeech,
        Self::Overloaded,
        Self::EngineFailed,
        Self::Deadline,
        Self::ProtocolError,
        Self::StreamBroken,
        Self::TooLong,
        Self::Vulnerable,
        Self::Urgent,
        Self::Closed,
        Self::Peak,
        Self::Language,
    ];

    /// The name used in JSON, on the wire and as a metric label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Understood => "understood",
            Self::Solved => "solved",
            Self::HumanWish => "human_wish",
            Self::KeyPressed => "key_pressed",
            Self::Unclear => "unclear",
            Self::NoInput => "no_input",
            Self::NoMatch => "no_match",
            Self::LowConfidence => "low_confidence",
            Self::BadLine => "bad_line",
            Self::NonSpeech => "non_speech",
            Self::Overloaded => "overloaded",
            Self::EngineFailed => "engine_failed",
            Self::Deadline => "deadline",
            Self::ProtocolError => "protocol_error",
            Self::StreamBroken => "stream_broken",
            Self::TooLong => "too_long",
            Self::Vulnerable => "vulnerable",
            Self::Urgent => "urgent",
            Self::Closed => "closed",
            Self::Peak => "peak",
            Self::Language => "language",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
