//! One number as people say and recognisers write it: 一百二十八, 三千多, 两万五, 1,280, 3万5.
//!
//! It knows no money and no calendar; `amount` and `time` ask it what stands at a place.

use super::super::mask::{
    line::Line,
    numerals::{digit, is_figure, unit},
};

/// A number that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// Behind its last character.
    pub(super) end: usize,
    /// In hundredths; `None` where the words leave it open: 几千.
    pub(super) hundredths: Option<u64>,
    /// Whether it was said roughly: 三千多, 两三百.
    pub(super) about: bool,
    /// How many digits were said one by one, the most in a row.
    pub(super) n_plain: usize,
    /// Whether a unit (十 百 千 万) was said.
    pub(super) has_unit: bool,
}

impl Number {
    /// Its value where it is whole and known.
    pub(super) fn whole(&self) -> Option<u64> {
        let hundredths = self.hundredths?;
        hundredths.is_multiple_of(100).then_some(hundredths / 100)
    }
}

/// Digits in a row beyond this are no count of anything.
const MAX_DIGITS: usize = 9;
const WAN: u64 = 10_000;
/// No caller owns more, and nothing below overflows.
const MAX_VALUE: u64 = 1_000_000_000_000;

/// Whether a number may begin here: not inside another, nor behind an ordinal or in 万一.
pub(super) fn may_begin(line: &Line<'_>, at: usize) -> bool {
    line.before(at).is_none_or(|before| {
        !is_part(before) && !matches!(before, '第' | '.' | '．' | '点' | '之') && !is_letter(before)
    })
}

fn is_part(it: char) -> bool {
    value_of(it).is_some() || unit(it).is_some() || matches!(it, '万' | '亿' | '几')
}

fn is_letter(it: char) -> bool {
    it.is_ascii_alphabetic()
}

/// A digit of an amount: a number plate's 幺 and 洞 are none.
fn value_of(it: char) -> Option<u64> {
    match it {
        '幺' => None,
        '两' | '俩' => Some(2),
        _ => digit(it).map(u64::from),
    }
}

/// 一直, 一起, 一共: the 一 is no digit.
pub(super) fn begins_word(line: &Line<'_>, at: usize) -> bool {
    line.char(at) == Some('一')
        && line.char(at + 1).is_some_and(|next| "直起样共下定旦切般些边概再会模开".contains(next))
}

/// Reads the number at a place.
pub(super) fn read(line: &Line<'_>, at: usize) -> Option<Number> {
    let mut reader = Reader::new(line, at);
    reader.run()?;
    reader.finish(at)
}

struct Reader<'a, 'text> {
    line: &'a Line<'text>,
    at: usize,
    /// Below the last 万, in hundredths.
    section: u64,
    /// From 万 up, in hundredths.
    total: u64,
    /// Digits that wait for their unit, in hundredths.
    waiting: Option<u64>,
    waiting_has_point: bool,
    last_unit: u64,
    zero: bool,
    open: bool,
    about: bool,
    n_plain: usize,
    has_unit: bool,
}

impl<'a, 'text> Reader<'a, 'text> {
    fn new(line: &'a Line<'text>, at: usize) -> Self {
        Self {
            line,
            at,
            section: 0,
            total: 0,
            waiting: None,
            waiting_has_point: false,
            last_unit: 0,
            zero: false,
            open: false,
            about: false,
            n_plain: 0,
            has_unit: false,
        }
    }

    fn run(&mut self) -> Option<()> {
        // 好几百, 上千, 数万.
        if let Some(n_chars) = self.line.longest(self.at, &["好几", "几", "上", "数"]) {
            let next = self.line.char(self.at + n_chars)?;
            let opens = unit(next).is_some_and(|unit| unit > 10)
                || next == '万'
                || self.line.char(self.at) == Some('几');
            if !opens {
                let n = self.line.longest(self.at, &["好几"])?;
                self.at += n;
                (self.open, self.about) = (true, true);
                return Some(());
            }
            self.at += n_chars;
            (self.open, self.about, self.waiting) = (true, true, Some(100));
        }
        while let Some(it) = self.line.char(self.at) {
            if is_figure(it) {
                if self.waiting.is_some() {
                    break;
                }
                self.figures()?;
            } else if it == '零' && self.has_unit && self.waiting.is_none() {
                self.zero = true;
                self.at += 1;
            } else if self.has_unit && begins_word(self.line, self.at) {
                break;
            } else if value_of(it).is_some() {
                if self.waiting.is_some() {
                    break;
                }
                self.spoken()?;
            } else if it == '几' && self.has_unit && self.waiting.is_none() {
                // 十几.
                (self.about, self.at) = (true, self.at + 1);
            } else if let Some(found) = self.unit_here(it) {
                self.take_unit(found)?;
            } else if matches!(it, '多' | '来' | '余') && (self.has_unit || self.waiting.is_some())
            {
                // 三千多, 三百多万; 一百来回 is no amount, but then no unit follows either.
                if self.about && self.line.before(self.at) == Some(it) {
                    break;
                }
                (self.about, self.at) = (true, self.at + 1);
            } else {
                break;
            }
            if self.total.max(self.section) > MAX_VALUE * 100 {
                return None;
            }
        }
        Some(())
    }

    fn unit_here(&self, it: char) -> Option<u64> {
        let figure = self.line.before(self.at).is_some_and(is_figure);
        match it {
            '万' => Some(WAN),
            '亿' => Some(WAN * WAN),
            'w' | 'W' if figure => Some(WAN),
            'k' | 'K' if figure => Some(1_000),
            _ => unit(it).map(u64::from),
        }
    }

