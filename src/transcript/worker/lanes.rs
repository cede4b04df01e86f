//! The queue before the workers: three lanes in one bounded space.
//!
//! Committed jobs go first, in order. Speculative ones fill what is left, are taken only when no
//! committed one waits, and give way when space is short; interim ones come last and give way
//! first. Knows nothing of threads and audio.

use std::collections::VecDeque;

/// Names one job for its whole life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct JobId(pub(super) u64);

/// The lane was full.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

/// Three lanes of waiting jobs.
#[derive(Debug)]
pub(super) struct Lanes<J> {
    committed: VecDeque<(JobId, J)>,
    speculative: VecDeque<(JobId, J)>,
    interim: VecDeque<(JobId, J)>,
    capacity: usize,
}

impl<J> Lanes<J> {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            committed: VecDeque::new(),
            speculative: VecDeque::new(),
            interim: VecDeque::new(),
            capacity,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.committed.len() + self.speculative.len() + self.interim.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.len() >= self.capacity
    }

    /// Queues a committed job; the oldest interim or speculative one gives way where there is no
    /// room.
    pub(super) fn push_committed(&mut self, id: JobId, job: J) -> Result<(), Full> {
        if self.is_full()
            && self.interim.pop_front().is_none()
            && self.speculative.pop_front().is_none()
        {
            return Err(Full);
        }
        self.committed.push_back((id, job));
        Ok(())
    }

    /// Queues a speculative job where there is room, or an interim one gives way.
    pub(super) fn push_speculative(&mut self, id: JobId, job: J) -> Result<(), Full> {
        if self.is_full() && self.interim.pop_front().is_none() {
            return Err(Full);
        }
        self.speculative.push_back((id, job));
        Ok(())
    }

    /// Queues an interim job where there is room.
    pub(super) fn push_interim(&mut self, id: JobId, job: J) -> Result<(), Full> {
        if self.is_full() {
            return Err(Full);
        }
        self.interim.push_back((id, job));
        Ok(())
    }

    /// Moves a waiting speculative job to the end of the committed lane. `false` where it no
    /// longer waits.
    pub(super) fn promote(&mut self, id: JobId, touch: impl FnOnce(&mut J)) -> bool {
        let found = self.speculative.iter().position(|(other, _)| *other == id);
        let Some((_, mut job)) = found.and_then(|position| self.speculative.remove(position))
        else {
            return false;
        };
        touch(&mut job);
        self.committed.push_back((id, job));
        true
    }

    /// The job that an idle worker takes; an interim one only where it `may_spare` the time.
    pub(super) fn pop(&mut self, may_spare: bool) -> Option<J> {
        let first = self.committed.pop_front().or_else(|| self.speculative.pop_front());
        let first = first.or_else(|| if may_spare { self.interim.pop_front() } else { None });
        first.map(|(_, job)| job)
    }

    /// Keeps only the jobs that somebody still waits for.
    pub(super) fn retain(&mut self, is_wanted: impl Fn(&J) -> bool) {
        self.committed.retain(|(_, job)| is_wanted(job));
        self.speculative.retain(|(_, job)| is_wanted(job));
        self.interim.retain(|(_, job)| is_wanted(job));
    }

    /// Takes everything out.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = J> + '_ {
        let unsure = self.speculative.drain(..).chain(self.interim.drain(..));
        self.committed.drain(..).chain(unsure).map(|(_, job)| job)
    }
}
