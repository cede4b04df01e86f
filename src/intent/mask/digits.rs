//! Runs of digits, in all the ways that callers and recognisers put them.
//!
//! Arabic, full-width and spoken digits (幺, 洞, 拐), numbers with 十 百 千 inside (八千 is 8000),
//! repetitions (三个八), single digits misheard as a homophone, all grouped by blanks, hyphens and
//! fillers. It gathers; what a run means is decided in `judge`.

use super::super::pinyin::reading;
use std::ops::Range;

/// A stretch of text that says digits and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// In bytes of the text.
    pub(super) range: Range<usize>,
    /// The digits it says, 0 to 9, and 10 for a closing X.
    pub(super) digits: Vec<u8>,
    /// How many of them were said one by one.
    pub(super) n_plain: usize,
    /// How many digits each piece between two gaps has.
    pub(super) pieces: Vec<usize>,
}

impl Run {
    /// The last two digits.
    pub(super) fn tail(&self) -> String {
        let tail = &self.digits[self.digits.len().saturating_sub(2)..];
        tail.iter().map(|digit| if *digit == X { 'X' } else { char::from(b'0' + digit) }).collect()
    }

    fn is_mobile(&self) -> bool {
        matches!(self.digits[..], [1, 3..=9, ..]) && self.digits.len() == 11
    }
}

/// The letter that closes some identity numbers.
pub(super) const X: u8 = 10;

/// What may stand between two digits of one number, besides blanks and hyphens.
const FILLERS: [&str; 20] = [
    "后面是",
    "中间是",
    "最后是",
    "那个",
    "然后",
    "就是",
    "后面",
    "中间",
    "最后",
    "接着",
    "完了",
    "嗯",
    "啊",
    "呃",
    "额",
    "哦",
    "诶",
    "哎",
    "再",
    "对",
];

/// The longest gap inside a number, in characters.
const MAX_GAP: usize = 8;

type Chars<'text> = &'text [(usize, char)];

/// All runs of a text of `n_bytes`, in order.
pub(super) fn runs(chars: Chars<'_>, n_bytes: usize) -> Vec<Run> {
    let byte = |at: usize| chars.get(at).map_or(n_bytes, |(byte, _)| *byte);
    let mut runs: Vec<Run> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let Some(first) = atom(chars, at, false) else {
            at += 1;
            continue;
        };
        let mut pieces = vec![Piece::new(at)];
        pieces[0].push(first);
        let mut end = pieces[0].end;
        loop {
            if let Some(next) = atom(chars, end, true) {
                let at = pieces.len() - 1;
                pieces[at].push(next);
                end = pieces[at].end;
                continue;
            }
            let after = end + gap(&chars[end..]);
            let Some(next) = (after > end).then(|| atom(chars, after, false)).flatten() else {
                break;
            };
            let mut piece = Piece::new(after);
            piece.push(next);
            end = piece.end;
            pieces.push(piece);
        }
        let first_new = runs.len();
        runs.extend(split(&pieces).map(|pieces| join(pieces, byte)));
        if let Some(last) = runs.get_mut(first_new..).and_then(<[Run]>::last_mut) {
            end = close_with_x(last, chars, end, byte);
        }
        at = end;
    }
    runs
}

/// Digits without a gap between them.
struct Piece {
    start: usize,
    end: usize,
    digits: Vec<u8>,
    n_plain: usize,
}

impl Piece {
    fn new(start: usize) -> Self {
        Self { start, end: start, digits: Vec::new(), n_plain: 0 }
    }

    fn push(&mut self, atom: Atom) {
        self.end = atom.end;
        self.n_plain += if atom.plain { atom.digits.len() } else { 0 };
        self.digits.extend(atom.digits);
    }
}

fn join(pieces: &[Piece], byte: impl Fn(usize) -> usize) -> Run {
    let start = pieces.first().map_or(0, |piece| piece.start);
    let end = pieces.last().map_or(start, |piece| piece.end);
    Run {
        range: byte(start)..byte(end),
        digits: pieces.iter().flat_map(|piece| piece.digits.iter().copied()).collect(),
        n_plain: pieces.iter().map(|piece| piece.n_plain).sum(),
        pieces: pieces.iter().map(|piece| piece.digits.len()).collect(),
    }
}

