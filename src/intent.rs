//! The intent room: text in, verdict out.
//!
//! It reads what a telephone recogniser wrote (no punctuation, fillers, homophone errors) and says
//! which desk the caller needs, how sure that is, and which words spoke for it. It also masks
//! what must never be kept, and takes out what an agent asks first. It refuses to know about audio,
//! calls, queues and opening hours; its verdicts go down to `decision`.

pub mod answer;
pub mod classify;
pub mod evaluate;
mod evidence;
pub mod human;
pub mod mask;
mod near;
pub mod network;
pub mod noise;
pub mod normalize;
pub mod pinyin;
pub mod slots;
pub mod topic;

pub use classify::Classifier;
pub use near::nearest;
pub use network::Error;
pub use slots::Slots;
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
    /// What they spoke for, in Chinese: `模型:提现` where the trained reader found it, `规则:要人工`
    /// where a rule did, `紧急` where they made the call urgent.
    pub rule: String,
    /// How much it added, in log-odds.
    pub weight: f32,
}

/// Builds every table that is built at its first use (110 ms, measured), so that no caller waits for it.
pub fn prepare(classifier: &Classifier, faq: &answer::Faq) {
    // Reaches all of them: a number, a time, an amount, an age, a doubt.
    let text = "我妈七十多了昨天充的两百块钱没到账我手机号是幺三八零零一三八零零零不知道怎么弄因为";
    let _ = (classifier.classify(text), faq.find(text), answer::answer(text), answer::solved(text));
    let _ = (answer::request(text), answer::signs(text), answer::is_unfinished(text));
    let _ = (answer::is_filler(text), answer::n_meaningful(text));
    let masked = mask::Masker::default().hear(text).text;
    let _ = Slots::of_masked(&[masked]);
}
