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
use std::{collections::BTreeMap, ops::Range};

/// Evidence below this many log-odds is noise to whoever reads it.
const LEAST_WEIGHT: f32 = 0.1;

/// The weight shown for a rule, in log-odds: rules are as good as certain.
const RULE_WEIGHT: f32 = 0.98;

/// The strongest pieces of evidence for `topic`, strongest first, none overlapping another.
#[must_use]
pub(super) fn strongest(
    weights: &Weights,
    features: &[Feature],
    topic: Topic,
    text: &str,
    normal: &Normal,
) -> Vec<Evidence> {
    let mut places: BTreeMap<(usize, usize), (f32, f32)> = BTreeMap::new();
    for feature in features {
        let range = feature.range();
        let weight = weights.advantage(feature, features.len(), topic as usize);
        let place = places.entry((range.start, range.end)).or_default();
        match feature.kind {
            Kind::Character => place.0 += weight,
            Kind::Pinyin | Kind::Sound | Kind::Gap => place.1 += weight,
        }
    }
    let mut ranked: Vec<_> = places
        .into_iter()
        .map(|((start, end), (written, heard))| (start..end, written, heard))
        .filter(|(_, written, heard)| written + heard >= LEAST_WEIGHT)
        .collect();
    ranked.sort_by(|left, right| (right.1 + right.2).total_cmp(&(left.1 + left.2)));

    let secrets = mask::find(text);
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut evidence = Vec::new();
    for (range, written, heard) in ranked {
        if evidence.len() == MAX_EVIDENCE {
            break;
        }
        let source = normal.source(range.clone());
        let secret = secrets.iter().any(|span| overlap(&span.range, &source));
        if secret || taken.iter().any(|other| overlap(other, &range)) {
            continue;
        }
        let rule = if written >= heard {
            format!("char:{}", normal.chars()[range.clone()].iter().collect::<String>())
        } else {
            format!("pinyin:{}", spoken(&normal.chars()[range.clone()]))
        };
        evidence.push(Evidence {
            words: text[source].to_owned(),
            rule,
            weight: written + heard,
        });
        taken.push(range);
    }
    evidence
}

/// Puts the rule that found or denied a human wish before all else.
pub(super) fn add_rule(evidence: &mut Vec<Evidence>, finding: &Finding, text: &str, normal: &Normal) {
    let (range, rule, weight) = match finding {
        Finding::Wish(range) => (range, "rule:human_wish", logit(RULE_WEIGHT)),
        Finding::Denied(range) => (range, "rule:human_denied", -logit(RULE_WEIGHT)),
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
