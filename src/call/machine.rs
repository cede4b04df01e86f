//! One call, from its first sample to its one decision.
//!
//! Samples wait in the call's own inbox while an utterance is with the engine, and are taken frame
//! by frame: that is why neither chunking nor the engine's speed can change a decision. Keys and
//! faults act at once. `ear` takes samples and utterances, `interim` listens into those that are still
//! being spoken, `presses` counts each key once, `line` watches the line, `mouth` says things and ends
//! the call; what an utterance, a key or silence leads to is the dialog's.

mod ear;
mod interim;
mod line;
mod mouth;
mod presses;
mod waiting;

use super::{
    CODEC_MIXUP, Event, Key, Needs, Step, Ticket, WRONG_RATE, Warning,
    dialog::{Dialog, Subject},
    script::{Config, Overrides, guidance},
    state::{Listening, Story},
};
use crate::{
    audio::{dtmf, line::LineWatch},
    decision::{Outcome, Policy, Reason},
    intent::{self, Classifier, Verdict, answer::Faq},
    model,
    speech::{self, Segment, Segmenter},
    transcript::{Failure, Transcript},
};
use interim::ListeningIn;
use jiff::Timestamp;
use presses::{Presses, Way};
use std::{collections::VecDeque, sync::Arc, time::Duration};
use waiting::Waiting;

/// What all calls of a process share.
#[derive(Debug)]
pub struct Host {
    /// The number that callers dialled; the greeting names it.
    pub number: String,
    /// Prompts and timers.
    pub script: Config,
    /// The rules.
    pub policy: Policy,
    /// Text to verdict.
    pub classifier: Classifier,
    /// How speech is found.
    pub speech: speech::Config,
    faq: Faq,
}

impl Host {
    /// Takes checked parts and prepares the common questions.
    #[must_use]
    pub fn new(
        number: String,
        script: Config,
        policy: Policy,
        classifier: Classifier,
        speech: speech::Config,
    ) -> Self {
        let faq = guidance::faq(&script.faq);
        Self { number, script, policy, classifier, speech, faq }
    }

    /// The SHA-256 of all that an operator may set and a decision may depend on, in hexadecimal.
    #[must_use]
    pub fn checksum(&self) -> String {
        let set = (&self.number, &self.script, self.policy.config(), &self.speech);
        // Tables of names and numbers: there is nothing in them that JSON could not say.
        model::digest(&serde_json::to_vec(&set).unwrap_or_default())
    }

    /// Does beforehand what the first call would wait for.
    pub fn prepare(&self) {
        intent::prepare(&self.classifier, &self.faq);
    }

    pub(super) fn faq(&self) -> &Faq {
        &self.faq
    }
}

/// What one call brings along.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Whether prompts take time: the gateway plays them and reports their end.
    pub plays_prompts: bool,
    /// When the call began, for the opening hours; `None` counts as open.
    pub opened_at: Option<Timestamp>,
    /// The call's own timers.
    pub timers: Overrides,
    /// What the gateway knows of the queue before the agents.
    pub queue: QueueState,
    /// What the business knows that this caller needs.
    pub needs: Needs,
    /// Whether the gateway wants to know what is heard while the caller still speaks.
    pub wants_interim: bool,
}

/// What the gateway knows of the queue before the agents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueState {
    /// Seconds until an agent is free; the caller is told.
    pub wait_seconds: Option<u32>,
}

/// Words that wait for the rest of their sentence.
#[derive(Debug)]
struct Held {
    text: String,
    masked: String,
    verdict: Verdict,
    is_heard: bool,
    /// Until this position.
    until: u64,
}

/// What helps on a bad line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hint {
    Noisy,
    Quiet,
}

/// One call.
#[derive(Debug)]
pub struct Call {
    host: Arc<Host>,
    setup: Setup,
    segmenter: Segmenter,
    /// Finds keys in the audio.
    tones: dtmf::Detector,
    presses: Presses,
    waiting: Waiting,
    /// Position after the last sample that was taken.
    position: u64,
    /// Speech that began before this position was not read as it was spoken.
    garbled_until: u64,
    listening: Listening,
    line: LineWatch,
    story: Story,
    dialog: Dialog,
    /// Words that wait for the rest of their sentence.
    held: Option<Held>,
    /// Since when the caller has been talking without being understood.
    talking_since: Option<u64>,
    /// Speech began over a prompt, and is not long enough yet to stop it.
    is_interrupting: bool,
    /// What to say of the line before the next question: whether it is noisy or quiet.
    line_hint: Option<Hint>,
    /// What goes on was split from sound in which the engine heard nobody.
    is_mere_sound: bool,
    /// In a row: prompts said again after sound without words had stopped them.
    n_said_again: u32,
    steps: VecDeque<Step>,
    tickets: u32,
    /// The utterance that the engine may already be working on.
    prepared: Option<Ticket>,
    /// The utterance that the engine owes an answer for.
    awaited: Option<(Ticket, Segment)>,
    listening_in: ListeningIn,
    hung_up: bool,
    flushed: bool,
    over: bool,
}

