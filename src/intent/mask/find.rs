//! The search for secrets: runs, cues and spelling brought together.
//!
//! A run is judged alone, then together with the runs behind it that strange words part from it.
//! What is masked speaks for nothing that follows.

use super::{
    KINDS, Kind, STARS, Secret, Span,
    context::{Measure, Near, Surroundings},
    cover,
    cues::{self, Cue, Found},
    digits::{self, Run},
    form::{self, EXACT, LIKELY},
    judge::{Judgement, SHORTEST, judge},
    line::Line,
    numerals, password,
    repeat::{alternative, echo},
    shown,
    trim::trimmed,
};
use std::ops::Range;

/// A second look finds what repeats a secret that came later.
const MAX_PASSES: usize = 2;
/// How often the masked text is searched again. Nearly always once; the bound keeps it linear.
const MAX_ROUNDS: usize = 16;
/// How many runs one number may be torn into.
const MAX_TORN: usize = 6;
/// How many characters of strange words may stand between two of them: 一三八零零 你听好啊 一三八零零零.
pub(super) const MAX_TEAR: usize = 12;
/// How many digits of the last secrets are remembered, to know them again when they are repeated.
const REMEMBERED: usize = 8;

/// Finds the secrets of a text, in order, none overlapping another. Linear in the text's length.
#[must_use]
pub fn find(text: &str) -> Vec<Span> {
    let mut found = search(text);
    if found.is_empty() {
        return found;
    }
    // What is masked speaks for nothing any more, and what it excused may stand there naked. So the
    // masked text is searched again, until masking it changes nothing.
    for _ in 0..MAX_ROUNDS {
        let more = search(&cover(text, &found));
        if more.is_empty() {
            break;
        }
        let more = more.into_iter().map(|span| uncovered(span, &found)).collect::<Vec<_>>();
        found.extend(more);
        found.sort_by_key(|span| span.range.start);
    }
    found
}

/// A place in the masked text as a place in the text itself.
fn uncovered(span: Span, found: &[Span]) -> Span {
    let (mut masked, mut text) = (0, 0);
    for mask in found {
        let next = masked + mask.range.start - text + shown(mask).len();
        if next > span.range.start {
            break;
        }
        (masked, text) = (next, mask.range.end);
    }
    let range = span.range.start - masked + text..span.range.end - masked + text;
    Span { range, ..span }
}

fn search(text: &str) -> Vec<Span> {
    let line = Line::new(text);
    let runs = digits::runs(&line).into_iter().map(|run| trimmed(&line, run)).collect();
    let mut search = Search { line: &line, cues: cues::find(&line), runs };
    let masks = masks(text).into_iter();
    let masks = masks.map(|(range, kind)| (line.chars(&range), kind)).collect();
    let secrets = search.secrets(masks).into_iter();
    secrets
        .map(|secret| Span {
            range: line.bytes(&secret.chars),
            kind: secret.kind,
            tail: secret.tail,
        })
        .collect()
}

struct Search<'a> {
    line: &'a Line<'a>,
    cues: Vec<Found>,
    runs: Vec<Run>,
}

/// What is masked already, in order.
type Decided = Vec<(Range<usize>, Kind)>;

