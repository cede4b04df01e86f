//! Counting: verdicts held against labels.

use super::Row;
use crate::intent::{Category, Topic, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// Bins of the calibration.
const N_BINS: usize = 10;
/// Points of the risk-coverage curve.
const N_POINTS: usize = 50;
/// The share of the lines sent to a desk, surest first, whose errors are counted apart.
const SUREST: f32 = 0.9;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Share {
    /// Hits by lines, 0 to 1; 0 where there are none.
    pub share: f32,
    /// How many hit.
    pub hits: usize,
    /// How many could.
    pub lines: usize,
}

/// Lines of about the same confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// Their mean confidence.
    pub confidence: f32,
    /// How many of them have the right category, 0 to 1.
    pub accuracy: f32,
    /// How many they are.
    pub lines: usize,
}

/// What happens where only verdicts above a threshold are sent to a desk.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The least confidence that is sent.
    pub threshold: f32,
    /// Which share of the lines that it takes for a desk's is sent there.
    pub coverage: f32,
    /// Which share of those sent is wrong.
    pub risk: f32,
}

/// What a classifier is worth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// How many lines were judged.
    pub lines: usize,
    /// The right category.
    pub accuracy: Share,
    /// The right topic, among the lines about a desk.
    pub topic_accuracy: Share,
    /// F1 of the topics that occur, each counting the same.
    pub macro_f1: f32,
    /// Wishes for a person that were found.
    pub human_recall: Share,
    /// Other lines taken for such a wish.
    pub human_false_alarms: Share,
    /// Urgent lines that were found.
    pub urgent_recall: Share,
    /// Lines called urgent that are.
    pub urgent_precision: Share,
    /// Lines with two wishes: the right first one.
    pub mixed_primary: Share,
    /// Lines with two wishes: the right second one.
    pub mixed_secondary: Share,
    /// Lines with one wish that were given a second one.
    pub secondary_made_up: Share,
    /// Lines that name a desk it is not about, and were sent there.
    pub forbidden_chosen: Share,
    /// Lines about nothing of ours that were sent to a desk.
    pub other_to_desk: Share,
    /// Wrong among the surest 90 % of the lines that were sent to a desk.
    pub surest_wrong: Share,
    /// Expected calibration error over ten bins.
    pub calibration_error: f32,
    /// The bins that are not empty.
    pub calibration: Vec<Bin>,
    /// From the surest verdict alone to all of them.
    pub risk_coverage: Vec<Point>,
    /// For each topic, how often it was taken for which.
    pub confusion: BTreeMap<&'static str, BTreeMap<&'static str, usize>>,
}

type Judged<'a> = (&'a Row, &'a Verdict);

/// Holds verdicts against the labels of their rows, one for one.
#[must_use]
pub fn measure(rows: &[Row], verdicts: &[Verdict]) -> Report {
    let judged: Vec<Judged<'_>> = rows.iter().zip(verdicts).collect();
    let wants = |category: Category| move |(row, _): &Judged<'_>| row.topic.category() == category;
    let says = |category: Category| move |(_, verdict): &Judged<'_>| verdict.category() == category;
    let about_desk = |(row, _): &Judged<'_>| row.topic.category().is_desk();
    let sent = |(_, verdict): &Judged<'_>| verdict.category().is_desk();
    let mixed = |(row, _): &Judged<'_>| row.secondary.is_some();
    let right_topic = |(row, verdict): &Judged<'_>| row.topic == verdict.topic;
    let human = wants(Category::Human);
    let routed = surest(&judged, sent);
    let kept = (routed.len() as f32 * SUREST) as usize;
    let (calibration_error, calibration) = calibration(&judged);
    let of = |lines: &dyn Fn(&Judged<'_>) -> bool, hit: &dyn Fn(&Judged<'_>) -> bool| {
        share(judged.iter().filter(|one| lines(one)), hit)
    };
    Report {
        lines: judged.len(),
        accuracy: of(&|_| true, &right),
        topic_accuracy: of(&about_desk, &right_topic),
        macro_f1: macro_f1(&judged),
        human_recall: of(&human, &says(Category::Human)),
        human_false_alarms: of(&|one| !human(one), &says(Category::Human)),
        urgent_recall: of(&|one| one.0.urgent, &|one| one.1.urgent),
        urgent_precision: of(&|one| one.1.urgent, &|one| one.0.urgent),
        mixed_primary: of(&mixed, &right_topic),
        mixed_secondary: of(&mixed, &|(row, verdict)| row.secondary == verdict.secondary),
        secondary_made_up: of(&|one| !mixed(one), &|(_, verdict)| verdict.secondary.is_some()),
        forbidden_chosen: of(&|(row, _)| row.forbidden.is_some(), &|(row, verdict)| {
            row.forbidden == Some(verdict.category())
        }),
        other_to_desk: of(&wants(Category::Other), &sent),
        surest_wrong: share(routed[..kept].iter(), |one| !right(one)),
        calibration_error,
        calibration,
        risk_coverage: risk_coverage(&routed),
        confusion: confusion(&judged),
    }
}

