//! What was said: a person first, then what the caller needs, then the answer, then the wish itself.

use super::{Dialog, Guided, MAX_NOTES, Move, Question, REPEATS, Said, Say, Subject};
use crate::{
    call::Host,
    decision::{Answer as Judged, Mood, Outcome, Reason, Tried},
    intent::{
        Category, Verdict,
        answer::{self, Answer, Language, Reply, Request},
    },
};
use std::sync::Arc;

impl Dialog {
    /// Takes an utterance.
    pub(in crate::call) fn hear(&mut self, host: &Host, said: &Said<'_>) -> Vec<Move> {
        self.n_silent = 0;
        if let Some(asked) = self.asked.last_mut().filter(|asked| asked.answer.is_empty()) {
            said.masked.clone_into(&mut asked.answer);
        }
        *(if said.is_heard { &mut self.n_believed } else { &mut self.n_doubted }) += 1;
        let moves = self.turn(host, said);
        self.remember(&moves);
        moves
    }

    fn turn(&mut self, host: &Host, said: &Said<'_>) -> Vec<Move> {
        let judged = host.policy.judge(&said.verdict, said.is_heard);
        if let Judged::End(Outcome::Handoff, reason) = judged {
            // 你们几点上班 is a wish for a person to the classifier; the profile may know the answer.
            let answered =
                (reason == Reason::HumanWish).then(|| self.common_question(host, said)).flatten();
            return answered.unwrap_or_else(|| self.hand_off(reason));
        }
        let signs = answer::signs(said.text);
        if let Some(language) = signs.other_language {
            self.language = Some(tag(language));
            return self.hand_off(Reason::Language);
        }
        if signs.angry {
            self.mood = Mood::Angry;
            return self.hand_off(Reason::HumanWish);
        }
        let needs_more = signs.elderly || signs.low_vision || signs.hard_of_hearing;
        self.is_gentle |= needs_more;
        self.is_slow |= needs_more;
        if needs_more && !self.offered_person {
            let understood = matches!(judged, Judged::End(Outcome::Route, _));
            let before = understood.then(|| Box::new(said.verdict.clone()));
            return self.offer_person(host, before);
        }
        if let Some(request) = answer::request(said.text)
            && let Some(moves) = self.request(host, request)
        {
            return moves;
        }
        self.n_repeats = 0;
        match self.question.clone() {
            Question::Confirm(verdict) => self.answer_to_confirm(host, verdict, said, judged),
            Question::Which(first, second) => {
                self.answer_to_which(host, first, second, said, judged)
            }
            Question::Person(before) => self.answer_to_person(host, before, said, judged),
            Question::Step(guided, at) => self.answer_to_step(host, &guided, at, said, judged),
            Question::Solved(guided) => self.answer_to_solved(host, &guided, said, judged),
            Question::More => self.answer_to_more(host, said, judged),
            Question::Topics(category) => self.answer_to_topics(host, category, said, judged),
            Question::Open => self.wish(host, said, judged),
        }
    }

    pub(super) fn hand_off(&self, reason: Reason) -> Vec<Move> {
        vec![Move::End(Outcome::Handoff, reason, Subject::Heard)]
    }

    /// What is asked of the call itself. Nothing where the question on the table reads it better.
    fn request(&mut self, host: &Host, request: Request) -> Option<Vec<Move>> {
        match request {
            Request::Slower | Request::Repeat | Request::Louder | Request::CannotHear => {
                self.is_slow |= request == Request::Slower;
                self.n_repeats += 1;
                let is_patient = self.n_repeats <= REPEATS;
                Some(if is_patient {
                    self.repeat()
                } else {
                    self.not_understood(host, Reason::Unclear)
                })
            }
            Request::Menu => {
                let line = ("ask_keys", &host.script.prompts.ask_keys);
                Some(self.prompt(Question::Open, line, &[]))
            }
            Request::Back => Some(self.back(host)),
            Request::Wait => {
                let line = &host.script.prompts.take_your_time;
                let (name, text) = ("take_your_time".to_owned(), line.fill(&[]));
                Some(vec![Move::Say(Say { name, text, barge_in: line.barge_in })])
            }
            Request::Next | Request::Goodbye | Request::NothingElse => None,
        }
    }

