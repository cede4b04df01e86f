//! What the call said and the gateway has not read yet.
//!
//! Two places in the channel are kept from the start, so that the decision and the status always
//! fit, however slowly the gateway reads. A prompt whose audio is still being made holds its place
//! in the line until that is there or late; nothing overtakes it.

use super::{convert, proto::ConverseResponse};
use crate::{metrics, prompt::Voice};
use std::collections::VecDeque;
use tokio::sync::mpsc::{self, OwnedPermit, Receiver, Sender};
use tonic::Status;

/// What a stream of answers is made of.
pub(super) type Item = Result<ConverseResponse, Status>;

/// Messages on their way into the connection; the bound that counts is the outbox's own.
const IN_FLIGHT: usize = 16;

/// The gateway no longer takes messages.
#[derive(Debug, PartialEq)]
pub(super) struct Gone;

/// What waits for the gateway.
#[derive(Debug)]
pub(super) struct Outbox {
    waiting: VecDeque<Waiting>,
    capacity: usize,
    sender: Sender<Item>,
    for_decision: OwnedPermit<Item>,
    for_status: OwnedPermit<Item>,
}

/// One message.
#[derive(Debug)]
struct Waiting {
    message: ConverseResponse,
    /// What the message, a prompt, is still to be given.
    voice: Option<Voice>,
}

impl Waiting {
    /// Gives the prompt its audio. May be dropped at any point.
    async fn speak(&mut self) {
        let Some(voice) = &mut self.voice else { return };
        let answer = voice.answer().await;
        metrics::prompt_audio(answer.as_str());
        convert::speak(&mut self.message, answer.audio());
        self.voice = None;
    }
}

impl Outbox {
    /// Makes an outbox that holds about `capacity` messages, and the end that the gateway reads.
    /// `None` never comes: the channel is new and has room.
    pub(super) fn new(capacity: usize) -> Option<(Self, Receiver<Item>)> {
        let (sender, receiver) = mpsc::channel(IN_FLIGHT + 2);
        let for_decision = sender.clone().try_reserve_owned().ok()?;
        let for_status = sender.clone().try_reserve_owned().ok()?;
        let outbox = Self { waiting: VecDeque::new(), capacity, sender, for_decision, for_status };
        Some((outbox, receiver))
    }

    /// Adds a message; a prompt gets its audio, where there is one in time. Whoever adds must look
    /// at [`Outbox::has_room`] before taking new work.
    pub(super) fn push(&mut self, message: ConverseResponse, voice: Option<Voice>) {
        self.waiting.push_back(Waiting { message, voice });
    }

    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < self.capacity
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether the next message waits for us and not for the gateway.
    pub(super) fn awaits_voice(&self) -> bool {
        self.waiting.front().is_some_and(|next| next.voice.is_some())
    }

    /// Does the next step: gives a prompt its audio, or hands one message to the connection as
    /// soon as that has room. May be dropped at any point.
    pub(super) async fn send_one(&mut self) -> Result<(), Gone> {
        if self.awaits_voice() {
            if let Some(next) = self.waiting.front_mut() {
                next.speak().await;
            }
            return Ok(());
        }
        let permit = self.sender.reserve().await.map_err(|_| Gone)?;
        if let Some(Waiting { message, .. }) = self.waiting.pop_front() {
            permit.send(Ok(message));
        }
        Ok(())
    }

    /// Waits until every prompt has its audio or goes without. May be dropped at any point.
    pub(super) async fn voiced(&mut self) {
        for message in &mut self.waiting {
            message.speak().await;
        }
    }

    /// No prompt waits for its audio any longer.
    pub(super) fn hush(&mut self) {
        for voice in self.waiting.iter_mut().filter_map(|message| message.voice.as_mut()) {
            voice.hurry();
        }
    }

    /// Hands everything over.
    pub(super) async fn flush(&mut self) -> Result<(), Gone> {
        while !self.is_empty() {
            self.send_one().await?;
        }
        Ok(())
    }

    /// Returns a way to notice that the gateway is gone while something is being sent.
    pub(super) fn reader(&self) -> Reader {
        Reader(self.sender.clone())
    }

    /// Sends the last message and, where there is one, the status.
    pub(super) fn finish(self, decision: ConverseResponse, status: Option<Status>) {
        self.for_decision.send(Ok(decision));
        if let Some(status) = status {
            self.for_status.send(Err(status));
        }
    }
}

/// The other end.
#[derive(Debug)]
pub(super) struct Reader(Sender<Item>);

impl Reader {
    /// Waits until it is gone.
    pub(super) async fn gone(&self) {
        self.0.closed().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_decision_fits_although_nobody_reads() {
        let (mut outbox, mut receiver) = Outbox::new(4).unwrap();
        for offset_ms in 0..(IN_FLIGHT as u64 + 4) {
            outbox.push(ConverseResponse { offset_ms, response: None }, None);
        }
        let stuck = tokio::time::timeout(std::time::Duration::from_millis(1), outbox.flush());
        assert!(stuck.await.is_err());
        assert!(!outbox.has_room());
        let last = ConverseResponse { offset_ms: 99, response: None };
        outbox.finish(last.clone(), Some(Status::invalid_argument("no")));
        for offset_ms in 0..IN_FLIGHT as u64 {
            assert_eq!(receiver.recv().await.unwrap().unwrap().offset_ms, offset_ms);
        }
        assert_eq!(receiver.recv().await.unwrap().unwrap(), last);
        assert!(receiver.recv().await.unwrap().is_err());
        assert!(receiver.recv().await.is_none());
    }

    #[tokio::test]
    async fn a_gateway_that_is_gone_is_noticed() {
        let (mut outbox, receiver) = Outbox::new(4).unwrap();
        drop(receiver);
        outbox.reader().gone().await;
        outbox.push(ConverseResponse::default(), None);
        assert_eq!(outbox.flush().await, Err(Gone));
    }
}
