//! The worker threads: many calls share a few recognisers.
//!
//! Each thread owns one recogniser; a bounded queue stands before them; an answer that nobody
//! waits for is not worked out; a thread that panics, fails or hangs costs its own call and
//! nothing else. It refuses to know what a call is; its answers go to the door that asked.
//!
//! An encode that has begun cannot be cut short: whisper.cpp looks at its abort flag only between
//! encodes. A deadline therefore ends the *waiting*; the thread is counted as stuck, and replaced,
//! only when it has been silent for far longer.

mod config;
mod crew;
mod lanes;
mod table;
#[cfg(test)]
mod tests;

pub use config::Config;

use super::{Dropped, EngineError, Failure, Recognizer, Transcript, filter::Filter};
use crate::metrics;
use crew::Shared;
use lanes::JobId;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use table::Job;
use tokio::sync::oneshot;

/// What came of one utterance.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The text, or why there is none.
    pub result: Result<Transcript, Failure>,
    /// Where the time went.
    pub timing: Timing,
}

/// Where the time of an answer went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// Waiting for a worker.
    pub queue_wait: Duration,
    /// In the engine and the filters.
    pub decode: Duration,
}

/// How the threads are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Threads that work or wait for work.
    pub alive: usize,
    /// Threads that have not come back from the engine; a replacement counts as alive.
    pub stuck: usize,
    /// Workers that are gone for good: they could not be rebuilt.
    pub dead: usize,
    /// Utterances that wait.
    pub queued: usize,
}

impl Health {
    /// Whether the pool is as it was started. Where it is not, calls still work while anybody is
    /// alive, but no new ones should be sent here.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.alive > 0 && self.stuck == 0 && self.dead == 0
    }
}

type Reply = oneshot::Sender<Answer>;

/// The worker threads. Dropping the pool lets them end; [`Pool::shutdown`] waits for it.
#[derive(Debug)]
pub struct Pool {
    shared: Arc<Shared>,
}

impl Pool {
    /// Builds every recogniser and starts the threads.
    ///
    /// # Errors
    /// When a recogniser cannot be built or the system refuses a thread.
    pub fn start(
        config: Config,
        make: impl Fn() -> Result<Box<dyn Recognizer + Send>, EngineError> + Send + Sync + 'static,
    ) -> Result<Self, EngineError> {
        let shared = crew::start(config, Filter::load()?, Box::new(make))?;
        Ok(Self { shared })
    }

    /// Queues an utterance that a caller waits for.
    ///
    /// # Errors
    /// [`Failure::Overloaded`] where the queue is full, [`Failure::EngineFailed`] where no worker
    /// is alive.
    pub fn submit(
        &self,
        samples: Arc<[f32]>,
        prompt: Arc<str>,
        has_speech: bool,
    ) -> Result<Pending, Failure> {
        self.enqueue(samples, prompt, has_speech, Lane::Committed)
    }

    /// Offers an utterance that may be over: worked on only while a worker is idle, first to go
    /// when the queue is full.
    ///
    /// # Errors
    /// As [`Pool::submit`]; nothing is lost, since nobody waits for it yet.
    pub fn submit_idle(
        &self,
        samples: Arc<[f32]>,
        prompt: Arc<str>,
        has_speech: bool,
    ) -> Result<Pending, Failure> {
        self.enqueue(samples, prompt, has_speech, Lane::Speculative)
    }

    /// Offers what a caller has said so far: worked on only while another worker stays idle, behind
    /// everything else. A pool of one worker never does.
    ///
    /// # Errors
    /// As [`Pool::submit`]; nothing is lost.
    pub fn submit_interim(
        &self,
        samples: Arc<[f32]>,
        prompt: Arc<str>,
        has_speech: bool,
    ) -> Result<Pending, Failure> {
        self.enqueue(samples, prompt, has_speech, Lane::Interim)
    }

    fn enqueue(
        &self,
        samples: Arc<[f32]>,
        prompt: Arc<str>,
        has_speech: bool,
        lane: Lane,
    ) -> Result<Pending, Failure> {
        let shared = self.shared.clone();
        let id = shared.next_id();
        let committed_at = now();
        let progress = if has_speech {
            let (reply, receiver) = oneshot::channel();
            let job = Job::new(samples.clone(), prompt.clone(), reply, committed_at);
            shared.push(id, job, lane)?;
            Progress::Waiting(receiver)
        } else {
            metrics::dropped(Dropped::NoSpeech.as_str());
            Progress::Done(nobody_spoke())
        };
        Ok(Pending { shared, id, samples, prompt, progress, committed_at })
    }