    /// A wish that stands for itself.
    pub(super) fn wish(&mut self, host: &Host, said: &Said<'_>, judged: Judged) -> Vec<Move> {
        if let Some(moves) = self.common_question(host, said) {
            return moves;
        }
        match judged {
            Judged::End(Outcome::Route, _) => self.settle(host, Box::new(said.verdict.clone())),
            Judged::End(_, reason) => self.hand_off(reason),
            Judged::Ask(reason) => self.doubtful(host, said, reason),
        }
    }

    /// Not sure enough: asks what would settle it.
    fn doubtful(&mut self, host: &Host, said: &Said<'_>, reason: Reason) -> Vec<Move> {
        let verdict = &said.verdict;
        if !self.was_greeted && self.doubt.is_none() && answer::is_filler(said.text) {
            self.was_greeted = true;
            self.doubt = Some(reason);
            return self.prompt(Question::Open, ("go_on", &host.script.prompts.go_on), &[]);
        }
        if !said.is_heard || !verdict.category().is_desk() {
            return self.not_understood(host, reason);
        }
        match host.classifier.rank(said.text) {
            [(first, _), (second, _), ..]
                if reason == Reason::Unclear
                    && first.is_desk()
                    && second.is_desk()
                    && !self.asked_which =>
            {
                self.asked_which = true;
                self.doubt = Some(reason);
                let line = ("which", &host.script.prompts.which);
                let names = [
                    ("first", host.script.desk_name(first)),
                    ("second", host.script.desk_name(second)),
                ];
                self.prompt(Question::Which(first, second), line, &names)
            }
            _ if host.policy.confirms(verdict) => {
                self.doubt = Some(reason);
                self.confirm(host, Box::new(verdict.clone()), false)
            }
            _ => self.not_understood(host, reason),
        }
    }

    /// Understood: guided where the profile knows how, else to the desk.
    pub(super) fn settle(&mut self, host: &Host, verdict: Box<Verdict>) -> Vec<Move> {
        let is_simple = !verdict.urgent && !host.script.steps(verdict.topic).is_empty();
        if is_simple {
            return self.guide(host, Guided { verdict, reason: Reason::Understood }, 0);
        }
        vec![Move::End(Outcome::Route, Reason::Understood, Subject::Read(verdict))]
    }

    fn answer_to_confirm(
        &mut self,
        host: &Host,
        verdict: Box<Verdict>,
        said: &Said<'_>,
        judged: Judged,
    ) -> Vec<Move> {
        match answer::answer(said.text) {
            Some(Reply { answer: Answer::Yes, .. }) => self.settle(host, verdict),
            Some(Reply { answer: Answer::No, rest }) => {
                self.n_denied += 1;
                let rest = said.text[rest].trim();
                if !rest.is_empty() {
                    return self.rest(host, said, rest, Reason::LowConfidence);
                }
                if self.n_denied >= MISUNDERSTOOD {
                    return self.hand_off(Reason::Unclear);
                }
                self.not_understood(host, Reason::LowConfidence)
            }
            Some(Reply { answer: Answer::Unsure, .. }) => {
                self.not_understood(host, Reason::LowConfidence)
            }
            None => self.wish(host, said, judged),
        }
    }

    /// What is told behind a no is a wish of its own.
    fn rest(&mut self, host: &Host, said: &Said<'_>, rest: &str, reason: Reason) -> Vec<Move> {
        let verdict = host.classifier.classify(rest);
        let judged = host.policy.judge(&verdict, said.is_heard);
        let is_end = matches!(judged, Judged::End(..));
        if self.n_denied >= MISUNDERSTOOD && !is_end {
            return self.hand_off(Reason::Unclear);
        }
        let said = Said { text: rest, verdict, ..*said };
        if is_end { self.wish(host, &said, judged) } else { self.doubtful(host, &said, reason) }
    }

    fn answer_to_which(
        &mut self,
        host: &Host,
        first: Category,
        second: Category,
        said: &Said<'_>,
        judged: Judged,
    ) -> Vec<Move> {
        if let Judged::End(..) = judged {
            return self.wish(host, said, judged);
        }
        let named = |category| said.text.contains(host.script.desk_name(category));
        let chosen = match (named(first), named(second)) {
            (true, false) => Some(first),
            (false, true) => Some(second),
            _ => order(said.text).map(|is_first| if is_first { first } else { second }),
        };
        match chosen {
            Some(category) => {
                vec![Move::End(Outcome::Route, Reason::Understood, Subject::Desk(category))]
            }
            None => self.wish(host, said, judged),
        }
    }

