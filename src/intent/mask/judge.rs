//! What a run of digits is: points for its form, points for and against by the words around it.
//!
//! Verification codes and passwords have no form; only a cue gives them away.

use super::{
    Kind,
    bare::{bare, is_fraction},
    context::{Measure, Near, Surroundings},
    cues::Cue,
    digits::Run,
    form::{self, DOUBTFUL, EXACT, Form, LONG},
};

/// Nothing shorter is ever a secret: 三天, 一起.
pub(super) const SHORTEST: usize = 3;
/// From here on digits behind their own cue are a part of the number, if not all of it.
const PART: usize = 5;

/// What a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) kind: Kind,
    /// Whether the number is there to its end, so that the last two digits may be shown.
    pub(super) complete: bool,
}

/// What the run is, or nothing where it may stay.
pub(super) fn judge(run: &Run, around: &Surroundings<'_>) -> Option<Judgement> {
    let n_digits = run.digits.len();
    if n_digits < SHORTEST {
        return None;
    }
    let near = around.cue(&run.chars);
    let measure = around.measure(run);
    if let Some(kind) = credential(run, near, measure, around) {
        return Some(Judgement { kind, complete: true });
    }
    if form::is_public(run) || form::is_short_message(run) && around.is_sender(run) {
        return None;
    }
    let form = form::form(run);
    if let Some(form) = form {
        let points = form.points + points(run, form, near, measure, around);
        if points >= LONG {
            return Some(Judgement { kind: name(run, form, near), complete: true });
        }
        return None;
    }
    part(run, near, measure, around)
        .or_else(|| bare(run, near, measure, around))
        .map(|kind| Judgement { kind, complete: false })
}

/// Verification codes and passwords.
fn credential(
    run: &Run,
    near: Option<Near>,
    measure: Measure,
    around: &Surroundings<'_>,
) -> Option<Kind> {
    let Near { cue, linked, behind } = near?;
    let n_digits = run.digits.len();
    let one_by_one = run.n_plain >= 3 || run.n_atoms >= 2;
    let counted = measure == Measure::Count && !run.is_dictated()
        || measure == Measure::Name && (!linked || n_digits <= 4);
    if counted
        || form::is_public(run)
            && (!linked || behind && !around.is_named(run) || around.is_sender(run))
    {
        return None;
    }
    // At a distance a year stays a year, and a round figure a price.
    let far = |run: &Run| {
        run.n_plain >= 4
            && !form::is_year(run)
            && !(run.n_figures > 0 && run.digits.ends_with(&[0, 0]))
    };
    match cue {
        Cue::Code if (4..=8).contains(&n_digits) && one_by_one && (linked || far(run)) => {
            Some(Kind::VerificationCode)
        }
        // Read out as one number: 三千七百二十六.
        Cue::Code
            if linked
                && !behind
                && (4..=6).contains(&n_digits)
                && measure == Measure::Nothing
                && run.n_plain == 0
                && !run.digits.ends_with(&[0, 0]) =>
        {
            Some(Kind::VerificationCode)
        }
        Cue::Code if linked && n_digits == 3 && run.n_plain == 3 && around.is_open(run) => {
            Some(Kind::VerificationCode)
        }
        Cue::Password if linked && n_digits >= 3 && one_by_one && n_digits <= 20 => {
            Some(Kind::Password)
        }
        // Four figures are a price as well; six, or said one by one, are what was sent.
        Cue::Hint
            if (4..=8).contains(&n_digits)
                && linked
                && measure == Measure::Nothing
                && !form::is_public(run)
                && (far(run)
                    && !form::is_play(run)
                    && !form::is_date(run)
                    && !form::is_month(run)
                    && (n_digits >= 6 || run.is_dictated() || !is_price(run))
                    || run.is_in_tens()) =>
        {
            Some(Kind::VerificationCode)
        }
        // 密码改成福如东海七八九.
        Cue::Password
            if !behind
                && n_digits == 3
                && run.is_dictated()
                && around.words_of_password(run).is_some() =>
        {
            Some(Kind::Password)
        }
        Cue::Password if (4..=12).contains(&n_digits) && far(run) => Some(Kind::Password),
        Cue::Phone
        | Cue::Calling
        | Cue::Area
        | Cue::ResidentId
        | Cue::BankCard
        | Cue::Code
        | Cue::Password
        | Cue::Hint
        | Cue::Dictation
        | Cue::Harmless
        | Cue::Name
        | Cue::Amount
        | Cue::Part => None,
    }
}

/// 1299, 6480, 3888: figures that shops like.
fn is_price(run: &Run) -> bool {
    run.pieces.len() < run.digits.len()
        && run.digits[0] != 0
        && matches!(run.digits[..], [.., 0] | [.., 9, 9] | [.., 6 | 8 | 9, 8])
}

