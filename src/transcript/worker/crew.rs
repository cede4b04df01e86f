//! The threads behind the pool: workers that ask the table for jobs, and one watcher.
//!
//! A worker runs its recogniser behind `catch_unwind` and builds a new one after any failure; the
//! watcher answers for workers that do not come back and starts others in their place. Knows
//! nothing of calls and deadlines.

use super::{
    Config, EngineError, Failure, Health, Lane, Transcript,
    lanes::JobId,
    now,
    table::{Job, Next, Table, Task},
};
use crate::{
    metrics,
    transcript::{Recognizer, filter::Filter},
};
use std::{
    fmt, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

type Boxed = Box<dyn Recognizer + Send>;
type Make = dyn Fn() -> Result<Boxed, EngineError> + Send + Sync;

/// The one rate of samples in the house.
const RATE_HZ: f64 = 16_000.0;

/// Everything that the pool, its threads and the pending answers share.
pub(super) struct Shared {
    config: Config,
    filter: Filter,
    make: Box<Make>,
    table: Mutex<Table>,
    /// Wakes workers: a job came, or the pool closes.
    work: Condvar,
    /// Wakes the watcher and whoever shuts down: a thread began or ended something.
    change: Condvar,
    handles: Mutex<Vec<JoinHandle<()>>>,
    last_id: AtomicU64,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Builds every recogniser, then starts the threads: a model that cannot be used is an error of
/// the start, not of the first call.
pub(super) fn start(
    config: Config,
    filter: Filter,
    make: Box<Make>,
) -> Result<Arc<Shared>, EngineError> {
    let n_workers = config.n_workers();
    let recognizers = (0..n_workers).map(|_| make()).collect::<Result<Vec<_>, _>>()?;
    let stuck_after = Duration::from_millis(config.stuck_ms);
    let shared = Arc::new(Shared {
        // Each worker may be replaced once: a second round of hangs is no accident.
        table: Mutex::new(Table::new(config.queue, stuck_after, n_workers)),
        config,
        filter,
        make,
        work: Condvar::new(),
        change: Condvar::new(),
        handles: Mutex::default(),
        last_id: AtomicU64::new(0),
    });
    let started =
        recognizers.into_iter().try_for_each(|it| shared.spawn_worker(it)).and_then(|()| {
            let watched = shared.clone();
            shared.spawn("pretriage-whisper-watch".to_owned(), move || watched.watch())
        });
    if started.is_err() {
        shared.close();
    }
    started.map(|()| shared)
}

impl Shared {
    pub(super) fn next_id(&self) -> JobId {
        JobId(self.last_id.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn deadline(&self) -> Duration {
        Duration::from_millis(self.config.deadline_ms)
    }

    pub(super) fn push(&self, id: JobId, job: Job, lane: Lane) -> Result<(), Failure> {
        self.table().push(id, job, lane)?;
        self.work.notify_one();
        Ok(())
    }

    /// `false` where the job no longer waits in the speculative lane.
    pub(super) fn promote(&self, id: JobId, committed_at: Instant) -> bool {
        self.table().promote(id, committed_at)
    }

    pub(super) fn health(&self) -> Health {
        self.table().health()
    }

    pub(super) fn close(&self) {
        self.table().is_closing = true;
        self.work.notify_all();
        self.change.notify_all();
    }

    pub(super) fn shutdown(&self, deadline: Instant) -> usize {
        self.close();
        let mut table = self.table();
        while table.health().alive > 0 && now() < deadline {
            table = self.wait_for_change(table, Some(deadline));
        }
        table.fail_queue();
        let Health { alive, stuck, .. } = table.health();
        drop(table);
        if alive + stuck == 0 {
            let handles = mem::take(&mut *unpoisoned(self.handles.lock()));
            // A worker's panic was caught and answered long ago.
            handles.into_iter().for_each(|handle| drop(handle.join()));
        }
        alive + stuck
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        unpoisoned(self.table.lock())
    }

    fn wait_for_change<'a>(
        &self,
        table: MutexGuard<'a, Table>,
        until: Option<Instant>,
    ) -> MutexGuard<'a, Table> {
        match until {
            Some(until) => {
                let timeout = until.saturating_duration_since(now());
                let waited = self.change.wait_timeout(table, timeout);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => unpoisoned(self.change.wait(table)),
        }
    }

    fn spawn(&self, name: String, body: impl FnOnce() + Send + 'static) -> Result<(), EngineError> {
        let handle = thread::Builder::new()
            .name(name)
            .spawn(body)
            .map_err(|error| EngineError(format!("the system refused a thread: {error}")))?;
        unpoisoned(self.handles.lock()).push(handle);
        Ok(())
    }

    fn spawn_worker(self: &Arc<Self>, recognizer: Boxed) -> Result<(), EngineError> {
        let slot_idx = self.table().add_worker();
        let shared = self.clone();
        let body = move || shared.work(slot_idx, recognizer);
        let spawned = self.spawn(format!("pretriage-whisper-{slot_idx}"), body);
        if spawned.is_err() {
            self.table().end(slot_idx, true);
        }
        spawned
    }

    /// The life of one worker thread.
    fn work(&self, slot_idx: usize, recognizer: Boxed) {
        let mut recognizer = Some(recognizer);
        // A worker without a recogniser asks for no job: it would wait as if it could do one.
        while let Some(engine) = &mut recognizer {
            let Some(task) = self.next(slot_idx) else { break };
            let began = now();
            let result = self.recognize(engine.as_mut(), &task);
            let decode = now().saturating_duration_since(began);
            metrics::inference_seconds(decode.as_secs_f64(), task.samples.len() as f64 / RATE_HZ);
            let has_failed = result.is_err();
            self.table().answer(slot_idx, result, decode);
            if has_failed {
                // Nothing that the failed engine holds may be used again.
                let lost = recognizer.take();
                let _ = catch_unwind(AssertUnwindSafe(|| drop(lost)));
                recognizer = self.rebuild();
            }
            if recognizer.is_some() && !self.table().go_on(slot_idx) {
                break;
            }
        }
        let has_lost_recognizer = recognizer.is_none();
        drop(recognizer);
        self.table().end(slot_idx, has_lost_recognizer);
        self.change.notify_all();
    }

    /// Waits for the next job. `None` when the pool closes.
    fn next(&self, slot_idx: usize) -> Option<Task> {
        let mut table = self.table();
        loop {
            match table.next(slot_idx, now()) {
                Next::Work(task) => {
                    // The watcher sets its alarm by the job that began first.
                    self.change.notify_all();
                    metrics::queue_seconds(task.queue_wait.as_secs_f64());
                    return Some(task);
                }
                Next::Wait => table = unpoisoned(self.work.wait(table)),
                Next::Leave => return None,
            }
        }
    }

    fn recognize(
        &self,
        recognizer: &mut (dyn Recognizer + Send),
        task: &Task,
    ) -> Result<Transcript, Failure> {
        let n_samples = task.samples.len();
        let span = tracing::debug_span!(parent: &task.span, "transcribe", n_samples);
        let _entered = span.enter();
        // The recogniser is thrown away after a panic, so a broken one is never looked at.
        let caught = catch_unwind(AssertUnwindSafe(|| {
            let raw = recognizer.recognize(&task.samples)?;
            Ok::<_, EngineError>(self.filter.apply(&raw, &task.prompt))
        }));
        match caught {
            Ok(Ok(transcript)) => {
                if let Some(dropped) = transcript.dropped {
                    metrics::dropped(dropped.as_str());
                }
                Ok(transcript)
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "the utterance is lost; the recogniser is built again");
                Err(Failure::EngineFailed)
            }
            Err(_) => {
                tracing::error!("the recogniser panicked; it is built again");
                Err(Failure::EngineFailed)
            }
        }
    }

    fn rebuild(&self) -> Option<Boxed> {
        match catch_unwind(AssertUnwindSafe(|| (self.make)())) {
            Ok(Ok(recognizer)) => Some(recognizer),
            Ok(Err(error)) => {
                tracing::error!(%error, "a worker is lost: its recogniser cannot be built again");
                None
            }
            Err(_) => {
                tracing::error!("a worker is lost: building its recogniser panicked");
                None
            }
        }
    }

    /// The life of the watcher: answers for workers that do not come back, and replaces them.
    fn watch(self: &Arc<Self>) {
        let mut table = self.table();
        while !(table.is_closing && table.health().alive == 0) {
            let n_replacements = table.mark_stuck(now());
            if n_replacements == 0 {
                table.fail_queue_if_nobody_works();
                let until = table.next_check();
                table = self.wait_for_change(table, until);
                continue;
            }
            drop(table);
            tracing::error!(n_replacements, "workers are stuck in the engine and are replaced");
            for recognizer in (0..n_replacements).filter_map(|_| self.rebuild()) {
                // Where the system refuses a thread, health says so.
                let _ = self.spawn_worker(recognizer);
            }
            table = self.table();
        }
    }
}

/// A panic cannot leave the table half-changed: no foreign code runs under its lock.
fn unpoisoned<G>(locked: Result<G, PoisonError<G>>) -> G {
    locked.unwrap_or_else(PoisonError::into_inner)
}
