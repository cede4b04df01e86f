//! `pretriage check-config`: every fault at once, or what is in force.
//!
//! What only leaves prompts without audio is a warning: the gateway then speaks them itself. So is
//! what an operator may want but will probably regret.

use super::{
    Failure, Outcome,
    gather::{Gather, voices},
    output,
};
use crate::config::{Faults, Settings};
use serde_json::json;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// One JSON object on stdout, faults and warnings included.
    #[arg(long)]
    json: bool,
    /// All that is in force, defaults included, as TOML instead of the summary.
    #[arg(long, conflicts_with = "json")]
    full: bool,
}

pub(super) fn run(gather: &Gather, args: &Args) -> Outcome {
    let settings = match gather.load() {
        Ok(settings) => settings,
        Err(faults) => {
            if args.json {
                output::line(&refused(&faults))?;
            }
            return Err(Failure::Config(faults));
        }
    };
    let warnings = warnings(&settings)?;
    for (key, what) in &warnings {
        output::message(&format!("warning: {key}: {what}"));
    }
    let summary = settings.summary();
    if args.json {
        let warnings: Vec<_> =
            warnings.iter().map(|(key, what)| json!({ "key": key, "what": what })).collect();
        let answer = json!({ "faults": [], "warnings": warnings, "summary": summary });
        output::line(&answer.to_string())?;
    } else if args.full {
        output::line(settings.to_toml().trim_end())?;
    } else {
        output::line(&summary.to_string())?;
    }
    output::message("the configuration is without fault");
    Ok(())
}

/// The contract of `check-config --json`: the same keys with and without faults.
fn refused(faults: &Faults) -> String {
    let faults = faults.0.iter();
    let faults: Vec<_> =
        faults.map(|it| json!({ "file": it.file, "key": it.key, "what": it.what })).collect();
    json!({ "faults": faults, "warnings": [], "summary": null }).to_string()
}

/// What will be regretted, and what prompts will lack.
fn warnings(settings: &Settings) -> Result<Vec<(String, String)>, Failure> {
    let mut warnings = settings.warnings();
    let (voices, mut lacks) = voices(settings);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // A program that cannot be found need not be tried for each prompt.
    if !lacks.iter().any(|lack| lack.key == "command") {
        lacks.extend(runtime.block_on(voices.rehearse()));
    }
    warnings.extend(lacks.into_iter().map(|lack| (format!("prompt.{}", lack.key), lack.what)));
    Ok(warnings)
}