/// A piece that is a whole mobile number stands for itself; so does a date before other digits.
fn split(pieces: &[Piece]) -> impl Iterator<Item = &[Piece]> {
    let whole = |piece: &Piece| join(std::slice::from_ref(piece), |at| at).is_mobile();
    let mut parts: Vec<&[Piece]> = Vec::new();
    let mut start = 0;
    for at in 0..pieces.len() {
        if at >= start && is_date(&pieces[at..]) {
            parts.extend([&pieces[start..at], &pieces[at..at + 3]]);
            start = at + 3;
        } else if at >= start && whole(&pieces[at]) {
            parts.extend([&pieces[start..at], &pieces[at..=at]]);
            start = at + 1;
        }
    }
    parts.push(&pieces[start..]);
    parts.into_iter().filter(|part| !part.is_empty())
}

fn is_date(pieces: &[Piece]) -> bool {
    let [year, month, day, ..] = pieces else {
        return false;
    };
    let value =
        |piece: &Piece| piece.digits.iter().fold(0_u64, |sum, digit| sum * 10 + u64::from(*digit));
    let short = |piece: &Piece| piece.digits.len() <= 2;
    year.digits.len() == 4
        && short(month)
        && short(day)
        && (1900..2100).contains(&value(year))
        && (1..=12).contains(&value(month))
        && (1..=31).contains(&value(day))
}

/// Takes an X behind 14 to 18 digits into the run.
fn close_with_x(
    run: &mut Run,
    chars: Chars<'_>,
    end: usize,
    byte: impl Fn(usize) -> usize,
) -> usize {
    const SPELLINGS: [&str; 8] = ["x", "X", "ｘ", "Ｘ", "叉", "艾克斯", "埃克斯", "爱克斯"];
    if !(14..=18).contains(&run.digits.len()) || run.range.end != byte(end) {
        return end;
    }
    let start = end + gap(&chars[end..]);
    let Some(n_chars) = SPELLINGS.iter().find_map(|word| prefix(&chars[start..], word)) else {
        return end;
    };
    run.digits.push(X);
    run.range.end = byte(start + n_chars);
    start + n_chars
}

/// The smallest thing that says digits.
struct Atom {
    end: usize,
    digits: Vec<u8>,
    plain: bool,
}

/// Reads the digits at a place. `inside`: a digit stands directly before it.
fn atom(chars: Chars<'_>, at: usize, inside: bool) -> Option<Atom> {
    let first = chars.get(at)?.1;
    let next = chars.get(at + 1).map(|(_, next)| *next);
    if let Some(atom) = repeated(chars, at).or_else(|| composed(chars, at)) {
        return Some(atom);
    }
    let one = |digit: u8| Some(Atom { end: at + 1, digits: vec![digit], plain: true });
    if let Some(value) = digit(first) {
        return one(value);
    }
    let follows = next.is_some_and(|next| digit(next).is_some());
    let follows_nickname = next.is_some_and(|next| nickname(next).is_some());
    let in_word = !inside && ends_in_word(chars, at);
    if let Some(value) = nickname(first).filter(|_| inside || follows || follows_nickname) {
        return one(value).filter(|_| !in_word);
    }
    misheard(first).filter(|_| inside && follows).and_then(one)
}

