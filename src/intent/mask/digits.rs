//! Runs of digits, in all the ways that callers and recognisers put them.
//!
//! Arabic, full-width and spoken digits (幺, 洞, 拐), numbers with 十 百 千 inside (八千 is 8000),
//! repetitions (三个八), digits misheard as a homophone, all grouped by blanks, hyphens and
//! fillers. It gathers; what a run means is decided in `judge`.

use super::{
    gap::gap,
    line::Line,
    numerals::{X, count, digit, is_figure, misheard, nickname, unit},
};
use std::ops::Range;

/// A stretch of text that says digits and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// In characters of the text.
    pub(super) chars: Range<usize>,
    /// The digits it says, 0 to 9, and 10 for a closing X.
    pub(super) digits: Vec<u8>,
    /// How many of them were said one by one.
    pub(super) n_plain: usize,
    /// How many of them are figures.
    pub(super) n_figures: usize,
    /// How many digits each piece between two gaps has.
    pub(super) pieces: Vec<usize>,
    /// How many of the numbers in it were said in one: 三, 三十八, 三个八.
    pub(super) n_atoms: usize,
}

impl Run {
    /// The last two digits.
    pub(super) fn tail(&self) -> String {
        let tail = &self.digits[self.digits.len().saturating_sub(2)..];
        tail.iter().map(|digit| if *digit == X { 'X' } else { char::from(b'0' + digit) }).collect()
    }

    /// 三十八 二十七 六十四: a code of six digits, said two by two.
    pub(super) fn is_in_tens(&self) -> bool {
        // 20 30 40 is a list.
        self.pieces == [2, 2, 2]
            && (self.n_atoms == 3 || self.n_plain == 6)
            && !self.digits.chunks(2).all(|pair| pair[1] == 0)
    }

    /// Whether it is spoken digit by digit, as nobody says an amount.
    pub(super) fn is_dictated(&self) -> bool {
        self.n_figures == 0 && self.n_plain == self.digits.len()
    }
}

/// All runs of a text, in order.
pub(super) fn runs(line: &Line<'_>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let Some(first) = atom(line, at, Place::Start) else {
            at += 1;
            continue;
        };
        let mut pieces = vec![Piece::new(at)];
        pieces[0].push(first);
        let mut end = pieces[0].chars.end;
        loop {
            if let Some(next) = atom(line, end, Place::Inside) {
                let last = pieces.len() - 1;
                pieces[last].push(next);
                end = pieces[last].chars.end;
                continue;
            }
            let after = end + gap(line, end);
            let Some(next) = (after > end).then(|| atom(line, after, Place::BehindGap)).flatten()
            else {
                break;
            };
            let mut piece = Piece::new(after);
            piece.push(next);
            end = piece.chars.end;
            pieces.push(piece);
        }
        let first_new = runs.len();
        runs.extend(split(&pieces).map(join));
        if let Some(last) = runs.get_mut(first_new..).and_then(<[Run]>::last_mut) {
            end = close_with_x(last, line, end);
        }
        at = end;
    }
    runs
}

/// Digits without a gap between them.
#[derive(Debug)]
struct Piece {
    chars: Range<usize>,
    digits: Vec<u8>,
    n_plain: usize,
    n_figures: usize,
    n_atoms: usize,
}

impl Piece {
    fn new(start: usize) -> Self {
        Self { chars: start..start, digits: Vec::new(), n_plain: 0, n_figures: 0, n_atoms: 0 }
    }

    fn push(&mut self, atom: Atom) {
        self.chars.end = atom.end;
        self.n_plain += if atom.plain { atom.digits.len() } else { 0 };
        self.n_figures += usize::from(atom.figure);
        self.n_atoms += 1;
        self.digits.extend(atom.digits);
    }

    fn is_mobile(&self) -> bool {
        matches!(self.digits[..], [1, 3..=9, ..]) && self.digits.len() == 11
    }

