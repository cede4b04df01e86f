//! The intent room: text in, verdict out.
//!
//! It reads what a telephone recogniser wrote (no punctuation, fillers, homophone errors) and says
//! which desk the caller needs, how sure that is, and which words spoke for it. It also masks
//! what must never be kept. It refuses to know about audio, calls, queues and opening hours; its
//! verdicts go down to `decision`.

pub mod classify;
mod evidence;
pub mod features;
pub mod human;
pub mod mask;
pub mod model;
pub mod normalize;
pub mod pinyin;
pub mod topic;

pub use classify::Classifier;
pub use model::Error;
pub use topic::{Category, Topic};

/// What one text is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The best topic; its category is the desk.
    pub topic: Topic,
    /// Somebody is losing money or is in danger right now.
    pub urgent: bool,
    /// Calibrated probability that the *category* is right, 0 to 1.
    pub confidence: f32,
    /// Confidence of the best category less that of the second best, 0 to 1.
    pub margin: f32,
    /// A second wish in the same text, where there is one.
    pub secondary: Option<Topic>,
    /// What spoke for the verdict, strongest first; at most [`MAX_EVIDENCE`] items.
    pub evidence: Vec<Evidence>,
}

impl Verdict {
    /// The desk.
    #[must_use]
    pub fn category(&self) -> Category {
        self.topic.category()
    }
}

/// How many pieces of evidence a verdict carries: what fits one line on an agent's screen.
pub const MAX_EVIDENCE: usize = 6;

/// One reason for a verdict, readable by an operator.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The words of the text (masked like all text that leaves this room).
    pub words: String,
    /// Which rule or which feature matched, for example `lexicon:human` or `pinyin:ti xian`.
    pub rule: String,
    /// How much it added to the winning topic, in log-odds.
    pub weight: f32,
}