impl Search<'_> {
    fn secrets(&mut self, masks: Decided) -> Vec<Secret> {
        let mut secrets: Vec<Secret> = Vec::new();
        let mut decided = masks;
        // What was found, digit by digit, newest last.
        let mut known: Vec<(Vec<u8>, Kind)> = Vec::new();
        for _ in 0..MAX_PASSES {
            let ranges: Vec<Range<usize>> =
                decided.iter().map(|(range, _)| range.clone()).collect();
            self.forget_cues_in(&ranges);
            let mut new = password::find(self.line, &self.cues, &ranges);
            new.retain(|secret| !ranges.iter().any(|range| overlap(range, &secret.chars)));
            decided.extend(new.iter().map(|secret| (secret.chars.clone(), secret.kind)));
            decided.sort_by_key(|(range, _)| range.start);
            new.extend(self.pass(&decided, &mut known));
            if new.is_empty() {
                break;
            }
            decided.extend(new.iter().map(|secret| (secret.chars.clone(), secret.kind)));
            decided.sort_by_key(|(range, _)| range.start);
            decided.dedup();
            secrets.extend(new);
        }
        secrets.sort_by_key(|secret| secret.chars.start);
        secrets
    }

    /// Where the next run begins that may be a secret. A few counts may stand before it.
    fn next_run(&self, at: usize) -> Option<usize> {
        const MAX_COUNTS: usize = 3;
        let mut next = self.runs[at + 1..].iter().take(MAX_COUNTS);
        next.find(|run| run.digits.len() >= SHORTEST).map(|run| run.chars.start)
    }

    /// A mask's own label, or a word in a secret, is no cue.
    fn forget_cues_in(&mut self, ranges: &[Range<usize>]) {
        self.cues.retain(|found| {
            let at = ranges.partition_point(|range| range.end <= found.chars.start);
            ranges.get(at).is_none_or(|range| found.chars.end <= range.start)
        });
    }

    /// Goes over the runs once.
    fn pass(
        &self,
        decided: &[(Range<usize>, Kind)],
        known: &mut Vec<(Vec<u8>, Kind)>,
    ) -> Vec<Secret> {
        let mut secrets: Vec<Secret> = Vec::new();
        let mut next_decided = decided.iter().peekable();
        let mut last: Option<(usize, Kind)> = None;
        let mut at = 0;
        while let Some(run) = self.runs.get(at) {
            while let Some((range, kind)) =
                next_decided.next_if(|(range, _)| range.end <= run.chars.start)
            {
                last = last.filter(|(end, _)| *end > range.end).or(Some((range.end, *kind)));
            }
            let until = next_decided.peek().map_or(self.line.len(), |(range, _)| range.start);
            if until < run.chars.end || last.is_some_and(|(end, _)| run.chars.start < end) {
                at += 1;
                continue;
            }
            let around = Surroundings {
                line: self.line,
                cues: &self.cues,
                within: last.map_or(0, |(end, _)| end)..until,
                next_run: self.next_run(at),
            };
            let (n_runs, found) = self.torn(at, &around).unwrap_or_else(|| {
                let whole = self.completed(run, &around);
                let judged = judge(&whole, &around);
                // What the one before it was says more than 号码 does.
                let named = judged.filter(|judged| judged.kind != Kind::Number);
                let judgement = named
                    .or_else(|| alternative(&whole, last, &around))
                    .or(judged)
                    .or_else(|| echo(&whole, known, &around));
                (1, judgement.map(|judgement| (whole, judgement)))
            });
            if let Some((whole, Judgement { kind, complete })) = found {
                let torn = &self.runs[at..at + n_runs];
                let whole_token = kind.is_credential() && n_runs == 1;
                if let Some(start) = self.begun_before(at, &around, kind) {
                    secrets.push(start);
                }
                let parts = torn
                    .iter()
                    .filter(|run| n_runs == 1 || run.digits.len() > 1 || kind == Kind::ResidentId);
                secrets.extend(parts.map(|run| Secret {
                    chars: if whole_token {
                        let words = around.words_of_password(&whole);
                        let start = words.filter(|_| kind == Kind::Password);
                        let start = start.unwrap_or(whole.chars.start);
                        self.token(&(start..whole.chars.end), &around.within)
                    } else if n_runs == 1 {
                        whole.chars.clone()
                    } else {
                        run.chars.clone()
                    },
                    kind,
                    tail: String::new(),
                }));
                if let Some(secret) = secrets.last_mut()
                    && complete
                    && kind.keeps_tail()
                {
                    secret.tail = whole.tail();
                }
                let end = secrets.last().map_or(whole.chars.end, |secret| secret.chars.end);
                last = Some((end, kind));
                if known.len() == REMEMBERED {
                    known.remove(0);
                }
                known.push((whole.digits, kind));
            }
            at += n_runs;
        }
        secrets
    }

    /// chenhao8807: the letters of the token belong to its digits.
    fn token(&self, chars: &Range<usize>, within: &Range<usize>) -> Range<usize> {
        /// No password is longer; a text without blanks is.
        const LONGEST: usize = 32;
        let of_token = |at: usize| {
            self.line.char(at).is_some_and(|it| it.is_ascii_alphanumeric() || "@#_".contains(it))
        };
        let mut token = chars.clone();
        let first = within.start.max(chars.start.saturating_sub(LONGEST));
        while token.start > first && of_token(token.start - 1) {
            token.start -= 1;
        }
        let last = within.end.min(chars.end + LONGEST);
        while token.end < last && of_token(token.end) {
            token.end += 1;
        }
        token
    }

    /// 一五八啊不对我是说一五九…, 幺三六 是三六啊 七七二零…: a first try before the number.
    fn begun_before(&self, at: usize, around: &Surroundings<'_>, kind: Kind) -> Option<Secret> {
        const CORRECTIONS: [&str; 3] = ["不对", "不是", "错"];
        const LINKS: &str = "是啊嗯呃哦不对错了我说那个，, 。、的后面";
        let run = at.checked_sub(1).and_then(|at| self.runs.get(at))?;
        let between = self.line.slice(run.chars.end..self.runs[at].chars.start);
        let linked = between.chars().count() <= MAX_TEAR
            && between.chars().all(|link| LINKS.contains(link) || numerals::digit(link).is_some());
        let fits = run.digits.len() >= 3
            && run.chars.start >= around.within.start
            && may_be_torn(run, None, around)
            // A code's first try is told from what was said of it only by the correction.
            && (!kind.is_credential() || CORRECTIONS.iter().any(|word| between.contains(word)));
        (linked && fits).then(|| Secret { chars: run.chars.clone(), kind, tail: String::new() })
    }

    /// A number that strange words tear apart: the runs belong together where they make up an exact
    /// form, or where a cue says what they are and they do not exceed it.
    fn torn(
        &self,
        at: usize,
        around: &Surroundings<'_>,
    ) -> Option<(usize, Option<(Run, Judgement)>)> {
        let first = &self.runs[at];
        let near = around.cue(&first.chars).filter(|near| near.cue.is_secret());
        let may_begin = may_be_torn(first, near, around)
            || around.measure(first) == Measure::Name && first.digits.len() == 10;
        if first.digits.len() < 3 || !may_begin {
            return None;
        }
        let (mut whole, mut best, mut dates) = (first.clone(), None, false);
        for (n_more, next) in self.runs[at + 1..].iter().take(MAX_TORN - 1).enumerate() {
            let tear = whole.chars.end..next.chars.start;
            if tear.len() > MAX_TEAR || next.chars.end > around.within.end || self.parts(&tear) {
                break;
            }
            // The birthday in an identity number, said as a date.
            let dated = matches!(self.line.slice(tear), "年" | "月" | "日" | "号");
            // 你记一下: a numeral in a word of the strange ones.
            if next.digits.len() < 2 && !dated {
                if next.n_figures > 0 {
                    break;
                }
                continue;
            }
            let birthday = dated || around.measure(next) == Measure::Name;
            if !may_be_torn(next, near, around) && !birthday {
                break;
            }
            dates |= birthday;
            whole = joined(&whole, next);
            if dated && next.digits.len() == 1 {
                // 一月 is 01.
                whole.digits.insert(whole.digits.len() - 1, 0);
            }
            let longest = longest(near);
            let linked = near.is_some_and(|near| near.linked) && !dates;
            let form = form::form(&whole);
            let exact = form.is_some_and(|form| {
                form.points >= EXACT && (!dates || form.kind == Kind::ResidentId)
                    || form.points >= LIKELY && whole.digits.len() >= 16 && !dates
            });
            if (linked && whole.digits.len() <= longest || exact)
                && let Some(judgement) = judge(&whole, around)
            {
                best = Some((n_more + 2, Some((whole.clone(), judgement))));
            }
        }
        best
    }

    /// Whether a cue stands in a tear: what follows is something else.
    fn parts(&self, tear: &Range<usize>) -> bool {
        let first = self.cues.partition_point(|found| found.chars.end <= tear.start);
        self.cues[first..]
            .iter()
            .take_while(|found| found.chars.start < tear.end)
            .any(|found| !matches!(found.cue, Cue::Dictation | Cue::Hint))
    }

    /// The run together with a digit before or behind it that was misheard, where that completes it.
    fn completed(&self, run: &Run, around: &Surroundings<'_>) -> Run {
        let n_digits = run.digits.len();
        if !matches!(n_digits, 3 | 5 | 10 | 17) {
            return run.clone();
        }
        let misheard = |at: usize| self.line.char(at).and_then(numerals::misheard);
        let before = run.chars.start.checked_sub(1).filter(|at| *at >= around.within.start);
        let before = before.and_then(misheard).map(|digit| {
            let mut longer = run.clone();
            longer.digits.insert(0, digit);
            longer.chars.start -= 1;
            longer
        });
        let behind = misheard(run.chars.end).filter(|_| run.chars.end < around.within.end);
        let behind = behind.map(|digit| {
            let mut longer = run.clone();
            longer.digits.push(digit);
            longer.chars.end += 1;
            longer
        });
        let completes = |longer: &Run| {
            let near = around.cue(&longer.chars);
            let credential = near
                .is_some_and(|near| near.linked && matches!(near.cue, Cue::Code | Cue::Password));
            form::form(longer).is_some_and(|form| form.points >= EXACT)
                || credential && n_digits < DIGITS_OF_CODES && run.is_dictated()
        };
        before.into_iter().chain(behind).find(completes).unwrap_or_else(|| run.clone())
    }
}

