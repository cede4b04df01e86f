//! One press, one key: a gateway may send a key as a message and leave its tone in the audio too.
//!
//! A key that comes in one way is paired with the next of its kind that comes in the other way
//! within a window, and the second of the pair is dropped. Pairs are counted, so a second press is
//! never lost: pressed twice, a key comes twice in each way. Positions in the audio are the clock.

use crate::{audio::RATE_HZ, call::Key};
use std::collections::VecDeque;

/// How far apart the two may be, in samples: 2 s. A message may come when the tone begins or when
/// the key is let go, and few hold a key for longer than a second.
const WINDOW: u64 = 2 * RATE_HZ as u64;

/// A message acts at once, but the tone waits behind an utterance that the engine has: the engine's
/// deadline (`transcript.deadline_ms`, 5 s by default) and as much again are allowed for.
const ENGINE_WINDOW: u64 = WINDOW + 10 * RATE_HZ as u64;

/// Presses that may wait for their pair; nobody presses faster than this within a window.
const MAX_WAITING: usize = 64;

/// How a key reached the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The gateway's message.
    Message,
    /// Its tone in the audio.
    Tone,
}

/// A press that has come in one way so far.
#[derive(Debug)]
struct Press {
    key: Key,
    way: Way,
    /// Until this position the other way may bring the same press.
    until: u64,
}

/// The presses of the last seconds that have come in one way only, oldest first.
#[derive(Debug, Default)]
pub(super) struct Presses(VecDeque<Press>);

impl Presses {
    /// Whether this is a press of its own, and not one that came the other way already.
    pub(super) fn is_new(&mut self, key: Key, way: Way, now: u64, is_awaiting: bool) -> bool {
        self.0.retain(|press| now <= press.until);
        let pair = self.0.iter().position(|press| press.key == key && press.way != way);
        if let Some(pair) = pair {
            self.0.remove(pair);
            return false;
        }
        if self.0.len() == MAX_WAITING {
            self.0.pop_front();
        }
        let until = now + if is_awaiting { ENGINE_WINDOW } else { WINDOW };
        self.0.push_back(Press { key, way, until });
        true
    }
}
