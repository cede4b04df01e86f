//! Who works on what: the queue and one slot for each worker thread, behind one lock.
//!
//! The reply channel of a job under way lies in its worker's slot, so that a watcher can answer
//! for a thread that does not come back. Every change is a plain function of the table and the
//! time it is given; this file knows nothing of threads and the engine.

use super::{
    Answer, Failure, Health, Lane, Reply, Timing, Transcript,
    lanes::{Full, JobId, Lanes},
};
use crate::metrics;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// One utterance in the queue.
pub(super) struct Job {
    samples: Arc<[f32]>,
    prompt: Arc<str>,
    reply: Reply,
    queued_at: Instant,
    /// The call that asked, for the log.
    span: tracing::Span,
}

impl Job {
    pub(super) fn new(
        samples: Arc<[f32]>,
        prompt: Arc<str>,
        reply: Reply,
        queued_at: Instant,
    ) -> Self {
        Self { samples, prompt, reply, queued_at, span: tracing::Span::current() }
    }

    fn fail(self) {
        send(self.reply, Err(Failure::EngineFailed), Timing::default());
    }
}

/// A caller who has stopped waiting is not an error, but the work was for nothing.
fn send(reply: Reply, result: Result<Transcript, Failure>, timing: Timing) {
    if reply.send(Answer { result, timing }).is_err() {
        metrics::discarded_seconds(timing.decode.as_secs_f64());
    }
}

/// What a worker takes along; the reply stays in its slot.
pub(super) struct Task {
    pub(super) samples: Arc<[f32]>,
    pub(super) prompt: Arc<str>,
    pub(super) span: tracing::Span,
    /// How long it waited for a worker.
    pub(super) queue_wait: Duration,
}

/// What a worker thread is doing.
enum Slot {
    Idle,
    /// In the engine; or rebuilding it, then nobody waits.
    Busy {
        since: Instant,
        queue_wait: Duration,
        reply: Option<Reply>,
    },
    /// Did not come back in time. Its caller has been answered.
    Stuck {
        is_replaced: bool,
    },
    /// Could not be built again; its thread has ended.
    Dead,
    /// Its thread has ended as it should.
    Ended,
}

/// What an idle worker is to do.
pub(super) enum Next {
    Work(Task),
    Wait,
    Leave,
}

/// The queue and the slots.
pub(super) struct Table {
    lanes: Lanes<Job>,
    slots: Vec<Slot>,
    stuck_after: Duration,
    /// A model that hangs on everything must not breed threads.
    n_replacements_left: usize,
    pub(super) is_closing: bool,
}

impl Table {
    pub(super) fn new(queue: usize, stuck_after: Duration, n_replacements: usize) -> Self {
        Self {
            lanes: Lanes::new(queue),
            slots: Vec::new(),
            stuck_after,
            n_replacements_left: n_replacements,
            is_closing: false,
        }
    }

    pub(super) fn health(&self) -> Health {
        let mut health = Health { queued: self.lanes.len(), ..Health::default() };
        for slot in &self.slots {
            match slot {
                Slot::Idle | Slot::Busy { .. } => health.alive += 1,
                Slot::Stuck { .. } => health.stuck += 1,
                Slot::Dead => health.dead += 1,
                Slot::Ended => {}
            }
        }
        health
    }

    pub(super) fn add_worker(&mut self) -> usize {
        self.slots.push(Slot::Idle);
        self.slots.len() - 1
    }

    pub(super) fn push(&mut self, id: JobId, job: Job, lane: Lane) -> Result<(), Failure> {
        if self.is_closing || self.health().alive == 0 {
            return Err(Failure::EngineFailed);
        }
        if self.lanes.is_full() {
            self.lanes.retain(|job| !job.reply.is_closed());
        }
        let pushed = match lane {
            Lane::Committed => self.lanes.push_committed(id, job),
            Lane::Speculative => self.lanes.push_speculative(id, job),
            Lane::Interim => self.lanes.push_interim(id, job),
        };
        pushed.map_err(|Full| Failure::Overloaded)
    }

