//! Loops: a decoder that has lost the audio writes the same words until its budget ends.
//!
//! People repeat themselves too (对对对, 喂喂喂喂, 人工人工人工), so a loop must be longer than an
//! impatient caller's.

/// The longest phrase whose repetition is looked for.
const MAX_PHRASE: usize = 16;
/// From how many repetitions on a phrase is a loop.
const MIN_TIMES: usize = 4;
/// One or two syllables are called out many times in one breath; more than this many characters
/// of it are not.
const MIN_CHARS: usize = 16;
/// A loop of whole phrases need not be that long.
const MIN_CHARS_OF_PHRASES: usize = 12;
/// From this length on a unit is a phrase.
const PHRASE: usize = 3;
/// The loop makes up this share of the text, in tenths: it often has a sound beginning.
const MIN_TENTHS: usize = 6;

/// Whether a normalised text is mostly one phrase over and over.
pub(super) fn is_loop(text: &[char]) -> bool {
    (1..=MAX_PHRASE).any(|n_phrase| {
        let min_chars = if n_phrase < PHRASE { MIN_CHARS } else { MIN_CHARS_OF_PHRASES };
        let longest = longest_period(text, n_phrase);
        longest >= n_phrase * MIN_TIMES
            && longest >= min_chars
            && longest * 10 >= text.len() * MIN_TENTHS
    })
}

/// Length of the longest run in which every character equals the one `n_phrase` before it.
fn longest_period(text: &[char], n_phrase: usize) -> usize {
    let mut longest = 0;
    let mut equal = 0;
    for (early, late) in text.iter().zip(text.iter().skip(n_phrase)) {
        equal = if early == late { equal + 1 } else { 0 };
        longest = longest.max(equal);
    }
    if longest == 0 { 0 } else { longest + n_phrase }
}