    fn answer_to_person(
        &mut self,
        host: &Host,
        before: Option<Box<Verdict>>,
        said: &Said<'_>,
        judged: Judged,
    ) -> Vec<Move> {
        match (answer::answer(said.text), before) {
            (Some(Reply { answer: Answer::Yes, .. }), _) => self.hand_off(Reason::Vulnerable),
            (Some(Reply { answer: Answer::No, rest }), before) => {
                self.question = Question::Open;
                let rest = said.text[rest].trim();
                match before {
                    Some(verdict) => self.settle(host, verdict),
                    None if rest.is_empty() => {
                        let line = ("ask_again", &host.script.prompts.ask_again);
                        self.prompt(Question::Open, line, &[])
                    }
                    None => self.rest(host, said, rest, Reason::LowConfidence),
                }
            }
            // Doubt is no refusal.
            (Some(Reply { answer: Answer::Unsure, .. }), _) => self.hand_off(Reason::Vulnerable),
            (None, _) if matches!(judged, Judged::End(..)) => self.wish(host, said, judged),
            (None, Some(_)) => self.hand_off(Reason::Vulnerable),
            (None, None) if !said.is_heard || judged == Judged::Ask(Reason::NoMatch) => {
                self.hand_off(Reason::Vulnerable)
            }
            (None, None) => self.wish(host, said, judged),
        }
    }

    fn answer_to_topics(
        &mut self,
        host: &Host,
        category: Category,
        said: &Said<'_>,
        judged: Judged,
    ) -> Vec<Move> {
        if let Judged::End(..) = judged {
            return self.wish(host, said, judged);
        }
        if said.verdict.category() == category && said.is_heard {
            return self.settle(host, Box::new(said.verdict.clone()));
        }
        // The desk is known; the rest is its own to ask.
        vec![Move::End(Outcome::Route, Reason::KeyPressed, Subject::Desk(category))]
    }

    fn answer_to_more(&mut self, host: &Host, said: &Said<'_>, judged: Judged) -> Vec<Move> {
        let is_over = answer::request(said.text)
            .is_some_and(|it| matches!(it, Request::Goodbye | Request::NothingElse))
            || answer::answer(said.text)
                .is_some_and(|it| it.answer == Answer::No && said.text[it.rest].trim().is_empty())
            || answer::signs(said.text).thanks && !matches!(judged, Judged::End(..));
        if is_over {
            return vec![Move::End(Outcome::Guide, Reason::Solved, Subject::Heard)];
        }
        if let Some(Reply { answer: Answer::Yes, rest }) = answer::answer(said.text)
            && said.text[rest].trim().is_empty()
        {
            let line = ("ask_again", &host.script.prompts.ask_again);
            return self.prompt(Question::Open, line, &[]);
        }
        self.question = Question::Open;
        self.wish(host, said, judged)
    }

    /// A question that the profile answers. Callers' troubles are hardly ever taken for one (2 of
    /// 34,200 lines of the corpus), so it comes first; but never before a wish in so many words.
    fn common_question(&mut self, host: &Host, said: &Said<'_>) -> Option<Vec<Move>> {
        let found = host.faq().find(said.text)?;
        if said.verdict.urgent || !said.is_heard || host.classifier.is_clear_wish(said.text) {
            return None;
        }
        let question = host.script.faq.get(found.entry)?;
        self.n_unclear = 0;
        let name = format!("faq.{}", question.id);
        let text: Arc<str> = question.answer.as_str().into();
        self.note_tried(&name, &text);
        let mut moves = vec![Move::Say(Say { name, text, barge_in: true })];
        let line = ("anything_else", &host.script.prompts.anything_else);
        moves.extend(self.prompt(Question::More, line, &[]));
        Some(moves)
    }

    pub(super) fn note_tried(&mut self, name: &str, text: &str) {
        if self.tried.len() < MAX_NOTES {
            self.tried.push(Tried { id: name.to_owned(), text: text.to_owned() });
        }
    }
}

/// So many readings denied, and the bot has had its chances.
const MISUNDERSTOOD: u32 = 2;

/// The first or the second of two: 前面那个, 第二个.
fn order(text: &str) -> Option<bool> {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match (has(&["第一", "前者", "前面", "前一个"]), has(&["第二", "后者", "后面", "后一个"]))
    {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// BCP 47.
const fn tag(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::Cantonese => "yue",
        Language::Dialect => "zh-x-dialect",
        Language::Foreign => "und",
    }
}