fn right((row, verdict): &Judged<'_>) -> bool {
    row.topic.category() == verdict.category()
}

fn share<'a>(
    lines: impl Iterator<Item = &'a Judged<'a>>,
    hit: impl Fn(&Judged<'a>) -> bool,
) -> Share {
    let mut share = Share::default();
    for one in lines {
        share.lines += 1;
        share.hits += usize::from(hit(one));
    }
    share.share = share.hits as f32 / share.lines.max(1) as f32;
    share
}

/// Those sent to a desk, surest first.
fn surest<'a>(judged: &[Judged<'a>], sent: impl Fn(&Judged<'a>) -> bool) -> Vec<Judged<'a>> {
    let mut routed: Vec<Judged<'a>> = judged.iter().filter(|one| sent(one)).copied().collect();
    routed.sort_by(|left, right| right.1.confidence.total_cmp(&left.1.confidence));
    routed
}

fn macro_f1(judged: &[Judged<'_>]) -> f32 {
    let scores: Vec<f32> = Topic::ALL
        .iter()
        .filter(|topic| judged.iter().any(|(row, _)| row.topic == **topic))
        .map(|topic| {
            let count =
                |hit: &dyn Fn(&Judged<'_>) -> bool| judged.iter().filter(|one| hit(one)).count();
            let both = count(&|(row, verdict)| row.topic == *topic && verdict.topic == *topic);
            let either = count(&|(row, _)| row.topic == *topic)
                + count(&|(_, verdict)| verdict.topic == *topic);
            2.0 * both as f32 / either.max(1) as f32
        })
        .collect();
    scores.iter().sum::<f32>() / scores.len().max(1) as f32
}

/// The expected calibration error (Naeini et al. 2015) and its bins.
fn calibration(judged: &[Judged<'_>]) -> (f32, Vec<Bin>) {
    let mut sums = [(0.0_f32, 0_usize, 0_usize); N_BINS];
    for one in judged {
        let bin = &mut sums[((one.1.confidence * N_BINS as f32) as usize).min(N_BINS - 1)];
        bin.0 += one.1.confidence;
        bin.1 += usize::from(right(one));
        bin.2 += 1;
    }
    let gap: f32 = sums.iter().map(|(sure, hits, _)| (sure - *hits as f32).abs()).sum();
    let bins = sums.iter().filter(|(.., lines)| *lines > 0).map(|(sure, hits, lines)| Bin {
        confidence: sure / *lines as f32,
        accuracy: *hits as f32 / *lines as f32,
        lines: *lines,
    });
    (gap / judged.len().max(1) as f32, bins.collect())
}

fn risk_coverage(routed: &[Judged<'_>]) -> Vec<Point> {
    let mut wrong = 0;
    let all: Vec<Point> = routed
        .iter()
        .enumerate()
        .map(|(at, one)| {
            wrong += usize::from(!right(one));
            Point {
                threshold: one.1.confidence,
                coverage: (at + 1) as f32 / routed.len() as f32,
                risk: wrong as f32 / (at + 1) as f32,
            }
        })
        .collect();
    let step = all.len().div_ceil(N_POINTS).max(1);
    let last = all.len().saturating_sub(1);
    all.iter()
        .enumerate()
        .filter(|(at, _)| at % step == step - 1 || *at == last)
        .map(|(_, p)| *p)
        .collect()
}

fn confusion(judged: &[Judged<'_>]) -> BTreeMap<&'static str, BTreeMap<&'static str, usize>> {
    let mut confusion: BTreeMap<_, BTreeMap<_, usize>> = BTreeMap::new();
    for (row, verdict) in judged {
        let taken_for = confusion.entry(row.topic.as_str()).or_default();
        *taken_for.entry(verdict.topic.as_str()).or_default() += 1;
    }
    confusion
}
