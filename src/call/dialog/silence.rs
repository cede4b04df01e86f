//! Nothing came: what is asked then, and when it is enough.

use super::{Dialog, Move, Question, Say, Subject};
use crate::{
    call::Host,
    decision::{Outcome, Reason},
    intent::Verdict,
};

impl Dialog {
    /// The caller's patience or ours is over. Nothing is the answer where the machine must say why
    /// the call ends: it knows what the line sounded like.
    pub(in crate::call) fn silent(&mut self, host: &Host) -> Option<Vec<Move>> {
        self.n_silent += 1;
        let moves = self.silence(host)?;
        self.remember(&moves);
        Some(moves)
    }

    fn silence(&mut self, host: &Host) -> Option<Vec<Move>> {
        let prompts = &host.script.prompts;
        let is_first = self.n_silent == 1;
        match self.question.clone() {
            Question::Open | Question::Which(..) => match self.n_silent {
                1 if self.is_deaf => {
                    Some(self.prompt(Question::Open, ("dead_line", &prompts.dead_line), &[]))
                }
                1 => Some(self.prompt(Question::Open, ("no_input", &prompts.no_input), &[])),
                2 => Some(self.prompt(
                    Question::Open,
                    ("no_input_keys", &prompts.no_input_keys),
                    &[],
                )),
                _ => None,
            },
            Question::Topics(category) => {
                Some(vec![Move::End(Outcome::Route, Reason::KeyPressed, Subject::Desk(category))])
            }
            Question::Step(guided, at) if is_first => {
                let line = ("step_waiting", &prompts.step_waiting);
                Some(self.prompt(Question::Step(guided, at), line, &[]))
            }
            Question::Solved(_) | Question::Confirm(_) | Question::Person(_) | Question::More
                if is_first =>
            {
                Some(self.repeat())
            }
            Question::Step(guided, _) | Question::Solved(guided) => {
                Some(vec![self.to_desk(&guided)])
            }
            Question::More => Some(vec![Move::End(Outcome::Guide, Reason::Solved, Subject::Heard)]),
            Question::Person(_) => Some(self.hand_off(Reason::Vulnerable)),
            Question::Confirm(_) => None,
        }
    }

    /// A long story that nobody understood yet: sums up the best reading, or reads the keys out.
    pub(in crate::call) fn sum_up(&mut self, host: &Host, best: Option<&Verdict>) -> Vec<Move> {
        let moves = match best.filter(|verdict| verdict.category().is_desk()) {
            Some(verdict) => self.confirm(host, Box::new(verdict.clone()), true),
            None => {
                let line = ("ask_keys", &host.script.prompts.ask_keys);
                self.prompt(Question::Open, line, &[])
            }
        };
        self.remember(&moves);
        moves
    }

    /// Says something of the line, once, before whatever comes next.
    pub(in crate::call) fn about_the_line(host: &Host, is_noisy: bool) -> Move {
        let prompts = &host.script.prompts;
        let (name, line) = if is_noisy {
            ("noisy_line", &prompts.noisy_line)
        } else {
            ("quiet_line", &prompts.quiet_line)
        };
        Move::Say(Say { name: name.to_owned(), text: line.fill(&[]), barge_in: line.barge_in })
    }
}
