//! Known phantoms: lines of subtitles that speech models write where nobody speaks.
//!
//! The list is data (`phantoms.txt`). A caller may use the same words for a complaint (点赞, 打赏,
//! 字幕), so only a whole line, or a long piece of one that is nearly all there is, counts.

use std::fmt;

/// The built-in list, Simplified.
const LIST: &str = include_str!("phantoms.txt");

/// A piece of a line counts from this length on: 中文字幕 and 点赞订阅 are also said by callers.
const MIN_PIECE: usize = 5;
/// … and only where it makes up this share of the text, in tenths.
const MIN_PIECE_TENTHS: usize = 7;
/// A whole line counts where it makes up this share of the text, in tenths.
const MIN_LINE_TENTHS: usize = 5;

/// The list, ready to compare.
pub(super) struct Phantoms {
    lines: Vec<Vec<char>>,
    prefixes: Vec<Vec<char>>,
}

impl fmt::Debug for Phantoms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phantoms").field("lines", &self.lines.len()).finish_non_exhaustive()
    }
}

impl Phantoms {
    pub(super) fn load() -> Self {
        let lines = LIST.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (prefixes, lines): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.ends_with('…'));
        let ready = |lines: Vec<&str>| {
            let chars = |line| super::strip(line).to_lowercase().chars().collect();
            lines.into_iter().map(chars).collect()
        };
        Self { lines: ready(lines), prefixes: ready(prefixes) }
    }

    /// Whether a normalised text is one of them.
    pub(super) fn is_phantom(&self, text: &[char]) -> bool {
        let text: Vec<char> = text.iter().flat_map(|it| it.to_lowercase()).collect();
        self.prefixes.iter().any(|prefix| text.starts_with(prefix))
            || self.lines.iter().any(|line| {
                let common = longest_common_run(&text, line);
                let is_line = common == line.len() && common * 10 >= text.len() * MIN_LINE_TENTHS;
                let is_piece = common >= MIN_PIECE && common * 10 >= text.len() * MIN_PIECE_TENTHS;
                is_line || is_piece
            })
    }
}

/// Length of the longest run of characters that both contain.
fn longest_common_run(text: &[char], line: &[char]) -> usize {
    let mut longest = 0;
    // `runs[i]`: length of the common run that ends at `line[i - 1]` and the current character.
    let mut runs = vec![0; line.len() + 1];
    for character in text {
        for idx in (0..line.len()).rev() {
            runs[idx + 1] = if line[idx] == *character { runs[idx] + 1 } else { 0 };
            longest = longest.max(runs[idx + 1]);
        }
    }
    longest
}
