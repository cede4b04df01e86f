//! What the caller has said so far, while still speaking.
//!
//! Told where the gateway wants to know; and, where the profile allows it, two readings that agree
//! end the call before the caller does. Which of these texts come depends on how busy the machine
//! is, so nothing but such an early end ever rests on them; a recording of the call holds them.

use super::{Call, Host, Setup, ear::samples, mouth::at};
use crate::{
    call::{Event, Heard, Interim, Step, Ticket, dialog::Subject},
    decision::{Answer, Outcome, Reason},
    intent::{Topic, Verdict, answer},
    transcript::Transcript,
};

/// Follows one utterance at a time.
#[derive(Debug, Default)]
pub(super) struct ListeningIn {
    /// So many more samples make the next text worth hearing; `None` where nobody wants any.
    every: Option<u64>,
    /// Position of the next one.
    due: u64,
    asked: Option<Asked>,
    /// The last text, as it was heard; never leaves the call.
    last_text: String,
    /// What the last text would end the call for.
    last_end: Option<(Outcome, Topic)>,
}

/// What the engine may be listening to.
#[derive(Debug)]
struct Asked {
    ticket: Ticket,
    start: u64,
    end: u64,
}

impl ListeningIn {
    pub(super) fn new(host: &Host, setup: &Setup) -> Self {
        let every_ms = setup.timers.interim_ms.unwrap_or(host.script.timers.interim_ms);
        let is_wanted = setup.wants_interim || host.policy.may_end_early();
        Self { every: (is_wanted && every_ms > 0).then(|| samples(every_ms)), ..Self::default() }
    }

    /// Speech began.
    pub(super) fn begin(&mut self, position: u64) {
        *self =
            Self { every: self.every, due: position + self.every.unwrap_or(0), ..Self::default() };
    }

    /// The text is not wanted any more; answers whose work is to be thrown away.
    fn stop(&mut self) -> Option<Ticket> {
        self.asked.take().map(|asked| asked.ticket)
    }

    /// The share of a text that the one before began with. Keeps it for the next.
    fn stability(&mut self, text: &str) -> f32 {
        let same = self.last_text.chars().zip(text.chars()).take_while(|(a, b)| a == b).count();
        text.clone_into(&mut self.last_text);
        same as f32 / text.chars().count().max(1) as f32
    }

    /// Whether two texts in a row would end the call for the same.
    fn agrees(&mut self, end: Option<(Outcome, Topic)>) -> bool {
        let before = std::mem::replace(&mut self.last_end, end);
        end.is_some() && before == end
    }
}

impl Call {
    /// Asks for the text so far when there is enough more of it.
    pub(super) fn listen_in(&mut self) {
        let Some(every) = self.listening_in.every else { return };
        // Speech over a prompt is told first, and what is too short for that may be none.
        let is_told = self.segmenter.in_speech() && !self.is_interrupting;
        if self.position < self.listening_in.due || !is_told {
            return;
        }
        // In a pause the utterance is prepared as a whole.
        let Some(segment) = self.segmenter.so_far() else { return };
        self.listening_in.due = self.position + every;
        let utterance = self.utterance(&segment);
        if utterance.has_speech {
            let ticket = self.next_ticket();
            let (start, end) = (segment.start, segment.end());
            self.listening_in.asked = Some(Asked { ticket, start, end });
            self.steps.push_back(Step::ListenIn(ticket, utterance));
        }
    }

    /// The caller pauses or has finished: the whole is worth more than its part.
    pub(super) fn stop_listening_in(&mut self) {
        if let Some(ticket) = self.listening_in.stop() {
            self.steps.push_back(Step::Discard(ticket));
        }
    }

    /// Takes the text that was asked for; answers whether it was such a one.
    pub(super) fn overhear(&mut self, ticket: Ticket, transcript: Option<&Transcript>) -> bool {
        let is_asked = |asked: &mut Asked| asked.ticket == ticket;
        let Some(asked) = self.listening_in.asked.take_if(is_asked) else { return false };
        let transcript = transcript.filter(|it| it.dropped.is_none() && !it.text.is_empty());
        if let Some(transcript) = transcript {
            self.tell_so_far(&asked, transcript);
        }
        true
    }

    fn tell_so_far(&mut self, asked: &Asked, transcript: &Transcript) {
        let Transcript { text, confidence, .. } = transcript;
        let stability = self.listening_in.stability(text);
        let Some((masked, verdict)) = self.story.overhear(&self.host.classifier, text) else {
            return;
        };
        let end = self.early_end(transcript, &verdict, asked.start < self.garbled_until);
        let (start, until) = (at(asked.start), at(asked.end));
        if self.listening_in.agrees(end.map(|(outcome, _)| (outcome, verdict.topic)))
            && let Some((outcome, reason)) = end
        {
            let text = self.story.hear(transcript);
            let heard = Heard { text, start, end: until, confidence: *confidence, dropped: None };
            self.tell(Event::Transcript(heard));
            let verdict = self.story.read(&self.host.classifier, transcript, true);
            self.tell(Event::Verdict(verdict.clone()));
            return self.end(outcome, reason, Subject::Read(Box::new(verdict)));
        }
        let interim =
            Interim { text: masked, start, end: until, confidence: *confidence, stability };
        self.tell(Event::Interim(interim));
        self.tell(Event::Verdict(verdict));
    }

    /// What these words would end the call for, were they all. Only a first wish that needs no word
    /// of ours: whoever speaks is not spoken to.
    fn early_end(
        &self,
        transcript: &Transcript,
        verdict: &Verdict,
        is_garbled: bool,
    ) -> Option<(Outcome, Reason)> {
        let Host { policy, script, .. } = &*self.host;
        let text = &transcript.text;
        if !policy.is_sure_early(verdict)
            || self.held.is_some()
            || !self.dialog.is_open()
            || needs_an_answer(text)
            // In the middle of a number nobody knows yet what must be masked.
            || answer::is_unfinished(text)
            || self.host.faq().find(text).is_some()
        {
            return None;
        }
        let is_heard = !is_garbled && policy.believes(text, transcript.confidence);
        match policy.judge(verdict, is_heard) {
            Answer::End(Outcome::Route, _)
                if !verdict.urgent && !script.steps(verdict.topic).is_empty() =>
            {
                None
            }
            Answer::End(outcome, reason) => Some((outcome, reason)),
            Answer::Ask(_) => None,
        }
    }
}

/// Whether these words show something that the dialog would speak to first.
fn needs_an_answer(text: &str) -> bool {
    let signs = answer::signs(text);
    let has_needs = signs.elderly || signs.low_vision || signs.hard_of_hearing;
    has_needs || signs.angry || signs.other_language.is_some() || answer::request(text).is_some()
}
