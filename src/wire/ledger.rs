//! Where each turn's time went, by the clock of this machine.
//!
//! The call itself knows no clock; what a gateway's operator wants to know of delays is measured
//! here, at the door, and sent with the decision.

use super::proto::TurnLatency;
use crate::{metrics, transcript::Timing};
use std::time::Duration;
use tokio::time::Instant;

/// Turns that are reported; a call has a handful.
const MAX_TURNS: usize = 64;

#[derive(Debug)]
struct Turn {
    first_audio: Instant,
    speech_end: Instant,
    timing: Timing,
    classify: Duration,
    commit: Duration,
}

/// The times of one call.
#[derive(Debug)]
pub(super) struct Ledger {
    opened: Instant,
    first_audio: Option<Instant>,
    turns: Vec<Turn>,
    n_turns: usize,
    decoded: Duration,
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self {
            opened: Instant::now(),
            first_audio: None,
            turns: Vec::new(),
            n_turns: 0,
            decoded: Duration::ZERO,
        }
    }

    /// Audio came.
    pub(super) fn audio_came(&mut self) {
        self.first_audio.get_or_insert_with(Instant::now);
    }

    /// The end of an utterance was noticed; the next audio is the next turn's.
    pub(super) fn speech_ended(&mut self) {
        let speech_end = Instant::now();
        let first_audio = self.first_audio.take().unwrap_or(self.opened);
        self.n_turns += 1;
        if self.turns.len() < MAX_TURNS {
            let (timing, classify, commit) = Default::default();
            self.turns.push(Turn { first_audio, speech_end, timing, classify, commit });
        }
    }

    /// The engine answered, and the call took `classify` to understand it.
    pub(super) fn understood(&mut self, timing: Timing, classify: Duration) {
        self.decoded += timing.decode;
        if let Some(turn) = self.turns.last_mut() {
            turn.timing = timing;
            turn.classify = classify;
            turn.commit = turn.speech_end.elapsed();
        }
    }

    /// How long the engine has worked for this call.
    pub(super) fn decoded(&self) -> Duration {
        self.decoded
    }

    /// How many utterances were transcribed.
    pub(super) fn n_turns(&self) -> usize {
        self.n_turns
    }

    /// Closes the books.
    pub(super) fn close(&self) -> Vec<TurnLatency> {
        if let Some(turn) = self.turns.last().filter(|turn| !turn.commit.is_zero()) {
            metrics::decision_seconds(turn.commit.as_secs_f64());
        }
        let since_open = |at: Instant| millis(at.saturating_duration_since(self.opened));
        let write = |turn: &Turn| TurnLatency {
            first_audio_ms: since_open(turn.first_audio),
            speech_end_ms: since_open(turn.speech_end),
            queue_wait_ms: millis(turn.timing.queue_wait),
            decode_ms: millis(turn.timing.decode),
            classify_ms: millis(turn.classify),
            commit_ms: millis(turn.commit),
        };
        self.turns.iter().map(write).collect()
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_turn_has_its_own_times() {
        let mut ledger = Ledger::new();
        let pass = async |ms| tokio::time::advance(Duration::from_millis(ms)).await;
        pass(5).await;
        ledger.audio_came();
        pass(20).await;
        ledger.audio_came();
        ledger.speech_ended();
        pass(30).await;
        let decode = Duration::from_millis(28);
        ledger.understood(Timing { decode, ..Timing::default() }, Duration::from_millis(2));
        ledger.audio_came();
        ledger.speech_ended();
        let turns = ledger.close();
        assert_eq!(turns.len(), 2);
        assert_eq!((turns[0].first_audio_ms, turns[0].speech_end_ms), (5.0, 25.0));
        assert_eq!((turns[0].decode_ms, turns[0].commit_ms), (28.0, 30.0));
        assert_eq!((turns[1].first_audio_ms, turns[1].commit_ms), (55.0, 0.0));
    }
}
