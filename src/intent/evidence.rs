//! Why a verdict came out as it did, in the caller's own words.
//!
//! The network's scores are sums over places, so the places that added most are the reason; places
//! side by side are shown as one piece. Words inside a secret never show. It decides nothing.

use super::{
    Evidence, MAX_EVIDENCE, Topic,
    classify::{HINT, logit},
    human::Finding,
    mask,
    network::Scores,
    normalize::Normal,
};
use std::ops::Range;

/// Evidence below this many log-odds is noise to whoever reads it.
const LEAST_WEIGHT: f32 = 0.2;

/// A neighbour that adds this share of what the strongest place adds belongs to the same words.
const NEIGHBOUR_SHARE: f32 = 0.15;

/// One character says little to a reader, more than so many are no longer a reason but the text.
const SHORTEST: usize = 2;
const LONGEST: usize = 5;
const LONGEST_JOINED: usize = 8;

/// How sure a rule is, shown in log-odds.
const RULE_CONFIDENCE: f32 = 0.98;

/// So many of the pieces may speak of urgency.
const MAX_URGENT: usize = 2;

/// A text, ready to be quoted.
pub(super) struct Quotes<'text> {
    text: &'text str,
    normal: &'text Normal,
    secrets: Vec<mask::Span>,
}

impl<'text> Quotes<'text> {
    pub(super) fn new(text: &'text str, normal: &'text Normal) -> Self {
        Self { text, normal, secrets: mask::find(text) }
    }

    /// The strongest pieces of evidence for the topic, then for the urgency where the call is
    /// urgent, behind what a rule found; strongest first.
    pub(super) fn evidence(
        &self,
        scores: &Scores,
        topic: Topic,
        urgent: bool,
        finding: &Finding,
    ) -> Vec<Evidence> {
        let mut evidence: Vec<Evidence> = self.rule(finding).into_iter().collect();
        let places = self.normal.chars().len();
        let of_topic: Vec<f32> = (0..places).map(|at| scores.topic_part(at, topic)).collect();
        let of_urgency: Vec<f32> = (0..places).map(|at| scores.urgent_part(at)).collect();
        let urgency = if urgent { MAX_URGENT } else { 0 };
        let rest = MAX_EVIDENCE - evidence.len() - urgency;
        evidence.extend(self.strongest(&of_topic, &format!("模型:{}", topic.title()), rest));
        evidence.extend(self.strongest(&of_urgency, "紧急", urgency));
        evidence
    }

    fn strongest(&self, parts: &[f32], rule: &str, most: usize) -> Vec<Evidence> {
        let mut pieces = pieces(parts, most);
        // What was joined may have outgrown what was found before it.
        pieces.sort_by(|left, right| right.1.total_cmp(&left.1));
        pieces
            .into_iter()
            .map(|(range, weight)| (self.normal.source(range), weight))
            .filter(|(source, _)| !self.secrets.iter().any(|span| overlap(&span.range, source)))
            .map(|(source, weight)| Evidence {
                words: self.text[source].to_owned(),
                rule: rule.to_owned(),
                weight,
            })
            .collect()
    }

    fn rule(&self, finding: &Finding) -> Option<Evidence> {
        let (range, rule, weight) = match finding {
            Finding::Wish(range) => (range, "规则:要人工", logit(RULE_CONFIDENCE)),
            Finding::Hint(range) => (range, "规则:像要人工", HINT),
            Finding::Denied(range) => (range, "规则:不要人工", -logit(RULE_CONFIDENCE)),
            Finding::Silent => return None,
        };
        let words = mask::mask(&self.text[self.normal.source(range.clone())]);
        Some(Evidence { words, rule: rule.to_owned(), weight })
    }
}

/// The words that add most, at most so many pieces of them. A reader's state behind 限流 holds more
/// than the one inside it, so a piece is often found in halves: halves side by side are joined.
fn pieces(parts: &[f32], most: usize) -> Vec<(Range<usize>, f32)> {
    let mut free = vec![true; parts.len()];
    let mut pieces: Vec<(Range<usize>, f32)> = Vec::new();
    while let Some(range) = strongest(parts, &free) {
        let weight: f32 = parts[range.clone()].iter().sum();
        if weight < LEAST_WEIGHT {
            break;
        }
        free[range.clone()].fill(false);
        let neighbour = pieces.iter().position(|(piece, _)| {
            (piece.end == range.start || piece.start == range.end)
                && piece.len() + range.len() <= LONGEST_JOINED
        });
        match neighbour {
            Some(at) => {
                let (piece, sum) = &mut pieces[at];
                *piece = piece.start.min(range.start)..piece.end.max(range.end);
                *sum += weight;
            }
            None if pieces.len() < most => pieces.push((range, weight)),
            None => break,
        }
    }
    pieces
}

/// The free place that adds most, and the neighbours that belong to it.
fn strongest(parts: &[f32], free: &[bool]) -> Option<Range<usize>> {
    let peak = (0..parts.len())
        .filter(|at| free[*at])
        .max_by(|left, right| parts[*left].total_cmp(&parts[*right]))?;
    let least = parts[peak] * NEIGHBOUR_SHARE;
    let part = |at: Option<usize>| {
        at.filter(|at| *at < parts.len() && free[*at]).map_or(f32::MIN, |at| parts[at])
    };
    let mut range = peak..peak + 1;
    while range.len() < LONGEST {
        let (before, behind) = (part(range.start.checked_sub(1)), part(Some(range.end)));
        let wanted = before.max(behind);
        if wanted == f32::MIN || wanted < least && range.len() >= SHORTEST {
            break;
        }
        if before > behind {
            range.start -= 1;
        } else {
            range.end += 1;
        }
    }
    Some(range)
}

fn overlap(left: &Range<usize>, right: &Range<usize>) -> bool {
    left.start < right.end && right.start < left.end
}
