//! When it happened, in the caller's words: 昨天晚上, 上周五, 三号下午两点, 去年十月, 三天了.
//!
//! Parts are joined as they follow each other; a part that is often no time at all (三号线, 两点建议)
//! counts only beside another. Of several times the most exact is meant.

use super::{
    super::mask::{line::Line, numerals},
    number,
    pick::{Find, pick},
};

/// The time that is meant.
pub(super) fn time(line: &Line<'_>) -> Option<String> {
    let mut finds = Vec::new();
    let mut at = 0;
    while at < line.len() {
        match phrase(line, at) {
            Some((end, weight)) => {
                let value = line.slice(at..end).to_owned();
                finds.push(Find { chars: at..end, weight, value });
                at = end;
            }
            None => at += 1,
        }
    }
    pick(line, finds)
}

/// How exact a part is.
type Part = (usize, u32);

const MAX_PARTS: usize = 6;

fn phrase(line: &Line<'_>, start: usize) -> Option<Part> {
    let before = line.slice(start.saturating_sub(2)..start);
    // 每天晚上, 第三天, 明天上午.
    if ["每", "第", "每天", "天天", "每月", "明天", "后天"]
        .iter()
        .any(|habit| before.ends_with(habit))
    {
        return None;
    }
    let (mut end, mut weight) = (start, 0);
    for _ in 0..MAX_PARTS {
        let joins = usize::from(end > start && matches!(line.char(end), Some('的' | ' ')));
        let Some((next, exact)) = part(line, end + joins, end > start) else { break };
        (end, weight) = (next, weight + exact);
    }
    (end > start && weight > 0).then_some((end, weight))
}

fn part(line: &Line<'_>, at: usize, follows: bool) -> Option<Part> {
    week_day(line, at).or_else(|| words(line, at)).or_else(|| counted(line, at, follows))
}

/// Named times; the second list is vague and gives way to anything else.
fn words(line: &Line<'_>, at: usize) -> Option<Part> {
    const EXACT: &[&str] = &[
        "大前天",
        "前天",
        "昨天",
        "昨晚",
        "昨儿",
        "昨日",
        "今早",
        "今晨",
        "前晚",
        "上个月",
        "上月",
        "前个月",
        "这个月",
        "本月",
        "去年",
        "前年",
        "今年年初",
        "年初",
        "月初",
        "月中",
        "上半年",
        "下半年",
        "国庆",
        "国庆节",
        "春节",
        "元旦",
        "中秋",
        "中秋节",
        "端午",
        "端午节",
        "清明节",
        "除夕",
        "双十一",
        "双11",
        "双十二",
        "情人节",
        "圣诞节",
        "大年三十",
        "大年初一",
        "五一期间",
        "五一假期",
        "五一放假",
        "十一期间",
        "十一假期",
        "上周末",
        "上个周末",
        "上个星期",
        "上星期",
        "上周",
        "上礼拜",
        "上个礼拜",
        "上上周",
        "半个月前",
        "半年前",
        "半小时前",
        "半个小时前",
        "半个月了",
        "半年了",
        "半天了",
        "半个小时了",
        "半小时了",
        "前几天",
        "前两天",
        "前些天",
        "前几个月",
        "大上个月",
        "上上个月",
    ];
    const VAGUE: &[&str] = &[
        "刚才",
        "今晚",
        "周末",
        "过年",
        "年底",
        "月底",
        "刚刚",
        "方才",
        "今天",
        "今年",
        "这两天",
        "这几天",
        "前阵子",
        "前一阵",
        "前一阵子",
        "前段时间",
        "前一段时间",
        "早上",
        "一早",
        "一大早",
        "早晨",
        "上午",
        "中午",
        "下午",
        "傍晚",
        "晚上",
        "半夜",
        "大半夜",
        "凌晨",
        "夜里",
        "大晚上",
    ];
    // 下午好, 今天天气, 今年六十六, 哭了一早上.
    let greets = |end: usize| {
        line.char(end) == Some('好')
            || line.word(end, "天气").is_some()
            || line.word(at, "今年").is_some() && counts_years(line, end)
            || line.word(at, "一早上").is_some()
            || line.before(at) == Some('一')
    };
    if let Some(n_chars) = line.longest(at, EXACT) {
        return Some((at + n_chars, 2));
    }
    let n_chars = line.longest(at, VAGUE)?;
    (!greets(at + n_chars)).then_some((at + n_chars, 1))
}

