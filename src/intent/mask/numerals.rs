//! Single characters as digits: written, spoken, nicknamed, misheard.
//!
//! It knows characters only; what stands around them is weighed in `digits`.

use super::super::pinyin::reading;

/// The letter that closes some identity numbers.
pub(in crate::intent) const X: u8 = 10;

/// A digit that is always one.
pub(in crate::intent) fn digit(character: char) -> Option<u8> {
    Some(match character {
        '0'..='9' => character as u8 - b'0',
        '０'..='９' => (character as u32 - '０' as u32) as u8,
        '①'..='⑨' => (character as u32 - '①' as u32) as u8 + 1,
        '零' | '〇' | '○' | '⓪' => 0,
        '一' | '幺' | '壹' => 1,
        '二' | '贰' | '貳' | '弍' => 2,
        '三' | '叁' | '參' | '叄' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// Whether it is a figure rather than a spoken numeral.
pub(in crate::intent) fn is_figure(character: char) -> bool {
    matches!(character, '0'..='9' | '０'..='９' | '①'..='⑨' | '⓪')
}

/// A word that is a digit only among digits.
pub(in crate::intent) fn nickname(character: char) -> Option<u8> {
    Some(match character {
        '洞' | '动' | '欧' | 'O' | 'o' | 'Ｏ' => 0,
        '妖' | '腰' | '么' | '吆' | '夭' => 1,
        '两' | '兩' | '俩' => 2,
        '仨' => 3,
        '拐' | '怪' => 7,
        '勾' | '钩' | '鈎' => 9,
        _ => return None,
    })
}

/// How often `个` is said: the number before it.
pub(in crate::intent) fn count(character: char) -> Option<u8> {
    digit(character).or_else(|| nickname(character).filter(|count| matches!(count, 2 | 3)))
}

/// A unit below ten thousand.
pub(in crate::intent) fn unit(character: char) -> Option<u32> {
    Some(match character {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        _ => return None,
    })
}

/// What a recogniser may have made of a digit: only its sound is left.
pub(in crate::intent) fn misheard(character: char) -> Option<u8> {
    // Words that stand between digits in their own right.
    if matches!(character, '是' | '时' | '事' | '以' | '已' | '有' | '额' | '吧' | '把' | '而')
    {
        return None;
    }
    Some(match reading(character)? {
        "ling" | "lin" => 0,
        "yi" | "yao" => 1,
        "er" => 2,
        "san" | "shan" | "sang" => 3,
        "si" | "shi" => 4,
        "wu" => 5,
        "liu" | "niu" => 6,
        "qi" => 7,
        "ba" | "pa" => 8,
        "jiu" | "qiu" => 9,
        "dong" => 0,
        "guai" => 7,
        "gou" => 9,
        _ => return None,
    })
}
