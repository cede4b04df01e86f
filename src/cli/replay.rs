//! `pretriage replay`: recordings of calls once more, and whether they come to the same decision.

use super::{Failure, Outcome, event, gather, gather::Gather, output};
use crate::{
    call::Host,
    offline::{self, Recording},
    tape::{Difference, Header},
    transcript::Pool,
};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Recordings, as `pretriage serve --record-to` writes them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// One JSON object an event instead of text; the last of a file says whether it is the same.
    #[arg(long)]
    json: bool,
    /// Lets the speech engine hear the utterances again, instead of taking its answers from the
    /// recording. Another model, or another processor, may hear something else.
    #[arg(long)]
    hear_again: bool,
}

/// What calls are replayed with.
struct Stage {
    host: Arc<Host>,
    /// With its checksum.
    engine: Option<(Arc<Pool>, String)>,
}

pub(super) fn run(gather: Gather, args: &Args) -> Outcome {
    let settings = gather.settings()?;
    let stage = if args.hear_again {
        let rooms = gather.open(&settings)?;
        Stage { host: rooms.host, engine: Some((rooms.pool, rooms.sha256)) }
    } else {
        Stage { host: gather::host(&settings)?, engine: None }
    };
    let mut all_same = true;
    for file in &args.files {
        all_same &= stage.replay(file, args.json)?;
    }
    if all_same { Ok(()) } else { Err(Failure::SomeInput) }
}

impl Stage {
    fn replay(&self, file: &Path, json: bool) -> Result<bool, Failure> {
        let recording = match Recording::open(file) {
            Ok(recording) => recording,
            Err(error) => return Ok(refuse(&error)),
        };
        for warning in self.warnings(recording.header()) {
            output::message(&format!("{}: warning: {warning}", file.display()));
        }
        if !json {
            output::line(&file.display().to_string())?;
        }
        let mut written = Ok(());
        let engine = self.engine.as_ref().map(|(pool, _)| &**pool);
        let replay = recording.replay(Arc::clone(&self.host), engine, |told| {
            let text = if json { event::to_json(told) } else { event::to_text(told) };
            if written.is_ok() {
                written = output::line(&text);
            }
        });
        written?;
        let differences = match replay {
            Ok(replay) => replay.differences(),
            Err(error) => return Ok(refuse(&error)),
        };
        let is_same = differences.is_empty();
        if json {
            output::line(&to_json(file, &differences))?;
        } else {
            for line in to_text(&differences) {
                output::line(&line)?;
            }
        }
        Ok(is_same)
    }

    /// What may make the call come out differently.
    fn warnings(&self, header: &Header) -> Vec<String> {
        let version = env!("CARGO_PKG_VERSION");
        let mut warnings = Vec::new();
        if header.pretriage != version {
            let recorded = header.pretriage.escape_debug();
            warnings.push(format!("recorded by pretriage {recorded}, this is {version}"));
        }
        if header.profile_sha256 != self.host.checksum() {
            let what =
                "recorded with another profile or other speech settings (--config names one)";
            warnings.push(what.to_owned());
        }
        if self.engine.as_ref().is_some_and(|(_, sha256)| *sha256 != header.model_sha256) {
            let recorded = header.model.escape_debug();
            warnings.push(format!("recorded with another speech model, {recorded}"));
        }
        warnings
    }
}

/// Says what is wrong; nothing is the same then.
fn refuse(error: &offline::Error) -> bool {
    output::message(&error.to_string());
    false
}

fn to_json(file: &Path, differences: &[Difference]) -> String {
    let differences: Vec<Value> = differences
        .iter()
        .map(|Difference { field, recorded, replayed }| {
            json!({ "field": field, "recorded": recorded, "replayed": replayed })
        })
        .collect();
    json!({
        "event": "replay",
        "file": file.display().to_string(),
        "same": differences.is_empty(),
        "differences": differences,
    })
    .to_string()
}

/// Under the events, like the card's lines.
fn to_text(differences: &[Difference]) -> Vec<String> {
    if differences.is_empty() {
        return vec!["           replayed  the same decision".to_owned()];
    }
    let head = "           replayed  another decision".to_owned();
    let rows = differences.iter().map(|Difference { field, recorded, replayed }| {
        let field = if field.is_empty() { "decision" } else { field };
        format!("           {}: was {recorded}, is {replayed}", field.escape_debug())
    });
    std::iter::once(head).chain(rows).collect()
}
