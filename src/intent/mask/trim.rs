//! Counts that were said directly behind a number: 六二二二…三六九一万块, 二八四七五分钟有效.
//!
//! A run takes every digit that it meets. Where its last ones are counted in something and the rest
//! is a whole number without them, they are given back. What the rest is, is decided in `judge`.

use super::{digits::Run, form, line::Line, numerals};

/// What an amount behind a card or a mobile number is counted in.
const AMOUNTS: &[&str] =
    &["万", "块", "元", "千", "百", "亿", "次", "个", "遍", "条", "天", "分钟"];
/// How long a code holds.
const TERMS: &[&str] = &["分钟", "分种", "秒"];

/// The run without a count that stands behind it.
pub(super) fn trimmed(line: &Line<'_>, run: Run) -> Run {
    let end = run.chars.end;
    let n_digits = run.digits.len();
    // 372089十分钟: figures know no ten.
    if line.before(end) == Some('十')
        && line.before(end - 1).is_some_and(numerals::is_figure)
        && line.longest(end, TERMS).is_some()
        && is_code(n_digits - 2)
    {
        return without(&run, 2, 1);
    }
    // 三八二七四六十分钟: the ten belongs to the minutes.
    if line.before(end) == Some('十')
        && line.longest(end, TERMS).is_some()
        && is_code(n_digits - 1)
        && run.n_plain + 2 == n_digits
    {
        let mut code = without(&run, 1, 1);
        code.n_plain += 1;
        return code;
    }
    if let Some((n_chars, n_counted)) = composed_amount(line, &run) {
        let rest = without(&run, n_counted, n_chars);
        if rest.n_plain == rest.digits.len() && is_whole(&rest) {
            return rest;
        }
    }
    if run.n_plain < n_digits {
        return run;
    }
    // An identity number and the year of a birth.
    for n_year in [4, 2] {
        if line.char(end) == Some('年')
            && n_digits == 18 + n_year
            && ends_singly(line, &run, n_year)
        {
            return without(&run, n_year, n_year);
        }
    }
    let rest = without(&run, 1, 1);
    // 一二三零六一直打不通: the last one begins a word.
    let begins_word = line.before(end) == Some('一')
        && line.longest(end, &["直", "起", "样", "般", "共", "旦"]).is_some()
        && line.longest(end, &["直接"]).is_none();
    if begins_word
        && (form::is_public(&rest)
            || is_whole(&rest)
            || is_code(n_digits - 1) && run.n_figures < n_digits)
    {
        return rest;
    }
    let counted = line.longest(end, AMOUNTS).is_some() && is_whole(&rest)
        || run.is_dictated() && line.longest(end, TERMS).is_some() && is_code(n_digits - 1);
    if counted && ends_singly(line, &run, 2) { rest } else { run }
}

fn is_code(n_digits: usize) -> bool {
    matches!(n_digits, 4 | 6)
}

/// A card, a mobile or a landline number that lacks nothing.
fn is_whole(run: &Run) -> bool {
    form::is_card(run)
        || matches!(run.digits[..], [1, 3..=9, ..] if run.digits.len() == 11)
        || matches!(run.digits[..], [0, 1..=9, ..] if (11..=12).contains(&run.digits.len()))
}

/// Whether the last digits were said one by one, with nothing between.
fn ends_singly(line: &Line<'_>, run: &Run, n_digits: usize) -> bool {
    let end = run.chars.end;
    run.chars.len() > n_digits
        && (end - n_digits..end).all(|at| line.char(at).and_then(numerals::digit).is_some())
}

/// 五千 at the end of a run and 块 behind it: its characters and its digits.
fn composed_amount(line: &Line<'_>, run: &Run) -> Option<(usize, usize)> {
    let end = run.chars.end;
    line.longest(end, &["块", "元", "万", "多", "钱"])?;
    let first = end.checked_sub(1).and_then(|at| line.char(at))?;
    let value = numerals::unit(first)?;
    let leading = end.checked_sub(2).and_then(|at| line.char(at)).and_then(numerals::count);
    // 十 alone is 10, 五十 is 50, 五百 500.
    let n_counted = match value {
        10 => 2,
        100 => 3,
        _ => 4,
    };
    leading.map(|_| (2, n_counted))
}

fn without(run: &Run, n_digits: usize, n_chars: usize) -> Run {
    let mut rest = run.clone();
    rest.digits.truncate(rest.digits.len().saturating_sub(n_digits));
    rest.chars.end = rest.chars.end.saturating_sub(n_chars).max(rest.chars.start);
    rest.n_plain = rest.n_plain.min(rest.digits.len());
    let mut lost = n_digits;
    while let Some(last) = rest.pieces.last_mut().filter(|_| lost > 0) {
        let from_last = lost.min(*last);
        *last -= from_last;
        lost -= from_last;
        if *last == 0 {
            rest.pieces.pop();
        }
    }
    rest.n_atoms = rest.n_atoms.saturating_sub(if n_chars == n_digits { n_digits } else { 1 });
    rest
}
