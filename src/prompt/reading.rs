//! A prompt as pinyin with tones, for syntheses that read no characters.
//!
//! espeak-ng's voice `cmn` reads characters as English in builds without its large dictionary;
//! `cmn-latn-pinyin` reads this. The tones of two third tones in a row are the voice's affair.

use super::numbers::{Piece, pieces};
use crate::intent::pinyin::toned;

/// Words whose characters are read otherwise than alone: words of prompts, and of the desks. The
/// longest match of the earliest row wins.
const WORDS: [(&str, &str); 34] = [
    ("银行", "yin2 hang2"),
    ("重新", "chong2 xin1"),
    ("重复", "chong2 fu4"),
    ("重置", "chong2 zhi4"),
    ("音乐", "yin1 yue4"),
    ("觉得", "jue2 de5"),
    ("还是", "hai2 shi4"),
    ("还有", "hai2 you3"),
    ("还没", "hai2 mei2"),
    ("还款", "huan2 kuan3"),
    ("退还", "tui4 huan2"),
    ("家长", "jia1 zhang3"),
    ("处理", "chu3 li3"),
    ("转接", "zhuan3 jie1"),
    ("转人工", "zhuan3 ren2 gong1"),
    ("转过去", "zhuan3 guo4 qu5"),
    ("为您", "wei4 nin2"),
    ("为你", "wei4 ni3"),
    ("因为", "yin1 wei4"),
    ("没有", "mei2 you3"),
    ("说说", "shuo1 shuo5"),
    ("这里", "zhe4 li3"),
    ("便宜", "pian2 yi5"),
    ("什么", "shen2 me5"),
    ("怎么", "zen3 me5"),
    ("的话", "de5 hua4"),
    ("目的", "mu4 di4"),
    ("应该", "ying1 gai1"),
    ("当作", "dang4 zuo4"),
    ("调整", "tiao2 zheng3"),
    ("好的", "hao3 de5"),
    ("一遍", "yi2 bian4"),
    ("一下", "yi2 xia4"),
    ("一并", "yi2 bing4"),
];

/// Characters whose reading alone is not the first of the table, as prompts use them.
const CHARACTERS: [(char, &str); 12] = [
    ('的', "de5"),
    ('了', "le5"),
    ('着', "zhe5"),
    ('得', "de5"),
    ('地', "di4"),
    ('还', "hai2"),
    ('都', "dou1"),
    ('没', "mei2"),
    ('转', "zhuan3"),
    ('长', "chang2"),
    ('要', "yao4"),
    ('会', "hui4"),
];

const DIGITS: [&str; 10] =
    ["ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"];

/// What an amount of two is before a measure word (两分钟, not 二分钟).
const MEASURES: [char; 11] = ['分', '个', '位', '小', '天', '次', '遍', '种', '人', '元', '块'];

/// Writes a text as pinyin: syllables with a tone digit, apart by blanks, and ASCII punctuation.
/// Digits become Chinese numbers; letters stand apart, so that they are read one by one.
#[must_use]
pub fn reading(text: &str) -> String {
    let text = half_width(text);
    let all = pieces(&text);
    let mut out = Vec::new();
    for (n, piece) in all.iter().enumerate() {
        match piece {
            Piece::Words(words) => read_words(words, &mut out),
            Piece::Spelt(run) | Piece::Telephone(run) => {
                out.extend(run.bytes().filter_map(digit).map(str::to_owned));
            }
            Piece::Amount(run) => {
                let next = match all.get(n + 1) {
                    Some(Piece::Words(words)) => words.chars().next(),
                    _ => None,
                };
                let is_counted = next.is_some_and(|next| MEASURES.contains(&next));
                out.extend(amount(run, is_counted).into_iter().map(str::to_owned));
            }
        }
    }
    let mut line = String::new();
    for word in out {
        let is_mark = word.starts_with([',', '.', '!', '?']);
        if !line.is_empty() && !is_mark {
            line.push(' ');
        }
        line.push_str(&word);
    }
    line
}

/// Full-width digits and letters to ASCII.
fn half_width(text: &str) -> String {
    let map = |c: char| match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(c as u32 - 0xFEE0).unwrap_or(c)
        }
        _ => c,
    };
    text.chars().map(map).collect()
}