    fn value(&self) -> u64 {
        // Longer than any year, month or day: more digits say no more.
        self.digits.iter().take(5).fold(0, |sum, digit| sum * 10 + u64::from(*digit))
    }
}

fn join(pieces: &[Piece]) -> Run {
    let start = pieces.first().map_or(0, |piece| piece.chars.start);
    let end = pieces.last().map_or(start, |piece| piece.chars.end);
    Run {
        chars: start..end,
        digits: pieces.iter().flat_map(|piece| piece.digits.iter().copied()).collect(),
        n_plain: pieces.iter().map(|piece| piece.n_plain).sum(),
        n_figures: pieces.iter().map(|piece| piece.n_figures).sum(),
        pieces: pieces.iter().map(|piece| piece.digits.len()).collect(),
        n_atoms: pieces.iter().map(|piece| piece.n_atoms).sum(),
    }
}

/// A piece that is a whole mobile number stands for itself; so does a date before other digits.
fn split(pieces: &[Piece]) -> impl Iterator<Item = &[Piece]> {
    let mut parts: Vec<&[Piece]> = Vec::new();
    let mut start = 0;
    for at in 0..pieces.len() {
        if at >= start && is_date(&pieces[at..]) && !is_birthday(&pieces[start..], at - start) {
            parts.extend([&pieces[start..at], &pieces[at..at + 3]]);
            start = at + 3;
        } else if at >= start && pieces[at].is_mobile() {
            // A country code before it is part of it.
            let country =
                at == start + 1 && matches!(pieces[start].digits[..], [8, 6] | [0, 0, 8, 6]);
            let begin = if country { start } else { at };
            parts.extend([&pieces[start..begin], &pieces[begin..=at]]);
            start = at + 1;
        }
    }
    parts.push(&pieces[start..]);
    parts.into_iter().filter(|part| !part.is_empty())
}

/// Six digits before a date and three or four behind it are an identity number in groups.
fn is_birthday(pieces: &[Piece], at: usize) -> bool {
    let n_before: usize = pieces[..at].iter().map(|piece| piece.digits.len()).sum();
    let n_behind = pieces.get(at + 3).map_or(0, |piece| piece.digits.len());
    n_before == 6 && (3..=4).contains(&n_behind)
}

fn is_date(pieces: &[Piece]) -> bool {
    let [year, month, day, ..] = pieces else {
        return false;
    };
    let short = |piece: &Piece| piece.digits.len() <= 2;
    year.digits.len() == 4
        && short(month)
        && short(day)
        && (1900..2100).contains(&year.value())
        && (1..=12).contains(&month.value())
        && (1..=31).contains(&day.value())
}

/// Takes an X behind 14 to 18 digits into the run.
fn close_with_x(run: &mut Run, line: &Line<'_>, end: usize) -> usize {
    const SPELLINGS: &[&str] = &["x", "ｘ", "Ｘ", "叉", "艾克斯", "埃克斯", "爱克斯", "×"];
    /// Said before it.
    const CALLED: &[&str] = &["字母", "大写", "大写的", "一个"];
    if !(14..=18).contains(&run.digits.len()) || run.chars.end != end {
        return end;
    }
    let mut start = end + gap(line, end);
    while let Some(n_chars) = line.longest(start, CALLED) {
        start += n_chars + gap(line, start + n_chars);
    }
    let Some(n_chars) = line.longest(start, SPELLINGS) else {
        return end;
    };
    run.digits.push(X);
    run.chars.end = start + n_chars;
    start + n_chars
}

/// The smallest thing that says digits.
struct Atom {
    end: usize,
    digits: Vec<u8>,
    plain: bool,
    figure: bool,
}

/// Where a digit may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// No digit before it.
    Start,
    /// Digits before it, but not directly.
    BehindGap,
    /// A digit directly before it.
    Inside,
}

