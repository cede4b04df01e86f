//! Which of the operator's own questions a caller asks: 你们几点上班.
//!
//! The operator gives examples; what a caller says is compared with them by pairs of sounds, each
//! weighed by how rare it is among callers' lines. It does not know the answers.

#[cfg(test)]
mod tests;

use super::{
    heard::{Heard, Sound},
    phrases::Phrases,
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::LazyLock,
};

/// From this score on a question is taken for one of the operator's. Measured on the corpus: see
/// the tests beside this file.
const THRESHOLD: f32 = 0.65;

/// The share of callers' lines that an unlisted pair of sounds is held to stand in.
const RARE: f32 = 0.0007;

/// A single sound says less than a pair: it has homophones.
const SINGLE: f32 = 0.35;

/// `gram<TAB>lines in 10,000`, for the grams of sounds that stand in at least ten of them; counted
/// over the utterance corpus.
static BACKGROUND: LazyLock<HashMap<&str, f32>> = LazyLock::new(|| {
    let lines = include_str!("faq/background.tsv").lines();
    lines
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(gram, count)| Some((gram, count.parse::<f32>().ok()? / 10_000.0)))
        .collect()
});

/// What says only that a question comes.
static PADDING: LazyLock<Phrases<()>> = LazyLock::new(|| {
    let words = "
        请问|请问一下|我想问|我想问一下|我想问问|想问一下|想问问|问一下|我问一下|我想知道|我就想知道|我就想问|我就问|咨询一下|我想咨询|我想咨询一下|我想了解一下|打听一下|我打听一下|跟你打听一下|麻烦问一下|麻烦问下|你好|您好|喂|不好意思|那个|就是|然后|谢谢|麻烦|顺便问一下|我问你|问你一下|你告诉我|告诉我|说一下|帮我|啊|呀|呢|嗯|呃|哦|诶|哎|这个|到底|那
    ";
    Phrases::new(&[((), words)])
});

/// The operator's questions, ready to be compared.
#[derive(Clone, Debug, Default)]
pub struct Faq {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    questions: Vec<BTreeSet<String>>,
    all: HashSet<String>,
}

/// An entry that a caller asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match {
    /// Its place in the list that [`Faq::new`] was given.
    pub entry: usize,
    /// How alike the two are, 0 to 1.
    pub score: f32,
}

impl Faq {
    /// Prepares the operator's entries, each a list of example questions, in the given order.
    #[must_use]
    pub fn new(entries: &[Vec<String>]) -> Self {
        let entries = entries.iter().map(|examples| {
            let questions: Vec<_> = examples.iter().map(|question| grams(question)).collect();
            let all = questions.iter().flatten().cloned().collect();
            Entry { questions, all }
        });
        Self { entries: entries.collect() }
    }

    /// The entry that the text asks for, where one is alike enough.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Match> {
        self.best(text).filter(|found| found.score >= THRESHOLD)
    }

    fn best(&self, text: &str) -> Option<Match> {
        let asked = grams(text);
        let scores = self.entries.iter().enumerate();
        scores
            .map(|(entry, known)| Match { entry, score: known.likeness(&asked) })
            .max_by(|left, right| left.score.total_cmp(&right.score))
    }
}

impl Entry {
    /// The geometric mean of how much of an example was asked and how much of what was asked the
    /// entry knows: a long story holds the one, a stray word the other, only a question both.
    fn likeness(&self, asked: &BTreeSet<String>) -> f32 {
        let total: f32 = asked.iter().map(|gram| weight(gram)).sum();
        let known: f32 =
            asked.iter().filter(|gram| self.all.contains(*gram)).map(|gram| weight(gram)).sum();
        let covered = self.questions.iter().map(|question| {
            let whole: f32 = question.iter().map(|gram| weight(gram)).sum();
            let shared: f32 = question.intersection(asked).map(|gram| weight(gram)).sum();
            if whole > 0.0 { shared / whole } else { 0.0 }
        });
        let covered = covered.fold(0.0, f32::max);
        if total > 0.0 { (covered * known / total).sqrt() } else { 0.0 }
    }
}

/// How much a gram says, in the manner of inverse document frequency.
fn weight(gram: &str) -> f32 {
    let share = BACKGROUND.get(gram).copied().unwrap_or(RARE).max(RARE);
    let says = -share.ln();
    if gram.contains(' ') { says } else { says * SINGLE }
}

/// The sounds of a text and the pairs of them, without what only opens a question.
fn grams(text: &str) -> BTreeSet<String> {
    let heard = Heard::new(text);
    let (mut sounds, mut at) = (Vec::new(), 0);
    while at < heard.len() {
        match PADDING.at(&heard, at) {
            Some(hit) => at = hit.end,
            None => {
                sounds.push(blurred(heard.sounds()[at]));
                at += 1;
            }
        }
    }
    let pairs = sounds.windows(2).map(|pair| format!("{} {}", pair[0], pair[1]));
    pairs.chain(sounds.iter().cloned()).collect()
}

/// A sound as callers from the south and narrow lines blur it: zh is z, ng is n.
fn blurred(sound: Sound) -> String {
    match sound {
        Sound::Letter(letter) => letter.to_string(),
        Sound::Syllable(plain) => {
            let body = plain.strip_suffix("ng").map_or(plain.to_owned(), |body| format!("{body}n"));
            match body.as_bytes() {
                [b'z' | b'c' | b's', b'h', ..] => format!("{}{}", &body[..1], &body[2..]),
                _ => body,
            }
        }
    }
}
