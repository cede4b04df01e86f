//! Which language a caller speaks or asks for, where it is not Mandarin.
//!
//! A language that is only talked about (粤语歌, 英语老师) is none, and neither is a Latin word in a
//! Chinese sentence (app, VIP). It does not know which languages are spoken at the desks.

use super::super::{heard::Heard, phrases::Phrases};
use std::sync::LazyLock;

/// Another language than Mandarin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// 英语: spoken, or asked for.
    English,
    /// 粤语: spoken, or asked for.
    Cantonese,
    /// Another Chinese one, or Mandarin that is hard for the caller: 我只会说方言, 侬讲啥.
    Dialect,
    /// Any other: 日语, 한국어.
    Foreign,
}

static WISHES: LazyLock<Phrases<Option<Language>>> = LazyLock::new(|| {
    let tongues = [
        (Language::English, "英语|英文|鹰语"),
        (Language::Cantonese, "粤语|广东话|广州话|白话|香港话|越语"),
        (
            Language::Dialect,
            "方言|家乡话|地方话|土话|老家话|本地话|四川话|重庆话|闽南语|闽南话|台语|上海话|潮汕话|潮州话|客家话|湖南话|湖北话|河南话|温州话|福州话|东北话|山东话|陕西话|苏州话|宁波话|杭州话|江西话|安徽话|贵州话|云南话|海南话|桂林话|武汉话|长沙话|南京话|天津话|藏语|藏话|维语|维吾尔语|蒙语|蒙古语|壮语|壮话|彝语|苗语|朝鲜语|哈萨克语",
        ),
        (
            Language::Foreign,
            "日语|日文|韩语|韩文|法语|俄语|德语|西班牙语|阿拉伯语|越南语|泰语|外语|外国话",
        ),
    ];
    let mut lexicons: Vec<(Option<Language>, String)> = Vec::new();
    for (language, names) in tongues {
        let wishes = format!(
            "你|您|你们|您们|你们那|你们那边|您那边 会|能|能不能|会不会|可以|可不可以|懂|懂不懂|听得懂|听不听得懂 说|讲|听|_ {names}
             会|会不会|能不能|可不可以|有没有|有|能|可以|有没有人|有人|可以用|能用|用|请用|请说|转|接|要|换 会说|会讲|懂|说|讲|会|能讲|能说 {names} 的|吗|么|说|讲|服务|客服|人工|坐席|沟通|交流
             会|会不会|有没有|有|转|接|要|换|找|用|可以用|能用|能不能用|换成|讲 {names} 吗|么|客服|坐席|服务|人工|的人|的客服|的坐席|沟通|交流|说|的吗
             会不会|能不能|可不可以 说|讲|听 {names}
             一个|个|位|找|有|有没有|要 会|懂 {names} 的
             有|找|换|找个|换个|来个|要|叫|要个|接|找一个|换一个|有没有|给我找个|有没有人|一个人 会说|会讲|懂|说|讲|会|能讲|能说 {names}
             我|我们|俺|我妈|我爸|我奶奶|我爷爷 只会|只能|只会说|只会讲|只懂|只说|只讲|就会|就会说|只能说|只能讲|只能听懂|只听得懂 {names}
             我|我们|俺 讲|说|讲的是|说的是|是讲|是说|想讲|想说|要讲|要说 {names}
             听得懂|听不听得懂|听不懂|听得懂我的 {names} 吗|不|么|_
             讲|说 {names} 得唔得|可以吗|行吗|行不行|好吗|可不可以|得吗"
        );
        lexicons.push((Some(language), wishes));
    }
    lexicons.push((
        Some(Language::Dialect),
        "听不懂|听不太懂|听唔明|不会|不会说|不会讲|讲不好|说不好|不太会说|不太会讲|讲不来|说不来|讲不了|说不了|不懂 普通话
         我|我的|我这 普通话 不好|不行|不标准|不太好|不太标准|不会|说不好|讲不好|说不来|差|很差|不太行|烂|不怎么好
         = 侬 讲|好|晓得|是|叫|帮|搞|只|快|拿|看|会|有|去
         = 侬|阿拉|勿要|勿晓得|伐啦|好伐"
            .to_owned(),
    ));
    lexicons.push((
        Some(Language::Foreign),
        "我是外国人|我是老外|我不会中文|我不会说中文|我不会讲中文|我的中文不好|我中文不好|我的中文只|我听不懂中文|听不懂中文".to_owned(),
    ));
    lexicons.push((
        Some(Language::Cantonese),
        "= 唔该|唔系|唔知|唔明|唔得|唔好|唔使|唔识|唔到|唔可以|唔会|唔见|系咪|系唔系|乜嘢|乜野|边个|点解呀|点解啊|边度|咩嘢|冇办法|有冇|佢哋|你哋|我哋|嘅|咗|冇|佢|哋|啲|嘢|喺|嗰|唔".to_owned(),
    ));
    lexicons.push((
        None,
        "= 唔唔|唔嗯|嗯唔
         我|他|她 讲|说|要讲|要说|想讲|想说 英语|英文|粤语|方言|四川话|白话|土话|上海话|东北话|日语|韩语|闽南语|客家话 的|课|段子|故事|歌|视频|直播|配音|单词|绘本|脱口秀|被|说我|系统|就
         有|有个 说|讲 英语|方言|粤语|四川话 的|课 主播|视频|博主|号
         听不懂土话的|我说白话文|不是听不懂普通话
         = 阿拉 丁|伯|善|斯加|尔|木"
            .to_owned(),
    ));
    let lexicons: Vec<_> = lexicons.iter().map(|(tag, words)| (*tag, words.as_str())).collect();
    Phrases::new(&lexicons)
});

