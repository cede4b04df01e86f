//! `pretriage serve`: the service, from the configuration to the end of the drain.

use super::{
    Outcome,
    gather::{Gather, voices},
    output,
    reload::{Files, Hangups},
};
use crate::{
    config::Settings,
    shutdown::Signal,
    telemetry,
    wire::{Model, Rooms, Server},
};
use anyhow::Context;
use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tracing::warn;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where gateways connect, instead of `wire.listen`. Port 0 takes a free one.
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<SocketAddr>,
    /// Where /metrics, /ready and /live are served, instead of `wire.admin`.
    #[arg(long, value_name = "HOST:PORT")]
    admin: Option<SocketAddr>,
    /// Records every call into a file of this folder, instead of `wire.record_to`. A recording
    /// holds the caller's voice and words, unmasked, and nobody deletes it: see
    /// docs/recording.md. Off unless it is asked for.
    #[arg(long, value_name = "DIR")]
    record_to: Option<PathBuf>,
}

impl Args {
    /// The command line goes before the file.
    pub(super) fn override_in(&self, settings: &mut Settings) {
        if let Some(listen) = self.listen {
            settings.config.wire.listen = listen;
        }
        if self.admin.is_some() {
            settings.config.wire.admin = self.admin;
        }
        if self.record_to.is_some() {
            settings.config.wire.record_to.clone_from(&self.record_to);
        }
    }
}

/// How long the engine's threads may take to end once nobody waits for them.
const JOIN_LIMIT: Duration = Duration::from_secs(5);

pub(super) fn run(gather: Gather, args: Args) -> Outcome {
    let mut settings = gather.settings()?;
    args.override_in(&mut settings);
    telemetry::install(&settings.config.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let hangups = runtime.block_on(async { Hangups::catch() }).context("cannot catch SIGHUP")?;
    // The model is loaded and warmed before a port is bound: who can connect can be served.
    let rooms = gather.open(&settings)?;
    // Beside the calls: one that comes sooner waits for what is not done by then.
    let host = Arc::clone(&rooms.host);
    std::thread::spawn(move || host.prepare());
    let pool = Arc::clone(&rooms.pool);
    let model = Model { name: rooms.manifest.title(), sha256: rooms.sha256 };
    let (voices, lacks) = voices(&settings);
    for lack in lacks {
        warn!(key = %format_args!("prompt.{}", lack.key), "{}", lack.what);
    }
    runtime.block_on(async {
        let signal = Signal::from_process().context("cannot listen for SIGTERM and SIGINT")?;
        let wire_rooms = Rooms { host: rooms.host, pool: rooms.pool, voices, model };
        let server = Server::bind(settings.config.wire.clone(), wire_rooms, signal).await?;
        let checksum = settings.profile.checksum();
        let files = Files { gather, args, started: settings };
        let server = server.with_source(checksum, Arc::new(files));
        tokio::spawn(hangups.follow(server.reloader()));
        output::line(&format!("listening on {}", server.local_addr()))?;
        if let Some(admin) = server.admin_addr() {
            output::line(&format!("metrics on http://{admin}/metrics"))?;
        }
        let drained = server.serve().await?;
        if drained.handed_off + drained.cut > 0 {
            warn!(
                handed_off = drained.handed_off,
                cut = drained.cut,
                "the drain's grace ended before these calls did"
            );
        }
        anyhow::Ok(())
    })?;
    // A disk that hangs under a recording must not keep the process.
    runtime.shutdown_timeout(JOIN_LIMIT);
    match Arc::try_unwrap(pool) {
        Ok(pool) => {
            let n_left = pool.shutdown(JOIN_LIMIT);
            if n_left > 0 {
                warn!(n_left, "engine threads did not end in time");
            }
        }
        Err(_) => warn!("a task still holds the engine; its threads end with the process"),
    }
    output::line("stopped")?;
    Ok(())
}
