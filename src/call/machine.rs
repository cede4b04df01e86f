//! One call, from its first sample to its one decision.
//!
//! Samples wait in the call's own inbox while an utterance is with the engine, and are taken frame
//! by frame: that is why neither chunking nor the engine's speed can change a decision. Keys and
//! faults act at once.

use super::{
    Event, Heard, Key, Prompt, Step, Ticket, Told, Utterance, Warning,
    script::{Config, Overrides, playing_time},
    state::{Listening, Story},
};
use crate::{
    audio::{RATE_HZ, level},
    decision::{Answer, Outcome, Policy, Reason},
    intent::{Category, Classifier},
    speech::{self, FRAME_SAMPLES, Segment, Segmenter, Sign},
    transcript::{Failure, Transcript},
};
use jiff::Timestamp;
use std::{collections::VecDeque, sync::Arc, time::Duration};

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
}

/// What the gateway knows of the queue before the agents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueState {
    /// Seconds until an agent is free; the caller is told.
    pub wait_seconds: Option<u32>,
}

/// One call.
#[derive(Debug)]
pub struct Call {
    host: Arc<Host>,
    setup: Setup,
    segmenter: Segmenter,
    /// Samples that were pushed but not yet taken.
    inbox: VecDeque<f32>,
    /// Position after the last sample that was taken.
    position: u64,
    listening: Listening,
    story: Story,
    steps: VecDeque<Step>,
    tickets: u32,
    /// The utterance that the engine may already be working on.
    prepared: Option<Ticket>,
    /// The utterance that the engine owes an answer for.
    awaited: Option<(Ticket, Segment)>,
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
            listening: Listening::new(setup.plays_prompts),
            host,
            setup,
            inbox: VecDeque::new(),
            position: 0,
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
        let greeting = &host.script.prompts.greeting;
        call.say("greeting", greeting.fill(&[("number", &host.number)]), greeting.barge_in);
        call
    }

    /// Feeds the caller's samples: 16 kHz, mono, −1 to 1.
    ///
    /// While [`Call::is_awaiting`] they only wait, so the door bounds how many it feeds.
    pub fn push_audio(&mut self, samples: &[f32]) {
        if !self.over && !self.hung_up {
            self.inbox.extend(samples);
            self.run();
        }
    }

    /// A key was pressed. Acts at once, whatever the call is doing.
    pub fn push_key(&mut self, key: Key) {
        if self.over {
            return;
        }
        self.listening.prompt_over(self.position);
        self.story.note_key(key);
        let Some(category) = key.menu() else {
            // The key itself may be a digit of a password.
            let text = "a key was pressed that has no meaning here".to_owned();
            return self.warn(Warning { code: "unknown_key", text });
        };
        self.story.pressed = Some(category);
        if category == Category::Human {
            self.end(Outcome::Handoff, Reason::HumanWish);
        } else {
            self.end(Outcome::Route, Reason::KeyPressed);
        }
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

    /// Answers [`Step::Transcribe`]. Answers to other tickets are dropped.
    pub fn transcribed(&mut self, ticket: Ticket, result: Result<Transcript, Failure>) {
        if self.over || self.awaited.as_ref().is_none_or(|(awaited, _)| *awaited != ticket) {
            return;
        }
        let Some((_, segment)) = self.awaited.take() else { return };
        match result {
            Ok(transcript) => self.understand(&transcript, &segment),
            Err(Failure::Overloaded) => self.end(Outcome::Handoff, Reason::Overloaded),
            Err(Failure::Deadline) => self.end(Outcome::Handoff, Reason::Deadline),
            Err(Failure::EngineFailed) => self.end(Outcome::Handoff, Reason::EngineFailed),
        }
        self.run();
    }

    /// Passes a warning on to the gateway.
    pub fn warn(&mut self, warning: Warning) {
        if !self.over {
            self.story.note_line(warning.code);
            self.tell(Event::Warning(warning));
        }
    }

    /// Hands the call off now, with what is known: the machine or the gateway cannot go on.
    pub fn give_up(&mut self, reason: Reason) {
        self.end(Outcome::Handoff, reason);
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
        at(self.position)
    }

    /// Takes waiting samples until there is nothing to do but wait.
    fn run(&mut self) {
        let mut frame = [0.0; FRAME_SAMPLES];
        while !self.over && self.awaited.is_none() {
            if self.inbox.len() >= FRAME_SAMPLES {
                for (sample, taken) in frame.iter_mut().zip(self.inbox.drain(..FRAME_SAMPLES)) {
                    *sample = taken;
                }
                self.take(&frame);
            } else if self.hung_up && !self.flushed {
                let rest: Vec<f32> = self.inbox.drain(..).collect();
                self.take(&rest);
                self.segmenter.flush();
                self.flushed = true;
                self.follow();
            } else if self.hung_up {
                // A split utterance leaves signs behind that the engine's answer held up.
                self.follow();
                if self.awaited.is_none() && !self.over {
                    let reason = self.story.reason_for_silence();
                    self.end(Outcome::Handoff, reason);
                }
            } else {
                return;
            }
        }
    }

    fn take(&mut self, samples: &[f32]) {
        self.position += samples.len() as u64;
        if !self.segmenter.in_speech() {
            self.story.note_background(samples);
        }
        self.segmenter.push(samples);
        self.follow();
        if self.awaited.is_none() && !self.over {
            self.watch_the_clock();
        }
    }

    /// Follows the segmenter's signs, up to the next utterance for the engine.
    fn follow(&mut self) {
        while !self.over && self.awaited.is_none() {
            let Some(sign) = self.segmenter.next_sign() else { return };
            match sign {
                Sign::Started(_) => {
                    self.listening.speech_started(self.position);
                    self.tell(Event::SpeechStarted);
                }
                Sign::Provisional(segment) => {
                    let ticket = self.next_ticket();
                    self.prepared = Some(ticket);
                    let utterance = self.utterance(&segment);
                    self.steps.push_back(Step::Prepare(ticket, utterance));
                }
                Sign::Resumed => {
                    if let Some(ticket) = self.prepared.take() {
                        self.steps.push_back(Step::Discard(ticket));
                    }
                }
                Sign::Final(segment) => {
                    self.tell(Event::SpeechEnded);
                    let ticket = self.prepared.take().unwrap_or_else(|| self.next_ticket());
                    let utterance = self.utterance(&segment);
                    self.steps.push_back(Step::Transcribe(ticket, utterance));
                    self.awaited = Some((ticket, segment));
                }
            }
        }
    }

    fn understand(&mut self, transcript: &Transcript, segment: &Segment) {
        self.listening.speech_ended(self.position);
        let text = self.story.hear(transcript);
        self.tell(Event::Transcript(Heard {
            text,
            start: at(segment.start),
            end: at(segment.end()),
            confidence: transcript.confidence,
            dropped: transcript.dropped,
        }));
        let level = level::measure(&segment.samples);
        if let Some(fault) = self.story.note_level(&level) {
            self.tell(Event::Warning(fault));
        }
        if transcript.dropped.is_some() || transcript.text.is_empty() {
            self.story.n_dropped += 1;
            return;
        }
        let verdict = self.story.read(&self.host.classifier, transcript);
        self.tell(Event::Verdict(verdict.clone()));
        let policy = &self.host.policy;
        match policy.judge(&verdict, policy.believes(&transcript.text, transcript.confidence)) {
            Answer::End(outcome, reason) => self.end(outcome, reason),
            Answer::Ask(reason) if self.story.doubt.is_some() => {
                self.story.doubt = Some(reason);
                let reason = self.story.reason_for_silence();
                self.end(Outcome::Handoff, reason);
            }
            Answer::Ask(reason) => {
                self.story.doubt = Some(reason);
                let host = Arc::clone(&self.host);
                let line = &host.script.prompts.ask_again;
                self.say("ask_again", line.fill(&[]), line.barge_in);
            }
        }
    }

    fn watch_the_clock(&mut self) {
        let timers = &self.host.script.timers;
        let longest = self.setup.timers.max_call_ms.unwrap_or(timers.max_call_ms);
        if self.position() >= Duration::from_millis(u64::from(longest.min(timers.max_call_ms))) {
            return self.end(Outcome::Handoff, Reason::TooLong);
        }
        let patience = self.setup.timers.no_input_ms.unwrap_or(timers.no_input_ms);
        if self.segmenter.in_speech() || self.listening.silence(self.position) < patience {
            return;
        }
        if self.story.asked_for_input {
            let reason = self.story.reason_for_silence();
            return self.end(Outcome::Handoff, reason);
        }
        self.story.asked_for_input = true;
        let host = Arc::clone(&self.host);
        let line = &host.script.prompts.no_input;
        self.say("no_input", line.fill(&[]), line.barge_in);
    }

    fn end(&mut self, outcome: Outcome, reason: Reason) {
        if self.over {
            return;
        }
        let host = Arc::clone(&self.host);
        let category = self.story.category();
        let closed = self.setup.opened_at.is_some_and(|at| !host.policy.is_open(at));
        let end = match (outcome, reason) {
            (Outcome::Route, _) if closed => (Outcome::Handoff, Reason::Closed),
            end => end,
        };
        let prompts = &host.script.prompts;
        if let (Outcome::Route, Some(desk)) = (end.0, category) {
            let text = prompts.routed.fill(&[("desk", host.script.desk_name(desk))]);
            self.say("routed", text, prompts.routed.barge_in);
        } else {
            self.say("handoff", prompts.handoff.fill(&[]), prompts.handoff.barge_in);
        }
        if let Some(seconds) = self.setup.queue.wait_seconds.filter(|seconds| *seconds > 0) {
            let minutes = seconds.div_ceil(60).to_string();
            self.say("wait", prompts.wait.fill(&[("minutes", &minutes)]), prompts.wait.barge_in);
        }
        let (verdict, card) = self.story.close();
        let decision = host.policy.decide(end, category, verdict, card);
        self.tell(Event::Decision(Box::new(decision)));
        self.over = true;
        self.inbox.clear();
        self.awaited = None;
    }

    fn say(&mut self, name: &str, text: Arc<str>, barge_in: bool) {
        if std::mem::take(&mut self.story.offered_credential) {
            let line = self.host.script.prompts.no_secrets.clone();
            self.say("no_secrets", line.fill(&[]), line.barge_in);
        }
        let id = self.listening.prompt_started(name, &text, self.position, playing_time(&text));
        self.tell(Event::Prompt(Prompt { id, text, barge_in }));
    }

    fn tell(&mut self, event: Event) {
        self.steps.push_back(Step::Tell(Told { offset: at(self.position), event }));
    }

    fn next_ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    fn utterance(&self, segment: &Segment) -> Utterance {
        let mut samples = segment.samples.to_vec();
        level::even_out(&mut samples);
        Utterance {
            samples: samples.into(),
            prompt: self.listening.prompt_at_speech_start(),
            has_speech: segment.has_speech(&self.host.speech),
        }
    }
}

/// A position as time from the call's first sample.
fn at(position: u64) -> Duration {
    Duration::from_micros(position * 1_000_000 / u64::from(RATE_HZ))
}

#[cfg(test)]
mod tests;
