//! `pretriage transcribe`: recordings to text with times, and no decision.

use super::{Failure, Outcome, gather::Gather, output};
use crate::{
    intent::mask::Masker,
    offline::{self, Channel, transcribe::Line},
};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// WAV files, or folders that are searched for them.
    #[arg(required = true, value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,
    /// How the segments are written.
    #[arg(long, value_enum, default_value_t = Format::Txt)]
    format: Format,
    /// The caller's channel: left, right, or a number counted from 0. Without it the first.
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<Channel>,
    /// Leave numbers, codes and passwords as they were heard. Mind where the output goes.
    #[arg(long)]
    raw: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Start, end and words, one segment a line.
    Txt,
    /// One JSON object a segment.
    Json,
    /// SubRip subtitles.
    Srt,
    /// WebVTT subtitles.
    Vtt,
}

pub(super) fn run(gather: Gather, args: &Args) -> Outcome {
    let settings = gather.settings()?;
    let rooms = gather.open(&settings)?;
    let mut all_good = true;
    for path in &args.paths {
        let files = offline::recordings(path).unwrap_or_else(|error| {
            all_good = false;
            output::message(&error.to_string());
            Vec::new()
        });
        for file in files {
            let mut writer =
                Writer { args, file: &file, masker: Masker::default(), n_written: 0, fault: None };
            let result = offline::transcribe::transcribe(
                &file,
                args.channel,
                &settings.config.speech,
                &rooms.pool,
                |line| writer.write(&line),
            );
            if let Some(error) = writer.fault {
                return Err(error.into());
            }
            if let Err(error) = result {
                all_good = false;
                output::message(&error.to_string());
            }
        }
    }
    if all_good { Ok(()) } else { Err(Failure::SomeInput) }
}

struct Writer<'a> {
    args: &'a Args,
    file: &'a Path,
    /// One recording's words: a number may go on from one segment to the next.
    masker: Masker,
    n_written: u32,
    fault: Option<std::io::Error>,
}

impl Writer<'_> {
    fn write(&mut self, line: &Line) {
        let file = self.file.display();
        let transcript = match &line.result {
            Ok(transcript) => transcript,
            Err(failure) => {
                output::message(&format!("{file}: at {}: {failure}", clock(line.start_ms, '.')));
                return;
            }
        };
        if transcript.dropped.is_some() && self.args.format != Format::Json {
            return;
        }
        let text = if self.args.raw {
            transcript.text.clone()
        } else {
            self.masker.hear(&transcript.text).text
        };
        let (start, end) = (line.start_ms, line.end_ms);
        self.n_written += 1;
        let number = self.n_written;
        let told = match self.args.format {
            Format::Txt => format!("{} {} {text}", clock(start, '.'), clock(end, '.')),
            Format::Json => json!({
                "file": file.to_string(),
                "start_ms": start,
                "end_ms": end,
                "text": text,
                "confidence": (f64::from(transcript.confidence) * 1_000.0).round() / 1_000.0,
                "dropped": transcript.dropped.map(|dropped| dropped.as_str()),
            })
            .to_string(),
            Format::Srt => {
                format!("{number}\n{} --> {}\n{text}\n", clock(start, ','), clock(end, ','))
            }
            Format::Vtt => {
                let head = if number == 1 { "WEBVTT\n\n" } else { "" };
                format!("{head}{} --> {}\n{text}\n", clock(start, '.'), clock(end, '.'))
            }
        };
        if let Err(error) = output::line(&told) {
            self.fault.get_or_insert(error);
        }
    }
}

/// `HH:MM:SS.mmm`; SubRip wants a comma before the milliseconds.
fn clock(ms: u64, point: char) -> String {
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}{point}{:03}", ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn times_are_written_as_subtitles_want_them() {
        assert_eq!(clock(3_661_042, ','), "01:01:01,042");
    }
}