impl Call {
    /// Opens a call: it greets at once.
    #[must_use]
    pub fn open(host: Arc<Host>, setup: Setup) -> Self {
        let mut speech = host.speech.clone();
        if let Some(final_ms) = setup.timers.final_ms {
            speech.final_ms = final_ms;
            speech.provisional_ms = speech.provisional_ms.min(final_ms / 2);
        }
        let mut call = Self {
            segmenter: Segmenter::new(&speech),
            tones: dtmf::Detector::default(),
            presses: Presses::default(),
            listening: Listening::new(setup.plays_prompts),
            dialog: Dialog::new(setup.needs),
            held: None,
            talking_since: None,
            is_interrupting: false,
            line_hint: None,
            is_mere_sound: false,
            n_said_again: 0,
            line: LineWatch::default(),
            listening_in: ListeningIn::new(&host, &setup),
            host,
            setup,
            waiting: Waiting::default(),
            position: 0,
            garbled_until: 0,
            story: Story::default(),
            steps: VecDeque::new(),
            tickets: 0,
            prepared: None,
            awaited: None,
            hung_up: false,
            flushed: false,
            over: false,
        };
        call.tell(Event::Ready);
        let host = Arc::clone(&call.host);
        let moves = call.dialog.open(&host);
        call.act(moves);
        call
    }

    /// Feeds the caller's samples: 16 kHz, mono, −1 to 1.
    ///
    /// While [`Call::is_awaiting`] they only wait, so the door bounds how many it feeds.
    pub fn push_audio(&mut self, samples: &[f32]) {
        if !self.over && !self.hung_up {
            self.waiting.push(samples);
            self.run();
        }
    }

    /// As [`Call::push_audio`], but nothing was sent for so many samples: the gateway suppresses
    /// silence.
    pub fn push_silence(&mut self, n_samples: usize) {
        if !self.over && !self.hung_up {
            self.waiting.push_silence(n_samples);
            self.run();
        }
    }

    /// The gateway says that a key was pressed. Acts at once, whatever the call is doing; where the
    /// key's tone is in the audio as well, it is one press (see `presses`).
    pub fn push_key(&mut self, key: Key) {
        self.press(key, Way::Message);
    }

    /// A key came in one of the two ways.
    fn press(&mut self, key: Key, way: Way) {
        if self.over || !self.presses.is_new(key, way, self.position, self.is_awaiting()) {
            return;
        }
        self.listening.prompt_over(self.position);
        self.story.note_key(key);
        let host = Arc::clone(&self.host);
        let moves = self.dialog.press(&host, key);
        self.act(moves);
    }

    /// The gateway has played a prompt to its end, or stopped it.
    pub fn prompt_finished(&mut self, id: &str) {
        if !self.over && !self.listening.prompt_finished(id, self.position) {
            let text = format!("no prompt \"{}\" is being played", id.escape_debug());
            self.warn(Warning { code: "unknown_prompt", text });
        }
    }

    /// The caller is gone, or no audio will follow. What was pushed is still heard.
    pub fn hang_up(&mut self) {
        self.hung_up = true;
        self.run();
    }

    /// Answers [`Step::Transcribe`] or [`Step::ListenIn`]. Answers to other tickets are dropped.
    pub fn transcribed(&mut self, ticket: Ticket, result: Result<Transcript, Failure>) {
        if self.over || self.overhear(ticket, result.as_ref().ok()) {
            return;
        }
        if self.awaited.as_ref().is_none_or(|(awaited, _)| *awaited != ticket) {
            return;
        }
        let Some((_, segment)) = self.awaited.take() else { return };
        match result {
            Ok(transcript) => self.understand(&transcript, &segment),
            Err(Failure::Overloaded) => self.give_up(Reason::Overloaded),
            Err(Failure::Deadline) => self.give_up(Reason::Deadline),
            Err(Failure::EngineFailed) => self.give_up(Reason::EngineFailed),
        }
        self.run();
    }

    /// Passes a warning on to the gateway. What it says of the audio counts: words that were read
    /// in a wrong way are not believed.
    pub fn warn(&mut self, warning: Warning) {
        if !self.over {
            match warning.code {
                CODEC_MIXUP => self.garbled_until = self.waiting.end(),
                WRONG_RATE => {
                    self.garbled_until = u64::MAX;
                    self.dialog.is_bad_line = true;
                }
                _ => {}
            }
            self.story.note_line(warning.code);
            self.tell(Event::Warning(warning));
        }
    }

    /// Hands the call off now, with what is known: the machine or the gateway cannot go on.
    pub fn give_up(&mut self, reason: Reason) {
        self.end(Outcome::Handoff, reason, Subject::Heard);
    }

    /// Takes the next thing to do. Drain after every call of a method above.
    pub fn poll(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    /// Whether an utterance is with the engine; audio waits until it is answered.
    #[must_use]
    pub fn is_awaiting(&self) -> bool {
        self.awaited.is_some()
    }

    /// Whether the decision has been made.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// How much audio has been taken.
    #[must_use]
    pub fn position(&self) -> Duration {
        mouth::at(self.position)
    }
}

#[cfg(test)]
mod tests;