/// The name of a language and little else asks for it: 四川话客服.
const TERSE: usize = 6;

static NAMES: LazyLock<Phrases<Language>> = LazyLock::new(|| {
    Phrases::new(&[
        (Language::English, "英语|英文|英语客服|英文客服|说英语|讲英语|说英文|英语服务|英文服务"),
        (Language::Cantonese, "粤语|广东话|粤语客服|讲粤语|说粤语|讲广东话|粤语服务|说广东话"),
        (Language::Dialect, "四川话|四川话客服|闽南语|方言|方言客服|上海话|客家话|说方言|讲方言"),
        (Language::Foreign, "日语|韩语|日语客服|韩语客服|外语客服|外语服务"),
    ])
});

pub(super) fn spoken(text: &str, heard: &Heard) -> Option<Language> {
    if let Some(language) = written(text) {
        return Some(language);
    }
    let mut at = 0;
    while at < heard.len() {
        let hit = WISHES.at(heard, at);
        match hit.map(|hit| (hit.tag, hit.end - hit.start)) {
            // One Cantonese or Shanghainese character alone may be a misheard sound.
            Some((Some(language), n_chars)) if n_chars > 1 || n_marks(heard) > 1 => {
                return Some(language);
            }
            Some((_, n_chars)) => at += n_chars,
            None => at += 1,
        }
    }
    let name = NAMES.at(heard, 0).or_else(|| NAMES.at(heard, 1))?;
    let is_terse = heard.len() <= TERSE && name.end + 1 >= heard.len();
    is_terse.then_some(name.tag)
}

/// How many words of the text only Cantonese or Shanghainese has.
fn n_marks(heard: &Heard) -> usize {
    const MARKS: &str = "唔嘅咗冇佢哋啲嘢喺嗰咩嚟啱乜系侬";
    heard.chars().iter().filter(|one| MARKS.contains(**one)).count()
}

/// Words that are enough in a text of Latin letters to know that it is spoken in English.
const ENGLISH: [&str; 42] = [
    "hello",
    "help",
    "english",
    "please",
    "you",
    "can",
    "my",
    "i",
    "the",
    "is",
    "need",
    "want",
    "speak",
    "how",
    "what",
    "do",
    "human",
    "agent",
    "operator",
    "person",
    "account",
    "to",
    "money",
    "refund",
    "have",
    "not",
    "it",
    "this",
    "me",
    "am",
    "someone",
    "why",
    "where",
    "are",
    "password",
    "problem",
    "cannot",
    "excuse",
    "anyone",
    "there",
    "representative",
    "talk",
];

/// Of one word alone these are enough; Chinese callers say the others, too (sorry, what).
const ENGLISH_ALONE: [&str; 8] =
    ["hello", "help", "english", "human", "agent", "operator", "refund", "representative"];

/// The language of a text's letters, where they are not Chinese.
fn written(text: &str) -> Option<Language> {
    let (mut n_latin, mut n_chinese, mut n_foreign) = (0, 0, 0);
    for one in text.chars().take(super::super::super::normalize::MAX_CHARS) {
        match one {
            'a'..='z' | 'A'..='Z' => n_latin += 1,
            '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}' | '\u{0400}'..='\u{06ff}' => {
                n_foreign += 1;
            }
            _ if one.is_alphabetic() => n_chinese += 1,
            _ => {}
        }
    }
    if n_foreign > n_chinese {
        return Some(Language::Foreign);
    }
    // A Chinese character says about as much as four letters.
    if n_latin <= 4 * n_chinese {
        return None;
    }
    // Chinese callers say thanks in English, too.
    let text = text.to_ascii_lowercase().replace("thank you", "");
    let words = text.split(|one: char| !one.is_ascii_alphabetic());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let is_english = match words.as_slice() {
        [word] => ENGLISH_ALONE.contains(word),
        words => words.iter().any(|word| ENGLISH.contains(word)),
    };
    is_english.then_some(Language::English)
}
