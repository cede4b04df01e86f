//! Digits that are a secret because of the one before them: said again, in part, or as another try.
//!
//! It knows what was found; what the digits are by themselves is decided in `judge`.

use super::{
    Kind,
    context::{Measure, Surroundings},
    cues::Cue,
    digits::Run,
    find::MAX_TEAR,
    form,
    judge::Judgement,
};

/// From here on digits that repeat a part of a secret are masked too.
const SHORTEST_ECHO: usize = 4;

/// 密码是一二三四五六 或者 六五四三二一: the second is what the first was.
pub(super) fn alternative(
    run: &Run,
    last: Option<(usize, Kind)>,
    around: &Surroundings<'_>,
) -> Option<Judgement> {
    const WORDS: &[&str] = &[
        "或者",
        "或是",
        "还是",
        "要么",
        "要不",
        "也可能",
        "也可以",
        "以及",
        "不对",
        "不是",
        "应该是",
        "改成",
        "新的",
        "旧的",
        "另一个",
        "另外",
        "一个",
        "还有一个",
        "还有",
        "我再说一遍",
        "再说一遍",
        "重复一遍",
        "变成",
        "又试了",
        "又输了",
        "又用了",
        "第一次",
        "第二次",
        "和",
        "跟",
    ];
    const LINKS: &str = "是而我的了啊嗯呃那个就后来原个一也 ，,、。的";
    /// 密码不是二零四七是二零七四: how far back the denial may stand, its own digits between.
    const DENIAL_WITHIN: usize = 16;
    let (from, kind) = last?;
    let mut at = from;
    let denied = (from.saturating_sub(DENIAL_WITHIN)..from)
        .any(|at| around.line.longest(at, &["不是", "不对"]).is_some());
    let mut alternative = denied && around.line.longest(from, &["是", "而是"]).is_some();
    while at < run.chars.start {
        at += match around.line.longest(at, WORDS) {
            Some(length) => {
                alternative = true;
                length
            }
            None if around.line.char(at).is_some_and(|link| LINKS.contains(link)) => 1,
            None => return None,
        };
    }
    let fits = run.digits.len() >= 4
        && run.n_plain == run.digits.len()
        && around.measure(run) == Measure::Nothing
        && !form::is_public(run);
    (alternative && fits && at - from <= MAX_TEAR).then_some(Judgement { kind, complete: false })
}

/// Digits that repeat a secret, or a part of it.
pub(super) fn echo(
    run: &Run,
    known: &[(Vec<u8>, Kind)],
    around: &Surroundings<'_>,
) -> Option<Judgement> {
    let digits = &run.digits[..];
    if digits.len() < SHORTEST_ECHO || form::is_public(run) {
        return None;
    }
    let contains = |long: &[u8], short: &[u8]| {
        short.len() >= SHORTEST_ECHO && long.windows(short.len()).any(|part| part == short)
    };
    let (_, kind) = known.iter().find(|(secret, _)| {
        contains(secret, digits) || digits.len() <= 2 * secret.len() && contains(digits, secret)
    })?;
    let other = around.measure(run) != Measure::Nothing
        || around.cue(&run.chars).is_some_and(|near| near.cue == Cue::Harmless && near.linked);
    (!other).then_some(Judgement { kind: *kind, complete: false })
}
