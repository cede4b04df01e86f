//! Which of several finds is meant: the first, unless the caller corrects it.

use super::{super::mask::line::Line, PAUSE};
use std::ops::Range;

/// A find, and how much it says: more beats less.
#[derive(Clone, Debug)]
pub(super) struct Find<T> {
    pub(super) chars: Range<usize>,
    pub(super) weight: u32,
    pub(super) value: T,
}

/// What takes back what was said before it.
const CORRECTIONS: &[&str] = &[
    "不对",
    "错了",
    "说错",
    "讲错",
    "记错",
    "报错了",
    "不是不是",
    "更正",
    "应该是",
    "哦不",
    "噢不",
    "而是",
    "我重新说",
    "重说",
];
/// How far apart what is corrected and what corrects it may stand, in characters.
const REACH: usize = 20;

/// The find that is meant.
pub(super) fn pick<T>(line: &Line<'_>, finds: Vec<Find<T>>) -> Option<T> {
    let mut finds = finds.into_iter();
    let mut best = finds.next()?;
    for next in finds {
        if corrects(line, &best.chars, &next.chars) || next.weight > best.weight {
            best = next;
        }
    }
    Some(best.value)
}

/// Whether the second takes back the first.
fn corrects(line: &Line<'_>, first: &Range<usize>, second: &Range<usize>) -> bool {
    if second.start < first.end || second.start - first.end > REACH {
        return false;
    }
    let between = line.slice(first.end..second.start);
    if CORRECTIONS.iter().any(|word| between.contains(word)) {
        return true;
    }
    // 不是三百是五百.
    let before = line.slice(first.start.saturating_sub(3)..first.start);
    let denied = before.ends_with("不是") && !before.ends_with("是不是");
    denied && between.trim_end_matches([' ', PAUSE]).ends_with('是')
}
