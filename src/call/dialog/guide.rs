//! Guidance: one step at a time, then the question whether it helped.

use super::{Dialog, Guided, Move, Question, Said, Say, Subject};
use crate::{
    call::Host,
    decision::{Answer as Judged, Outcome, Reason},
    intent::answer::{self, Answer, Request},
};
use std::sync::Arc;

impl Dialog {
    /// Says a step, or asks whether all of them helped.
    pub(super) fn guide(&mut self, host: &Host, guided: Guided, at: usize) -> Vec<Move> {
        self.n_unclear = 0;
        let steps = host.script.steps(guided.verdict.topic);
        let Some(step) = steps.get(at) else {
            let line = ("is_it_solved", &host.script.prompts.is_it_solved);
            return self.prompt(Question::Solved(guided), line, &[]);
        };
        let name = format!("guide.{}.{}", guided.verdict.topic, at + 1);
        let text: Arc<str> = step.as_str().into();
        self.note_tried(&name, &text);
        self.question = Question::Step(guided, at);
        vec![Move::Say(Say { name, text, barge_in: true })]
    }

    pub(super) fn answer_to_step(
        &mut self,
        host: &Host,
        guided: &Guided,
        at: usize,
        said: &Said<'_>,
        judged: Judged,
    ) -> Vec<Move> {
        if answer::request(said.text) == Some(Request::Next) {
            return self.guide(host, guided.clone(), at + 1);
        }
        match answer::solved(said.text) {
            Some(Answer::Yes) => self.guide(host, guided.clone(), at + 1),
            Some(Answer::No) => vec![self.to_desk(guided)],
            Some(Answer::Unsure) => self.repeat(),
            None => self.another_wish(host, guided, said, judged),
        }
    }

    pub(super) fn answer_to_solved(
        &mut self,
        host: &Host,
        guided: &Guided,
        said: &Said<'_>,
        judged: Judged,
    ) -> Vec<Move> {
        let is_goodbye = answer::request(said.text)
            .is_some_and(|it| matches!(it, Request::Goodbye | Request::NothingElse));
        match answer::solved(said.text) {
            Some(Answer::Yes) => vec![self.is_solved(guided)],
            None if is_goodbye => vec![self.is_solved(guided)],
            // Doubt goes to the desk, too.
            Some(Answer::No | Answer::Unsure) => vec![self.to_desk(guided)],
            None => self.another_wish(host, guided, said, judged),
        }
    }

    pub(super) fn is_solved(&self, guided: &Guided) -> Move {
        Move::End(Outcome::Guide, Reason::Solved, Subject::Read(guided.verdict.clone()))
    }

    /// Words that answer nothing: another matter if it is a clear one, else the desk's to hear.
    fn another_wish(
        &mut self,
        host: &Host,
        guided: &Guided,
        said: &Said<'_>,
        judged: Judged,
    ) -> Vec<Move> {
        match judged {
            Judged::End(..) if said.verdict.topic == guided.verdict.topic => {
                vec![self.to_desk(guided)]
            }
            Judged::End(..) => self.wish(host, said, judged),
            Judged::Ask(_) if self.n_unclear == 0 => {
                self.n_unclear += 1;
                self.repeat()
            }
            Judged::Ask(_) => vec![self.to_desk(guided)],
        }
    }
}
