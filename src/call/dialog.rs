//! Whose words mean what: the questions of a call and what each answer leads to.
//!
//! Pure: what was heard, a key or silence goes in, [`Move`]s come out. It refuses to know samples,
//! timers and transcripts; `machine` brings those and carries the moves out. A wish for a person is
//! looked for before anything else, in every state (law 1).

mod guide;
mod keys;
mod silence;
mod turn;

use super::{Host, Needs, script::fill};
use crate::{
    decision::{Asked, Mood, Outcome, Reason, Tried},
    intent::{Category, Verdict},
};
use std::sync::Arc;

/// What the caller was asked last, and so what an answer is an answer to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Question {
    /// What is it about?
    Open,
    /// The second level of the menu.
    Topics(Category),
    /// One of two desks.
    Which(Category, Category),
    /// Is it this?
    Confirm(Box<Verdict>),
    /// A step of guidance is being done, counted from 0.
    Step(Guided, usize),
    /// Has it helped?
    Solved(Guided),
    /// Would you rather have a person? What was understood before, to go on with.
    Person(Option<Box<Verdict>>),
    /// Anything else?
    More,
}

impl Question {
    /// Whether yes and no answer it, and 1 and 2.
    const fn is_yes_no(&self) -> bool {
        matches!(
            self,
            Self::Confirm(_) | Self::Step(..) | Self::Solved(_) | Self::Person(_) | Self::More
        )
    }
}

/// What guidance is given for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Guided {
    verdict: Box<Verdict>,
    /// How it was chosen: understood, or a key.
    reason: Reason,
}

/// What a call ends about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Subject {
    /// The best that was heard.
    Heard,
    /// This reading, which the caller confirmed or was guided by.
    Read(Box<Verdict>),
    /// This desk, which the caller named or pressed.
    Desk(Category),
}

/// What the call does next.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Move {
    /// Say this.
    Say(Say),
    /// End.
    End(Outcome, Reason, Subject),
    /// Tell the gateway that a key means nothing here.
    UnknownKey,
}

/// One thing to say.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Say {
    /// Its name in the profile.
    pub(super) name: String,
    pub(super) text: Arc<str>,
    pub(super) barge_in: bool,
}

/// One utterance, understood.
#[derive(Debug)]
pub(super) struct Said<'a> {
    /// Its words as they were heard, with those before them that were held back. Never leaves the call.
    pub(super) text: &'a str,
    /// The same, as they may be told.
    pub(super) masked: &'a str,
    pub(super) verdict: Verdict,
    /// Whether the engine's own confidence is enough to act on it.
    pub(super) is_heard: bool,
}

/// How often in a row a caller may have things repeated before it counts as not understood.
const REPEATS: u32 = 3;

/// What a card keeps of questions and attempts: beyond it nobody reads.
const MAX_NOTES: usize = 20;

/// The conversation so far.
#[derive(Debug)]
pub(super) struct Dialog {
    question: Question,
    /// What was said last, to be repeated.
    last: Vec<Say>,
    /// In a row: silences, utterances that were not understood, wishes to hear it again.
    n_silent: u32,
    n_unclear: u32,
    n_repeats: u32,
    /// In the whole call: readings that the caller denied.
    n_denied: u32,
    /// The caller needs more time, or a person.
    pub(super) is_gentle: bool,
    /// Prompts are to be spoken slowly.
    pub(super) is_slow: bool,
    offered_person: bool,
    was_greeted: bool,
    asked_which: bool,
    /// What was wrong when the caller was asked again.
    doubt: Option<Reason>,
    /// Utterances that the engine itself believed, and those it did not.
    n_believed: u32,
    n_doubted: u32,
    pub(super) is_bad_line: bool,
    /// Nothing at all comes from the caller's channel.
    pub(super) is_deaf: bool,
    pub(super) asked: Vec<Asked>,
    pub(super) tried: Vec<Tried>,
    pub(super) mood: Mood,
    pub(super) language: Option<&'static str>,
}

impl Dialog {
    pub(super) fn new(needs: Needs) -> Self {
        let is_gentle = needs.any();
        Self {
            question: Question::Open,
            last: Vec::new(),
            n_silent: 0,
            n_unclear: 0,
            n_repeats: 0,
            n_denied: 0,
            is_gentle,
            is_slow: is_gentle,
            offered_person: false,
            was_greeted: false,
            asked_which: false,
            doubt: None,
            n_believed: 0,
            n_doubted: 0,
            is_bad_line: false,
            is_deaf: false,
            asked: Vec::new(),
            tried: Vec::new(),
            mood: Mood::Calm,
            language: None,
        }
    }

    /// The first words. Who needs more is offered a person at once.
    pub(super) fn open(&mut self, host: &Host) -> Vec<Move> {
        let line = &host.script.prompts.greeting;
        let greeting = Say {
            name: "greeting".to_owned(),
            text: line.fill(&[("number", &host.number)]),
            barge_in: line.barge_in,
        };
        let mut moves = vec![Move::Say(greeting)];
        if self.is_gentle {
            moves.extend(self.offer_person(host, None));
        }
        self.remember(&moves);
        moves
    }

