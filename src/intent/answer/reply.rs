//! Yes, no, or neither: what a caller answers to a yes/no question.
//!
//! An answer stands at the start of the utterance as a chain of answering words; what is told
//! behind it is the rest. A word counts only where what follows it can follow an answer: 对我要退款
//! is one, 对我不公平 is none. This file does not know the question. Its words are in `lexicon`.

mod lexicon;
mod solve;
#[cfg(test)]
mod tests;

use super::{
    filler::is_filler,
    heard::{Heard, Sound},
    phrases::Phrases,
};
use lexicon::{FOLLOWERS, Hold, MARKS, Mark, NEVER, Told};
use std::ops::Range;

pub use solve::solved;

/// What a caller says to a yes/no question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// 对, 是的, 没错, 就是这个, 嗯.
    Yes,
    /// 不是, 不对, 没有, 哪儿啊.
    No,
    /// 不知道, 可能吧, or a question back: 是吗.
    Unsure,
}

/// An answer and where the caller goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The answer; of several (对哦不对) the last.
    pub answer: Answer,
    /// What is told behind the answer, in bytes of the text, always on character boundaries and to
    /// the text's end; empty where nothing is. For 不是甲是乙 it holds the 不是, without which the
    /// rest would mean the contrary.
    pub rest: Range<usize>,
}

/// The answer that an utterance opens with, or nothing where it answers neither yes nor no.
#[must_use]
pub fn answer(text: &str) -> Option<Reply> {
    let heard = Heard::new(text);
    let steps = steps(&heard);
    let (mut said, mut has_hummed, mut has_paused, mut at) = (None, false, false, 0);
    let mut rest = None;
    while let Some(Some(step)) = steps.get(at) {
        match step.mark {
            Mark::Answer(answer, _) => said = Some(answer),
            Mark::Hum => has_hummed = true,
            Mark::Pause => has_paused = true,
            Mark::Soft => {}
        }
        if step.keeps {
            rest = Some(at);
        }
        at += step.n_chars;
    }
    // 嗯 alone is a yes; in front of a story it is a habit.
    has_paused &= is_filler(text);
    said = said.filter(|_| !has_paused);
    let hummed = (has_hummed && !has_paused && at == heard.len()).then_some(Answer::Yes);
    let answer = said.or(hummed)?;
    let start = heard.byte(rest.unwrap_or(at), text);
    Some(Reply { answer, rest: start..text.len() })
}

/// One answering word of the chain.
#[derive(Clone, Copy)]
struct Step {
    mark: Mark,
    n_chars: usize,
    /// The chain from here reaches the text's end.
    closes: bool,
    /// The rest begins with this word.
    keeps: bool,
}

/// For each place the answering word that can stand there, found from the end backwards, because
/// whether it can depends on what follows.
fn steps(heard: &Heard) -> Vec<Option<Step>> {
    let mut steps: Vec<Option<Step>> = vec![None; heard.len()];
    for at in (0..heard.len()).rev() {
        let never = NEVER.at(heard, at).map_or(0, |hit| hit.end);
        steps[at] = MARKS.all_at(heard, at).filter(|hit| hit.end >= never).find_map(|hit| {
            let next = steps.get(hit.end).copied().flatten();
            let closes = hit.end == heard.len() || next.is_some_and(|next| next.closes);
            let step = Step { mark: hit.tag, n_chars: hit.end - at, closes, keeps: false };
            let follows = |told: Told| FOLLOWERS.all_at(heard, hit.end).any(|hit| hit.tag == told);
            let goes_on = next.is_some();
            let fits = match hit.tag {
                Mark::Answer(_, Hold::Free) => true,
                Mark::Answer(_, Hold::Alone) => closes,
                Mark::Answer(_, Hold::Before(told)) => closes || goes_on || follows(told),
                Mark::Answer(_, Hold::May) => {
                    closes || goes_on || follows(Told::Person) && !asks(heard, hit.end)
                }
                Mark::Answer(_, Hold::Denies) => {
                    let splits = closes || goes_on || follows(Told::Person);
                    let keeps = !splits || is_owner(heard, hit.end);
                    return (!is_rhetorical(heard, at, hit.end)).then_some(Step { keeps, ..step });
                }
                Mark::Hum | Mark::Soft | Mark::Pause => closes || goes_on || follows(Told::Person),
            };
            fits.then_some(step)
        });
    }
    steps
}

/// 不是我的号是我妈的号: what follows says whose it is not, so it needs its 不是.
fn is_owner(heard: &Heard, at: usize) -> bool {
    let rest = &heard.chars()[at..];
    let owned = rest.iter().skip(1).take(2).any(|one| *one == '的');
    owned && rest.iter().skip(2).any(|one| *one == '是')
}

/// 不是说三天到账吗, 不是我发的: no answer, but a reproach or a plea.
fn is_rhetorical(heard: &Heard, start: usize, end: usize) -> bool {
    let rest = &heard.chars()[end..];
    let pleads = rest.len() > 2 && rest.last() == Some(&'的') && !rest.contains(&'是');
    start == 0 && (pleads || !rest.is_empty() && is_asked(heard))
}

/// Whether a question is asked from a place on.
fn asks(heard: &Heard, from: usize) -> bool {
    heard.chars()[from..].iter().any(|one| "吗么呢".contains(*one))
}

/// Whether the text ends as a question does.
fn is_asked(heard: &Heard) -> bool {
    heard.sounds().last() == Some(&Sound::Syllable("ma"))
}

/// The words of a reader, and what they mean.
type Marks = Phrases<Mark>;
