//! Recordings of calls, beside the calls: the operator's choice, off by default.
//!
//! A session writes into memory and never waits; a task of its own carries the lines to the disk.
//! Where the disk is slow, full or gone, the recording is given up, and the call goes on. A file
//! has a name that nobody looks for until it is complete. What is in it is not looked at here.

mod file;
#[cfg(test)]
mod tests;

use super::{Model, convert::Opening};
use crate::{
    call::Host,
    decision::Decision,
    metrics,
    tape::{Header, Input, Scribe, TooLong},
};
use jiff::Timestamp;
use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{
    Semaphore,
    mpsc::{self, error::TrySendError},
};
use tracing::{Instrument, warn};

/// Bytes of one call that may wait for the disk: 45 s of G.711, or 2 s of the widest stereo.
const MAX_WAITING_BYTES: usize = 512 * 1024;

/// The longest recording: an hour, the longest call there is, of 48 kHz stereo in 16 bits.
const MAX_BYTES: u64 = 1 << 30;

/// Files that are written to at one time. A disk that hangs takes no more threads than this.
const MAX_WRITERS: usize = 4;

/// Where recordings go.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder(Option<Arc<Shelf>>);

#[derive(Debug)]
struct Shelf {
    folder: PathBuf,
    /// Recordings that may be open: those of the calls, and as many that are still being written.
    places: Arc<Semaphore>,
    n_places: u32,
    writers: Semaphore,
    model: Model,
}

impl Recorder {
    /// Records into a folder; without one, nothing.
    ///
    /// # Errors
    /// When no file can be made in the folder.
    pub(super) fn new(folder: Option<&Path>, max_calls: usize, model: Model) -> io::Result<Self> {
        let Some(folder) = folder else { return Ok(Self(None)) };
        drop(file::create(folder)?);
        let n_places = u32::try_from(max_calls.saturating_mul(2)).unwrap_or(u32::MAX >> 3);
        let places = Arc::new(Semaphore::new(n_places as usize));
        let writers = Semaphore::new(MAX_WRITERS);
        warn!(folder = %folder.display(), "calls are recorded: voices and words, unmasked");
        let folder = folder.to_owned();
        Ok(Self(Some(Arc::new(Shelf { folder, places, n_places, writers, model }))))
    }

    /// Begins the recording of one call.
    pub(super) fn begin(&self, call_id: &str, opening: &Opening, host: &Host) -> Tape {
        let Some(shelf) = &self.0 else { return Tape(None) };
        let Ok(place) = Arc::clone(&shelf.places).try_acquire_owned() else {
            give_up("too_slow");
            return Tape(None);
        };
        let header = Header {
            pretriage: env!("CARGO_PKG_VERSION").to_owned(),
            model: shelf.model.name.clone(),
            model_sha256: shelf.model.sha256.clone(),
            profile_sha256: host.checksum(),
            call_id: call_id.to_owned(),
            recorded_at: Timestamp::now(),
            format: opening.format,
            setup: opening.setup.clone(),
        };
        let Ok(scribe) = Scribe::new(&header) else {
            give_up("too_long");
            return Tape(None);
        };
        let (sender, batches) = mpsc::channel(1);
        let shelf = Arc::clone(shelf);
        let written = async move {
            let written = file::write(&shelf.folder, &header.call_id, &shelf.writers, batches);
            match written.await {
                Ok(true) => metrics::recording("kept"),
                // Given up elsewhere, or the call broke off.
                Ok(false) => {}
                Err(error) => {
                    warn!(%error, "the call is no longer recorded");
                    metrics::recording("failed");
                }
            }
            drop(place);
        };
        tokio::spawn(written.in_current_span());
        let mut tape = Tape(Some(Running { scribe, sender, n_sent: 0 }));
        tape.run(|_| Ok(()));
        tape
    }

    /// Waits until what was recorded is on the disk, but not for ever.
    pub(super) async fn settle(&self, limit: Duration) {
        let Some(shelf) = &self.0 else { return };
        let all = shelf.places.acquire_many(shelf.n_places);
        if tokio::time::timeout(limit, all).await.is_err() {
            let n_open = (shelf.n_places as usize).saturating_sub(shelf.places.available_permits());
            warn!(n_open, "recordings are cut off");
        }
    }
}

/// What a writer is given: lines, and whether they are the last.
#[derive(Debug)]
struct Batch {
    lines: Vec<u8>,
    is_last: bool,
}

/// The recording of one call. Where it is off or given up, everything here does nothing.
#[derive(Default)]
pub(super) struct Tape(Option<Running>);

struct Running {
    scribe: Scribe,
    sender: mpsc::Sender<Batch>,
    n_sent: u64,
}

impl fmt::Debug for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A caller's words stay out of every log.
        f.debug_struct("Tape").field("is_running", &self.0.is_some()).finish_non_exhaustive()
    }
}

impl Tape {
    /// These bytes were decoded.
    pub(super) fn audio(&mut self, bytes: &[u8]) {
        self.run(|scribe| scribe.audio(bytes));
    }

    /// So much silence was filled in.
    pub(super) fn silence(&mut self, n_samples: usize) {
        self.run(|scribe| scribe.silence(n_samples));
    }

    /// The call is about to be given this.
    pub(super) fn input(&mut self, input: impl FnOnce() -> Input) {
        self.run(|scribe| scribe.input(input()));
    }

    /// The call was given so many samples.
    pub(super) fn given(&mut self, n_samples: usize) {
        if let Some(running) = &mut self.0 {
            running.scribe.given(n_samples);
        }
    }

    /// Ends the recording with the decision. What waits is written when the disk has time.
    pub(super) fn finish(&mut self, offset: Duration, decision: &Decision) {
        self.run(|scribe| scribe.decision(offset, decision));
        let Some(Running { mut scribe, sender, .. }) = self.0.take() else { return };
        let last = Batch { lines: scribe.take(), is_last: true };
        // Ends at the latest when the writer does, which holds a place.
        tokio::spawn(async move { sender.send(last).await.is_ok() });
    }

    /// Writes something down and passes on what the writer has room for.
    fn run(&mut self, write: impl FnOnce(&mut Scribe) -> Result<(), TooLong>) {
        let Some(running) = &mut self.0 else { return };
        let written = write(&mut running.scribe).map_err(|TooLong| Some("too_long"));
        if let Err(why) = written.and_then(|()| running.pass_on()) {
            if let Some(why) = why {
                give_up(why);
            }
            self.0 = None;
        }
    }
}

impl Running {
    /// Gives the writer what is written, if it has room; else it waits here. An error ends the
    /// recording, and says why unless the writer has.
    fn pass_on(&mut self) -> Result<(), Option<&'static str>> {
        let n_waiting = self.scribe.n_waiting();
        if n_waiting == 0 {
            return Ok(());
        }
        match self.sender.try_reserve() {
            Ok(_) if self.n_sent + n_waiting as u64 > MAX_BYTES => Err(Some("too_long")),
            Ok(place) => {
                self.n_sent += n_waiting as u64;
                place.send(Batch { lines: self.scribe.take(), is_last: false });
                Ok(())
            }
            Err(TrySendError::Full(())) if n_waiting > MAX_WAITING_BYTES => Err(Some("too_slow")),
            Err(TrySendError::Full(())) => Ok(()),
            Err(TrySendError::Closed(())) => Err(None),
        }
    }
}

fn give_up(why: &'static str) {
    warn!(why, "the call is no longer recorded");
    metrics::recording(why);
}
