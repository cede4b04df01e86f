//! `pretriage bench`: paced gateways against a service, and one JSON object of what came of them.

mod picture;

use super::{Failure, Outcome, gather::Gather, output};
use crate::{
    bench::{self, Figures, Load, Pattern, Service},
    model,
    transcript::whisper::Engine,
};
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::{ffi::OsString, fs, path::PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Calls at one time; with --ramp, at its beginning.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    calls: u32,
    /// For how long new calls are made; those that are open then go on to their end.
    #[arg(long, value_name = "S", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,
    /// Which part of a call is speech. 0: nobody speaks.
    #[arg(long, value_name = "R", default_value_t = 0.25, value_parser = share)]
    speech_share: f64,
    /// Milliseconds of audio in one message.
    #[arg(long, value_name = "MS", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    frame_ms: u32,
    /// Ask for what is heard while a caller still speaks.
    #[arg(long)]
    interim: bool,
    /// The gateways open calls, play the prompts and send nothing: what open calls cost by themselves.
    #[arg(long, conflicts_with_all = ["interim", "keys", "hang_ups", "speech_share"])]
    mute: bool,
    /// Send audio as fast as the service takes it: how many calls a second, not how soon.
    #[arg(long, conflicts_with_all = ["interim", "ramp", "mute"])]
    unpaced: bool,
    /// Measure the engine alone on the same words, one thread a worker: what --unpaced compares with.
    #[arg(long, conflicts_with_all = ["addr", "unpaced", "ramp", "mute", "interim", "calls", "frame_ms", "picture"])]
    bare_engine: bool,
    /// The service to measure; without it one is started on this machine, in a process of its own.
    #[arg(long, value_name = "HOST:PORT")]
    addr: Option<String>,
    /// When callers call.
    #[arg(long, value_enum, default_value_t = Arrivals::Closed)]
    arrivals: Arrivals,
    /// Which part of the calls has a key pressed.
    #[arg(long, value_name = "R", default_value_t = 0.0, value_parser = share)]
    keys: f64,
    /// Which part of the callers hangs up in the middle of a word.
    #[arg(long, value_name = "R", default_value_t = 0.0, value_parser = share)]
    hang_ups: f64,
    /// Draws what callers do; the same number gives the same calls.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Adds a quarter of calls again and again, until a promise breaks: p95 above --promise-ms, a
    /// lost sample, a refused call.
    #[arg(long)]
    ramp: bool,
    /// The promise of --ramp for the p95 from the end of speech to the decision.
    #[arg(long, value_name = "MS", default_value_t = 150.0)]
    promise_ms: f64,
    /// Draws p50, p95 and p99 against the number of calls as an SVG file.
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Arrivals {
    /// The number of calls is held: whose call has ended calls again.
    Closed,
    /// At random (Poisson), whatever becomes of the calls before.
    Open,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "must be a number from 0 to 1".to_owned())?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("must be from 0 to 1".to_owned()) }
}

pub(super) fn run(gather: &Gather, args: &Args) -> Outcome {
    if args.bare_engine {
        return run_bare(gather, args);
    }
    let (service, address) = match &args.addr {
        Some(address) => (None, address.clone()),
        None => {
            gather.settings()?;
            let service = Service::start(&passed_on(gather))?;
            let address = service.address.clone();
            (Some(service), address)
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut all = Vec::new();
    let mut calls = args.calls;
    loop {
        let load = load(args, calls as usize);
        let bar = progress(&load);
        let figures =
            runtime.block_on(bench::run(&address, service.as_ref(), &load, |second, decisions| {
                bar.set_position(second.min(load.seconds));
                bar.set_message(format!("{decisions} decisions"));
            }));
        bar.finish_and_clear();
        let figures = figures?;
        let holds = holds(&figures, args.promise_ms);
        output::message(&line(&figures));
        all.push((figures, holds));
        if !args.ramp || !holds {
            break;
        }
        calls += calls.div_ceil(4);
    }
    if let Some(path) = &args.picture {
        let figures: Vec<&Figures> = all.iter().map(|(figures, _)| figures).collect();
        fs::write(path, picture::draw(&figures, args.promise_ms)?)?;
    }
    output::line(&answer(&all, args.ramp)?.to_string())?;
    Ok(())
}

fn run_bare(gather: &Gather, args: &Args) -> Outcome {
    let settings = gather.settings()?;
    let loaded = model::load(&settings.model_source())?;
    let engine = Engine::load(&loaded).context("the speech engine cannot be started")?;
    let config = &settings.config;
    let figures = bench::bare(
        || Ok(Box::new(engine.recognizer()?)),
        config.transcript.n_workers(),
        &config.speech,
        &load(args, 1),
        loaded.manifest.title(),
    )?;
    output::line(&serde_json::to_value(figures)?.to_string())?;
    Ok(())
}

fn load(args: &Args, calls: usize) -> Load {
    Load {
        calls,
        seconds: args.seconds,
        speech_share: if args.mute { 0.0 } else { args.speech_share },
        key_share: args.keys,
        hang_up_share: args.hang_ups,
        frame_ms: args.frame_ms,
        interim: args.interim,
        is_mute: args.mute,
        is_paced: !args.unpaced,
        pattern: match args.arrivals {
            Arrivals::Closed => Pattern::Closed,
            Arrivals::Open => Pattern::Open,
        },
        seed: args.seed,
    }
}

/// What the command line says of the configuration holds for the service too.
fn passed_on(gather: &Gather) -> Vec<OsString> {
    let flag =
        |name: &str, value: Option<OsString>| value.map(|value| [OsString::from(name), value]);
    let path = |path: &Option<PathBuf>| path.clone().map(PathBuf::into_os_string);
    [
        flag("--config", path(&gather.config)),
        flag("--model", path(&gather.model)),
        flag("--sha256", gather.sha256.clone().map(OsString::from)),
    ]
    .into_iter()
    .flatten()
    .flatten()
    .collect()
}

fn holds(figures: &Figures, promise_ms: f64) -> bool {
    figures.decision_ms.p95 <= promise_ms
        && figures.lost_samples == 0
        && figures.refused == 0
        && figures.undecided == 0
}

/// The object; with a ramp, the last measurement in which everything held, and all of them below it.
fn answer(all: &[(Figures, bool)], is_ramp: bool) -> Result<Value, Failure> {
    let best = all.iter().rev().find(|(_, holds)| *holds).or(all.last());
    let mut answer = match best {
        Some((figures, _)) => serde_json::to_value(figures)?,
        None => json!({}),
    };
    if is_ramp && let Value::Object(keys) = &mut answer {
        let steps: Result<Vec<Value>, _> =
            all.iter().map(|(it, _)| serde_json::to_value(it)).collect();
        keys.insert("ramp".to_owned(), Value::Array(steps?));
    }
    Ok(answer)
}

fn line(figures: &Figures) -> String {
    let Figures { calls, decisions, refused, lost_samples, decision_ms, .. } = figures;
    format!(
        "{calls} calls: {decisions} decisions, p50 {} ms, p95 {} ms, p99 {} ms, {refused} refused, \
         {lost_samples} samples lost",
        decision_ms.p50, decision_ms.p95, decision_ms.p99
    )
}

fn progress(load: &Load) -> ProgressBar {
    let template = "{calls} {bar:40} {pos} of {len} s, {msg}"
        .replace("{calls}", &format!("{} calls", load.calls));
    let style =
        ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(load.seconds).with_style(style)
}
