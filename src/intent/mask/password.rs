//! Passwords with letters: what is spelt near 密码.
//!
//! Passwords of digits alone are runs and are judged as such. This file only finds where the
//! spelling begins and ends.

use super::{
    Kind, Secret,
    cues::{Cue, Found},
    line::Line,
    numerals,
};
use std::ops::Range;

/// How far behind the cue the spelling may begin, in characters: 密码我设的那个是.
const REACH: usize = 14;
/// How far before the cue it may end: abc123 这个是我的密码.
const REACH_BEHIND: usize = 8;

/// Words said while spelling.
const SPELLING: &[&str] = &[
    "大写的",
    "小写的",
    "大写",
    "小写",
    "字母",
    "数字",
    "下划线",
    "艾特",
    "井号",
    "星号",
    "感叹号",
    "问号",
    "百分号",
    "美元符号",
    "横杠",
    "横线",
    "减号",
    "加号",
    "等号",
    "空格",
    "然后是",
    "然后",
    "后面是",
    "后面",
    "前面是",
    "前面",
    "接着是",
    "接着",
    "最后是",
    "最后",
    "再加",
    "加上",
    "那个",
    "都是",
];
/// Signs in passwords, and blanks between letters.
const SIGNS: &str = " @#_!$-.*&+=%^~?＠＃＿！，,、加和再点杠嗯啊呃";
/// Words for a letter that callers add to make it clear: 大写的a.
const NAMES_OF_LETTERS: &[&str] = &[
    "诶",
    "必",
    "比",
    "西",
    "弟",
    "迪",
    "伊",
    "艾弗",
    "艾尺",
    "爱趣",
    "杰",
    "开",
    "艾勒",
    "艾母",
    "恩",
    "欧",
    "批",
    "阿尔",
    "艾斯",
    "提",
    "优",
    "维",
    "达不溜",
    "艾克斯",
    "歪",
    "贼",
];
/// Latin words that callers use in plain talk.
const WORDS: &[&str] = &[
    "app", "ok", "vip", "id", "uid", "qq", "wifi", "dou", "pk", "ip", "sim", "pc", "ios", "iphone",
    "android", "ipad", "mcn", "kol", "tiktok", "douyin", "windows", "mac", "email", "apple", "hi",
    "hello", "no", "yes", "bug", "cpu", "nfc", "sms", "face", "wechat", "huawei", "oppo", "vivo",
    "mi", "u", "k", "p", "t", "pin", "iccid",
];

/// So many letters and digits make a password when at least one is a digit.
const LEAST: usize = 3;
/// Without any digit, a shorter word is rather an app's name.
const LEAST_LETTERS: usize = 4;

/// Finds spelt passwords and codes that hold at least one letter.
pub(super) fn find(line: &Line<'_>, cues: &[Found], decided: &[Range<usize>]) -> Vec<Secret> {
    let mut secrets: Vec<Secret> = Vec::new();
    let mut from = 0;
    for (at, found) in cues.iter().enumerate() {
        let kind = if found.cue == Cue::Code { Kind::VerificationCode } else { Kind::Password };
        if !matches!(found.cue, Cue::Code | Cue::Password) || found.chars.start < from {
            continue;
        }
        let next_cue = cues[at + 1..]
            .iter()
            .find(|next| next.cue.is_secret() || next.cue == Cue::Harmless)
            .map_or(line.len(), |next| next.chars.start);
        let next_mask =
            decided.iter().map(|range| range.start).find(|start| *start >= found.chars.end);
        let end = next_cue.min(next_mask.unwrap_or(line.len()));
        let behind = spelling_behind(line, found.chars.end..end);
        let spelt = behind.or_else(|| {
            // 支付密码 is one thing: a cue of money ends no spelling.
            let last_cue = cues[..at].last().filter(|cue| cue.cue != Cue::Amount);
            let last_cue = last_cue.map_or(0, |cue| cue.chars.end);
            let last_mask =
                decided.iter().map(|range| range.end).rfind(|end| *end <= found.chars.start);
            let start = last_cue.max(last_mask.unwrap_or(0)).max(from);
            spelling_before(line, start..found.chars.start)
        });
        if let Some(chars) = spelt {
            from = chars.end;
            secrets.push(Secret { chars, kind, tail: String::new() });
        }
    }
    secrets
}

/// The first spelling behind a cue.
fn spelling_behind(line: &Line<'_>, within: Range<usize>) -> Option<Range<usize>> {
    let last = within.end.min(within.start + REACH);
    let mut linked = false;
    let mut at = within.start;
    while at < last {
        let character = line.char(at)?;
        if matches!(
            character,
            '是' | '为' | '叫' | '成' | '：' | ':' | '=' | '的' | '填' | '输' | '用'
        ) {
            linked = true;
        }
        if begins(line, at) {
            let spelt = spell(line, at..within.end);
            if spelt.is_password(linked) {
                return Some(at..spelt.end);
            }
            at = spelt.end.max(at + 1);
        } else {
            at += 1;
        }
    }
    None
}