    pub(super) fn promote(&mut self, id: JobId, committed_at: Instant) -> bool {
        self.lanes.promote(id, |job| job.queued_at = committed_at)
    }

    /// Gives a worker the next job that somebody still waits for. An encode cannot be cut short, so
    /// one that nobody waits for in earnest begins only while another worker stays idle: whoever
    /// finishes a sentence meanwhile goes first all the same.
    pub(super) fn next(&mut self, slot_idx: usize, now: Instant) -> Next {
        let is_idle = |(idx, slot): (usize, &Slot)| idx != slot_idx && matches!(slot, Slot::Idle);
        let may_spare = !self.is_closing && self.slots.iter().enumerate().any(is_idle);
        while let Some(Job { samples, prompt, reply, queued_at, span }) = self.lanes.pop(may_spare)
        {
            if !reply.is_closed() {
                let queue_wait = now.saturating_duration_since(queued_at);
                self.slots[slot_idx] = Slot::Busy { since: now, queue_wait, reply: Some(reply) };
                return Next::Work(Task { samples, prompt, span, queue_wait });
            }
        }
        if self.is_closing { Next::Leave } else { Next::Wait }
    }

    /// Sends a worker's answer, unless the watcher has answered for it.
    pub(super) fn answer(
        &mut self,
        slot_idx: usize,
        result: Result<Transcript, Failure>,
        decode: Duration,
    ) {
        if let Slot::Busy { reply, queue_wait, .. } = &mut self.slots[slot_idx]
            && let Some(reply) = reply.take()
        {
            send(reply, result, Timing { queue_wait: *queue_wait, decode });
        }
    }

    /// A worker has finished its job. `false` where another has taken its place meanwhile.
    pub(super) fn go_on(&mut self, slot_idx: usize) -> bool {
        let stays = !matches!(self.slots[slot_idx], Slot::Stuck { is_replaced: true });
        if stays {
            self.slots[slot_idx] = Slot::Idle;
        }
        stays
    }

    /// A worker's thread ends. A lost recogniser is a death, unless somebody took the place.
    pub(super) fn end(&mut self, slot_idx: usize, has_lost_recognizer: bool) {
        let is_replaced = matches!(self.slots[slot_idx], Slot::Stuck { is_replaced: true });
        self.slots[slot_idx] =
            if has_lost_recognizer && !is_replaced { Slot::Dead } else { Slot::Ended };
        self.fail_queue_if_nobody_works();
    }

    /// Answers for every worker that is silent for too long. Returns how many are to be replaced.
    pub(super) fn mark_stuck(&mut self, now: Instant) -> usize {
        let mut n_replacements = 0;
        for slot in &mut self.slots {
            let Slot::Busy { since, queue_wait, reply } = slot else { continue };
            let decode = now.saturating_duration_since(*since);
            if decode < self.stuck_after {
                continue;
            }
            if let Some(reply) = reply.take() {
                let timing = Timing { queue_wait: *queue_wait, decode };
                send(reply, Err(Failure::EngineFailed), timing);
            }
            let is_replaced = self.n_replacements_left > 0 && !self.is_closing;
            if is_replaced {
                self.n_replacements_left -= 1;
                n_replacements += 1;
            }
            *slot = Slot::Stuck { is_replaced };
        }
        n_replacements
    }

    /// When the first worker would be stuck.
    pub(super) fn next_check(&self) -> Option<Instant> {
        let sinces = self.slots.iter().filter_map(|slot| match slot {
            Slot::Busy { since, .. } => Some(*since),
            Slot::Idle | Slot::Stuck { .. } | Slot::Dead | Slot::Ended => None,
        });
        sinces.min().map(|since| since + self.stuck_after)
    }

    /// Where nobody is left to work, nobody shall wait.
    pub(super) fn fail_queue_if_nobody_works(&mut self) {
        if self.health().alive == 0 {
            self.fail_queue();
        }
    }

    pub(super) fn fail_queue(&mut self) {
        self.lanes.drain().for_each(Job::fail);
    }
}