    fn take_unit(&mut self, found: u64) -> Option<()> {
        if found >= WAN {
            let below = self.section + self.waiting.take().unwrap_or(0);
            if below == 0 {
                return None;
            }
            // 一亿两千万 adds, 三百万亿 multiplies.
            self.total = if found == WAN && self.total > 0 {
                self.total.checked_add(below.checked_mul(WAN)?)?
            } else {
                (self.total + below).checked_mul(found)?
            };
            self.section = 0;
        } else {
            let times = match self.waiting.take() {
                Some(times) => times,
                // 收拾 is no ten.
                None if self.line.char(self.at) == Some('十') && self.section == 0 => 100,
                None => return None,
            };
            if self.last_unit != 0 && self.last_unit < WAN && found >= self.last_unit {
                return None;
            }
            self.section += times.checked_mul(found)?;
        }
        (self.last_unit, self.zero, self.has_unit) = (found, false, true);
        self.at += 1;
        Some(())
    }

    /// 1,280 or 128.50.
    fn figures(&mut self) -> Option<()> {
        let (mut whole, mut n_digits) = (0_u64, 0);
        while let Some(it) = self.line.char(self.at) {
            let next_is_figure = self.line.char(self.at + 1).is_some_and(is_figure);
            if let Some(one) = value_of(it).filter(|_| is_figure(it)) {
                (whole, n_digits) = (whole * 10 + one, n_digits + 1);
            } else if !(matches!(it, ',' | '，') && next_is_figure && self.groups_of_three()) {
                break;
            }
            self.at += 1;
            if n_digits > MAX_DIGITS {
                return None;
            }
        }
        let mut hundredths = whole * 100;
        let point = matches!(self.line.char(self.at), Some('.' | '．' | '点'));
        if point && self.line.char(self.at + 1).is_some_and(is_figure) {
            hundredths += self.fraction()?;
            self.waiting_has_point = true;
        }
        self.n_plain = self.n_plain.max(n_digits);
        self.waiting = Some(hundredths);
        Some(())
    }

    /// Whether exactly three figures follow the comma here.
    fn groups_of_three(&self) -> bool {
        let behind = (1..=4).map(|n| self.line.char(self.at + n).is_some_and(is_figure));
        behind.collect::<Vec<_>>() == [true, true, true, false]
            || self.line.char(self.at + 4).is_some_and(|it| matches!(it, ',' | '，'))
    }

    /// The digits behind a point, in hundredths.
    fn fraction(&mut self) -> Option<u64> {
        self.at += 1;
        let (mut hundredths, mut weight) = (0, 10);
        while let Some(one) = self.line.char(self.at).and_then(value_of) {
            hundredths += one * weight;
            weight /= 10;
            self.at += 1;
        }
        Some(hundredths)
    }

    /// Spoken digits in a row: 三, 两三 (百), 六四八.
    fn spoken(&mut self) -> Option<()> {
        let mut said = Vec::new();
        while let Some(it) = self.line.char(self.at).filter(|it| !is_figure(*it)) {
            let Some(one) = value_of(it) else { break };
            said.push(one);
            self.at += 1;
            if said.len() > MAX_DIGITS {
                return None;
            }
        }
        let followed = self.line.char(self.at).and_then(|it| self.unit_here(it)).is_some();
        let rough = matches!(said[..], [a, b] if a > 0 && (b == a + 1 || (a, b) == (3, 5)));
        // 两三块 and 三五天 are rough without a unit too; 二十三四.
        let counted = self.line.char(self.at).is_some_and(|it| "块元天个年毛".contains(it));
        let count = if rough && (followed || counted) {
            self.about = true;
            said[0]
        } else if said.len() > 1 && followed {
            // 一二三百 is no number.
            return None;
        } else {
            said.iter().fold(0, |sum, one| sum * 10 + one)
        };
        self.n_plain = self.n_plain.max(said.len());
        let mut hundredths = count * 100;
        let point = self.line.char(self.at) == Some('点');
        let next = self.line.char(self.at + 1).and_then(value_of);
        if point && next.is_some() && self.reads_as_fraction() {
            hundredths += self.fraction()?;
            self.waiting_has_point = true;
        }
        self.waiting = Some(hundredths);
        Some(())
    }

    /// 九点九块 and 一点五万 are numbers, 九点二十 is a time.
    fn reads_as_fraction(&self) -> bool {
        let mut at = self.at + 1;
        while self.line.char(at).and_then(value_of).is_some() {
            at += 1;
        }
        self.line.char(at).is_some_and(|it| matches!(it, '万' | '亿' | '块' | '元'))
    }

    fn finish(self, start: usize) -> Option<Number> {
        let mut hundredths = self.total + self.section;
        if let Some(waiting) = self.waiting {
            // 两万五, 三千八, 一百二; but 一百零二, 二十二.
            let short =
                self.last_unit >= 100 && !self.zero && waiting < 1_000 && !self.waiting_has_point;
            hundredths += if short { waiting * (self.last_unit / 10) } else { waiting };
        }
        let is_number = self.waiting.is_some() || self.has_unit || self.open;
        (self.at > start && is_number).then_some(Number {
            end: self.at,
            hundredths: (!self.open).then_some(hundredths),
            about: self.about,
            n_plain: self.n_plain,
            has_unit: self.has_unit,
        })
    }
}
