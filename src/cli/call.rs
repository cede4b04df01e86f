//! `pretriage call`: one recording to a running service, as a gateway would stream it.

use super::{Failure, Outcome, event, output};
use crate::{
    offline::Channel,
    wire::client::{self, Answer, Options, Pace, Recording},
};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The recording (WAV).
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where the service listens.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:50051")]
    addr: String,
    /// As a caller speaks, or as fast as the service takes it.
    #[arg(long, value_enum, default_value_t = PaceArg::Realtime)]
    pace: PaceArg,
    /// Milliseconds of audio in one message.
    #[arg(long, value_name = "MS", default_value_t = client::FRAME_MS,
        value_parser = clap::value_parser!(u32).range(1..=1000))]
    frame_ms: u32,
    /// The caller's channel: left, right, or a number counted from 0. Without it the first.
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<Channel>,
    /// One JSON object an event instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum PaceArg {
    /// As a caller speaks.
    Realtime,
    /// As fast as the service takes it.
    Fast,
}

pub(super) fn run(args: &Args) -> Outcome {
    let file = args.file.display();
    let channel = args.channel.map_or(0, |Channel(channel)| channel);
    let recording = match Recording::load(&args.file, channel) {
        Ok(recording) => recording,
        Err(error) => {
            output::message(&format!("{file}: {error}"));
            return Err(Failure::SomeInput);
        }
    };
    let options = Options {
        pace: match args.pace {
            PaceArg::Realtime => Pace::Realtime,
            PaceArg::Fast => Pace::Fast,
        },
        frame_ms: args.frame_ms,
        caller_channel: channel,
        ..Options::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut fault = None;
    let answer = runtime.block_on(async {
        let mut client = client::connect(&args.addr).await?;
        client::stream_recording(&mut client, recording, &options, |told, _| {
            let text = if args.json { event::to_json(told) } else { event::to_text(told) };
            if let Err(error) = output::line(&text) {
                fault.get_or_insert(error);
            }
        })
        .await
    });
    if let Some(error) = fault {
        return Err(error.into());
    }
    match answer {
        Ok(answer) => {
            output::line(&latency(&answer, args.json))?;
            Ok(())
        }
        Err(error) => {
            let error = anyhow::Error::from(error);
            output::message(&format!("{file}: {error:#}"));
            output::message("without a decision, a gateway hands the caller to a human");
            Err(Failure::SomeInput)
        }
    }
}

/// Where the time of the last turn went: what a caller waits for after the last word.
fn latency(answer: &Answer, json: bool) -> String {
    let turn = answer.latency.last().copied().unwrap_or_default();
    let round = |ms: f64| (ms * 10.0).round() / 10.0;
    let (queue_wait, decode) = (round(turn.queue_wait_ms), round(turn.decode_ms));
    let (classify, decision) = (round(turn.classify_ms), round(turn.commit_ms));
    if json {
        return json!({
            "event": "latency",
            "turns": answer.latency.len(),
            "queue_wait_ms": queue_wait,
            "decode_ms": decode,
            "classify_ms": classify,
            "decision_ms": decision,
        })
        .to_string();
    }
    format!("           took      {decision} ms from the end of speech (engine {decode} ms)")
}
