//! A text in normal form to hashed features: n-grams of characters and of sounds.
//!
//! No word segmenter: its errors on misheard text are the classic failure of Chinese intent models.
//! Characters say exactly what was written, syllables survive homophones, classes survive near
//! sounds, and pairs with a gap survive a lost syllable. This file knows no weights and no topics.

use super::{
    normalize::Normal,
    pinyin::{Syllable, syllables},
};
use std::ops::Range;

/// How many buckets the features share. With 32 columns of one byte this is 3.8 MB, below the 4 MB
/// that the embedded file may take.
pub const N_BUCKETS: u32 = 120_000;

/// What a feature was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The characters themselves.
    Character,
    /// Their toneless syllables.
    Pinyin,
    /// The classes of their syllables.
    Sound,
    /// The classes of two syllables with one between them.
    Gap,
}

/// One feature of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Below [`N_BUCKETS`].
    pub bucket: u32,
    /// What it was made of.
    pub kind: Kind,
    start: u16,
    end: u16,
}

impl Feature {
    /// The characters of the normal form that it covers.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        usize::from(self.start)..usize::from(self.end)
    }
}

/// A text as the model sees it.
#[derive(Clone, Debug, Default)]
pub struct Features {
    /// In order of kind and place.
    pub list: Vec<Feature>,
    /// One for each character of the normal form.
    pub syllables: Vec<Syllable>,
}

/// Stands before the first and behind the last character, so that "人工" alone differs from 人工 in
/// a sentence.
const EDGE: u32 = 1;

/// The longest n-gram of each kind. Four sounds are a whole phrase such as 未成年人; longer ones
/// hardly ever come twice.
const LONGEST: [(Kind, usize); 3] = [(Kind::Character, 3), (Kind::Pinyin, 3), (Kind::Sound, 4)];

/// Extracts the features of a text.
#[must_use]
pub fn extract(normal: &Normal) -> Features {
    let chars = normal.chars();
    let syllables = syllables(chars);
    let mut list = Vec::with_capacity(chars.len() * 12 + 16);
    if chars.is_empty() {
        return Features { list, syllables };
    }
    let mut units = Vec::with_capacity(chars.len() + 2);
    for (kind, longest) in LONGEST {
        units.clear();
        units.push(EDGE);
        match kind {
            Kind::Character => units.extend(chars.iter().map(|&character| character as u32)),
            Kind::Pinyin => units.extend(syllables.iter().map(exact)),
            Kind::Sound | Kind::Gap => {
                units.extend(syllables.iter().map(|syllable| syllable.class))
            }
        }
        units.push(EDGE);
        push_ngrams(&mut list, kind, &units, longest);
    }
    // `units` still holds the classes of the last kind.
    for (at, window) in units.windows(3).enumerate().skip(1) {
        let hash = hash(Kind::Gap, &[window[0], window[2]]);
        push(&mut list, Kind::Gap, hash, at, 3, units.len());
    }
    Features { list, syllables }
}

/// An exact syllable as a number; a character without a reading keeps its class.
fn exact(syllable: &Syllable) -> u32 {
    if syllable.plain.is_empty() {
        return syllable.class;
    }
    syllable
        .plain
        .bytes()
        .fold(FNV_OFFSET, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(FNV_PRIME))
}

fn push_ngrams(list: &mut Vec<Feature>, kind: Kind, units: &[u32], longest: usize) {
    for at in 0..units.len() {
        for n_units in 1..=longest.min(units.len() - at) {
            // An edge alone says nothing.
            if n_units == 1 && (at == 0 || at + 1 == units.len()) {
                continue;
            }
            let hash = hash(kind, &units[at..at + n_units]);
            push(list, kind, hash, at, n_units, units.len());
        }
    }
}

/// `at` counts from the opening edge, so character `n` of the text stands at `n + 1`.
fn push(list: &mut Vec<Feature>, kind: Kind, hash: u32, at: usize, n_units: usize, total: usize) {
    let start = at.saturating_sub(1);
    let end = (at + n_units - 1).min(total - 2);
    let bucket = (u64::from(hash) * u64::from(N_BUCKETS)) >> 32;
    // All three fit: a bucket is below `N_BUCKETS`, a text has at most `MAX_CHARS` characters.
    list.push(Feature { bucket: bucket as u32, kind, start: start as u16, end: end as u16 });
}

const FNV_OFFSET: u32 = 0x811c_9dc5;
const FNV_PRIME: u32 = 0x0100_0193;

/// FNV-1a over whole units, then the finaliser of MurmurHash3, because the bucket is taken from the
/// upper bits.
fn hash(kind: Kind, units: &[u32]) -> u32 {
    let seed = FNV_OFFSET ^ (kind as u32 + 1).wrapping_mul(0x9e37_79b1) ^ units.len() as u32;
    let mut hash = units.iter().fold(seed, |hash, unit| {
        let mixed = (hash ^ unit).wrapping_mul(FNV_PRIME);
        mixed ^ mixed >> 15
    });
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::{super::normalize::normalize, *};

    #[test]
    fn every_feature_lies_in_the_table_and_in_the_text() {
        for text in ["", "钱", "人工", "我充的钱没到账dou加", &"转".repeat(2_000)] {
            let normal = normalize(text);
            for feature in extract(&normal).list {
                assert!(feature.bucket < N_BUCKETS);
                assert!(feature.range().start < feature.range().end, "{feature:?}");
                assert!(feature.range().end <= normal.chars().len());
            }
        }
    }

    #[test]
    fn homophones_share_their_sound_features() {
        let sounds = |text: &str| -> Vec<u32> {
            let features = extract(&normalize(text)).list;
            features.iter().filter(|f| f.kind == Kind::Sound).map(|f| f.bucket).collect()
        };
        assert_eq!(sounds("我要提现"), sounds("我要体现"));
        assert_ne!(sounds("我要提现"), sounds("我要退款"));
    }
}
