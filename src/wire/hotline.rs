//! What calls are opened with, and how it is replaced while they run.
//!
//! A call takes the hotline of the moment once, when it opens, and keeps it to its end. Who reads
//! the operator's files is a stranger to this room: it only asks for what came of it.

use super::Error;
use crate::{call::Host, metrics, prompt::Voices};
use std::{
    fmt::Debug,
    sync::{Arc, Weak},
    time::Duration,
};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};
use tracing::{error, info, warn};

/// Old hotlines that open calls may still hold. Each may keep its prompts' audio in memory, and a
/// call lasts minutes: nobody changes a profile more often in that time.
const MAX_HELD: usize = 8;

/// How long new calls wait for the new hotline's prompts to be spoken (`prompt.prefetch`):
/// recordings take milliseconds, a synthesis a tenth of a second each.
const WARM_UP: Duration = Duration::from_secs(20);

/// What a call is opened with.
#[derive(Clone, Debug)]
pub struct Hotline {
    /// What all calls share.
    pub host: Arc<Host>,
    /// What prompts sound like.
    pub voices: Voices,
    /// Names the profile in logs and answers; empty where nobody said it.
    pub checksum: String,
}

/// What was read.
#[derive(Debug)]
pub struct Fresh {
    /// For calls that open from now on.
    pub hotline: Hotline,
    /// Keys that have another value now and hold only after a restart.
    pub needs_restart: Vec<String>,
}

/// A value that cannot work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// The key, dotted.
    pub key: String,
    /// What is wrong.
    pub what: String,
}

/// Where a changed profile comes from.
pub trait Source: Debug + Send + Sync {
    /// Reads it. May block; runs beside the calls, once at a time. `running` is what is in force.
    ///
    /// # Errors
    /// Every fault at once.
    fn read(&self, running: &Hotline) -> Result<Fresh, Vec<Fault>>;
}

/// What became of a reload.
#[derive(Debug)]
pub struct Reloaded {
    /// What was in force before.
    pub previous: Arc<Hotline>,
    /// What is in force now; the same where there are faults.
    pub hotline: Arc<Hotline>,
    /// Why it stayed the same.
    pub faults: Vec<Fault>,
    /// Keys that have another value now and hold only after a restart.
    pub needs_restart: Vec<String>,
}

/// The hotline of the moment.
#[derive(Debug)]
pub struct Reloader {
    current: watch::Sender<Arc<Hotline>>,
    source: Option<Arc<dyn Source>>,
    /// Held by the one reload that runs; holds the old hotlines.
    held: Arc<Mutex<Vec<Weak<Hotline>>>>,
}

impl Reloader {
    pub(super) fn new(hotline: Hotline, source: Option<Arc<dyn Source>>) -> Self {
        let current = watch::Sender::new(Arc::new(hotline));
        Self { current, source, held: Arc::default() }
    }

    /// The same hotline, from now on with a name and a source.
    pub(super) fn with_source(&self, checksum: String, source: Arc<dyn Source>) -> Self {
        Self::new(Hotline { checksum, ..Hotline::clone(&self.now()) }, Some(source))
    }

    /// What a call that opens now is opened with.
    pub(super) fn now(&self) -> Arc<Hotline> {
        Arc::clone(&self.current.borrow())
    }

    /// Reads the profile again. Requests are taken one after the other, and one that has begun is
    /// carried to its end although nobody waits for it any longer. Must be called inside a tokio
    /// runtime.
    ///
    /// # Errors
    /// [`Error::TooManyHeld`].
    pub async fn reload(self: &Arc<Self>) -> Result<Reloaded, Error> {
        let held = Arc::clone(&self.held).lock_owned().await;
        let this = Arc::clone(self);
        let work = tokio::spawn(async move { this.take(held).await });
        let reloaded = work.await.unwrap_or(Err(Error::ReloadLost));
        if let Err(error) = &reloaded {
            metrics::profile_reload("refused");
            error!(%error, "the profile was not read again; the old one stays");
        }
        reloaded
    }

    async fn take(&self, mut held: OwnedMutexGuard<Vec<Weak<Hotline>>>) -> Result<Reloaded, Error> {
        held.retain(|old| old.strong_count() > 0);
        if held.len() >= MAX_HELD {
            return Err(Error::TooManyHeld(MAX_HELD));
        }
        let previous = self.now();
        let Fresh { hotline, needs_restart } = match self.read(&previous).await? {
            Ok(fresh) => fresh,
            Err(faults) => return Ok(refuse(previous, faults)),
        };
        if tokio::time::timeout(WARM_UP, hotline.voices.warm_up()).await.is_err() {
            hotline.voices.prefetch();
        }
        let hotline = Arc::new(hotline);
        held.push(Arc::downgrade(&previous));
        self.current.send_replace(Arc::clone(&hotline));
        metrics::profile_reload("accepted");
        info!(old = %previous.checksum, new = %hotline.checksum, "the profile was read again");
        for key in &needs_restart {
            warn!(%key, "has another value now, which needs a restart");
        }
        Ok(Reloaded { previous, hotline, faults: Vec::new(), needs_restart })
    }

    /// Reads on a thread that no call waits for; the lock bounds it to one.
    async fn read(&self, running: &Arc<Hotline>) -> Result<Result<Fresh, Vec<Fault>>, Error> {
        let source = self.source.clone().ok_or(Error::NoSource)?;
        let running = Arc::clone(running);
        let read = tokio::task::spawn_blocking(move || source.read(&running));
        read.await.map_err(|_| Error::ReloadLost)
    }
}

fn refuse(previous: Arc<Hotline>, faults: Vec<Fault>) -> Reloaded {
    metrics::profile_reload("refused");
    for Fault { file, key, what } in &faults {
        error!(%file, %key, "{what}");
    }
    let checksum = &previous.checksum;
    error!(faults = faults.len(), stays = %checksum, "the profile is refused; the old one stays");
    let hotline = Arc::clone(&previous);
    Reloaded { previous, hotline, faults, needs_restart: Vec::new() }
}