/// 今年六十六: an age, no month.
fn counts_years(line: &Line<'_>, at: usize) -> bool {
    number::read(line, at).is_some_and(|number| line.char(number.end) != Some('月'))
}

/// 上周五, 星期天, 这个礼拜三; not 一周五次.
fn week_day(line: &Line<'_>, at: usize) -> Option<Part> {
    const WEEKS: &[&str] = &[
        "周",
        "星期",
        "礼拜",
        "上周",
        "上个周",
        "上星期",
        "上个星期",
        "上礼拜",
        "上个礼拜",
        "这周",
        "本周",
        "这星期",
        "这个星期",
        "这礼拜",
        "这个礼拜",
        "上上周",
        "上上个星期",
    ];
    let n_chars = line.longest(at, WEEKS)?;
    let day = line.char(at + n_chars).filter(|day| "一二三四五六日天12345".contains(*day))?;
    let counted = line
        .before(at)
        .is_some_and(|it| numerals::digit(it).is_some() || "两几每半下".contains(it));
    let next = line.char(at + n_chars + 1);
    // 周一围, 星期一个: the numeral counts what follows; 周日常.
    let counts = next.is_some_and(|it| {
        "次个围岁年常用期块".contains(it)
            || numerals::digit(it).is_some()
            || numerals::unit(it).is_some()
    });
    let surname = line.word(at, "周") == Some(1)
        && n_chars == 1
        && matches!(day, '天' | '一')
        && next.is_some_and(|it| "明宇鸣然".contains(it));
    (!counted && !counts && !surname).then_some((at + n_chars + 1, 2))
}

/// Parts with a number: 2024年, 十月, 三号, 两点半, 三天前.
fn counted(line: &Line<'_>, at: usize, follows: bool) -> Option<Part> {
    if !follows && !number::may_begin(line, at) {
        return None;
    }
    let clock = figures_clock(line, at);
    if clock.is_some() {
        return clock;
    }
    let number = number::read(line, at)?;
    let end = number.end;
    let value = number.whole();
    match line.char(end)? {
        '年' => year(at, &number).or_else(|| lasting(line, &number)),
        '月' => {
            let fits = value.is_some_and(|month| (1..=12).contains(&month)) && !number.about;
            let card = line.char(end + 1).is_some_and(|it| "卡票费付租薪销结入光饼".contains(it));
            let n_chars = line.longest(end, &["月份", "月"])?;
            // 两月 and 卡一月 last as long.
            let lasts = matches!(line.char(at), Some('两' | '俩'))
                || line.slice(at..end) == "一" && n_chars == 1 && !follows;
            let card = card || lasts;
            (fits && !card).then_some((end + n_chars, 2))
        }
        '号' | '日' => day(line, at, &number, follows),
        '点' => clock_time(line, &number, follows),
        _ => lasting(line, &number),
    }
}

/// 2024年, 二四年十月; not 三年.
fn year(at: usize, number: &number::Number) -> Option<Part> {
    let end = number.end + 1;
    let value = number.whole()?;
    let is_long = (1990..2100).contains(&value) && !number.has_unit;
    let n_chars = number.end - at;
    let is_short = n_chars == 2 && !number.has_unit && !number.about && (10..40).contains(&value);
    (is_long || is_short).then_some((end, 2))
}

/// 三号; not 三号线, 1号客服.
fn day(line: &Line<'_>, at: usize, number: &number::Number, follows: bool) -> Option<Part> {
    const NO_DAY_BEHIND: &str = "线车楼机店位选客坐座链商床房桌码人员直院院门窗库仓主小大本用常子";
    let end = number.end + 1;
    let fits = number.whole().is_some_and(|day| (1..=31).contains(&day)) && !number.about;
    let short = number.end - at <= 3 && !matches!(line.char(at), Some('两' | '俩' | '陆'));
    let next = line.char(end);
    let noun = next.is_some_and(|it| NO_DAY_BEHIND.contains(it)) && line.word(end, "本").is_none();
    let named = line.slice(at.saturating_sub(2)..at);
    let ordinal =
        ["抖音", "快手", "账号", "换了", "这是", "就是", "订单", "工号", "直播", "有个", "有"]
            .iter()
            .any(|word| named.ends_with(word));
    // 日 alone is also "sun" and a part of names.
    let sure = line.char(number.end) == Some('号') || follows;
    let exact = if follows { 2 } else { 1 };
    (fits && short && !noun && sure && (follows || !ordinal)).then_some((end, exact))
}

