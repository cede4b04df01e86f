//! Lists of phrases that are found by their sound.
//!
//! A lexicon is written in characters and compiled to sounds once. A line is a row of slots; `|`
//! stands between what may fill a slot, `_` is nothing: `你|您 会|能|会不会 说|讲|_ 粤语` is 18
//! phrases. A line that opens with `=` is read to the letter, where homophones would mean something
//! else (`= 滚`). This file knows no phrase itself.

use super::{
    super::normalize::fold,
    heard::{Heard, Sound, sounds},
};
use std::collections::HashMap;

/// Phrases, each with what it means.
#[derive(Debug)]
pub(super) struct Phrases<Tag> {
    /// By first sound; the longest first, of equal ones those read to the letter.
    by_first: HashMap<Sound, Vec<Phrase<Tag>>>,
}

#[derive(Debug)]
struct Phrase<Tag> {
    chars: Vec<char>,
    sounds: Vec<Sound>,
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
        let mut by_first: HashMap<Sound, Vec<Phrase<Tag>>> = HashMap::new();
        for (tag, lexicon) in lexicons {
            for line in lexicon.lines().map(str::trim) {
                let (is_literal, slots) = match line.strip_prefix('=') {
                    Some(slots) => (true, slots),
                    None => (false, line),
                };
                for chars in expand(slots) {
                    let sounds = sounds(&chars);
                    let Some(first) = sounds.first() else { continue };
                    let phrase = Phrase { chars, sounds: sounds.clone(), is_literal, tag: *tag };
                    by_first.entry(*first).or_default().push(phrase);
                }
            }
        }
        for phrases in by_first.values_mut() {
            phrases.sort_by_key(|phrase| (usize::MAX - phrase.chars.len(), !phrase.is_literal));
        }
        Self { by_first }
    }

    /// The phrases that stand at a place, the longest first.
    pub(super) fn all_at<'a>(
        &'a self,
        heard: &'a Heard,
        start: usize,
    ) -> impl Iterator<Item = Hit<Tag>> + 'a {
        let bucket = heard.sounds().get(start).and_then(|first| self.by_first.get(first));
        bucket
            .into_iter()
            .flatten()
            .filter(move |phrase| phrase.stands_at(heard, start))
            .map(move |phrase| Hit { tag: phrase.tag, start, end: start + phrase.chars.len() })
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

impl<Tag> Phrase<Tag> {
    fn stands_at(&self, heard: &Heard, start: usize) -> bool {
        let range = start..start + self.chars.len();
        heard.sounds().get(range.clone()) == Some(&self.sounds)
            && (!self.is_literal || heard.chars().get(range) == Some(&self.chars))
    }
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
