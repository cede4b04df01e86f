//! The words of the human rules, as toneless syllables.
//!
//! Misheard forms stand beside the right ones where a small recogniser is known to write them
//! (人工: 仁公, 转: 传, 赚). Kept apart from the rules so that a new word is a new line here.

use super::senses::{NOT_LABOUR, NOT_REAL, NOT_ROLE};

/// A person, or the office of one, that a caller may ask for.
pub(super) struct Person {
    /// Its syllables.
    said: &'static [&'static str],
    /// What may follow it and gives it another sense.
    not_before: &'static [&'static [&'static str]],
    /// A verb a few words before it makes a wish; otherwise only small words may stand between.
    pub(super) loose: bool,
    /// Said alone, it is a wish.
    pub(super) terse: bool,
    /// It is a wish wherever it stands: the verb is part of it.
    pub(super) enough: bool,
    /// In its other sense it shows that no person is wanted; else it only shows nothing.
    pub(super) denies: bool,
}

impl Person {
    /// Whether the words behind it give it another sense.
    pub(super) fn means_something_else(&self, behind: &[&str]) -> bool {
        self.not_before.iter().any(|words| behind.starts_with(words))
    }
}

/// 人工, and whatever else sounds like it.
const fn labour(said: &'static [&'static str]) -> Person {
    Person { said, not_before: &NOT_LABOUR, loose: true, terse: true, enough: false, denies: true }
}

/// 真人, but not 真人认证.
const fn real(said: &'static [&'static str]) -> Person {
    Person { said, not_before: &NOT_REAL, loose: false, terse: true, enough: false, denies: true }
}

/// 客服, 坐席: wanted when asked for, but often only talked about.
const fn role(said: &'static [&'static str]) -> Person {
    Person { said, not_before: &NOT_ROLE, loose: false, terse: true, enough: false, denies: false }
}

/// 领导, 经理: wanted only when asked for.
const fn superior(said: &'static [&'static str]) -> Person {
    Person { said, not_before: &NOT_ROLE, loose: false, terse: false, enough: false, denies: false }
}

/// 转人工, 找个人: a whole wish.
const fn wish(said: &'static [&'static str]) -> Person {
    Person { said, not_before: &NOT_LABOUR, loose: true, terse: true, enough: true, denies: true }
}

/// 转, right and misheard.
const TRANSFERS: [&str; 6] = ["zhuan", "chuan", "zhuang", "zuan", "zan", "zhuai"];

/// 人工, right and as it is misheard behind 转.
const LABOURS: [[&str; 2]; 8] = [
    ["ren", "gong"],
    ["reng", "gong"],
    ["ren", "kong"],
    ["ren", "hong"],
    ["run", "gong"],
    ["ru", "gong"],
    ["yin", "gong"],
    ["ren", "gou"],
];

/// 转人工: the whole wish, whichever of its syllables was misheard.
static TRANSFER: Person = wish(&[]);

/// The person named at a place, and in how many syllables.
pub(super) fn person_at(heard: &[&str], at: usize) -> Option<(&'static Person, usize)> {
    if let [verb, labour @ ..] = &heard[at..]
        && TRANSFERS.contains(verb)
        && LABOURS.iter().any(|said| labour.starts_with(said))
    {
        return Some((&TRANSFER, 3));
    }
    let person = PERSONS.iter().find(|person| heard[at..].starts_with(person.said))?;
    Some((person, person.said.len()))
}

/// Whom callers ask for; the longer ones first.
static PERSONS: [Person; 36] = [
    wish(&["zhao", "ge", "ren"]),
    wish(&["jiao", "ge", "ren"]),
    wish(&["huan", "ge", "ren"]),
    wish(&["lai", "ge", "ren"]),
    wish(&["jie", "ge", "ren"]),
    wish(&["han", "ge", "ren"]),
    wish(&["zhuan", "ge", "ren"]),
    wish(&["bang", "wo", "zhao", "ge", "ren"]),
    wish(&["gei", "wo", "ge", "ren"]),
    wish(&["zheng", "ge", "ren"]),
    wish(&["huan", "ren"]),
    wish(&["jiao", "ren", "lai"]),
    wish(&["zhao", "ren", "shuo"]),
    wish(&["gen", "ren", "shuo"]),
    wish(&["gen", "ren", "jiang"]),
    wish(&["zhao", "ge", "zhen", "ren"]),
    wish(&["jie", "xian", "yuan"]),
    wish(&["hua", "wu", "yuan"]),
    labour(&["ren", "gong"]),
    labour(&["reng", "gong"]),
    real(&["zhen", "ren"]),
    real(&["huo", "ren"]),
    role(&["ke", "fu"]),
    role(&["zuo", "xi"]),
    role(&["gong", "zuo", "ren", "yuan"]),
    role(&["zong", "ji"]),
    superior(&["ling", "dao"]),
    superior(&["jing", "li"]),
    superior(&["zhu", "guan"]),
    superior(&["fu", "ze", "ren"]),
    superior(&["lao", "ban"]),
    superior(&["zhuan", "yuan"]),
    superior(&["shang", "ji"]),
    superior(&["lao", "zong"]),
    superior(&["zu", "zhang"]),
    superior(&["zhi", "ban"]),
];

