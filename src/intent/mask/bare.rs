//! Codes that no word names: digits said one by one and counted in nothing.
//!
//! Nobody dictates five or six digits to count something, so they are a secret unless the words
//! around them make something harmless of them. It knows no forms of longer numbers; those are
//! weighed in `form`.

use super::{
    Kind,
    context::{Measure, Near, Surroundings},
    cues::Cue,
    digits::Run,
    form, numerals,
};

/// Shorter ones are years, rooms and times as well: 零八三零.
const SHORTEST_BARE: usize = 5;
/// Longer ones have a form.
const LONGEST_BARE: usize = 6;

/// What a run without a cue of its own is.
pub(super) fn bare(
    run: &Run,
    near: Option<Near>,
    measure: Measure,
    around: &Surroundings<'_>,
) -> Option<Kind> {
    let n_digits = run.digits.len();
    let excused = near.is_some_and(|near| match near.cue {
        // 花了一二八零零; but no price is dictated to its last unit. 涨了382741.
        Cue::Amount => n_digits < LONGEST_BARE || run.n_figures > 0 || run.digits.ends_with(&[0]),
        Cue::Harmless | Cue::Name | Cue::Part => true,
        Cue::Phone
        | Cue::Calling
        | Cue::Area
        | Cue::ResidentId
        | Cue::BankCard
        | Cue::Code
        | Cue::Password
        | Cue::Hint
        | Cue::Dictation => false,
    });
    let read_out = near.is_some_and(|near| near.cue == Cue::Dictation && near.linked);
    let shortest = if read_out { SHORTEST_BARE - 1 } else { SHORTEST_BARE };
    let fits = (shortest..=LONGEST_BARE).contains(&n_digits)
        && (run.is_dictated() || is_written_code(run))
        && measure == Measure::Nothing
        && !form::is_year(run)
        && !form::is_month(run)
        && !form::is_public(run)
        && !form::is_play(run);
    (fits && !excused && !belongs_to_word(run, around)).then_some(Kind::Number)
}

/// 730824, 730 824, 7 3 0 8 2 4: the same as a recogniser may write it. Shorter and round ones are
/// prices as well.
fn is_written_code(run: &Run) -> bool {
    run.n_figures == LONGEST_BARE
        && run.digits.len() == LONGEST_BARE
        && !run.digits.ends_with(&[0, 0])
        && matches!(run.pieces[..], [6] | [3, 3] | [1, 1, 1, 1, 1, 1])
}

/// 第三八二零四, 三点一四一五九, 京A 三八二零四, 七零八零九零后: what stands directly beside the digits
/// makes a rank, a fraction, a plate or a generation of them.
fn belongs_to_word(run: &Run, around: &Surroundings<'_>) -> bool {
    let line = around.line;
    let behind = run.chars.end;
    let mut start = run.chars.start;
    while line.before(start).is_some_and(char::is_whitespace) {
        start -= 1;
    }
    let before = line.before(start);
    let ranked =
        before.is_some_and(|it| matches!(it, '第' | '负' | '之') || it.is_ascii_alphabetic());
    let named = match line.char(behind) {
        Some('号') => line.longest(behind, &["号码", "号是"]).is_none(),
        Some('后') => matches!(run.digits[..], [.., 0 | 5]),
        Some(next) => "乘比路班巷弄@".contains(next) || next.is_ascii_alphabetic(),
        None => false,
    };
    is_fraction(run, around) || ranked || named && line.longest(behind, &["后面", "后来"]).is_none()
}

/// 三点一四一五九: decimals, however many.
pub(super) fn is_fraction(run: &Run, around: &Surroundings<'_>) -> bool {
    let line = around.line;
    let point = run.chars.start.checked_sub(1).filter(|at| line.char(*at) == Some('点'));
    point.and_then(|at| line.before(at)).and_then(numerals::digit).is_some()
}
