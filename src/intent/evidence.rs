//! Why a verdict came out as it did, in the caller's own words.
//!
//! The features that spoke most for the winning topic are traced back to the characters they cover;
//! features of the same place are one piece of evidence. Words inside a secret never show. It
//! decides nothing.

use super::{
    Evidence, MAX_EVIDENCE, Topic,
    classify::logit,
    features::{Feature, Kind},
    human::Finding,
    mask,
    model::Weights,
    normalize::Normal,
    pinyin,
};
use std::ops::Range;

/// Evidence below this many log-odds is noise to whoever reads it.
const LEAST_WEIGHT: f32 = 0.1;

/// How sure a rule is, shown in log-odds.
const RULE_CONFIDENCE: f32 = 0.98;

/// The strongest pieces of evidence for `topic`, strongest first, none overlapping another.
#[must_use]
pub(super) fn strongest(
    weights: &Weights,
    features: &[Feature],
    topic: Topic,
    text: &str,
    normal: &Normal,
) -> Vec<Evidence> {
    let places = places(weights, features, topic, normal.chars().len());
    let mut ranked: Vec<Candidate> = (0..normal.chars().len())
        .flat_map(|start| (1..=LONGEST).map(move |length| start..start + length))
        .filter(|range| range.end <= normal.chars().len())
        .map(|range| Candidate::new(range, &places))
        .filter(|candidate| candidate.weight() >= LEAST_WEIGHT)
        .collect();
    ranked.sort_by(|left, right| right.rank().total_cmp(&left.rank()));

    let secrets = mask::find(text);
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut evidence = Vec::new();
    for candidate in ranked {
        let range = candidate.range.clone();
        if evidence.len() == MAX_EVIDENCE {
            break;
        }
        let source = normal.source(range.clone());
        let secret = secrets.iter().any(|span| overlap(&span.range, &source));
        if secret || taken.iter().any(|other| overlap(other, &range)) {
            continue;
        }
        let rule = if candidate.written >= candidate.heard {
            format!("char:{}", normal.chars()[range.clone()].iter().collect::<String>())
        } else {
            format!("pinyin:{}", spoken(&normal.chars()[range.clone()]))
        };
        evidence.push(Evidence {
            words: text[source].to_owned(),
            rule,
            weight: candidate.weight(),
        });
        taken.push(range);
    }
    evidence
}

/// Words that may be shown, and what all features inside them added.
struct Candidate {
    range: Range<usize>,
    written: f32,
    heard: f32,
}

impl Candidate {
    fn new(range: Range<usize>, places: &[Place]) -> Self {
        let (mut written, mut heard) = (0.0, 0.0);
        for start in range.clone() {
            for end in start + 1..=range.end {
                let place = places[start * LONGEST + end - start - 1];
                written += place.0;
                heard += place.1;
            }
        }
        Self { range, written, heard }
    }

    fn weight(&self) -> f32 {
        self.written + self.heard
    }

    /// Longer words gather more weight; whether they earn it, their length decides.
    fn rank(&self) -> f32 {
        self.weight() / (self.range.len() as f32).sqrt()
    }
}

/// What the written and the heard features of one place added.
type Place = (f32, f32);

/// The longest words shown as one piece of evidence; no feature is longer.
const LONGEST: usize = 4;

/// The places of all features: by their first character, then by their length.
fn places(weights: &Weights, features: &[Feature], topic: Topic, n_chars: usize) -> Vec<Place> {
    let mut places = vec![Place::default(); n_chars * LONGEST];
    for feature in features {
        let range = feature.range();
        let weight = weights.advantage(feature, features.len(), topic as usize);
        let place = &mut places[range.start * LONGEST + range.len() - 1];
        match feature.kind {
            Kind::Character => place.0 += weight,
            Kind::Pinyin | Kind::Sound | Kind::Gap => place.1 += weight,
        }
    }
    places
}

/// Puts the rule that found or denied a human wish before all else.
pub(super) fn add_rule(
    evidence: &mut Vec<Evidence>,
    finding: &Finding,
    text: &str,
    normal: &Normal,
) {
    let (range, rule, weight) = match finding {
        Finding::Wish(range) => (range, "rule:human_wish", logit(RULE_CONFIDENCE)),
        Finding::Denied(range) => (range, "rule:human_denied", -logit(RULE_CONFIDENCE)),
        Finding::Silent => return,
    };
    let words = mask::mask(&text[normal.source(range.clone())]);
    evidence.insert(0, Evidence { words, rule: rule.to_owned(), weight });
    evidence.truncate(MAX_EVIDENCE);
}

fn overlap(left: &Range<usize>, right: &Range<usize>) -> bool {
    left.start < right.end && right.start < left.end
}

fn spoken(chars: &[char]) -> String {
    let plain: Vec<String> = pinyin::syllables(chars)
        .iter()
        .zip(chars)
        .map(|(syllable, character)| match syllable.plain {
            "" => character.to_string(),
            plain => plain.to_owned(),
        })
        .collect();
    plain.join(" ")
}
