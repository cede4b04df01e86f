//! The prompt's echo: a line that hears our own voice writes our own words.
//!
//! Callers answer with the words of the question (账户问题), so a short text is never an echo; a
//! long one is when nearly all its pairs of characters stand in the prompt.

use std::collections::HashSet;

/// Texts shorter than this are answers: the longest choice that a menu offers has 6 characters.
const MIN_CHARS: usize = 8;
/// Share of the text's pairs that stand in the prompt, in tenths. The recogniser mishears some.
const MIN_TENTHS: usize = 7;

/// Whether a normalised text is what the prompt was saying.
pub(super) fn is_echo(text: &[char], prompt: &str) -> bool {
    if text.len() < MIN_CHARS {
        return false;
    }
    let prompt: Vec<char> = prompt.chars().collect();
    let of_prompt: HashSet<&[char]> = prompt.windows(2).collect();
    let n_common = text.windows(2).filter(|pair| of_prompt.contains(pair)).count();
    n_common * 10 >= (text.len() - 1) * MIN_TENTHS
}