/// A digit that is always one.
fn digit(character: char) -> Option<u8> {
    Some(match character {
        '0'..='9' => character as u8 - b'0',
        '０'..='９' => (character as u32 - '０' as u32) as u8,
        '零' | '〇' | '○' => 0,
        '一' | '幺' | '壹' => 1,
        '二' | '贰' | '貳' => 2,
        '三' | '叁' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// A word that is a digit only among digits.
fn nickname(character: char) -> Option<u8> {
    Some(match character {
        '洞' | '动' => 0,
        '妖' | '腰' | '么' => 1,
        '两' | '兩' => 2,
        '拐' | '怪' => 7,
        '勾' | '钩' => 9,
        _ => return None,
    })
}

/// 什么, 要么, 难怪, 活动: a word ends here, no number begins.
fn ends_in_word(chars: Chars<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| chars.get(at)).map(|(_, before)| *before);
    before.is_some_and(|before| "什怎这那多要难奇活运自变行互启".contains(before))
}

/// What a recogniser may have made of a digit: only its sound is left.
fn misheard(character: char) -> Option<u8> {
    Some(match reading(character)? {
        "ling" | "lin" => 0,
        "yi" | "yao" => 1,
        "er" => 2,
        "san" | "shan" => 3,
        "si" => 4,
        "wu" => 5,
        "liu" => 6,
        "qi" => 7,
        "ba" => 8,
        "jiu" => 9,
        _ => return None,
    })
}

/// 三个八: the digit, so many times.
fn repeated(chars: Chars<'_>, at: usize) -> Option<Atom> {
    let times = chars.get(at)?.1;
    let count = digit(times).or_else(|| nickname(times).filter(|count| *count == 2))?;
    let said = digit(chars.get(at + 2)?.1)?;
    let number_follows =
        chars.get(at + 3).is_some_and(|(_, next)| unit(*next).is_some() || *next == '万');
    (count >= 2 && chars[at + 1].1 == '个' && !number_follows).then(|| Atom {
        end: at + 3,
        digits: vec![said; usize::from(count)],
        plain: true,
    })
}

fn unit(character: char) -> Option<u32> {
    Some(match character {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        _ => return None,
    })
}

/// A number below ten thousand with 十, 百 or 千 in it.
fn composed(chars: Chars<'_>, at: usize) -> Option<Atom> {
    let get = |at: usize| chars.get(at).map(|(_, character)| *character);
    let (mut value, mut last_unit, mut end) = (0, 10_000, at);
    loop {
        let skipped = usize::from(last_unit > 10 && last_unit < 10_000 && get(end) == Some('零'));
        let leading = get(end + skipped)?;
        let numeral = digit(leading)
            .filter(|_| !leading.is_ascii())
            .or_else(|| nickname(leading).filter(|two| *two == 2));
        match (numeral, get(end + skipped + 1).and_then(unit)) {
            (Some(numeral), Some(found)) if numeral > 0 && found < last_unit => {
                value += u32::from(numeral) * found;
                (last_unit, end) = (found, end + skipped + 2);
            }
            // 十三 is 13; and 一百三 is 130.
            (Some(numeral), _) if numeral > 0 && last_unit < 10_000 => {
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
        if get(end).is_none() {
            break;
        }
    }
    (end > at && value >= 10).then(|| Atom {
        end,
        digits: value.to_string().bytes().map(|byte| byte - b'0').collect(),
        plain: false,
    })
}

/// How many characters of blanks, hyphens and fillers stand here; 0 where there are too many.
pub(super) fn gap(chars: Chars<'_>) -> usize {
    let mut n_chars = 0;
    while let Some((_, character)) = chars.get(n_chars) {
        let separates = *character != '\n' && character.is_whitespace()
            || matches!(
                character,
                '-' | '－'
                    | '—'
                    | '–'
                    | '_'
                    | '.'
                    | '·'
                    | ','
                    | '，'
                    | '、'
                    | '('
                    | ')'
                    | '（'
                    | '）'
                    | '…'
                    | '。'
            );
        n_chars += if separates {
            1
        } else {
            match FILLERS.iter().find_map(|filler| prefix(&chars[n_chars..], filler)) {
                Some(length) => length,
                None => break,
            }
        };
        if n_chars > MAX_GAP {
            return 0;
        }
    }
    n_chars
}

fn prefix(chars: Chars<'_>, word: &str) -> Option<usize> {
    let mut n_chars = 0;
    for character in word.chars() {
        if chars.get(n_chars)?.1 != character {
            return None;
        }
        n_chars += 1;
    }
    Some(n_chars)
}

/// Whether a character alone always says a digit.
pub(super) fn is_digit(character: char) -> bool {
    digit(character).is_some()
}
