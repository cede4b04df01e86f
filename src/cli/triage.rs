//! `pretriage triage`: recordings through the whole pipeline.

use super::{Failure, Outcome, event, gather::Gather, output};
use crate::{
    intent::Category,
    offline::{self, Channel, Door, Triage},
};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// WAV files, or folders that are searched for them.
    #[arg(required = true, value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,
    /// One JSON object a recording instead of text.
    #[arg(long)]
    json: bool,
    /// The caller's channel: left, right, or a number counted from 0. Without it the first.
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<Channel>,
    /// When the calls begin, for the opening hours: RFC 3339, or YYYY-MM-DDTHH:MM in the
    /// hotline's time zone. Without it the hotline counts as open.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

pub(super) fn run(gather: Gather, args: &Args) -> Outcome {
    let settings = gather.settings()?;
    let at = match &args.at {
        None => None,
        Some(text) => match parse_time(text, &settings.profile.decision.hours.time_zone) {
            Some(at) => Some(at),
            None => {
                output::message(&format!("--at {text}: not a time (try 2026-11-22T23:00)"));
                return Err(Failure::SomeInput);
            }
        },
    };
    let mut all_good = true;
    let mut files = Vec::new();
    for path in &args.paths {
        match offline::recordings(path) {
            Ok(found) => files.extend(found),
            Err(error) => {
                all_good = false;
                output::message(&error.to_string());
            }
        }
    }
    if !files.is_empty() {
        let rooms = gather.open(&settings)?;
        let door = Door { host: rooms.host, pool: rooms.pool, channel: args.channel, at };
        all_good &= take_all(&door, &files, args.json)?;
    }
    if all_good { Ok(()) } else { Err(Failure::SomeInput) }
}

fn parse_time(text: &str, time_zone: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let local: DateTime = text.parse().ok()?;
    let zone = TimeZone::get(time_zone).ok()?;
    Some(local.to_zoned(zone).ok()?.timestamp())
}

/// Takes the recordings on as many threads as there are cores, and one more, so that no engine waits
/// for the next utterance; prints in the given order.
fn take_all(door: &Door, files: &[PathBuf], json: bool) -> Result<bool, Failure> {
    let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
    let n_threads = (n_cores + 1).min(files.len());
    let next = AtomicUsize::new(0);
    let bar = progress(files.len());
    let mut all_good = true;
    std::thread::scope(|scope| {
        // A finished recording waits at most for the slowest before it.
        let (sender, reports) = mpsc::sync_channel(2 * n_threads);
        for _ in 0..n_threads {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(index) else { return };
                    if sender.send((index, Report::of(file, door.triage(file), json))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = std::collections::BTreeMap::new();
        let mut n_printed = 0;
        for (index, report) in reports {
            waiting.insert(index, report);
            while let Some(report) = waiting.remove(&n_printed) {
                all_good &= bar.suspend(|| report.print())?;
                n_printed += 1;
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        Ok(all_good)
    })
}

/// A bar on a terminal, nothing elsewhere.
fn progress(n_files: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} recordings, {eta} left");
    let bar = if n_files > 1 { ProgressBar::new(n_files as u64) } else { ProgressBar::hidden() };
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// What is said of one recording: all that is kept of it while a longer one before it is not done.
struct Report {
    messages: Vec<String>,
    /// None where it could not be taken.
    text: Option<String>,
}

impl Report {
    fn of(file: &Path, result: Result<Triage, offline::Error>, json: bool) -> Self {
        let triage = match result {
            Ok(triage) => triage,
            Err(error) => return Self { messages: vec![error.to_string()], text: None },
        };
        let warn = |text: &str| format!("{}: warning: {text}", file.display());
        let mut messages: Vec<String> =
            triage.warnings().map(|warning| warn(&warning.text)).collect();
        if triage.two_voices {
            messages.push(warn("two voices seem to share the caller's channel"));
        }
        let text = if json { to_json(file, &triage) } else { to_text(file, &triage) };
        Self { messages, text: Some(text) }
    }

    /// Answers whether the recording could be taken.
    fn print(&self) -> Result<bool, Failure> {
        for message in &self.messages {
            output::message(message);
        }
        if let Some(text) = &self.text {
            output::line(text)?;
        }
        Ok(self.text.is_some())
    }
}

/// The contract of `triage --json`: every key always, `null` where empty.
fn to_json(file: &Path, triage: &Triage) -> String {
    let decision = triage.decision();
    let verdict = decision.and_then(|decision| decision.verdict.as_ref());
    let transcript = triage.transcript();
    let ms = |time: std::time::Duration| (time.as_secs_f64() * 10_000.0).round() / 10.0;
    json!({
        "file": file.display().to_string(),
        "transcript": (!transcript.is_empty()).then_some(transcript),
        "category": decision.and_then(|decision| decision.category).map(Category::as_str),
        "topic": decision.and_then(|decision| decision.topic()).map(|topic| topic.as_str()),
        "urgent": verdict.is_some_and(|verdict| verdict.urgent),
        "outcome": decision.map(|decision| decision.outcome.as_str()),
        "queue": decision.map(|decision| decision.queue.as_str()),
        "reason": decision.map(|decision| decision.reason.as_str()),
        "confidence": verdict.map(|verdict| event::round(verdict.confidence)),
        "margin": verdict.map(|verdict| event::round(verdict.margin)),
        "secondary": verdict.and_then(|verdict| verdict.secondary).map(|topic| topic.as_str()),
        "due": decision.map(|decision| format!("PT{}H", decision.due.as_secs() / 3_600)),
        "audio_seconds": (triage.audio_seconds * 1_000.0).round() / 1_000.0,
        "timings": {
            "queue_wait_ms": ms(triage.queue_wait),
            "decode_ms": ms(triage.decode),
        },
    })
    .to_string()
}

fn to_text(file: &Path, triage: &Triage) -> String {
    let Some(decision) = triage.decision() else { return file.display().to_string() };
    let transcript = triage.transcript();
    let heard = if transcript.is_empty() { "(nothing)" } else { &transcript };
    let about = match (decision.topic(), decision.category) {
        (Some(topic), _) => topic.as_str(),
        (None, Some(category)) => category.as_str(),
        (None, None) => "unknown",
    };
    let sure = decision
        .verdict
        .as_ref()
        .map_or_else(String::new, |verdict| format!(", {:.0} % sure", 100.0 * verdict.confidence));
    let urgent = if decision.verdict.as_ref().is_some_and(|v| v.urgent) { ", urgent" } else { "" };
    let noted = event::noted(decision);
    let noted = if noted.is_empty() { noted } else { format!("\n  noted    {noted}") };
    format!(
        "{}\n  heard    {heard}\n  about    {about}{sure}{urgent}{noted}\n  decided  {} to {} ({})",
        file.display(),
        decision.outcome,
        decision.queue,
        decision.reason,
    )
}
