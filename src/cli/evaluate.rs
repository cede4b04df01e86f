//! `pretriage classify --eval FILE`: what the classifier is worth on labelled lines.

mod picture;

use super::{Failure, Outcome, output};
use crate::intent::{
    Classifier, Topic,
    evaluate::{self, Report, Row},
    mask::mask,
    noise::{FAIR_LINE, Noise},
};
use anyhow::Context;
use fastrand::Rng;
use serde_json::{Value, json};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// The same errors on every run.
const SEED: u64 = 7;

/// A file of a few thousand lines has some hundred kilobytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Instead of reading stdin: holds the verdicts on the labelled lines of a file against their
    /// labels, as they stand and with errors as a recogniser makes them. Tab-separated; the first
    /// line names the columns: `topic`, `text`, and where there are any `secondary`, `urgent` (0 or
    /// 1), `forbidden` (a category). Prints one JSON object.
    #[arg(long, value_name = "FILE")]
    eval: Option<PathBuf>,
    /// With --eval: the share of characters that errors hit.
    #[arg(long, value_name = "SHARE", requires = "eval", default_value_t = FAIR_LINE, value_parser = share)]
    noise: f32,
    /// With --eval: where the picture (SVG) goes; by default into the current folder, under the
    /// name of the file.
    #[arg(long, value_name = "SVG", requires = "eval")]
    picture: Option<PathBuf>,
    /// With --eval: names on stderr each line whose topic, second wish or urgency came out wrong.
    #[arg(long, requires = "eval")]
    errors: bool,
}

fn share(text: &str) -> Result<f32, String> {
    let share: f32 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("not between 0 and 1".to_owned()) }
}

impl Args {
    /// Evaluates, where that is asked for.
    pub(super) fn run(&self, classifier: &Classifier) -> Option<Outcome> {
        self.eval.as_deref().map(|file| self.evaluate(classifier, file))
    }

    fn evaluate(&self, classifier: &Classifier, file: &Path) -> Outcome {
        let rows = match read(file) {
            Ok(rows) => rows,
            Err(fault) => {
                output::message(&format!("{}: {fault:#}", file.display()));
                return Err(Failure::SomeInput);
            }
        };
        let noise = Noise::new(classifier.network().characters());
        let mut rng = Rng::with_seed(SEED);
        let noised: Vec<Row> = rows
            .iter()
            .map(|row| Row { text: noise.spoil(&row.text, self.noise, &mut rng), ..row.clone() })
            .collect();
        let (clean, spoilt) = (self.judge(classifier, &rows), self.judge(classifier, &noised));

        let picture = self.picture.clone().unwrap_or_else(|| beside(file));
        let drawing = picture::draw(&clean, &spoilt, self.noise)?;
        fs::write(&picture, drawing)
            .with_context(|| format!("the picture {} cannot be written", picture.display()))?;
        let mut told = json!({ "file": file.display().to_string() });
        extend(&mut told, &clean)?;
        let mut other = json!({ "rate": self.noise });
        extend(&mut other, &spoilt)?;
        told["noised"] = other;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{told:#}")?;
        output::message(&format!("picture: {}", picture.display()));
        Ok(())
    }

    fn judge(&self, classifier: &Classifier, rows: &[Row]) -> Report {
        let verdicts: Vec<_> = rows.iter().map(|row| classifier.classify(&row.text)).collect();
        if self.errors {
            for (row, verdict) in rows.iter().zip(&verdicts) {
                let name = |topic: Option<Topic>| topic.map_or("-", |t| t.as_str());
                let label = (row.topic, row.secondary, row.urgent);
                if label != (verdict.topic, verdict.secondary, verdict.urgent) {
                    output::message(&format!(
                        "{} {} {}\t{} {} {} {:.2}\t{}",
                        row.topic,
                        name(row.secondary),
                        u8::from(row.urgent),
                        verdict.topic,
                        name(verdict.secondary),
                        u8::from(verdict.urgent),
                        verdict.confidence,
                        mask(&row.text),
                    ));
                }
            }
        }
        evaluate::measure(rows, &verdicts)
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<Row>> {
    let size = fs::metadata(file)?.len();
    anyhow::ensure!(size <= MAX_BYTES, "{size} bytes; at most {MAX_BYTES} are read");
    Ok(evaluate::read(&fs::read_to_string(file)?)?)
}

/// `intent.svg` for `…/intent.tsv`.
fn beside(file: &Path) -> PathBuf {
    let name = file.file_stem().map_or_else(|| "evaluation".into(), |stem| stem.to_owned());
    Path::new(&name).with_extension("svg")
}

fn extend(told: &mut Value, report: &Report) -> anyhow::Result<()> {
    let report = serde_json::to_value(report)?;
    if let (Some(told), Value::Object(report)) = (told.as_object_mut(), rounded(report)) {
        told.extend(report);
    }
    Ok(())
}

/// Numbers as a person reads them: four digits behind the point.
fn rounded(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            json!((number.as_f64().unwrap_or_default() * 1e4).round() / 1e4)
        }
        Value::Array(items) => items.into_iter().map(rounded).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(key, value)| (key, rounded(value))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}
