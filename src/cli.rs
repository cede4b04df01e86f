//! The commands: what a person types and what a script reads.
//!
//! Data goes to stdout, messages to stderr; `--json` gives one object a line. This room only
//! arranges: it reads the configuration, opens the rooms and prints what they say.

mod bench;
mod call;
mod check;
mod evaluate;
mod event;
mod gather;
mod models;
mod output;
mod reload;
mod replay;
mod serve;
mod text;
mod transcribe;
mod triage;

use crate::telemetry;
use clap::{Parser, Subcommand};
use std::{ffi::OsString, path::PathBuf, process::ExitCode};

/// Speech pre-triage for hotlines: listens to a call, transcribes it on this machine, and says
/// which desk it needs – or hands it to a human.
#[derive(Debug, Parser)]
#[command(name = "pretriage", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    /// The service's configuration (TOML); without it the built-in defaults hold.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A Whisper model in ggml format instead of the built-in one.
    #[arg(long, global = true, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The SHA-256 that the model file must have, where no manifest stands beside it.
    #[arg(long, global = true, value_name = "HEX", requires = "model")]
    sha256: Option<String>,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 some input failed; 2 wrong usage; 64 bad configuration; 70 internal failure.
Data goes to stdout, messages to stderr.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves media gateways over gRPC until SIGTERM or SIGINT, then drains.
    Serve(serve::Args),
    /// Takes recordings (WAV files, or folders of them) through the whole pipeline.
    Triage(triage::Args),
    /// Transcribes recordings, utterance by utterance, with times.
    Transcribe(transcribe::Args),
    /// Streams a recording to a running service, as a media gateway would.
    Call(call::Args),
    /// Measures a service under many paced calls: how soon it decides, what it uses. Prints one JSON
    /// object at the end.
    Bench(bench::Args),
    /// Takes recordings of calls (`serve --record-to`) again, and says whether each comes to the
    /// same decision.
    Replay(replay::Args),
    /// Reads lines of text and says what each is about; one output line for each input line. With
    /// --eval FILE it measures itself on labelled lines instead.
    Classify(text::ClassifyArgs),
    /// Reads lines of text and masks numbers, codes and passwords; one line for each line.
    Redact,
    /// Shows and verifies speech models.
    #[command(subcommand)]
    Model(models::Command),
    /// Checks the configuration and the hotline profile: names every fault by key, warns of what is
    /// dangerous, and sums up what is in force.
    CheckConfig(check::Args),
}

/// How a command ended, where it did not simply succeed.
#[derive(Debug)]
enum Failure {
    /// Some input was bad; each was reported where it was met.
    SomeInput,
    /// The configuration has faults.
    Config(crate::config::Faults),
    /// Something that no input explains.
    Internal(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

type Outcome = Result<(), Failure>;

/// Runs a command line and answers with the process's exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    telemetry::guard_panics();
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to stdout with 0, wrong usage to stderr with 2.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let gather = gather::Gather { config: cli.config, model: cli.model, sha256: cli.sha256 };
    let outcome = match cli.command {
        Command::Serve(args) => serve::run(gather, args),
        Command::Triage(args) => triage::run(gather, &args),
        Command::Transcribe(args) => transcribe::run(gather, &args),
        Command::Call(args) => call::run(&args),
        Command::Bench(args) => bench::run(&gather, &args),
        Command::Replay(args) => replay::run(gather, &args),
        Command::Classify(args) => text::classify(&args),
        Command::Redact => text::redact(),
        Command::Model(command) => models::run(gather, &command),
        Command::CheckConfig(args) => check::run(&gather, &args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::SomeInput) => ExitCode::from(1),
        Err(Failure::Config(faults)) => {
            output::message(&faults.to_string());
            ExitCode::from(64)
        }
        Err(Failure::Internal(error)) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(Failure::Internal(error)) => {
            output::message(&format!("pretriage: {error:#}"));
            ExitCode::from(70)
        }
    }
}