/// The last spelling before a cue; it must have letters and digits.
fn spelling_before(line: &Line<'_>, within: Range<usize>) -> Option<Range<usize>> {
    // A password is seldom longer.
    const LONGEST: usize = 40;
    let mut at = within.start.max(within.end.saturating_sub(LONGEST));
    let mut last = None;
    while at < within.end {
        if begins(line, at) {
            let spelt = spell(line, at..within.end);
            if spelt.is_password(false) && within.end - spelt.end <= REACH_BEHIND {
                last = Some(at..spelt.end);
            }
            at = spelt.end.max(at + 1);
        } else {
            at += 1;
        }
    }
    last.filter(|chars| {
        let between = line.slice(chars.end..within.end);
        between.chars().all(|link| " 是我的这个就登录支付那它说他提示显示当做作，,".contains(link))
    })
}

fn begins(line: &Line<'_>, at: usize) -> bool {
    let letter = |at: usize| line.char(at).is_some_and(is_letter);
    letter(at)
        || line.char(at).is_some_and(numerals::is_figure)
        || line.char(at).and_then(numerals::digit).is_some()
            && !matches!(
                (line.char(at), line.char(at + 1)),
                (Some('一'), Some('个' | '下' | '直' | '样'))
            )
        || line.longest(at, &["大写", "小写", "字母"]).is_some()
        || name_of_letter(line, at).is_some()
}

/// 诶 比 西: only where another letter's name or a letter follows.
fn name_of_letter(line: &Line<'_>, at: usize) -> Option<usize> {
    let length = line.longest(at, NAMES_OF_LETTERS)?;
    let mut next = at + length;
    while line.char(next) == Some(' ') {
        next += 1;
    }
    let goes_on = line.longest(next, NAMES_OF_LETTERS).is_some()
        || line.char(next).is_some_and(|next| is_letter(next) || numerals::digit(next).is_some());
    let spelt_before = at
        .checked_sub(2)
        .is_some_and(|before| line.longest(before, &["大写", "小写", "字母"]).is_some());
    let parted = line.char(at + length) == Some(' ');
    let plain = line.char(at).is_some_and(|it| "诶比西迪批".contains(it));
    (goes_on && (parted || plain) || spelt_before).then_some(length)
}

fn is_letter(character: char) -> bool {
    character.is_ascii_alphabetic()
        || ('Ａ'..='Ｚ').contains(&character)
        || ('ａ'..='ｚ').contains(&character)
}

/// What was read of a spelling.
struct Spelt {
    end: usize,
    n_letters: usize,
    n_digits: usize,
    /// Letters in words of plain talk.
    n_plain: usize,
    /// Said like a spelling: 大写, or letters one by one.
    is_spelling: bool,
}

impl Spelt {
    fn is_password(&self, linked: bool) -> bool {
        let n_letters = self.n_letters - self.n_plain;
        if n_letters == 0 {
            return false;
        }
        if self.n_digits > 0 {
            return n_letters + self.n_digits >= LEAST;
        }
        linked && n_letters >= LEAST_LETTERS || self.is_spelling && n_letters >= 2
    }
}

fn spell(line: &Line<'_>, within: Range<usize>) -> Spelt {
    let mut spelt =
        Spelt { end: within.start, n_letters: 0, n_digits: 0, n_plain: 0, is_spelling: false };
    let mut at = within.start;
    while at < within.end {
        let Some(character) = line.char(at) else { break };
        if is_letter(character) {
            let start = at;
            while at < within.end && line.char(at).is_some_and(is_letter) {
                at += 1;
            }
            let word = line.slice(start..at).to_ascii_lowercase();
            spelt.n_letters += at - start;
            let followed = line.char(at).is_some_and(numerals::is_figure);
            if at - start > 1 && !followed && WORDS.contains(&word.as_str()) {
                spelt.n_plain += at - start;
            }
            spelt.is_spelling |= at - start == 1 && spelt.n_letters > 1;
        } else if let Some(length) = line.longest(at, SPELLING) {
            spelt.is_spelling |= length >= 2 && matches!(character, '大' | '小' | '字');
            at += length;
            continue;
        } else if let Some(length) = repeated(line, at) {
            spelt.n_digits += 1;
            at += length;
        } else if numerals::digit(character).is_some() {
            spelt.n_digits += 1;
            at += 1;
        } else if let Some(length) = name_of_letter(line, at) {
            spelt.n_letters += 1;
            spelt.is_spelling = true;
            at += length;
        } else if SIGNS.contains(character) {
            at += 1;
            continue;
        } else {
            break;
        }
        spelt.end = at;
    }
    spelt
}

/// 三个八, 两个a.
fn repeated(line: &Line<'_>, at: usize) -> Option<usize> {
    numerals::count(line.char(at)?)?;
    let said = line.char(at + 2)?;
    (line.char(at + 1)? == '个' && (is_letter(said) || numerals::digit(said).is_some()))
        .then_some(3)
}
