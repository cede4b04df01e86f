//! What the digits of a run are by their form alone, and how much that says.
//!
//! Length, first digits, a birthday inside, a check digit. It knows no words.

use super::{Kind, digits::Run, numerals::X};

/// A run of so many digits is masked even when nobody knows what it is.
pub(super) const DOUBTFUL: usize = 7;
/// Of a doubtful run so many digits must have been said one by one: 一百 两百 三百 is a list.
const DOUBTFUL_PLAIN: usize = 5;

/// So sure is a form that only the cue of something harmless excuses it.
pub(super) const EXACT: i32 = 6;
/// As good as exact.
pub(super) const LIKELY: i32 = 5;
/// A length that identifiers have, but orders too.
const POSSIBLE: i32 = 4;
/// Long enough to be kept from others when in doubt.
pub(super) const LONG: i32 = 3;
/// A right check digit; a wrong one only leaves the doubt, since recognisers mishear digits.
const CHECKED: i32 = 2;

/// What a run may be and how many points speak for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) kind: Kind,
    pub(super) points: i32,
}

/// The best form.
pub(super) fn form(run: &Run) -> Option<Form> {
    let digits = &run.digits[..];
    let local = without_country(digits);
    let n_digits = digits.len();
    let found = |kind, points| Some(Form { kind, points });
    match local {
        [1, 3..=9, ..] if local.len() == 11 => return found(Kind::Mobile, EXACT),
        [0, 1, 3..=9, ..] if local.len() == 12 => return found(Kind::Mobile, EXACT),
        [.., X] if n_digits >= 15 => return found(Kind::ResidentId, EXACT),
        [1..=8, ..] if n_digits == 18 && has_birthday(&digits[6..14]) => {
            let checked = if has_id_check(digits) { CHECKED } else { 0 };
            return found(Kind::ResidentId, EXACT + checked);
        }
        [0, 1 | 2, 0..=9, ..] if (10..=11).contains(&n_digits) => {
            return found(Kind::Landline, LIKELY);
        }
        // 86 21 58362047.
        [8, 6, 1..=9, ..] if (11..=13).contains(&n_digits) => {
            return found(Kind::Landline, LIKELY);
        }
        [0, 3..=9, ..] if (10..=12).contains(&n_digits) => return found(Kind::Landline, LIKELY),
        _ => {}
    }
    if (13..=19).contains(&n_digits) {
        let known = matches!(digits[0], 4..=6) || matches!(digits[..2], [3, 5 | 7] | [9, 5 | 9]);
        let points = if known && n_digits >= 15 { LIKELY } else { POSSIBLE };
        return found(Kind::BankCard, points + if has_luhn_check(digits) { CHECKED } else { 0 });
    }
    if n_digits < DOUBTFUL || run.n_plain < DOUBTFUL_PLAIN {
        return None;
    }
    // A mobile number with a digit too many or too few was misheard.
    let kind = if matches!(local, [1, 3..=9, ..]) && (10..=13).contains(&local.len()) {
        Kind::Mobile
    } else {
        Kind::Number
    };
    let landline = matches!(run.pieces[..], [3..=4, 4]);
    let whole = run.pieces.len() == 1 || landline || kind == Kind::Mobile || n_digits > 19;
    found(kind, if whole || run.is_dictated() { LONG } else { 1 })
}

fn without_country(digits: &[u8]) -> &[u8] {
    match digits {
        [8, 6, rest @ ..] | [0, 0, 8, 6, rest @ ..] if rest.len() == 11 => rest,
        _ => digits,
    }
}

/// Eight digits that are the birthday of somebody who may be alive.
fn has_birthday(digits: &[u8]) -> bool {
    matches!(digits[..2], [1, 9] | [2, 0])
}

/// ISO 7064 MOD 11-2, as GB 11643 has it.
fn has_id_check(digits: &[u8]) -> bool {
    let sum = digits.iter().fold(0_u32, |sum, digit| (sum * 2 + u32::from(*digit)) % 11);
    sum == 1
}

