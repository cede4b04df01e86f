//! `pretriage classify` and `pretriage redact`: lines in, lines out, one for one.

use super::{Outcome, evaluate, event, output};
use crate::intent::{Classifier, Verdict, mask};
use anyhow::Context;
use serde_json::json;
use std::io::{self, BufRead, IsTerminal, Write};

#[derive(Debug, clap::Args)]
pub(super) struct ClassifyArgs {
    /// One JSON object a line instead of text.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    evaluation: evaluate::Args,
}

/// A line is read up to this; what follows on the same line is skipped, and said so. A caller's
/// utterance has a few hundred bytes.
const MAX_LINE_BYTES: usize = 1024 * 1024;

pub(super) fn classify(args: &ClassifyArgs) -> Outcome {
    let classifier = Classifier::embedded().context("the intent model cannot be read")?;
    if let Some(outcome) = args.evaluation.run(&classifier) {
        return outcome;
    }
    each_line(|line, _ending, out| {
        let text = String::from_utf8_lossy(line);
        let verdict = classifier.classify(&text);
        let masked = mask::mask(&text);
        let told = if args.json { to_json(&masked, &verdict) } else { to_text(&masked, &verdict) };
        writeln!(out, "{told}")
    })?;
    Ok(())
}

pub(super) fn redact() -> Outcome {
    each_line(|line, ending, out| {
        out.write_all(&mask::mask_bytes(line))?;
        out.write_all(ending)
    })?;
    Ok(())
}

/// Calls `each` with every line of stdin, without its ending, and the ending.
fn each_line(
    mut each: impl FnMut(&[u8], &[u8], &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut stdin = io::stdin().lock();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let is_terminal = stdin.is_terminal();
    let mut line = Vec::new();
    loop {
        line.clear();
        let n_read =
            io::Read::take(&mut stdin, MAX_LINE_BYTES as u64).read_until(b'\n', &mut line)?;
        if n_read == 0 {
            return out.flush();
        }
        if n_read == MAX_LINE_BYTES && line.last() != Some(&b'\n') {
            let skipped = stdin.skip_until(b'\n')?;
            output::message(&format!(
                "a line is longer than {MAX_LINE_BYTES} bytes: {skipped} skipped"
            ));
            line.push(b'\n');
        }
        let n_ending = usize::from(line.last() == Some(&b'\n'));
        let n_ending = n_ending + usize::from(n_ending == 1 && line.ends_with(b"\r\n"));
        let (text, ending) = line.split_at(line.len() - n_ending);
        each(text, ending, &mut out)?;
        // Whoever types reads line by line; a pipe is served in blocks.
        if is_terminal {
            out.flush()?;
        }
    }
}

/// The contract of `classify --json`.
fn to_json(masked: &str, verdict: &Verdict) -> String {
    let evidence: Vec<_> = verdict
        .evidence
        .iter()
        .map(|piece| json!({ "words": piece.words, "rule": piece.rule, "weight": event::round(piece.weight) }))
        .collect();
    json!({
        "text": masked,
        "category": verdict.category().as_str(),
        "topic": verdict.topic.as_str(),
        "urgent": verdict.urgent,
        "confidence": event::round(verdict.confidence),
        "margin": event::round(verdict.margin),
        "secondary": verdict.secondary.map(|topic| topic.as_str()),
        "evidence": evidence,
    })
    .to_string()
}

fn to_text(masked: &str, verdict: &Verdict) -> String {
    let urgent = if verdict.urgent { " urgent" } else { "" };
    format!("{}{urgent} {:.2}\t{masked}", verdict.topic, verdict.confidence)
}
