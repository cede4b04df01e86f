//! What a run of digits is: the form first, then the words around it.

use super::{
    Kind,
    context::{Cue, Nearest, Surroundings},
    digits::{Run, X},
};

/// Nothing shorter is ever a secret: 三天, 一起.
const SHORTEST: usize = 3;
/// A run of so many digits is masked even when nobody knows what it is.
const DOUBTFUL: usize = 7;
/// Of a doubtful run so many digits must have been said one by one: 一百 两百 三百 is a list.
const DOUBTFUL_PLAIN: usize = 5;

/// Numbers that stand in every phone book.
const PUBLIC: [&str; 18] = [
    "110", "119", "120", "122", "114", "12306", "12315", "12318", "12321", "12345", "12348",
    "12356", "12377", "12381", "10000", "10010", "10086", "950201",
];

/// What the run is, or nothing where it may stay.
pub(super) fn judge(run: &Run, surroundings: &Surroundings<'_>) -> Option<Kind> {
    let length = run.digits.len();
    if length < SHORTEST {
        return None;
    }
    let nearest = surroundings.cue();
    let cue = nearest.map(|nearest| nearest.cue);
    let linked = nearest.is_some_and(|nearest| nearest.linked);
    let counted = surroundings.is_quantity();
    if let Some(kind) = credential(run, nearest, counted) {
        return Some(kind);
    }
    let harmless = cue == Some(Cue::Harmless);
    if is_public(run)
        || harmless && linked
        || is_date(run) && cue.is_none_or(|cue| cue == Cue::Code)
    {
        return None;
    }
    if let Some(kind) = by_form(run) {
        // 金额 never has eleven digits; a cue further off does not excuse so exact a form.
        return Some(kind);
    }
    if harmless || counted {
        return None;
    }
    match cue {
        Some(Cue::Phone) if length >= DOUBTFUL => {
            Some(if run.digits[0] == 1 { Kind::Mobile } else { Kind::Landline })
        }
        Some(Cue::ResidentId) if length >= DOUBTFUL => Some(Kind::ResidentId),
        Some(Cue::BankCard) if length >= DOUBTFUL => Some(Kind::BankCard),
        _ => doubtful(run, cue).then_some(Kind::Number),
    }
}

/// Verification codes and passwords: short, so only a cue gives them away.
fn credential(run: &Run, nearest: Option<Nearest>, counted: bool) -> Option<Kind> {
    let Nearest { cue, linked } = nearest?;
    let length = run.digits.len();
    if counted || is_public(run) && !linked {
        return None;
    }
    match cue {
        Cue::Code if (4..=8).contains(&length) && run.n_plain >= 3 => Some(Kind::VerificationCode),
        Cue::Password if linked && length >= 3 && run.n_plain >= 3 => Some(Kind::Password),
        Cue::Password if (4..=12).contains(&length) && run.n_plain >= 4 => Some(Kind::Password),
        Cue::Code
        | Cue::Password
        | Cue::Phone
        | Cue::ResidentId
        | Cue::BankCard
        | Cue::Harmless => None,
    }
}

/// Forms that are secrets without a cue.
fn by_form(run: &Run) -> Option<Kind> {
    let digits = &run.digits[..];
    let without_country = match digits {
        [8, 6, rest @ ..] | [0, 0, 8, 6, rest @ ..] if rest.len() == 11 => rest,
        _ => digits,
    };
    match without_country {
        [1, 3..=9, ..] if without_country.len() == 11 => Some(Kind::Mobile),
        [.., X] if digits.len() >= 15 => Some(Kind::ResidentId),
        [1..=8, ..] if digits.len() == 18 && has_birth_year(digits) => Some(Kind::ResidentId),
        [0, 1 | 2, 0..=9, ..] if (10..=11).contains(&digits.len()) => Some(Kind::Landline),
        [0, 3..=9, ..] if (10..=12).contains(&digits.len()) => Some(Kind::Landline),
        _ if (13..=19).contains(&digits.len()) => Some(Kind::BankCard),
        _ => None,
    }
}

/// 18 digits whose seventh to tenth are a year in which somebody living was born.
fn has_birth_year(digits: &[u8]) -> bool {
    matches!(digits[6..8], [1, 9] | [2, 0])
}

fn doubtful(run: &Run, cue: Option<Cue>) -> bool {
    let counts_up = run.digits.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let says_one_digit = run.digits.windows(2).all(|pair| pair[0] == pair[1]);
    let list = run.pieces.len() > 2 && run.pieces.iter().all(|length| *length <= 2);
    run.digits.len() >= DOUBTFUL
        && run.n_plain >= DOUBTFUL_PLAIN
        && (cue.is_some() || !(counts_up || says_one_digit || list))
}

/// Emergency and service numbers, 95xxx and 96xxx of banks and carriers, 400 and 800 lines.
fn is_public(run: &Run) -> bool {
    let said: String = run.digits.iter().map(|digit| char::from(b'0' + digit)).collect();
    match run.digits[..] {
        [9, 5 | 6, _, _, _] | [9, 5 | 6, _, _, _, _] => true,
        [4 | 8, 0, 0, ..] => run.digits.len() == 10,
        [1, 0, 1, 0, ..] => run.digits.len() == 8,
        _ => PUBLIC.contains(&said.as_str()),
    }
}

/// 20240105.
fn is_date(run: &Run) -> bool {
    let number =
        |digits: &[u8]| digits.iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(*digit));
    match run.digits[..] {
        [1, 9, ..] | [2, 0, ..] if run.digits.len() == 8 => {
            (1..=12).contains(&number(&run.digits[4..6]))
                && (1..=31).contains(&number(&run.digits[6..8]))
        }
        _ => false,
    }
}