/// Reads the digits at a place.
fn atom(line: &Line<'_>, at: usize, place: Place) -> Option<Atom> {
    let first = line.char(at)?;
    if let Some(atom) = repeated(line, at).or_else(|| composed(line, at)) {
        return Some(atom);
    }
    let one = |value: u8| {
        Some(Atom { end: at + 1, digits: vec![value], plain: true, figure: is_figure(first) })
    };
    if let Some(value) = digit(first) {
        if place == Place::Start && is_name(line, at) {
            return None;
        }
        // 零零， 三个, 614830五分钟: a count of its own.
        let counts = !is_figure(first)
            && line.char(at + 1).is_some_and(|next| "位个次遍条块元天年月点分秒".contains(next))
            && match place {
                Place::Start => false,
                Place::BehindGap => true,
                Place::Inside => line.before(at).is_some_and(is_figure),
            };
        return if counts { None } else { one(value) };
    }
    let inside = place == Place::Inside;
    let next = line.char(at + 1);
    let follows = next.is_some_and(|next| digit(next).is_some());
    if let Some(value) = nickname(first) {
        let follows = follows || next.is_some_and(|next| nickname(next).is_some());
        let joins = match place {
            _ if first.is_ascii_alphabetic() || first == 'Ｏ' => inside && follows,
            Place::Start => (follows || is_spaced(line, at)) && may_begin(line, at),
            Place::BehindGap => follows || stands_alone(line, at),
            Place::Inside => follows || !begins_word(line, at),
        };
        return joins.then(|| one(value)).flatten();
    }
    // Two misheard digits in a row at most: the run must stay clear.
    let carries = follows
        || next.is_some_and(|next| matches!(next, '叉' | '两' | '俩'))
        || next.is_some_and(|next| misheard(next).is_some())
            && line.char(at + 2).is_some_and(|third| digit(third).is_some());
    misheard(first).filter(|_| inside && carries || is_in_stretch(line, at)).and_then(one)
}

/// 我叫李四: the name that everybody has when none is given.
fn is_name(line: &Line<'_>, at: usize) -> bool {
    at > 0 && line.longest(at - 1, &["张三", "李四", "王五", "赵六"]).is_some()
}

/// So many characters in a row that sound like digits are a number, however they are written: 手机号
/// 易三巴灵灵易三巴灵灵灵.
fn is_in_stretch(line: &Line<'_>, at: usize) -> bool {
    /// A telephone number without one digit.
    const LONG: usize = 10;
    /// Of these some must be beyond doubt.
    const CLEAR: usize = 2;
    let sounds = |at: &usize| {
        line.char(*at).is_some_and(|it| digit(it).or(nickname(it)).or(misheard(it)).is_some())
    };
    let before = (at.saturating_sub(LONG)..at).rev().take_while(sounds).count();
    let behind = (at..at + LONG).take_while(sounds).count();
    let stretch = at - before..at + behind;
    let n_clear = stretch.clone().filter(|at| line.char(*at).is_some_and(|it| digit(it).is_some()));
    stretch.len() >= LONG && n_clear.count() >= CLEAR
}

/// 一三八么 is a digit, 三八动不动 and 三八两天 are none; so a nickname behind digits must not begin a
/// word of its own.
fn begins_word(line: &Line<'_>, at: usize) -> bool {
    const COUNTED: &str = "个天次条块百千万年月位人点岁遍只件张台分秒小边头种样";
    let next = line.char(at + 1);
    match line.char(at) {
        Some('两' | '兩' | '俩' | '仨') => next.is_some_and(|next| COUNTED.contains(next)),
        Some('动') => next.is_some_and(|next| "态不作漫".contains(next)),
        Some('怪') => next.is_some_and(|next| "不我你".contains(next)),
        Some('勾' | '钩') => next.is_some_and(|next| "选".contains(next)),
        _ => false,
    }
}

