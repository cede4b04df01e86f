//! Text to a verdict: the rules and the trained model together.
//!
//! The model's scores become calibrated probabilities of topics, a category's probability is the sum
//! over its topics, and the human rules have the last word. It refuses to know what is done about a
//! verdict: thresholds for asking again and handing off live in `decision`.

use super::{
    Category, Evidence, Topic, Verdict, evidence,
    features::extract,
    human::{self, Finding},
    model::{Error, MIXED, URGENT, Weights},
    normalize::normalize,
};

/// The trained file, see `examples/train-intent`.
static EMBEDDED: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/intent.bin"));

/// How sure a verdict is where nothing but fillers was said: there is nothing to misread.
const EMPTY_CONFIDENCE: f32 = 0.99;

/// The probability of the human wish once a rule has found it. Below one, because the rules read
/// sounds and a recogniser can make up 人工 out of noise.
const RULE_CONFIDENCE: f32 = 0.98;

/// What remains of the model's human wish where a rule says that no person is wanted.
const DENIED_SHARE: f32 = 0.02;

/// The second topic must have this probability among the topics that remain without the first one.
const SECOND_SHARE: f32 = 0.3;

/// Reads texts. Cheap to clone, and shared by all calls: it holds no state of any of them.
#[derive(Clone, Debug)]
pub struct Classifier {
    weights: Weights,
}

impl Classifier {
    /// The classifier that ships with the program.
    ///
    /// # Errors
    /// When the embedded file is not the one that was trained.
    pub fn embedded() -> Result<Self, Error> {
        Weights::from_bytes(EMBEDDED).map(Self::new)
    }

    /// A classifier with other weights: for the training, which measures what it wrote.
    #[must_use]
    pub fn new(weights: Weights) -> Self {
        Self { weights }
    }

    /// Says what a text is about. Total and deterministic; time is bounded by
    /// [`super::normalize::MAX_CHARS`].
    #[must_use]
    pub fn classify(&self, text: &str) -> Verdict {
        let normal = normalize(text);
        if normal.chars().is_empty() {
            return nothing_said();
        }
        let features = extract(&normal);
        let scores = self.weights.scores(&features.list);
        let settings = self.weights.settings;
        let mut topics = softmax(&scores, settings.temperature);
        let finding = human::find(normal.chars(), &features.syllables);
        obey(&finding, &mut topics);

        let (category, confidence, margin) = best_category(&topics);
        let topic = best_topic(&topics, |topic| topic.category() == category);
        let secondary = (scores[MIXED] > settings.mixed)
            .then(|| best_topic(&topics, |other| other != topic && other != Topic::Other))
            .filter(|second| {
                topics[*second as usize] > SECOND_SHARE * (1.0 - topics[topic as usize])
            });
        let mut evidence = evidence::strongest(&self.weights, &features.list, topic, text, &normal);
        evidence::add_rule(&mut evidence, &finding, text, &normal);
        Verdict {
            topic,
            urgent: scores[URGENT] > settings.urgent,
            confidence,
            margin,
            secondary,
            evidence,
        }
    }
}

/// The verdict on a text without a word in it.
fn nothing_said() -> Verdict {
    Verdict {
        topic: Topic::Other,
        urgent: false,
        confidence: EMPTY_CONFIDENCE,
        margin: EMPTY_CONFIDENCE,
        secondary: None,
        evidence: vec![Evidence {
            words: String::new(),
            rule: "rule:nothing_said".to_owned(),
            weight: logit(EMPTY_CONFIDENCE),
        }],
    }
}

type Topics = [f32; URGENT];

fn softmax(scores: &[f32], temperature: f32) -> Topics {
    let scores = &scores[..URGENT];
    let largest = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut topics: Topics = std::array::from_fn(|at| ((scores[at] - largest) / temperature).exp());
    let sum: f32 = topics.iter().sum();
    topics.iter_mut().for_each(|topic| *topic /= sum);
    topics
}

/// Moves the probability of the human wish to where the rules want it; the others share the rest.
fn obey(finding: &Finding, topics: &mut Topics) {
    let human = topics[Topic::HumanRequest as usize];
    let wanted = match finding {
        Finding::Wish(_) => human.max(RULE_CONFIDENCE),
        Finding::Denied(_) => human * DENIED_SHARE,
        Finding::Silent => return,
    };
    let rest = (1.0 - wanted) / (1.0 - human).max(f32::EPSILON);
    topics.iter_mut().for_each(|topic| *topic *= rest);
    topics[Topic::HumanRequest as usize] = wanted;
}

/// The best category, its probability, and how far the second one is behind.
fn best_category(topics: &Topics) -> (Category, f32, f32) {
    let mut sums = Category::ALL.map(|category| {
        let members = Topic::ALL.iter().filter(|topic| topic.category() == category);
        (category, members.map(|topic| topics[*topic as usize]).sum::<f32>())
    });
    sums.sort_by(|left, right| right.1.total_cmp(&left.1));
    (sums[0].0, sums[0].1.min(1.0), (sums[0].1 - sums[1].1).clamp(0.0, 1.0))
}

fn best_topic(topics: &Topics, allowed: impl Fn(Topic) -> bool) -> Topic {
    Topic::ALL
        .iter()
        .copied()
        .filter(|topic| allowed(*topic))
        .max_by(|left, right| topics[*left as usize].total_cmp(&topics[*right as usize]))
        .unwrap_or(Topic::Other)
}

/// A probability as log-odds.
pub(super) fn logit(probability: f32) -> f32 {
    (probability / (1.0 - probability)).ln()
}

#[cfg(test)]
mod tests;