    /// Why the call ends if nothing more comes; nothing where no words were ever in doubt.
    pub(super) fn reason_for_silence(&self) -> Option<Reason> {
        self.doubt.map(|doubt| self.reason_to_give_up(doubt))
    }

    /// Whether the caller is busy with a step and may be silent for longer.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.question, Question::Step(..))
    }

    /// Whether nothing was asked but what the caller wants.
    pub(super) fn is_open(&self) -> bool {
        self.question == Question::Open
    }

    /// Whether a reading waits for a yes or a no, so that 嗯 is an answer.
    pub(super) fn awaits_yes_or_no(&self) -> bool {
        self.question.is_yes_no()
    }

    fn remember(&mut self, moves: &[Move]) {
        let says: Vec<Say> = moves
            .iter()
            .filter_map(|it| if let Move::Say(say) = it { Some(say.clone()) } else { None })
            .collect();
        if !says.is_empty() {
            self.last = says;
        }
    }

    /// Asks, and notes on the card that it was asked.
    fn ask(&mut self, question: Question, name: &str, text: Arc<str>, barge_in: bool) -> Vec<Move> {
        self.question = question;
        if self.asked.len() < MAX_NOTES {
            let (id, text) = (name.to_owned(), text.to_string());
            self.asked.push(Asked { id, text, answer: String::new() });
        }
        vec![Move::Say(Say { name: name.to_owned(), text, barge_in })]
    }

    /// Asks with one of the profile's prompts.
    fn prompt(
        &mut self,
        question: Question,
        (name, line): (&str, &super::script::Line),
        values: &[(&str, &str)],
    ) -> Vec<Move> {
        self.ask(question, name, fill(&line.text, values), line.barge_in)
    }

    fn offer_person(&mut self, host: &Host, before: Option<Box<Verdict>>) -> Vec<Move> {
        self.offered_person = true;
        let line = &host.script.prompts.offer_human;
        self.prompt(Question::Person(before), ("offer_human", line), &[])
    }

    fn confirm(&mut self, host: &Host, verdict: Box<Verdict>, is_long: bool) -> Vec<Move> {
        let prompts = &host.script.prompts;
        let line =
            if is_long { ("summed_up", &prompts.summed_up) } else { ("confirm", &prompts.confirm) };
        let topic = host.script.topic_name(verdict.topic);
        self.prompt(Question::Confirm(verdict), line, &[("topic", topic)])
    }

    /// Says the last thing once more.
    pub(super) fn repeat(&self) -> Vec<Move> {
        self.last.iter().cloned().map(Move::Say).collect()
    }

    /// The caller was not understood: asks, asks with the keys, hands over.
    fn not_understood(&mut self, host: &Host, reason: Reason) -> Vec<Move> {
        self.n_unclear += 1;
        self.doubt = Some(reason);
        let prompts = &host.script.prompts;
        match self.n_unclear {
            1 => self.prompt(Question::Open, ("ask_again", &prompts.ask_again), &[]),
            2 => self.prompt(Question::Open, ("ask_keys", &prompts.ask_keys), &[]),
            _ => vec![Move::End(Outcome::Handoff, self.reason_to_give_up(reason), Subject::Heard)],
        }
    }

    /// Why nobody could be understood.
    fn reason_to_give_up(&self, doubt: Reason) -> Reason {
        if self.is_bad_line {
            Reason::BadLine
        } else if self.n_believed == 0 && self.n_doubted >= FOREIGN_UTTERANCES {
            // Speech, a clear line, and not one text that the engine believes in.
            Reason::Language
        } else {
            doubt
        }
    }

    /// How the call ends where the caller has gone, apart from what only the machine knows.
    pub(super) fn hung_up(&self) -> Option<Move> {
        let route = |reason, subject| Some(Move::End(Outcome::Route, reason, subject));
        match &self.question {
            Question::Topics(category) => route(Reason::KeyPressed, Subject::Desk(*category)),
            Question::Step(guided, _) | Question::Solved(guided) => Some(self.to_desk(guided)),
            Question::Person(Some(verdict)) => {
                route(Reason::Understood, Subject::Read(verdict.clone()))
            }
            Question::More => Some(Move::End(Outcome::Guide, Reason::Solved, Subject::Heard)),
            Question::Open
            | Question::Which(..)
            | Question::Confirm(_)
            | Question::Person(None) => None,
        }
    }

    /// What was pressed or is being guided goes to its desk.
    fn to_desk(&self, guided: &Guided) -> Move {
        Move::End(Outcome::Route, guided.reason, Subject::Read(guided.verdict.clone()))
    }
}

/// Not one believable text in so many utterances is taken for another language.
const FOREIGN_UTTERANCES: u32 = 3;
