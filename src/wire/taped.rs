//! A call, and the tape that runs along: what the call is given is written down in the same order.

use super::recorder::Tape;
use crate::{
    call::{Call, Key, Step, Ticket, Warning},
    decision::{Decision, Reason},
    tape::Input,
    transcript::{Failure, Transcript},
};
use std::time::Duration;

/// The one way of a session to its call.
#[derive(Debug)]
pub(super) struct Taped {
    call: Call,
    tape: Tape,
}

impl Taped {
    pub(super) const fn new(call: Call, tape: Tape) -> Self {
        Self { call, tape }
    }

    /// For the inbox, which alone sees the bytes.
    pub(super) const fn tape(&mut self) -> &mut Tape {
        &mut self.tape
    }

    pub(super) fn push_audio(&mut self, samples: &[f32]) {
        self.tape.given(samples.len());
        self.call.push_audio(samples);
    }

    pub(super) fn push_silence(&mut self, n_samples: usize) {
        self.tape.given(n_samples);
        self.call.push_silence(n_samples);
    }

    pub(super) fn push_key(&mut self, key: Key) {
        self.note(|| Input::Key(key));
        self.call.push_key(key);
    }

    pub(super) fn prompt_finished(&mut self, id: &str) {
        self.note(|| Input::PromptFinished(id.to_owned()));
        self.call.prompt_finished(id);
    }

    pub(super) fn hang_up(&mut self) {
        self.note(|| Input::HangUp);
        self.call.hang_up();
    }

    pub(super) fn transcribed(&mut self, ticket: Ticket, result: Result<Transcript, Failure>) {
        self.note(|| Input::Answer(ticket, result.clone()));
        self.call.transcribed(ticket, result);
    }

    pub(super) fn warn(&mut self, warning: Warning) {
        self.note(|| Input::Warning(warning.clone()));
        self.call.warn(warning);
    }

    pub(super) fn give_up(&mut self, reason: Reason) {
        self.note(|| Input::GiveUp(reason));
        self.call.give_up(reason);
    }

    /// The call is over: the tape ends with its decision.
    pub(super) fn close(&mut self, offset: Duration, decision: &Decision) {
        self.tape.finish(offset, decision);
    }

    pub(super) fn poll(&mut self) -> Option<Step> {
        self.call.poll()
    }

    pub(super) fn is_awaiting(&self) -> bool {
        self.call.is_awaiting()
    }

    pub(super) fn position(&self) -> Duration {
        self.call.position()
    }

    /// What comes when the call is over changes nothing.
    fn note(&mut self, input: impl FnOnce() -> Input) {
        if !self.call.is_over() {
            self.tape.input(input);
        }
    }
}
