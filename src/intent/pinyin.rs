//! Characters to syllables.
//!
//! A small recogniser writes 冲值 for 充值 and 仁工 for 人工; the syllable survives. The only file
//! that names the `pinyin` crate. It knows no topics; its syllables go to the network, to the human
//! rules, to the noise and, with tones, to prompts that are read aloud.

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
}

/// The syllables of a text in normal form, one for each character.
#[must_use]
pub fn syllables(chars: &[char]) -> Vec<Syllable> {
    let mut found: Vec<Syllable> = Vec::with_capacity(chars.len());
    while let Some(&first) = chars.get(found.len()) {
        match phrase(&chars[found.len()..]) {
            Some(readings) => found.extend(readings.iter().map(|plain| Syllable { plain })),
            None => found.push(Syllable { plain: reading(first).unwrap_or_default() }),
        }
    }
    found
}

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

/// The reading of one character with its tone as a digit behind it (`hao3`), without regard to the
/// word it stands in; what has no tone of its own ends in 5. For prompts that are read aloud.
#[must_use]
pub fn toned(character: char) -> Option<String> {
    let found = character.to_pinyin()?.with_tone_num_end();
    let has_tone = found.ends_with(|end: char| end.is_ascii_digit());
    Some(if has_tone { found.to_owned() } else { format!("{found}5") })
}

fn phrase(chars: &[char]) -> Option<&'static [&'static str]> {
    let second = *chars.get(1)?;
    PHRASES
        .iter()
        .find(|(word, _)| word.chars().eq([chars[0], second]))
        .map(|(_, readings)| *readings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homophones_share_their_syllables() {
        let plain = |text: &str| syllables(&text.chars().collect::<Vec<_>>());
        for (right, heard) in [("人工", "仁工"), ("提现", "体现"), ("充值", "冲值")] {
            assert_eq!(plain(right), plain(heard), "{right} {heard}");
        }
        assert_ne!(plain("退款"), plain("扣款"));
    }

    #[test]
    fn tones_stand_behind_their_syllable() {
        let toned = |text: &str| text.chars().map(toned).collect::<Vec<_>>();
        assert_eq!(toned("您吗a"), [Some("nin2".to_owned()), Some("ma5".to_owned()), None]);
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
