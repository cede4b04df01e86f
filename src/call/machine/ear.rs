//! Samples in, utterances understood: what the caller does, on the call's own clock.

use super::{Call, Held, Hint, Way, mouth::at};
use crate::{
    audio::{RATE_HZ, dtmf, level, line::Fault},
    call::{
        Event, Heard, Key, Step, Utterance,
        dialog::{Said, Subject},
    },
    decision::{Answer, Outcome, Reason},
    intent::answer,
    speech::{FRAME_SAMPLES, Segment, Sign},
    transcript::Transcript,
};
use std::{sync::Arc, time::Duration};

impl Call {
    /// Takes waiting samples until there is nothing to do but wait.
    pub(super) fn run(&mut self) {
        let mut frame = [0.0; FRAME_SAMPLES];
        while !self.over && self.awaited.is_none() {
            if let Some(is_unsent) = self.waiting.frame(&mut frame) {
                self.take(&frame, is_unsent);
            } else if self.hung_up && !self.flushed {
                let rest = self.waiting.rest();
                self.take(&rest, false);
                self.segmenter.flush();
                self.flushed = true;
                self.follow();
            } else if self.hung_up {
                // A split utterance leaves signs behind that the engine's answer held up.
                self.follow();
                if self.awaited.is_none() && !self.over {
                    self.part();
                }
            } else {
                return;
            }
        }
    }

    /// The caller has gone and all is heard.
    fn part(&mut self) {
        self.release();
        if self.over {
            return;
        }
        match self.dialog.hung_up() {
            _ if self.line.has(Fault::Fax) => {
                self.end(Outcome::Handoff, Reason::NonSpeech, Subject::Heard);
            }
            Some(last) => self.act(vec![last]),
            None => self.end_in_silence(),
        }
    }

    fn take(&mut self, samples: &[f32], is_unsent: bool) {
        self.position += samples.len() as u64;
        let is_no_voice = is_unsent || self.listen_for_keys(samples);
        if self.over {
            return;
        }
        if is_no_voice {
            self.segmenter.push_no_voice(samples.len());
        } else {
            if let Ok(frame) = samples.try_into() {
                self.watch_the_line(frame);
            }
            self.segmenter.push(samples);
        }
        self.follow();
        if self.awaited.is_none() && !self.over {
            self.listen_in();
            self.interrupt();
            self.watch_the_clock();
        }
    }

    /// Presses the keys whose tones are in the audio; answers whether it is such a tone, which is
    /// neither the caller's voice nor noise.
    fn listen_for_keys(&mut self, samples: &[f32]) -> bool {
        let dtmf::Found { keys, is_tone } = self.tones.push(samples);
        for key in keys.into_iter().filter_map(Key::new) {
            self.segmenter.take_back(dtmf::ONSET_SAMPLES);
            // Where nobody hears our menu, a tone is an answer to somebody else's. A person is a person.
            if self.setup.plays_prompts || key.is_for_a_person() {
                self.press(key, Way::Tone);
            }
        }
        is_tone
    }

    /// Follows the segmenter's signs, up to the next utterance for the engine.
    fn follow(&mut self) {
        while !self.over && self.awaited.is_none() {
            let Some(sign) = self.segmenter.next_sign() else { return };
            match sign {
                Sign::Started(_) => self.begin(),
                Sign::Provisional(segment) => {
                    self.stop_listening_in();
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
                    self.stop_listening_in();
                    if std::mem::take(&mut self.is_interrupting) {
                        self.tell(Event::SpeechStarted { barge_in: false });
                    }
                    self.tell(Event::SpeechEnded);
                    let ticket = self.prepared.take().unwrap_or_else(|| self.next_ticket());
                    let utterance = self.utterance(&segment);
                    self.steps.push_back(Step::Transcribe(ticket, utterance));
                    self.awaited = Some((ticket, segment));
                }
            }
        }
    }

    /// Speech began. Over a prompt it must last before the gateway hears of it.
    fn begin(&mut self) {
        self.listening_in.begin(self.position);
        let is_over_prompt = self.listening.speech_started(self.position);
        self.talking_since.get_or_insert(self.position);
        if is_over_prompt {
            self.is_interrupting = true;
        } else {
            self.tell(Event::SpeechStarted { barge_in: false });
        }
    }

    /// Speech over a prompt that has lasted long enough stops it, where the prompt allows that.
    fn interrupt(&mut self) {
        let barge_in_ms = self.host.script.timers.barge_in_ms;
        if self.is_interrupting
            && !self.line.is_machine()
            && self.segmenter.voiced_ms() >= barge_in_ms
        {
            self.is_interrupting = false;
            let barge_in = self.listening.cut_short(self.position);
            self.tell(Event::SpeechStarted { barge_in });
        }
    }

