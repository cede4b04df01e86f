//! Text to a verdict: the rules and the trained network together.
//!
//! The network's scores become calibrated probabilities of topics, a category's probability is the
//! sum over its topics, and the human rules have the last word. It refuses to know what is done about
//! a verdict: thresholds for asking again and handing off live in `decision`.

use super::{
    Category, Evidence, Topic, Verdict,
    evidence::Quotes,
    human::{self, Finding},
    network::{Error, Network, Scores},
    normalize::normalize,
    pinyin::syllables,
};

/// What `models/training/intent.py` wrote.
static WEIGHTS: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/intent.safetensors"));
static MANIFEST: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/intent.toml"));

/// How sure a verdict is where nothing but fillers or digits was said: there is nothing to misread.
const EMPTY_CONFIDENCE: f32 = 0.99;

/// The probability of the human wish once a rule has found it. Below one, because the rules read
/// sounds and a recogniser can make up 人工 out of noise.
const RULE_CONFIDENCE: f32 = 0.98;

/// What a hint adds to the human wish, in log-odds: enough for the network's doubt, not enough against
/// its certainty (measured on the tuning set: 3 finds most wishes at under 1 % of false alarms).
pub(super) const HINT: f32 = 3.0;

/// What remains of the network's human wish where a rule says that no person is wanted.
const DENIED_SHARE: f32 = 0.02;

/// Reads texts. Cheap to clone, and shared by all calls: it holds no state of any of them.
#[derive(Clone, Debug)]
pub struct Classifier {
    network: Network,
}

impl Classifier {
    /// The classifier that ships with the program.
    ///
    /// # Errors
    /// When the embedded files are not those that were trained.
    pub fn embedded() -> Result<Self, Error> {
        Ok(Self { network: Network::load(WEIGHTS, MANIFEST)? })
    }

    /// The trained part of it.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// How likely each category is: what a question between two of them is made of.
    #[must_use]
    pub fn rank(&self, text: &str) -> Ranking {
        let normal = normalize(text);
        let syllables = syllables(normal.chars());
        let scores = self.network.read(&normal, &syllables);
        let finding = human::find(normal.chars(), &syllables);
        ranking(&probabilities(&scores, self.network.settings().temperature, &finding))
    }

    /// Whether the caller asks for a person in so many words: a rule found it, not the network.
    #[must_use]
    pub fn is_clear_wish(&self, text: &str) -> bool {
        let normal = normalize(text);
        let finding = human::find(normal.chars(), &syllables(normal.chars()));
        matches!(finding, Finding::Wish(_))
    }

    /// Says what a text is about. Total and deterministic; time is bounded by
    /// [`super::normalize::MAX_CHARS`].
    #[must_use]
    pub fn classify(&self, text: &str) -> Verdict {
        let normal = normalize(text);
        if normal.chars().is_empty() {
            return of_no_desk("规则:没有说话");
        }
        if normal.chars().iter().all(|character| DIGITS.contains(*character)) {
            return of_no_desk("规则:只有数字");
        }
        let syllables = syllables(normal.chars());
        let scores = self.network.read(&normal, &syllables);
        let settings = self.network.settings();
        let finding = human::find(normal.chars(), &syllables);
        let topics = probabilities(&scores, settings.temperature, &finding);

        let [(category, best_sum), (_, second_sum), ..] = ranking(&topics);
        let confidence = best_sum.min(1.0);
        let margin = (best_sum - second_sum).clamp(0.0, 1.0);
        let topic = best(&topics, |topic| topic.category() == category).0;
        let (seconds, none) = scores.seconds();
        let (second, score) = best(seconds, |other| other != topic && other != Topic::Other);
        let urgent = scores.urgent() > settings.urgent;
        Verdict {
            topic,
            urgent,
            confidence,
            margin,
            secondary: (score - none > settings.second).then_some(second),
            evidence: Quotes::new(text, &normal).evidence(&scores, topic, urgent, &finding),
        }
    }
}

/// The calibrated probabilities of all topics, the rules obeyed.
fn probabilities(scores: &Scores, temperature: f32, finding: &Finding) -> Topics {
    let mut topics = softmax(scores.topics(), temperature);
    obey(finding, &mut topics);
    topics
}

/// Digits as they are heard and written. A number alone names no desk, whatever the network thinks.
const DIGITS: &str = "零〇一二三四五六七八九幺两0123456789";

/// The verdict on a text without a word in it that could name a desk.
fn of_no_desk(rule: &str) -> Verdict {
    Verdict {
        topic: Topic::Other,
        urgent: false,
        confidence: EMPTY_CONFIDENCE,
        margin: EMPTY_CONFIDENCE,
        secondary: None,
        evidence: vec![Evidence {
            words: String::new(),
            rule: rule.to_owned(),
            weight: logit(EMPTY_CONFIDENCE),
        }],
    }
}

type Topics = [f32; Topic::ALL.len()];

fn softmax(scores: &[f32], temperature: f32) -> Topics {
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
        Finding::Hint(_) => sigmoid(logit(human.clamp(LEAST, 1.0 - LEAST)) + HINT),
        Finding::Denied(_) => human * DENIED_SHARE,
        Finding::Silent => return,
    };
    let rest = (1.0 - wanted) / (1.0 - human).max(f32::EPSILON);
    topics.iter_mut().for_each(|topic| *topic *= rest);
    topics[Topic::HumanRequest as usize] = wanted;
}

/// The categories and their probabilities, best first.
fn ranking(topics: &Topics) -> Ranking {
    let mut sums = Category::ALL.map(|category| {
        let members = Topic::ALL.iter().filter(|topic| topic.category() == category);
        (category, members.map(|topic| topics[*topic as usize]).sum::<f32>())
    });
    sums.sort_by(|left, right| right.1.total_cmp(&left.1));
    sums
}

/// All categories with their probabilities, best first.
pub type Ranking = [(Category, f32); Category::ALL.len()];

/// The best of the allowed topics, and its score or probability.
fn best(topics: &[f32], allowed: impl Fn(Topic) -> bool) -> (Topic, f32) {
    Topic::ALL
        .iter()
        .zip(topics)
        .filter(|(topic, _)| allowed(**topic))
        .max_by(|left, right| left.1.total_cmp(right.1))
        .map_or((Topic::Other, f32::MIN), |(topic, score)| (*topic, *score))
}

/// Probabilities are kept so far from 0 and 1 where log-odds are taken of them.
const LEAST: f32 = 1e-6;

fn sigmoid(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// A probability as log-odds.
pub(super) fn logit(probability: f32) -> f32 {
    (probability / (1.0 - probability)).ln()
}

#[cfg(test)]
mod tests;
