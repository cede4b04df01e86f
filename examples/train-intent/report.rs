//! What a classifier is worth on held-out lines.

use crate::{corpus::Line, noise, rng::Rng};
use pretriage::intent::{Category, Classifier, Verdict};

const SEED: u64 = 7;
/// Bins of the expected calibration error.
const N_BINS: usize = 10;
/// The share of the desk-bound lines, surest first, whose errors are counted.
const COVERAGE: f32 = 0.9;

/// Prints the figures at one rate of errors.
pub(crate) fn print(
    classifier: &Classifier,
    lines: &[Line],
    noise: &noise::Model,
    rate: f32,
    with_errors: bool,
) {
    let mut rng = Rng(SEED);
    let judged: Vec<(&Line, String, Verdict)> = lines
        .iter()
        .map(|line| {
            let heard = noise.spoil(&line.text, rate, &mut rng);
            let verdict = classifier.classify(&heard);
            (line, heard, verdict)
        })
        .collect();
    let rows: Vec<(&Line, &Verdict)> =
        judged.iter().map(|(line, _, verdict)| (*line, verdict)).collect();
    println!("characters spoilt: {:.0} %", 100.0 * rate);
    let right = |(line, verdict): &(&Line, &Verdict)| verdict.category() == line.topic.category();
    show("category", share(&rows, |_| true, right));
    let desk = |(line, _): &(&Line, &Verdict)| line.topic.category().is_desk();
    show(
        "topic within the desks",
        share(&rows, desk, |(line, verdict)| verdict.topic == line.topic),
    );
    let human = |(line, _): &(&Line, &Verdict)| line.topic.category() == Category::Human;
    let said_human = |(_, verdict): &(&Line, &Verdict)| verdict.category() == Category::Human;
    show("human recall", share(&rows, human, said_human));
    show("human false alarms", share(&rows, |row| !human(row), said_human));
    let (urgent, said_urgent) =
        (|row: &(&Line, &Verdict)| row.0.urgent, |row: &(&Line, &Verdict)| row.1.urgent);
    show("urgent recall", share(&rows, urgent, said_urgent));
    show("urgent precision", share(&rows, said_urgent, urgent));
    let mixed = |row: &(&Line, &Verdict)| row.0.secondary.is_some();
    show("mixed: primary", share(&rows, mixed, |(line, verdict)| verdict.topic == line.topic));
    show(
        "mixed: secondary",
        share(&rows, mixed, |(line, verdict)| verdict.secondary == line.secondary),
    );
    show(
        "single: secondary made up",
        share(&rows, |row| !mixed(row), |row| row.1.secondary.is_some()),
    );
    show(
        "other to a desk",
        share(
            &rows,
            |(line, _)| line.topic.category() == Category::Other,
            |(_, verdict)| verdict.category().is_desk(),
        ),
    );
    let mut routed: Vec<_> =
        rows.iter().filter(|(_, verdict)| verdict.category().is_desk()).copied().collect();
    routed.sort_by(|left, right| right.1.confidence.total_cmp(&left.1.confidence));
    routed.truncate((routed.len() as f32 * COVERAGE) as usize);
    show("wrong among the surest 90 %", share(&routed, |_| true, |row| !right(row)));
    println!("  {:28} {:.3}", "calibration error", calibration_error(&rows));
    if with_errors {
        for (line, heard, verdict) in &judged {
            let wrong = if verdict.topic == line.topic { "" } else { "topic" };
            let urgency = if verdict.urgent == line.urgent { "" } else { "urgent" };
            let second = if verdict.secondary == line.secondary { "" } else { "second" };
            if !(wrong.is_empty() && urgency.is_empty() && second.is_empty()) {
                println!(
                    "    {wrong} {urgency} {second}\t{} {:?} -> {} {:.2} {:?} u{}\t{heard}",
                    line.topic,
                    line.secondary.map(|topic| topic.as_str()),
                    verdict.topic,
                    verdict.confidence,
                    verdict.secondary.map(|topic| topic.as_str()),
                    u8::from(verdict.urgent),
                );
            }
        }
    }
}

fn share<T>(rows: &[T], of: impl Fn(&T) -> bool, hit: impl Fn(&T) -> bool) -> (usize, usize) {
    let among: Vec<&T> = rows.iter().filter(|row| of(row)).collect();
    (among.iter().filter(|row| hit(row)).count(), among.len())
}

fn show(name: &str, (hits, among): (usize, usize)) {
    println!("  {name:28} {:5.1} % ({hits}/{among})", 100.0 * hits as f32 / among.max(1) as f32);
}

fn calibration_error(rows: &[(&Line, &Verdict)]) -> f32 {
    let mut bins = [(0.0_f32, 0.0_f32); N_BINS];
    for (line, verdict) in rows {
        let bin = &mut bins[((verdict.confidence * N_BINS as f32) as usize).min(N_BINS - 1)];
        bin.0 += verdict.confidence;
        bin.1 += f32::from(u8::from(verdict.category() == line.topic.category()));
    }
    let gap: f32 = bins.iter().map(|(sure, right)| (sure - right).abs()).sum();
    gap / rows.len().max(1) as f32
}