    pub(super) fn understand(&mut self, transcript: &Transcript, segment: &Segment) {
        let interrupted = self.listening.was_cut();
        let masked = self.story.hear(transcript);
        self.tell(Event::Transcript(Heard {
            text: masked.clone(),
            start: at(segment.start),
            end: at(segment.end()),
            confidence: transcript.confidence,
            dropped: transcript.dropped,
        }));
        self.judge_level(segment);
        if transcript.dropped.is_some() || transcript.text.is_empty() {
            return self.hear_nobody(interrupted);
        }
        (self.is_mere_sound, self.n_said_again) = (false, 0);
        self.listening.spoke(self.position);
        let policy = &self.host.policy;
        let is_garbled = segment.start < self.garbled_until;
        let is_heard = !is_garbled && policy.believes(&transcript.text, transcript.confidence);
        let verdict = self.story.read(&self.host.classifier, transcript, is_heard);
        self.tell(Event::Verdict(verdict.clone()));
        let policy = &self.host.policy;
        let is_end = matches!(policy.judge(&verdict, is_heard), Answer::End(..));
        // 嗯 or 喂 over a prompt is no turn of the caller's; what was stopped is said again.
        let needed = self.host.script.barge_in_characters;
        let is_murmur = answer::n_meaningful(&transcript.text) < needed;
        if interrupted && is_murmur && !is_end && !self.dialog.awaits_yes_or_no() {
            return self.say_again();
        }
        let mut held = Held {
            text: transcript.text.clone(),
            masked,
            verdict,
            is_heard,
            until: self.position + samples(self.host.script.timers.unfinished_ms),
        };
        if let Some(before) = self.held.take() {
            held.text.insert_str(0, &before.text);
            held.masked.insert_str(0, &before.masked);
        }
        // A split utterance goes on, and so do 因为 and half a number.
        let goes_on = self.segmenter.in_speech() || answer::is_unfinished(&held.text);
        self.held = Some(held);
        if is_end || !goes_on || self.hung_up && self.waiting.is_empty() {
            self.release();
        }
    }

    /// Sound without words is no turn: patience with the silence runs on.
    fn hear_nobody(&mut self, interrupted: bool) {
        self.story.n_dropped += 1;
        self.talking_since = None;
        self.is_mere_sound = self.segmenter.in_speech();
        if interrupted && !self.is_mere_sound && self.n_said_again < SAID_AGAIN {
            self.n_said_again += 1;
            self.say_again();
        }
    }

    /// What was held back is a turn now.
    fn release(&mut self) {
        let Some(held) = self.held.take() else { return };
        let host = Arc::clone(&self.host);
        let Held { text, masked, verdict, is_heard, .. } = held;
        let said = Said { text: &text, masked: &masked, verdict, is_heard };
        let moves = self.dialog.hear(&host, &said);
        self.act(moves);
    }

    fn judge_level(&mut self, segment: &Segment) {
        let level = level::measure(&segment.samples);
        if let Some(fault) = self.story.note_level(&level) {
            self.dialog.is_bad_line = true;
            if fault.code == "too_quiet" {
                self.line_hint = Some(Hint::Quiet);
            }
            self.tell(Event::Warning(fault));
        }
    }

    fn watch_the_clock(&mut self) {
        let timers = self.host.script.timers.clone();
        let longest = self.setup.timers.max_call_ms.unwrap_or(timers.max_call_ms);
        if self.position() >= Duration::from_millis(u64::from(longest.min(timers.max_call_ms))) {
            return self.end(Outcome::Handoff, Reason::TooLong, Subject::Heard);
        }
        let is_speaking = self.segmenter.in_speech() && !self.is_mere_sound;
        if let Some(since) = self.talking_since
            && (is_speaking || self.held.is_some())
            && self.position - since >= samples(timers.long_story_ms)
        {
            return self.sum_up();
        }
        if is_speaking {
            return;
        }
        if let Some(held) = &self.held {
            if self.position >= held.until {
                self.release();
            }
            return;
        }
        let patience = match self.dialog.is_busy() {
            true => timers.step_ms,
            false => self.setup.timers.no_input_ms.unwrap_or(timers.no_input_ms),
        };
        if self.listening.silence(self.position) < patience {
            return;
        }
        self.talking_since = None;
        let host = Arc::clone(&self.host);
        match self.dialog.silent(&host) {
            Some(moves) => self.act(moves),
            None => self.end_in_silence(),
        }
    }

    fn sum_up(&mut self) {
        self.talking_since = None;
        self.held = None;
        let host = Arc::clone(&self.host);
        let moves = self.dialog.sum_up(&host, self.story.best());
        self.act(moves);
    }

    fn end_in_silence(&mut self) {
        let is_sound = self.story.n_dropped > 0 || self.line.has_sound();
        let reason = match self.dialog.reason_for_silence() {
            _ if self.line.is_dead() || self.garbled_until == u64::MAX => Reason::BadLine,
            Some(reason) => reason,
            None if is_sound => Reason::NonSpeech,
            None => Reason::NoInput,
        };
        self.end(Outcome::Handoff, reason, Subject::Heard);
    }

    pub(super) fn utterance(&self, segment: &Segment) -> Utterance {
        let mut samples = segment.samples.to_vec();
        level::even_out(&mut samples);
        Utterance {
            samples: samples.into(),
            prompt: self.listening.prompt_at_speech_start(),
            has_speech: segment.has_speech(&self.host.speech) && !self.line.was_mere_tone(),
        }
    }
}

/// A prompt that sound without words stopped is said again so often in a row; a line that goes on
/// making sounds must not hold the call in one question.
const SAID_AGAIN: u32 = 2;

/// Samples of so many milliseconds.
pub(super) fn samples(ms: u32) -> u64 {
    u64::from(ms) * u64::from(RATE_HZ) / 1_000
}