/// What the words say for and against a form.
fn points(
    run: &Run,
    form: Form,
    near: Option<Near>,
    measure: Measure,
    around: &Surroundings<'_>,
) -> i32 {
    let exact = form.points >= EXACT;
    let cue = near.map_or(0, |Near { cue, linked, behind }| match (cue, linked) {
        // What stands behind names the next thing as often: 六二三零… 你看一下流水. And 订单是我用
        // 幺三七… 下的 tells whose phone it was.
        (Cue::Harmless, true)
            if (exact || form::is_card(run)) && (behind || around.is_used(run)) =>
        {
            -2
        }
        (Cue::Harmless, true) => -9,
        // Nobody says an amount of so many digits.
        (Cue::Amount, _) if form::is_card(run) => 0,
        (Cue::Harmless, false) => -2,
        (Cue::Name, _) => -2,
        (Cue::Amount, _) => -3,
        (Cue::Part, _) => -1,
        (Cue::Dictation | Cue::Hint, _) => 1,
        (Cue::Calling, _) => 2,
        (_, true) => 4,
        (_, false) => 2,
    });
    let is_secret = near.is_some_and(|near| near.cue.is_secret());
    let measured = match measure {
        Measure::Nothing => 0,
        Measure::Count if run.is_dictated() || form::is_card(run) => 0,
        Measure::Count | Measure::Name if exact => -2,
        Measure::Count | Measure::Name => -4,
    };
    let against = [
        (form::is_date(run) && form.kind != Kind::ResidentId, -5),
        (around.is_dotted(run) && (run.pieces.len() == 2 || is_address(run)), -5),
        (!is_secret && !exact && form::is_play(run), -5),
        (is_fraction(run, around), -5),
        (around.is_glued(run), if exact { -2 } else { -3 }),
    ];
    let against: i32 = against.iter().filter(|(holds, _)| *holds).map(|(_, points)| points).sum();
    cue + measured + against
}

/// 192.168.1.101.
fn is_address(run: &Run) -> bool {
    run.pieces.len() == 4 && run.pieces.iter().all(|length| *length <= 3)
}

/// The cue names what the form leaves open.
fn name(run: &Run, form: Form, near: Option<Near>) -> Kind {
    let open = matches!(form.kind, Kind::Number | Kind::BankCard) && form.points < EXACT;
    match near.map(|near| near.cue) {
        Some(Cue::ResidentId) if open => Kind::ResidentId,
        Some(Cue::BankCard) if open => Kind::BankCard,
        Some(Cue::Phone | Cue::Area) if form.kind == Kind::Number => phone(run),
        _ => form.kind,
    }
}

fn phone(run: &Run) -> Kind {
    if run.digits[0] == 1 { Kind::Mobile } else { Kind::Landline }
}

/// A part of a number: what follows may be lost, or come with the next utterance.
fn part(
    run: &Run,
    near: Option<Near>,
    measure: Measure,
    around: &Surroundings<'_>,
) -> Option<Kind> {
    let n_digits = run.digits.len();
    let one_by_one = run.n_plain >= 3;
    let open = around.is_open(run);
    let counted = measure == Measure::Name || measure == Measure::Count && !run.is_dictated();
    if counted || !one_by_one || around.is_glued(run) {
        return None;
    }
    let Some(Near { cue, linked, .. }) = near else {
        // Six digits and nothing else are what was asked for: a code, or a part of a number.
        let alone =
            n_digits == 6 && run.n_plain == 6 && around.is_alone(run) && !form::is_month(run);
        // 幺三八零零: figures with a radio name are dictated, and begin like a mobile number.
        let begun =
            open && n_digits >= 5 && matches!(run.digits[..], [1, 3..=9, ..]) && run.is_dictated();
        return ((alone || begun) && !form::is_play(run) && !is_fraction(run, around))
            .then_some(Kind::Number);
    };
    let enough = n_digits >= PART || open;
    match cue {
        Cue::Area if linked && n_digits <= 4 && run.digits[0] == 0 && around.goes_on(run) => {
            Some(Kind::Landline)
        }
        Cue::Phone if linked && enough => Some(phone(run)),
        Cue::ResidentId if linked && enough => Some(Kind::ResidentId),
        Cue::BankCard if linked && enough => Some(Kind::BankCard),
        Cue::Dictation | Cue::Calling
            if (PART..DOUBTFUL).contains(&n_digits) && run.is_dictated() && linked =>
        {
            Some(Kind::Number)
        }
        Cue::Phone
        | Cue::Calling
        | Cue::Area
        | Cue::ResidentId
        | Cue::BankCard
        | Cue::Code
        | Cue::Password
        | Cue::Hint
        | Cue::Dictation
        | Cue::Harmless
        | Cue::Name
        | Cue::Amount
        | Cue::Part => None,
    }
}
