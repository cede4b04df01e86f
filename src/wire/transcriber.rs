//! One call's line to the worker pool: at most one utterance prepared, at most one awaited.

use crate::{
    call::{Ticket, Utterance},
    transcript::{Answer, Failure, Pending, Pool, Timing},
};
use std::{fmt, future::Future, pin::Pin, sync::Arc};

type Outcome = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// Carries utterances to the pool and answers back.
pub(super) struct Transcriber {
    pool: Arc<Pool>,
    prepared: Option<(Ticket, Pending)>,
    awaited: Option<(Ticket, Outcome)>,
}

impl fmt::Debug for Transcriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let awaited = self.awaited.as_ref().map(|(ticket, _)| ticket);
        f.debug_struct("Transcriber").field("awaited", &awaited).finish_non_exhaustive()
    }
}

impl Transcriber {
    pub(super) fn new(pool: Arc<Pool>) -> Self {
        Self { pool, prepared: None, awaited: None }
    }

    /// Offers an utterance that may be over. Nothing is lost where the pool has no room for it.
    pub(super) fn prepare(&mut self, ticket: Ticket, utterance: Utterance) {
        let Utterance { samples, prompt, has_speech } = utterance;
        let offered = self.pool.submit_idle(samples, prompt, has_speech);
        self.prepared = offered.ok().map(|pending| (ticket, pending));
    }

    /// Drops what was prepared: the caller went on.
    pub(super) fn discard(&mut self, ticket: Ticket) {
        self.prepared.take_if(|(prepared, _)| *prepared == ticket);
    }

    /// Asks for an utterance, the prepared one where the ticket is the same.
    pub(super) fn transcribe(&mut self, ticket: Ticket, utterance: Utterance) {
        let prepared = self.prepared.take().filter(|(prepared, _)| *prepared == ticket);
        let Utterance { samples, prompt, has_speech } = utterance;
        let pending = match prepared {
            Some((_, mut pending)) => pending.promote().map(|()| pending),
            None => self.pool.submit(samples, prompt, has_speech),
        };
        let outcome: Outcome = match pending {
            Ok(pending) => Box::pin(pending.outcome()),
            Err(failure) => Box::pin(std::future::ready(failed(failure))),
        };
        self.awaited = Some((ticket, outcome));
    }

    /// Waits for the answer; for ever where none is awaited. May be dropped at any point.
    pub(super) async fn answer(&mut self) -> (Ticket, Answer) {
        let Some((ticket, outcome)) = &mut self.awaited else {
            return std::future::pending().await;
        };
        let answered = (*ticket, outcome.await);
        self.awaited = None;
        answered
    }
}

fn failed(failure: Failure) -> Answer {
    Answer { result: Err(failure), timing: Timing::default() }
}