/// 洞 四 三: radio names, one by one.
fn is_spaced(line: &Line<'_>, at: usize) -> bool {
    matches!(line.char(at), Some('洞' | '拐' | '勾'))
        && line.char(at + 1).is_some_and(char::is_whitespace)
        && (at + 2..at + 4)
            .filter_map(|at| line.char(at))
            .find(|it| !it.is_whitespace())
            .is_some_and(|next| digit(next).or(nickname(next)).is_some())
}

/// Behind a gap only what is hardly a word goes on by itself: 零零， 洞.
fn stands_alone(line: &Line<'_>, at: usize) -> bool {
    match line.char(at) {
        Some('动' | '怪' | '么' | '腰' | '妖' | '欧') => {
            line.char(at + 1).is_none() || gap(line, at + 1) > 0
        }
        _ => !begins_word(line, at),
    }
}

/// Whether a nickname may begin a number here: not inside a word such as 什么, 难怪, 移动, 漏洞.
fn may_begin(line: &Line<'_>, at: usize) -> bool {
    let Some(before) = line.before(at) else { return true };
    match line.char(at) {
        Some('动' | '怪' | '么' | '腰' | '妖' | '欧') => {
            !before.is_alphanumeric() || "是号码为叫话机个那啊嗯呃下打".contains(before)
        }
        _ => !"漏山黑空诱".contains(before),
    }
}

/// 三个八: the digit, so many times.
fn repeated(line: &Line<'_>, at: usize) -> Option<Atom> {
    let times = count(line.char(at)?)?;
    let mut said = at + 1;
    if line.char(said)? == '个' {
        said += 1;
    } else if !matches!(line.char(at)?, '俩' | '仨') {
        return None;
    }
    while line.char(said)? == ' ' {
        said += 1;
    }
    let value = digit(line.char(said)?).or_else(|| {
        nickname(line.char(said)?).filter(|_| matches!(line.char(said), Some('洞' | '拐' | '勾')))
    })?;
    let next = line.char(said + 1);
    let number_follows = next.is_some_and(|next| unit(next).is_some() || next == '万');
    // 三个一样的, 两个一起: no digit.
    let in_word = line.char(said) == Some('一')
        && next.is_some_and(|next| "样起直下点会些般共定半".contains(next));
    (times >= 2 && !number_follows && !in_word).then(|| Atom {
        end: said + 1,
        digits: vec![value; usize::from(times)],
        plain: true,
        figure: false,
    })
}

/// A number below ten thousand with 十, 百 or 千 in it.
fn composed(line: &Line<'_>, at: usize) -> Option<Atom> {
    let (mut value, mut last_unit, mut end) = (0, 10_000, at);
    loop {
        let skipped =
            usize::from(last_unit > 10 && last_unit < 10_000 && line.char(end) == Some('零'));
        let Some(leading) = line.char(end + skipped) else { break };
        let numeral = digit(leading)
            .filter(|_| !is_figure(leading))
            .or_else(|| nickname(leading).filter(|_| matches!(leading, '两' | '兩')));
        match (numeral, line.char(end + skipped + 1).and_then(unit)) {
            (Some(numeral), Some(found)) if numeral > 0 && found < last_unit => {
                value += u32::from(numeral) * found;
                (last_unit, end) = (found, end + skipped + 2);
            }
            // 十三 is 13; and 一百三 is 130. 八千八千 are two numbers.
            (Some(numeral), None) if numeral > 0 && last_unit < 10_000 => {
                value += u32::from(numeral)
                    * if skipped == 0 && last_unit > 10 { last_unit / 10 } else { 1 };
                end += skipped + 1;
                break;
            }
            (None, _) if end == at && unit(leading) == Some(10) => {
                (value, last_unit, end) = (10, 10, at + 1);
            }
            _ => break,
        }
    }
    (end > at && value >= 10).then(|| Atom {
        end,
        digits: value.to_string().bytes().map(|byte| byte - b'0').collect(),
        plain: false,
        figure: false,
    })
}