fn read_words(words: &str, out: &mut Vec<String>) {
    let mut rest = words;
    while let Some(first) = rest.chars().next() {
        if let Some((word, read)) = WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
            out.push((*read).to_owned());
            rest = &rest[word.len()..];
            continue;
        }
        rest = &rest[first.len_utf8()..];
        let known = CHARACTERS.iter().find(|(known, _)| *known == first);
        let mark = match first {
            '，' | '、' | ',' | '：' | ':' | '—' => Some(","),
            '。' | '；' | ';' | '.' | '…' => Some("."),
            '！' | '!' => Some("!"),
            '？' | '?' => Some("?"),
            _ => None,
        };
        if let Some((_, read)) = known {
            out.push((*read).to_owned());
        } else if let Some(mark) = mark {
            out.push(mark.to_owned());
        } else if first == '不' {
            // 不 rises before a fourth tone.
            let falls = rest.chars().next().and_then(toned).is_some_and(|next| next.ends_with('4'));
            out.push(if falls { "bu2" } else { "bu4" }.to_owned());
        } else if let Some(read) = toned(first) {
            out.push(read);
        } else if first.is_ascii_alphabetic() {
            out.push(first.to_ascii_uppercase().to_string());
        }
    }
}

fn digit(byte: u8) -> Option<&'static str> {
    DIGITS.get(usize::from(byte.checked_sub(b'0')?)).copied()
}

/// An amount below 10,000 in words.
fn amount(run: &str, is_counted: bool) -> Vec<&'static str> {
    const PLACES: [&str; 4] = ["", "shi2", "bai3", "qian1"];
    let value: u32 = run.parse().unwrap_or_default();
    if value == 2 && is_counted {
        return vec!["liang3"];
    }
    if value == 0 {
        return vec![DIGITS[0]];
    }
    let mut words = Vec::new();
    let mut is_gap = false;
    for (place, unit) in PLACES.iter().enumerate().rev() {
        let digit = value / 10_u32.pow(place as u32) % 10;
        if digit == 0 {
            is_gap = !words.is_empty();
            continue;
        }
        if std::mem::take(&mut is_gap) {
            words.push(DIGITS[0]);
        }
        // 15 is "ten five", without the one.
        if !(place == 1 && digit == 1 && words.is_empty()) {
            words.push(DIGITS[digit as usize]);
        }
        if !unit.is_empty() {
            words.push(unit);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_number_is_read_digit_by_digit() {
        assert_eq!(
            reading("您好，这里是950201。"),
            "nin2 hao3, zhe4 li3 shi4 jiu3 wu3 ling2 er4 ling2 yi1."
        );
        assert_eq!(reading("９５０２０１"), "jiu3 wu3 ling2 er4 ling2 yi1");
        assert_eq!(reading("010-8123"), "ling2 yi1 ling2 ba1 yi1 er4 san1");
    }

    #[test]
    fn amounts_are_read_as_such() {
        let cases = [
            ("0", "ling2"),
            ("2", "er4"),
            ("10", "shi2"),
            ("15", "shi2 wu3"),
            ("20", "er4 shi2"),
            ("105", "yi1 bai3 ling2 wu3"),
            ("110", "yi1 bai3 yi1 shi2"),
            ("1000", "yi1 qian1"),
            ("1001", "yi1 qian1 ling2 yi1"),
            ("2分钟", "liang3 fen1 zhong1"),
        ];
        for (text, read) in cases {
            assert_eq!(reading(text), read, "{text}");
        }
    }

    #[test]
    fn words_decide_on_their_characters() {
        assert_eq!(reading("不会、不能"), "bu2 hui4, bu4 neng2");
        assert_eq!(reading("还是为您转接？"), "hai2 shi4 wei4 nin2 zhuan3 jie1?");
        assert_eq!(reading("APP里"), "A P P li3");
        assert_eq!(reading("\u{1}<>"), "");
    }

    #[test]
    fn no_syllable_of_the_built_in_prompts_is_left_out() {
        let profile: toml::Table = include_str!("../../hotline/default.toml").parse().unwrap();
        for (key, prompt) in profile["call"]["prompts"].as_table().unwrap() {
            let text = prompt["text"].as_str().unwrap();
            let n_characters = text.chars().filter(|c| ('一'..='龥').contains(c)).count();
            let read = reading(text);
            let n_syllables = read.split([' ', ',', '.']).filter(|it| it.len() > 1).count();
            assert_eq!(n_characters, n_syllables, "{key}: {read}");
        }
    }
}