    /// How the threads are right now.
    #[must_use]
    pub fn health(&self) -> Health {
        self.shared.health()
    }

    /// Takes no more work, lets the threads finish what is queued, and waits for them until the
    /// deadline. What is still queued then fails. Returns how many threads did not end: an encode
    /// cannot be cut short.
    pub fn shutdown(self, deadline: Duration) -> usize {
        self.shared.shutdown(now() + deadline)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.close();
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    Committed,
    Speculative,
    Interim,
}

/// An utterance on its way. Dropping it cancels it.
#[derive(Debug)]
pub struct Pending {
    shared: Arc<Shared>,
    id: JobId,
    samples: Arc<[f32]>,
    prompt: Arc<str>,
    progress: Progress,
    committed_at: Instant,
}

#[derive(Debug)]
enum Progress {
    Waiting(oneshot::Receiver<Answer>),
    Done(Answer),
    /// The answer was taken.
    Taken,
}

/// An answer that came and that nobody took was work for nothing.
impl Drop for Pending {
    fn drop(&mut self) {
        let answer = match std::mem::replace(&mut self.progress, Progress::Taken) {
            Progress::Waiting(mut receiver) => receiver.try_recv().ok(),
            Progress::Done(answer) => Some(answer),
            Progress::Taken => None,
        };
        if let Some(answer) = answer {
            metrics::discarded_seconds(answer.timing.decode.as_secs_f64());
        }
    }
}

impl Pending {
    /// Turns an offered utterance into one that a caller waits for. One that had to give way is
    /// queued again; one that is under way or done is left as it is.
    ///
    /// # Errors
    /// As [`Pool::submit`].
    pub fn promote(&mut self) -> Result<(), Failure> {
        self.committed_at = now();
        if self.shared.promote(self.id, self.committed_at) {
            return Ok(());
        }
        let Progress::Waiting(receiver) = &mut self.progress else { return Ok(()) };
        match receiver.try_recv() {
            Ok(answer) => self.progress = Progress::Done(answer),
            Err(oneshot::error::TryRecvError::Empty) => {}
            // A job that gives way takes its end of the channel along.
            Err(oneshot::error::TryRecvError::Closed) => {
                let (reply, receiver) = oneshot::channel();
                let (samples, prompt) = (self.samples.clone(), self.prompt.clone());
                let job = Job::new(samples, prompt, reply, self.committed_at);
                self.shared.push(self.id, job, Lane::Committed)?;
                self.progress = Progress::Waiting(receiver);
            }
        }
        Ok(())
    }

    /// Waits for the answer, at most until the deadline. Must run on a tokio runtime.
    pub async fn outcome(mut self) -> Answer {
        let deadline = self.committed_at + self.shared.deadline();
        let receiver = match std::mem::replace(&mut self.progress, Progress::Taken) {
            Progress::Done(answer) => return answer,
            Progress::Waiting(receiver) => receiver,
            Progress::Taken => return without_text(Failure::EngineFailed, self.committed_at),
        };
        match tokio::time::timeout_at(deadline.into(), receiver).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => without_text(Failure::EngineFailed, self.committed_at),
            Err(_) => without_text(Failure::Deadline, self.committed_at),
        }
    }

    /// Waits for the answer on this thread, for as long as it takes: recordings are in no hurry,
    /// and what is decided must not depend on how busy the machine is. A stuck worker ends the
    /// wait all the same. Must not be called on a thread that drives a tokio runtime.
    #[must_use]
    pub fn wait(mut self) -> Answer {
        match std::mem::replace(&mut self.progress, Progress::Taken) {
            Progress::Done(answer) => answer,
            Progress::Taken => without_text(Failure::EngineFailed, self.committed_at),
            Progress::Waiting(receiver) => receiver
                .blocking_recv()
                .unwrap_or_else(|_| without_text(Failure::EngineFailed, self.committed_at)),
        }
    }
}

fn without_text(failure: Failure, committed_at: Instant) -> Answer {
    let queue_wait = now().saturating_duration_since(committed_at);
    Answer { result: Err(failure), timing: Timing { queue_wait, decode: Duration::ZERO } }
}

fn nobody_spoke() -> Answer {
    let transcript = Transcript { dropped: Some(Dropped::NoSpeech), ..Transcript::default() };
    Answer { result: Ok(transcript), timing: Timing::default() }
}

#[expect(clippy::disallowed_methods, reason = "the queue is where real time is spent and measured")]
fn now() -> Instant {
    Instant::now()
}
