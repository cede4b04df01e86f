//! Lists of phrases that are found by their sound.
//!
//! A lexicon is written in characters and compiled to sounds once. A line is a row of slots; `|`
//! stands between what may fill a slot, `_` is nothing: `你|您 会|能|会不会 说|讲|_ 粤语` is 18
//! phrases. A line that opens with `=` is read to the letter, where homophones would mean something
//! else (`= 滚`). This file knows no phrase itself.

use super::{
    super::normalize::fold,
    heard::{Heard, sounds},
};
use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    ops::Range,
};

/// Phrases, each with what it means. The lexicons' products are many, so they lie close: 8 MB instead of 46.
#[derive(Debug)]
pub(super) struct Phrases<Tag> {
    /// What all phrases are made of: characters where they are read to the letter, else sounds.
    units: Vec<u32>,
    /// By the first two sounds; the longest first, of equal ones those read to the letter.
    by_start: HashMap<Start, Box<[Phrase<Tag>]>>,
}

/// The numbers of the first sound and of the second one, where a phrase has it. One alone would leave
/// hundreds of phrases to compare at every place.
type Start = (u32, Option<u32>);

#[derive(Debug)]
struct Phrase<Tag> {
    /// Where its units begin.
    first: u32,
    n_units: u8,
    is_literal: bool,
    tag: Tag,
}

/// A phrase found in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit<Tag> {
    pub(super) tag: Tag,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl<Tag: Copy> Phrases<Tag> {
    /// Compiles lexicons, each with the tag of its phrases. Among equals the earlier list wins.
    pub(super) fn new(lexicons: &[(Tag, &str)]) -> Self {
        let mut units: Vec<u32> = Vec::new();
        let mut by_start: HashMap<Start, Vec<Phrase<Tag>>> = HashMap::new();
        for (tag, lexicon) in lexicons {
            // 他, 她 and 它 are one sound, and would be one phrase three times.
            let mut known = HashSet::new();
            for line in lexicon.lines().map(str::trim) {
                let (is_literal, slots) = match line.strip_prefix('=') {
                    Some(slots) => (true, slots),
                    None => (false, line),
                };
                for chars in expand(slots) {
                    let codes: Vec<u32> = sounds(&chars).iter().map(|it| it.code()).collect();
                    let Some(sound) = codes.first().copied() else { continue };
                    let start = (sound, codes.get(1).copied());
                    let own = match is_literal {
                        true => chars.into_iter().map(u32::from).collect(),
                        false => codes,
                    };
                    let first = units.len() as u32;
                    let n_units = u8::try_from(own.len()).unwrap_or(u8::MAX);
                    if known.insert(digest(is_literal, &own)) {
                        units.extend(&own[..usize::from(n_units)]);
                        let phrase = Phrase { first, n_units, is_literal, tag: *tag };
                        by_start.entry(start).or_default().push(phrase);
                    }
                }
            }
        }
        for phrases in by_start.values_mut() {
            phrases.sort_by_key(|phrase| (u8::MAX - phrase.n_units, !phrase.is_literal));
        }
        units.shrink_to_fit();
        let by_start = by_start.into_iter().map(|(start, phrases)| (start, phrases.into()));
        Self { units, by_start: by_start.collect() }
    }

    /// The phrases that stand at a place, the longest first.
    pub(super) fn all_at<'a>(
        &'a self,
        heard: &'a Heard,
        start: usize,
    ) -> impl Iterator<Item = Hit<Tag>> + 'a {
        let code = |at: usize| heard.codes().get(at).copied();
        // A phrase of one sound is shorter than all others.
        let starts = [code(start + 1).map(Some), Some(None)].into_iter().flatten();
        let buckets =
            starts.filter_map(move |second| self.by_start.get(&(code(start)?, second))).flatten();
        buckets.filter_map(move |phrase| {
            let end = start + usize::from(phrase.n_units);
            self.stands(phrase, heard, start..end).then_some(Hit { tag: phrase.tag, start, end })
        })
    }

    fn stands(&self, phrase: &Phrase<Tag>, heard: &Heard, range: Range<usize>) -> bool {
        let units = &self.units[phrase.first as usize..][..usize::from(phrase.n_units)];
        match phrase.is_literal {
            true => heard.chars().get(range).is_some_and(|chars| {
                chars.iter().copied().map(u32::from).eq(units.iter().copied())
            }),
            false => heard.codes().get(range) == Some(units),
        }
    }

    /// The longest phrase that stands at a place.
    pub(super) fn at(&self, heard: &Heard, start: usize) -> Option<Hit<Tag>> {
        self.all_at(heard, start).next()
    }

    /// Every place of the text where a phrase stands, the longest one of each.
    pub(super) fn hits<'a>(&'a self, heard: &'a Heard) -> impl Iterator<Item = Hit<Tag>> + 'a {
        (0..heard.len()).filter_map(|start| self.at(heard, start))
    }

    /// Whether a phrase ends where the characters before `end` end, and where it starts.
    pub(super) fn before(&self, heard: &Heard, end: usize) -> Option<Hit<Tag>> {
        let first = end.saturating_sub(LONGEST);
        (first..end).find_map(|start| self.all_at(heard, start).find(|hit| hit.end == end))
    }
}

/// No phrase that is looked for backwards is longer.
const LONGEST: usize = 8;

/// Stands for a phrase among those already known. Of a million phrases two share one by chance with a
/// probability of 3e-8 (n² / 2⁶⁵), and then one of them is missing.
fn digest(is_literal: bool, units: &[u32]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (is_literal, units).hash(&mut hasher);
    hasher.finish()
}

/// All phrases of a line of slots.
fn expand(line: &str) -> Vec<Vec<char>> {
    let mut phrases = vec![Vec::new()];
    for slot in line.split_whitespace() {
        let fillings = slot.split('|').map(|filling| filling.chars().filter(|one| *one != '_'));
        phrases = fillings
            .flat_map(|filling| {
                let filling: Vec<char> = filling.map(fold).collect();
                phrases.iter().map(move |phrase| [phrase.as_slice(), &filling].concat())
            })
            .collect();
    }
    phrases.retain(|phrase| !phrase.is_empty());
    phrases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_slots_is_the_product_of_its_fillings() {
        let phrases = expand("你|您 会|能不能 说|_ 粤语");
        assert_eq!(phrases.len(), 8);
        assert!(phrases.contains(&"您能不能粤语".chars().collect()));
    }

    #[test]
    fn homophones_are_found_unless_the_line_is_read_to_the_letter() {
        let phrases = Phrases::new(&[(1, "稍等\n= 滚")]);
        let tag = |text: &str| phrases.at(&Heard::new(text), 0).map(|hit| hit.tag);
        assert_eq!(tag("烧等"), Some(1));
        assert_eq!(tag("滚"), Some(1));
        assert_eq!(tag("磙"), None);
    }
}