/// 12:30.
fn figures_clock(line: &Line<'_>, at: usize) -> Option<Part> {
    let figure =
        |at: usize| line.char(at).filter(|it| numerals::is_figure(*it)).and_then(numerals::digit);
    let hour_end = if figure(at + 1).is_some() { at + 2 } else { at + 1 };
    let hour = (at..hour_end).try_fold(0_u32, |sum, at| Some(sum * 10 + u32::from(figure(at)?)))?;
    let colon = matches!(line.char(hour_end), Some(':' | '：'));
    let minute = u32::from(figure(hour_end + 1)?) * 10 + u32::from(figure(hour_end + 2)?);
    let fits = colon && hour < 24 && minute < 60 && figure(hour_end + 3).is_none();
    fits.then_some((hour_end + 3, 2))
}

/// 两点半, 八点二十, 十点左右; alone only where something shows that it is a time.
fn clock_time(line: &Line<'_>, number: &number::Number, follows: bool) -> Option<Part> {
    let hour = number.whole().filter(|hour| *hour <= 24 && !number.about)?;
    let end = number.end + 1;
    if let Some(n_chars) = line.longest(end, &["半", "钟", "整", "一刻", "三刻", "多钟", "来钟"])
    {
        // 一点半点 is "a bit".
        let bit = line.char(end + n_chars) == Some('点');
        return (!bit).then_some((end + n_chars, 2));
    }
    let minutes = number::read(line, end).filter(|minutes| {
        let fits = minutes.whole().is_some_and(|minute| minute < 60);
        let told = line.char(minutes.end) == Some('分') || minutes.n_plain == 2 || minutes.has_unit;
        let price = line.char(minutes.end).is_some_and(|it| "块元折万个倍毛岁%".contains(it));
        fits && told && !price
    });
    if let Some(minutes) = minutes {
        let n_chars = usize::from(line.char(minutes.end) == Some('分'));
        return (follows || hour > 1).then_some((minutes.end + n_chars, 2));
    }
    if let Some(n_chars) = line.longest(end, &["多", "左右", "来钟"]) {
        let counts = line.char(end + n_chars).is_some_and(|it| "个次少".contains(it));
        return (!counts && (follows || hour > 1)).then_some((end + n_chars, 2));
    }
    follows.then_some((end, 2))
}

/// 三天前, 两个小时了, 三天还没到.
fn lasting(line: &Line<'_>, number: &number::Number) -> Option<Part> {
    const UNITS: &[&str] = &[
        "天",
        "个小时",
        "小时",
        "个多小时",
        "个钟头",
        "分钟",
        "个月",
        "个多月",
        "周",
        "个星期",
        "个多星期",
        "星期",
        "个礼拜",
        "礼拜",
        "年",
        "年多",
        "天多",
    ];
    const SINCE: &[&str] = &["前", "以前", "之前", "了", "多了", "多前"];
    const STILL: &[&str] =
        &["还没", "都没", "没到", "还是没", "都不到", "也没", "都还没", "仍然没", "仍没", "了还"];
    let n_chars = line.longest(number.end, UNITS)?;
    let end = number.end + n_chars;
    if let Some(n_since) = line.longest(end, SINCE) {
        // 三天了解: the next word's own; 前面, 前三: a place.
        let other = line.word(end, "了解").is_some()
            || line.word(end, "前面").is_some()
            || line
                .char(end + n_since)
                .is_some_and(|it| numerals::digit(it).is_some() && line.word(end, "前").is_some());
        return (!other).then_some((end + n_since, 2));
    }
    // 晚一小时都没用, 一天都没看过.
    let never = number.whole() == Some(1) || line.word(end, "都没用").is_some();
    line.longest(end, STILL).filter(|_| !never).map(|_| (end, 2))
}
