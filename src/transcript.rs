//! The transcript room: utterances in, text out.
//!
//! A [`Recognizer`] turns samples into raw text; the [`Pool`] runs one on each of its worker
//! threads behind a bounded queue; the filters drop what nobody said. This room knows nothing of
//! calls, prompts and decisions; its [`Transcript`]s go up to `call`, which asked for them.

pub mod filter;
mod mel;
pub mod simplify;
pub mod whisper;
mod window;
pub mod worker;

pub use worker::{Answer, Config, Pending, Pool, Timing};

/// What turns samples into text. The one seam of the house: whisper.cpp stands behind it, and in
/// tests of the other rooms a script.
pub trait Recognizer {
    /// Recognises one utterance.
    ///
    /// `samples` are 16 kHz mono, −1 to 1, already cut to the utterance; any length, also zero.
    /// Nothing of an earlier utterance may influence the answer.
    ///
    /// # Errors
    /// When the engine fails; the worker then rebuilds it.
    fn recognize(&mut self, samples: &[f32]) -> Result<Raw, EngineError>;
}

/// What the engine wrote, before any filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Raw {
    /// The text as written, maybe Traditional, maybe a phantom.
    pub text: String,
    /// Mean natural-log probability of the text's tokens; 0 is certain. 0 where there is no token.
    pub mean_logprob: f32,
    /// The engine's own probability that nobody spoke, 0 to 1; 0 where it was sure of the text, and not asked.
    pub no_speech: f32,
    /// How many text tokens were written.
    pub n_tokens: usize,
}

/// The engine failed on one utterance.
#[derive(Debug, thiserror::Error)]
#[error("the speech engine failed: {0}")]
pub struct EngineError(pub String);

/// The text of one utterance, after the filters. Not masked: mask before anything leaves the call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcript {
    /// Simplified Chinese, without punctuation. Empty where `dropped` is set.
    pub text: String,
    /// Geometric mean of the tokens' probabilities, 0 to 1.
    pub confidence: f32,
    /// Why the engine's text was thrown away, where it was.
    pub dropped: Option<Dropped>,
}

/// Why a text was dropped: nothing is made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dropped {
    /// Too little speech in the utterance to ask the engine at all, or the engine heard nobody.
    NoSpeech,
    /// A line that speech models are known to write over silence and noise.
    Phantom,
    /// The words of the prompt that was being played.
    PromptEcho,
    /// The same words over and over.
    Repetition,
}

impl Dropped {
    /// The name used on the wire and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoSpeech => "no_speech",
            Self::Phantom => "phantom",
            Self::PromptEcho => "prompt_echo",
            Self::Repetition => "repetition",
        }
    }
}

/// Why an utterance has no transcript at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Failure {
    /// The queue before the workers is full.
    #[error("no room in the queue before the speech engine")]
    Overloaded,
    /// The answer did not come in time.
    #[error("the speech engine did not answer in time")]
    Deadline,
    /// The engine failed or its worker died.
    #[error("the speech engine failed")]
    EngineFailed,
}