/// Luhn's check digit, ISO/IEC 7812.
fn has_luhn_check(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let digit = u32::from(*digit);
            if at % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Emergency and service numbers, 95xxx and 96xxx of banks and carriers, 400 and 800 lines, the
/// government's 12xxx, and senders of short messages.
pub(super) fn is_public(run: &Run) -> bool {
    /// Those that follow no rule.
    const OTHERS: [&[u8]; 8] = [
        &[1, 1, 0],
        &[1, 1, 9],
        &[1, 2, 0],
        &[1, 2, 2],
        &[1, 1, 4],
        &[1, 1, 6, 1, 1, 4],
        &[1, 1, 8, 1, 1, 4],
        &[9, 9, 9],
    ];
    let n_digits = run.digits.len();
    match run.digits[..] {
        [9, 5 | 6, _, _, _] | [9, 5 | 6, _, _, _, _] | [1, 2, _, _, _] | [1, 0, 0, _, _] => true,
        // A line's extension may follow.
        [4 | 8, 0, 0, ..] => {
            (9..=10).contains(&n_digits) || (11..=12).contains(&n_digits) && run.pieces.len() > 1
        }
        [1, 0, 1, 0, ..] => n_digits == 8,
        [1, 0, 6, 2 | 3 | 5 | 6 | 8 | 9, ..] => (8..=12).contains(&n_digits),
        _ => OTHERS.contains(&&run.digits[..]),
    }
}

/// 1069…: what sends the short messages of companies.
pub(super) fn is_short_message(run: &Run) -> bool {
    matches!(run.digits[..], [1, 0, 6, ..]) && run.digits.len() >= 8
}

/// 20240105, perhaps with a time behind it.
pub(super) fn is_date(run: &Run) -> bool {
    let number =
        |digits: &[u8]| digits.iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(*digit));
    match run.digits[..] {
        [1, 9, ..] | [2, 0, ..] if matches!(run.digits.len(), 8 | 12 | 14) => {
            (1..=12).contains(&number(&run.digits[4..6]))
                && (1..=31).contains(&number(&run.digits[6..8]))
                && run.digits[8..].chunks(2).zip([24, 60, 60]).all(|(it, most)| number(it) < most)
        }
        _ => false,
    }
}

/// 202401, 198607.
pub(super) fn is_month(run: &Run) -> bool {
    matches!(run.digits[..], [1, 9, _, _, 0, 1..=9] | [2, 0, 0..=3, _, 0, 1..=9])
        || matches!(run.digits[..], [1, 9, _, _, 1, 0..=2] | [2, 0, 0..=3, _, 1, 0..=2])
}

/// A whole card with a bank's number in front.
pub(super) fn is_card(run: &Run) -> bool {
    (15..=19).contains(&run.digits.len()) && matches!(run.digits[..], [6, 2, ..] | [4 | 5, ..])
}

/// 2024.
pub(super) fn is_year(run: &Run) -> bool {
    matches!(run.digits[..], [1, 9, _, _] | [2, 0, _, _])
}

/// 一二一一二一: what is repeated longer than this is no drill.
const LONGEST_DRILL: usize = 9;

/// Counting, one digit over and over, or a list of short numbers: nobody's number, unless a word
/// says so.
pub(super) fn is_play(run: &Run) -> bool {
    let digits = &run.digits;
    // 一二三四五六七八九十, 五四三二一, 一三五七九, 八八八八八.
    let up = digits.strip_suffix(&[9, 0]).or_else(|| digits.strip_suffix(&[1, 0]));
    let up = up.unwrap_or(digits);
    let down = digits.strip_prefix(&[1, 9, 8]).unwrap_or(digits);
    let steps = |digits: &[u8]| {
        let step = |pair: &[u8]| i16::from(pair[1]) - i16::from(pair[0]);
        let first = digits.get(..2).map_or(0, step);
        first.abs() <= 2 && digits.windows(2).all(|pair| step(pair) == first)
    };
    let counts = steps(up) || steps(down);
    // 一二一一二一, 二二三三四四.
    let marches = digits.len() <= LONGEST_DRILL
        && (2..=3).any(|bar| {
            digits.len() >= 2 * bar && digits.len().is_multiple_of(bar) && {
                let first = &digits[..bar];
                digits.chunks(bar).all(|next| next == first)
                    || digits.chunks(bar).all(|next| next.iter().all(|digit| *digit == next[0]))
            }
        });
    let list = run.n_figures > 0
        && (3..=6).contains(&run.pieces.len())
        && run.pieces.iter().all(|length| *length <= 2)
        && run.pieces.contains(&2);
    let years = (run.is_dictated() || run.pieces.iter().all(|length| *length == 4))
        && digits.chunks(4).all(|year| matches!(year, [1, 9, _, _] | [2, 0, _, _]));
    // 一二三四 二二三四: drill.
    let drill = digits.len() > 4 && digits.chunks(4).all(|bar| bar.ends_with(&[2, 3, 4]));
    // 我爱你一生一世.
    let is_verse =
        matches!(digits[..], [.., 1, 3, 1, 4] | [1, 3, 1, 4, 5, 2, 0]) && digits.len() <= 7;
    counts || marches || list || years || drill || is_verse
}
