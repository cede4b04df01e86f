//! What the call says, tells and decides.

use super::{Call, Hint};
use crate::{
    audio::RATE_HZ,
    call::{
        Event, Prompt, Step, Ticket, Told, Warning,
        dialog::{Dialog, Move, Say, Subject},
        script::{Line, playing_time},
    },
    decision::{Outcome, Reason},
    intent::Category,
};
use std::{sync::Arc, time::Duration};

impl Call {
    /// Carries the dialog's moves out.
    pub(super) fn act(&mut self, moves: Vec<Move>) {
        for next in moves {
            match next {
                Move::Say(say) => {
                    if let Some(hint) = self.line_hint.take() {
                        let host = Arc::clone(&self.host);
                        let hint = Dialog::about_the_line(&host, hint == Hint::Noisy);
                        self.act(vec![hint]);
                    }
                    self.say(&say);
                }
                Move::End(outcome, reason, subject) => self.end(outcome, reason, subject),
                Move::UnknownKey => {
                    // The key itself may be a digit of a password.
                    let text = "a key was pressed that has no meaning here".to_owned();
                    self.warn(Warning { code: "unknown_key", text });
                }
            }
        }
    }

    /// Says what was cut short once more.
    pub(super) fn say_again(&mut self) {
        let moves = self.dialog.repeat();
        self.act(moves);
    }

    pub(super) fn end(&mut self, outcome: Outcome, reason: Reason, subject: Subject) {
        if self.over {
            return;
        }
        match subject {
            Subject::Heard => {}
            Subject::Read(verdict) => self.story.choose(*verdict),
            Subject::Desk(category) => self.story.desk = Some(category),
        }
        let host = Arc::clone(&self.host);
        let category = self.story.category();
        let closed = self.setup.opened_at.is_some_and(|at| !host.policy.is_open(at));
        let end = match (outcome, reason) {
            (Outcome::Route, _) if closed => (Outcome::Handoff, Reason::Closed),
            end => end,
        };
        self.say_goodbye(end.0, category);
        let (verdict, mut card) = self.story.close();
        card.asked = std::mem::take(&mut self.dialog.asked);
        card.tried = std::mem::take(&mut self.dialog.tried);
        card.mood = self.dialog.mood;
        if let Some(language) = self.dialog.language {
            language.clone_into(&mut card.language);
        }
        let decision = host.policy.decide(end, category, verdict, card);
        self.tell(Event::Decision(Box::new(decision)));
        self.over = true;
        self.waiting.clear();
        self.awaited = None;
    }

    fn say_goodbye(&mut self, outcome: Outcome, category: Option<Category>) {
        let host = Arc::clone(&self.host);
        let (script, prompts) = (&host.script, &host.script.prompts);
        match (outcome, category) {
            (Outcome::Guide, _) => return self.say_line("solved", &prompts.solved, &[]),
            (Outcome::Route, Some(desk)) => {
                let topic = self.story.best().map(|verdict| verdict.topic);
                let prepare = topic
                    .filter(|topic| topic.category() == desk)
                    .and_then(|topic| Some((topic, &script.guidance(topic)?.prepare)))
                    .filter(|(_, prepare)| !prepare.is_empty());
                if let Some((topic, prepare)) = prepare {
                    let name = format!("prepare.{topic}");
                    self.say(&Say { name, text: prepare.as_str().into(), barge_in: false });
                }
                self.say_line("routed", &prompts.routed, &[("desk", script.desk_name(desk))]);
            }
            _ => self.say_line("handoff", &prompts.handoff, &[]),
        }
        if let Some(seconds) = self.setup.queue.wait_seconds.filter(|seconds| *seconds > 0) {
            let minutes = seconds.div_ceil(60).to_string();
            self.say_line("wait", &prompts.wait, &[("minutes", &minutes)]);
        }
    }

    fn say_line(&mut self, name: &str, line: &Line, values: &[(&str, &str)]) {
        let (name, text) = (name.to_owned(), line.fill(values));
        self.say(&Say { name, text, barge_in: line.barge_in });
    }

    fn say(&mut self, say: &Say) {
        if std::mem::take(&mut self.story.offered_credential) {
            let host = Arc::clone(&self.host);
            self.say_line("no_secrets", &host.script.prompts.no_secrets, &[]);
        }
        self.talking_since = None;
        let is_slow = self.dialog.is_slow;
        let longest = playing_time(&say.text) * if is_slow { 2 } else { 1 };
        let id = self.listening.prompt_started(say, self.position, longest);
        let (text, barge_in) = (Arc::clone(&say.text), say.barge_in);
        self.tell(Event::Prompt(Prompt { id, text, barge_in, is_slow }));
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.steps.push_back(Step::Tell(Told { offset: at(self.position), event }));
    }

    pub(super) fn next_ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }
}

/// A position as time from the call's first sample.
pub(super) fn at(position: u64) -> Duration {
    Duration::from_micros(position * 1_000_000 / u64::from(RATE_HZ))
}
