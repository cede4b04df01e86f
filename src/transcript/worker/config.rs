//! What an operator may set of the workers, and why the defaults are what they are.

use serde::{Deserialize, Serialize};

/// What an operator may set of the workers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Worker threads, each with one recogniser on one core. 0, the default, is one a core: the
    /// engine is bound by arithmetic, more threads only wait for each other.
    pub workers: usize,
    /// Utterances that may wait. A worker clears some ten a second, so 64 is what two cores
    /// clear within the deadline; more would only wait to be too late.
    pub queue: usize,
    /// How long an answer may take from the moment that the caller's turn is committed. After
    /// 5 s of silence on a telephone people hang up or ask whether anybody is there.
    pub deadline_ms: u64,
    /// After how long without an answer a thread counts as stuck. The longest utterance costs a
    /// small model two seconds on a busy core and a large one twenty.
    pub stuck_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self { workers: 0, queue: 64, deadline_ms: 5_000, stuck_ms: 30_000 }
    }
}

/// More threads than any machine that this runs on has cores.
const MAX_WORKERS: usize = 512;
/// Each waiting utterance holds up to a megabyte of samples.
const MAX_QUEUE: usize = 4_096;

impl Config {
    /// Every impossible value, by key.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        if self.workers > MAX_WORKERS {
            faults.push(("workers", format!("must be at most {MAX_WORKERS}")));
        }
        if !(1..=MAX_QUEUE).contains(&self.queue) {
            faults.push(("queue", format!("must be from 1 to {MAX_QUEUE}")));
        }
        if self.deadline_ms == 0 {
            faults.push(("deadline_ms", "must not be 0".to_owned()));
        }
        if self.stuck_ms < self.deadline_ms {
            faults.push(("stuck_ms", "must not be less than deadline_ms".to_owned()));
        }
        faults
    }

    /// Threads that recognise speech: as many as there are cores, unless it is said.
    #[must_use]
    pub fn n_workers(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            n_workers => n_workers.min(MAX_WORKERS),
        }
    }
}