/// Codes have four or six digits; one less may have lost one to a homophone.
const DIGITS_OF_CODES: usize = 6;

/// How many digits a number of this kind has at most, with a digit or two that were said twice.
fn longest(near: Option<Near>) -> usize {
    match near.map(|near| near.cue) {
        Some(Cue::Phone) => 13,
        Some(Cue::ResidentId) => 19,
        Some(Cue::BankCard) => 20,
        Some(Cue::Code) => 8,
        Some(Cue::Password) => 16,
        _ => 0,
    }
}

fn may_be_torn(run: &Run, near: Option<Near>, around: &Surroundings<'_>) -> bool {
    run.n_plain == run.digits.len()
        && around.measure(run) == Measure::Nothing
        && !form::is_public(run)
        && (near.is_some() || !form::is_year(run))
}

fn joined(left: &Run, right: &Run) -> Run {
    Run {
        chars: left.chars.start..right.chars.end,
        digits: [&left.digits[..], &right.digits[..]].concat(),
        n_plain: left.n_plain + right.n_plain,
        n_figures: left.n_figures + right.n_figures,
        pieces: [&left.pieces[..], &right.pieces[..]].concat(),
        n_atoms: left.n_atoms + right.n_atoms,
    }
}

/// The masks that already stand in a text, in bytes.
pub(in crate::intent) fn masks(text: &str) -> Vec<(Range<usize>, Kind)> {
    /// From the label to the closing bracket: stars and a tail of two.
    const LONGEST_TAIL: usize = 2;
    text.match_indices(STARS)
        .filter_map(|(at, _)| {
            // 身份证号 before 号码: the longest label that stands here.
            let kind = KINDS
                .into_iter()
                .filter(|kind| text[..at].ends_with(kind.label()))
                .max_by_key(|kind| kind.label().len())?;
            let label = kind.label();
            let opening = text[..at - label.len()].ends_with('[').then(|| at - label.len() - 1)?;
            let tail = &text.as_bytes()[at + STARS.len()..];
            let length = tail.iter().take(LONGEST_TAIL + 1).position(|byte| *byte == b']')?;
            Some((opening..at + STARS.len() + length + 1, kind))
        })
        .collect()
}

fn overlap(left: &Range<usize>, right: &Range<usize>) -> bool {
    left.start < right.end && right.start < left.end
}