/// What asks for somebody: 转 (also misheard), 找, 要, 接, 叫, 换, 给, …
pub(super) const VERBS: [&[&str]; 27] = [
    &["zhuan"],
    &["chuan"],
    &["zhuang"],
    &["zuan"],
    &["zhao"],
    &["yao"],
    &["jie"],
    &["jiao"],
    &["huan"],
    &["gei"],
    &["lai"],
    &["han"],
    &["bang"],
    &["qing"],
    &["xu", "yao"],
    &["lian", "xi"],
    &["you", "mei", "you"],
    &["shen", "qing"],
    &["zhi", "jie"],
    &["xun"],
    &["xi", "wang"],
    &["gan", "jin"],
    &["ma", "shang"],
    &["zheng"],
    &["an", "pai"],
    &["hu", "jiao"],
    &["wo", "deng"],
];

/// What may stand between the verb and a role: 一下, 你们, 个, 平台的.
pub(super) const BETWEEN: [&[&str]; 51] = [
    &["yi", "xia"],
    &["yi", "ge"],
    &["yi", "wei"],
    &["yi", "ming"],
    &["ge"],
    &["dao"],
    &["dei"],
    &["ni", "men"],
    &["na", "bian"],
    &["zhe", "bian"],
    &["ping", "tai"],
    &["dou", "yin"],
    &["de"],
    &["gei"],
    &["wo"],
    &["bang"],
    &["zhen", "ren"],
    &["ren", "gong"],
    &["xia"],
    &["wei"],
    &["ming"],
    &["na", "ge"],
    &["zhe", "ge"],
    &["zhi", "jie"],
    &["jie"],
    &["zhuan"],
    &["zhao"],
    &["yao"],
    &["qu"],
    &["ni"],
    &["nin"],
    &["men"],
    &["lai"],
    &["yi"],
    &["ne"],
    &["a"],
    &["wen"],
    &["zai"],
    &["jiao"],
    &["gen"],
    &["he"],
    &["ji", "xu"],
    &["zai", "xian"],
    &["zong", "bu"],
    &["gong", "si"],
    &["shang", "mian"],
    &["shen", "me"],
    &["bie", "de"],
    &["nin", "men"],
    &["hou", "tai"],
    &["you"],
];

/// What may stand around a person that is asked for without a verb: 喂, 你好, 在吗, 快点.
pub(super) const ALONE: [&[&str]; 61] = [
    &["wei"],
    &["ni", "hao"],
    &["nin", "hao"],
    &["en"],
    &["a"],
    &["ai"],
    &["na"],
    &["ne"],
    &["ba"],
    &["ma"],
    &["wo"],
    &["ni"],
    &["ni", "men"],
    &["de"],
    &["qing"],
    &["xie", "xie"],
    &["ma", "fan"],
    &["yi", "xia"],
    &["xia"],
    &["xian", "sheng"],
    &["xiao", "jie"],
    &["fu", "wu"],
    &["ke", "fu"],
    &["ren", "gong"],
    &["zuo", "xi"],
    &["tai"],
    &["tong", "dao"],
    &["ren", "yuan"],
    &["you"],
    &["mei", "you"],
    &["zai"],
    &["zai", "na"],
    &["zai", "ma"],
    &["zai", "bu", "zai"],
    &["na", "li"],
    &["kuai"],
    &["kuai", "dian"],
    &["kuai", "yi", "dian"],
    &["xing"],
    &["hao"],
    &["dui"],
    &["shi"],
    &["jiu"],
    &["bu"],
    &["le"],
    &["o"],
    &["yo"],
    &["nar"],
    &["ge"],
    &["yi", "ge"],
    &["lai"],
    &["wai"],
    &["hai"],
    &["hui", "hua"],
    &["ji"],
    &["an", "ji"],
    &["an"],
    &["shuo", "hua"],
    &["zhi", "jie"],
    &["suan", "le"],
    &["ren"],
];

/// Words that take the wish back, and the word which makes a question of them (要不要).
pub(super) const NEGATIONS: [(&[&str], &str); 14] = [
    (&["bu", "yong"], "yong"),
    (&["bu", "yao"], "yao"),
    (&["bu", "xu", "yao"], "-"),
    (&["bu", "zhao"], "zhao"),
    (&["bu", "xiang"], "xiang"),
    (&["bu", "shi"], "shi"),
    (&["bu", "bi"], "-"),
    (&["bu", "ma", "fan"], "-"),
    (&["wu", "xu"], "-"),
    (&["bie"], "-"),
    (&["beng"], "-"),
    (&["mei", "rang"], "-"),
    (&["mei", "jiao"], "-"),
    (&["yong", "bu", "zhao"], "-"),
];

/// Behind the person: 人工就不用了.
pub(super) const NOT_NEEDED: [&[&str]; 10] = [
    &["bu", "yong"],
    &["jiu", "bu", "yong"],
    &["bu", "xu", "yao"],
    &["jiu", "bu", "xu", "yao"],
    &["bu", "bi"],
    &["jiu", "bu", "bi"],
    &["jiu", "suan", "le"],
    &["bu", "yao", "le"],
    &["jiu", "bu", "yao"],
    &["jiu", "bu", "ma", "fan"],
];

/// Who wants the staff of one of these is not ours; the trained model decides.
pub(super) const OTHER_COMPANIES: [&str; 20] = [
    "支付宝",
    "微信",
    "京东",
    "移动",
    "联通",
    "电信",
    "银行",
    "顺丰",
    "美团",
    "淘宝",
    "拼多多",
    "快手",
    "滴滴",
    "航空",
    "携程",
    "保险",
    "高德",
    "小红书",
    "哔哩",
    "饿了么",
];
