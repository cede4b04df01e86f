//! The operator's files, read again while the service runs.

use super::{
    gather::{Gather, host_of, voices},
    serve::Args,
};
use crate::{
    call::Host,
    config::Settings,
    wire::{Fault, Fresh, Hotline, Reloader, Source},
};
use std::sync::Arc;
use tracing::warn;

/// Reads what the service was started with.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) gather: Gather,
    pub(super) args: Args,
    /// What the service was started with, and keeps where it cannot follow.
    pub(super) started: Settings,
}

impl Source for Files {
    fn read(&self, running: &Hotline) -> Result<Fresh, Vec<Fault>> {
        let mut settings = self.gather.load().map_err(|faults| {
            let fault =
                |it: crate::config::Fault| Fault { file: it.file, key: it.key, what: it.what };
            faults.0.into_iter().map(fault).collect::<Vec<_>>()
        })?;
        self.args.override_in(&mut settings);
        let needs_restart = self.started.needs_restart(&settings);
        let (voices, lacks) = voices(&settings);
        for lack in lacks {
            warn!(key = %format_args!("prompt.{}", lack.key), "{}", lack.what);
        }
        let checksum = settings.profile.checksum();
        // Recognition and pauses are the running service's; they change with a restart.
        let Host { classifier, speech, .. } = &*running.host;
        let host = host_of(settings.profile, classifier.clone(), speech.clone());
        Ok(Fresh { hotline: Hotline { host, voices, checksum }, needs_restart })
    }
}

/// SIGHUP, which service managers send for a reload. Caught from here on: one that comes while the
/// service still starts waits, and does not end the process.
#[derive(Debug)]
pub(super) struct Hangups {
    #[cfg(unix)]
    signal: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Hangups {
    /// Begins to catch. Must be called inside a tokio runtime.
    pub(super) fn catch() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { signal: signal(SignalKind::hangup())? })
    }

    /// Reads the files again at each; what comes of it is logged.
    pub(super) async fn follow(mut self, reloader: Arc<Reloader>) {
        while self.signal.recv().await.is_some() {
            // The reloader says in the log what came of it.
            let _ = reloader.reload().await;
        }
    }
}

/// Other systems have no such signal; `ReloadProfile` is there.
#[cfg(not(unix))]
impl Hangups {
    pub(super) fn catch() -> std::io::Result<Self> {
        Ok(Self {})
    }

    pub(super) async fn follow(self, _: Arc<Reloader>) {
        std::future::pending().await
    }
}
