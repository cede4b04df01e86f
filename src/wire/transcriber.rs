//! One call's line to the worker pool: at most one utterance prepared, one awaited, and one listened
//! into while it is spoken.

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
    interim: Option<(Ticket, Outcome)>,
}

/// What came back from the pool.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) ticket: Ticket,
    pub(super) answer: Answer,
    /// The caller waits for it: it is no interim text.
    pub(super) is_turn: bool,
}

impl fmt::Debug for Transcriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let awaited = self.awaited.as_ref().map(|(ticket, _)| ticket);
        f.debug_struct("Transcriber").field("awaited", &awaited).finish_non_exhaustive()
    }
}

impl Transcriber {
    pub(super) fn new(pool: Arc<Pool>) -> Self {
        Self { pool, prepared: None, awaited: None, interim: None }
    }

    /// Offers an utterance that may be over. Nothing is lost where the pool has no room for it.
    pub(super) fn prepare(&mut self, ticket: Ticket, utterance: Utterance) {
        let Utterance { samples, prompt, has_speech } = utterance;
        let offered = self.pool.submit_idle(samples, prompt, has_speech);
        self.prepared = offered.ok().map(|pending| (ticket, pending));
    }

    /// Offers what the caller has said so far, in place of what was offered before.
    pub(super) fn listen_in(&mut self, ticket: Ticket, utterance: Utterance) {
        let Utterance { samples, prompt, has_speech } = utterance;
        let offered = self.pool.submit_interim(samples, prompt, has_speech);
        self.interim = offered.ok().map(|pending| (ticket, Box::pin(pending.outcome()) as Outcome));
    }

    /// Drops what was prepared or listened into: the caller went on, or has finished.
    pub(super) fn discard(&mut self, ticket: Ticket) {
        self.prepared.take_if(|(prepared, _)| *prepared == ticket);
        self.interim.take_if(|(interim, _)| *interim == ticket);
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

    /// Waits for an answer; for ever where none is to come. May be dropped at any point.
    pub(super) async fn answer(&mut self) -> Answered {
        tokio::select! {
            biased;
            (ticket, answer) = outcome(&mut self.awaited) => Answered { ticket, answer, is_turn: true },
            (ticket, answer) = outcome(&mut self.interim) => Answered { ticket, answer, is_turn: false },
        }
    }
}

async fn outcome(asked: &mut Option<(Ticket, Outcome)>) -> (Ticket, Answer) {
    let Some((ticket, outcome)) = asked else { return std::future::pending().await };
    let answered = (*ticket, outcome.await);
    *asked = None;
    answered
}

fn failed(failure: Failure) -> Answer {
    Answer { result: Err(failure), timing: Timing::default() }
}
