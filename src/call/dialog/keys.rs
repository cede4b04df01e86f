//! Keys: the menu, one level down and back, and yes and no where that is the question.

use super::{Dialog, Guided, Move, Question, Subject};
use crate::{
    call::{Host, Key, script::guidance},
    decision::{Outcome, Reason},
    intent::{Category, Evidence, Topic, Verdict},
};
use std::sync::Arc;

/// Keys of a yes/no question.
const YES: char = '1';
const NO: char = '2';

/// What a key chose is certain.
fn by_key(topic: Topic) -> Verdict {
    let evidence =
        Evidence {
            words: String::new(), rule: format!("按键:{}", topic.title()), weight: CERTAIN
        };
    Verdict {
        topic,
        urgent: false,
        confidence: 1.0,
        margin: 1.0,
        secondary: None,
        evidence: vec![evidence],
    }
}

/// In log-odds: more than any word adds.
const CERTAIN: f32 = 10.0;

impl Dialog {
    /// Takes a key.
    pub(in crate::call) fn press(&mut self, host: &Host, key: Key) -> Vec<Move> {
        self.n_silent = 0;
        let moves = self.pressed(host, key.as_char());
        self.remember(&moves);
        moves
    }

    fn pressed(&mut self, host: &Host, key: char) -> Vec<Move> {
        match key {
            '0' => {
                let subject = Subject::Desk(Category::Human);
                return vec![Move::End(Outcome::Handoff, Reason::HumanWish, subject)];
            }
            '*' => return self.repeat(),
            '#' => return self.back(host),
            _ => {}
        }
        if let Question::Topics(category) = self.question {
            return self.press_topic(host, category, key);
        }
        if self.question.is_yes_no() && matches!(key, YES | NO) {
            return self.press_answer(host, self.question.clone(), key == YES);
        }
        match Key::new(key).and_then(Key::menu) {
            Some(category) => self.press_desk(host, category),
            None => vec![Move::UnknownKey],
        }
    }

    fn press_desk(&mut self, host: &Host, category: Category) -> Vec<Move> {
        match host.script.menu.get(category.as_str()) {
            Some(menu) => {
                let text: Arc<str> = menu.text.as_str().into();
                self.ask(Question::Topics(category), &format!("menu.{category}"), text, true)
            }
            None => vec![Move::End(Outcome::Route, Reason::KeyPressed, Subject::Desk(category))],
        }
    }

    fn press_topic(&mut self, host: &Host, category: Category, key: char) -> Vec<Move> {
        let menu = host.script.menu.get(category.as_str());
        match menu.and_then(|menu| guidance::chosen(menu, key)) {
            Some(topic) => self.settle_pressed(host, topic),
            None => vec![Move::UnknownKey],
        }
    }

    fn settle_pressed(&mut self, host: &Host, topic: Topic) -> Vec<Move> {
        let guided = Guided { verdict: Box::new(by_key(topic)), reason: Reason::KeyPressed };
        if host.script.steps(topic).is_empty() {
            return vec![self.to_desk(&guided)];
        }
        self.guide(host, guided, 0)
    }

    fn press_answer(&mut self, host: &Host, question: Question, yes: bool) -> Vec<Move> {
        match (question, yes) {
            (Question::Confirm(verdict), true) => self.settle(host, verdict),
            (Question::Confirm(_), false) => {
                self.n_denied += 1;
                self.not_understood(host, Reason::LowConfidence)
            }
            (Question::Step(guided, at), true) => self.guide(host, guided, at + 1),
            (Question::Solved(guided), true) => vec![self.is_solved(&guided)],
            (Question::Step(guided, _) | Question::Solved(guided), false) => {
                vec![self.to_desk(&guided)]
            }
            (Question::Person(_), true) => self.hand_off(Reason::Vulnerable),
            (Question::Person(Some(verdict)), false) => self.settle(host, verdict),
            (Question::More, false) => {
                vec![Move::End(Outcome::Guide, Reason::Solved, Subject::Heard)]
            }
            (Question::Person(None), false) | (Question::More, true) => {
                let line = ("ask_again", &host.script.prompts.ask_again);
                self.prompt(Question::Open, line, &[])
            }
            (Question::Open | Question::Topics(_) | Question::Which(..), _) => {
                vec![Move::UnknownKey]
            }
        }
    }

    /// One step or one level back; from the top the keys are read out.
    pub(super) fn back(&mut self, host: &Host) -> Vec<Move> {
        if let Question::Step(guided, at @ 1..) = &self.question {
            let (guided, before) = (guided.clone(), at - 1);
            return self.guide(host, guided, before);
        }
        if let Question::Solved(guided) = &self.question {
            let last = host.script.steps(guided.verdict.topic).len().saturating_sub(1);
            let guided = guided.clone();
            return self.guide(host, guided, last);
        }
        self.prompt(Question::Open, ("ask_keys", &host.script.prompts.ask_keys), &[])
    }
}
