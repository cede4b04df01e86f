//! Amounts of money: 一百二十八块五, 三千多, 两万块钱, 128元, ¥68.
//!
//! A number is money where a unit of money follows it, or where a verb of paying stands before it
//! and no other counter behind it. Idioms (一分钱都没退, 一块去) are no amounts.

use super::{
    super::mask::{line::Line, numerals::digit},
    Amount, PAUSE,
    number::{self, Number},
    pick::{Find, pick},
};

/// The amount that is meant.
pub(super) fn amount(line: &Line<'_>) -> Option<Amount> {
    let mut finds = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let number = number::may_begin(line, at).then(|| number::read(line, at)).flatten();
        let Some(number) = number else {
            at += 1;
            continue;
        };
        if let Some((end, amount)) = money(line, at, &number) {
            finds.push(Find {
                chars: at..end,
                weight: u32::from(amount.fen.is_some()),
                value: amount,
            });
            at = end;
        } else {
            at = number.end;
        }
    }
    pick(line, finds)
}

/// Units of a yuan, the longest first.
const YUAN: &[&str] = &["块钱", "元钱", "块大洋", "元人民币", "块", "元", "圆", "人民币", "rmb"];
/// Other people's money: the words stay, no value.
const FOREIGN: &[&str] = &[
    "美元", "美金", "美刀", "刀乐", "港币", "港元", "欧元", "日元", "韩元", "台币", "英镑", "澳元",
];
/// 元旦, 三元桥, 元首; 两块屏幕.
const NO_UNIT_BEFORE: &str = "旦宵素首老件宇桥月帅屏表板石肉砖腕牌区地";
/// Said before a rough amount.
const ABOUT: &[&str] =
    &["大概", "大约", "差不多", "将近", "接近", "估计", "好像", "可能", "快", "近", "约"];
/// Said behind one.
const ABOUT_BEHIND: &[&str] = &["左右", "上下", "不到"];

/// The amount that this number is, and where it ends.
fn money(line: &Line<'_>, start: usize, number: &Number) -> Option<(usize, Amount)> {
    let gap = usize::from(line.char(number.end) == Some(' '));
    let behind = number.end + gap;
    let (end, fen, rough) = in_yuan(line, start, number, behind)
        .or_else(|| in_small_change(line, number, behind))
        .or_else(|| {
            let n_chars = line.longest(behind, FOREIGN)?;
            Some((behind + n_chars, None, false))
        })
        .or_else(|| bare(line, start, number))?;
    if is_idiom(line, end, fen) {
        return None;
    }
    let about_behind = line.longest(end, ABOUT_BEHIND);
    let about = number.about
        || rough
        || about_behind.is_some()
        || ABOUT.iter().any(|word| line.slice(0..start).trim_end().ends_with(word));
    let end = end + about_behind.unwrap_or(0);
    let said = line.slice(start..end).trim().to_owned();
    Some((end, Amount { fen, about, said }))
}

/// Where it ends, what it is worth, whether it is rough.
type Worth = (usize, Option<u64>, bool);

fn in_yuan(line: &Line<'_>, start: usize, number: &Number, behind: usize) -> Option<Worth> {
    let n_chars = line.longest(behind, YUAN)?;
    let mut end = behind + n_chars;
    let unit = line.slice(behind..end);
    let bare_unit = matches!(unit, "块" | "元");
    let next = line.char(end);
    if bare_unit && next.is_some_and(|next| NO_UNIT_BEFORE.contains(next)) {
        return None;
    }
    let fen = number.hundredths;
    let Some((change_end, change)) = bare_unit.then(|| change(line, end)).flatten() else {
        // 一块 is also "together" and "a piece".
        if line.slice(start..end) == "一块" && pays_before(line, start).is_none() {
            return None;
        }
        let rough = bare_unit && next == Some('多') && !follows_counter(line, end + 1);
        end += usize::from(rough);
        return Some((end, fen, rough));
    };
    Some((change_end, fen.map(|fen| fen + change), false))
}

/// What follows 块: 五, 五毛, 九毛九, 零五分.
fn change(line: &Line<'_>, at: usize) -> Option<(usize, u64)> {
    let mut at = at + usize::from(line.char(at) == Some('零'));
    let jiao = one_digit(line, at)?;
    at += 1;
    if let Some(n_chars) = line.longest(at, &["毛钱", "角钱", "毛", "角"]) {
        at += n_chars;
        let fen = one_digit(line, at).filter(|_| ends_amount(line, at + 1));
        let n_chars = usize::from(fen.is_some());
        let n_unit =
            if fen.is_some() { line.longest(at + 1, &["分钱", "分"]).unwrap_or(0) } else { 0 };
        return Some((at + n_chars + n_unit, jiao * 10 + fen.unwrap_or(0)));
    }
    if let Some(n_chars) = line.longest(at, &["分钱", "分"]) {
        return Some((at + n_chars, jiao));
    }
    // 三十块五个人: the digit counts something else.
    ends_amount(line, at).then_some((at, jiao * 10))
}

fn one_digit(line: &Line<'_>, at: usize) -> Option<u64> {
    let read = line.char(at).filter(|it| "一二三四五六七八九123456789".contains(*it))?;
    digit(read).map(u64::from)
}

/// Whether the digit before a place ends an amount: nothing follows that it could count or begin.
fn ends_amount(line: &Line<'_>, at: usize) -> bool {
    let Some(next) = line.char(at) else { return true };
    // 九块九一斤: a price.
    let counts = COUNTERS.contains(next) || next == '几' || digit(next).is_some() && next != '一';
    // 十块一直没到, 十块三番五次.
    let begins_word = number::begins_word(line, at - 1) || next == '番';
    !counts && !begins_word
}

/// 五毛钱, 三分钱.
fn in_small_change(line: &Line<'_>, number: &Number, behind: usize) -> Option<Worth> {
    let (words, worth): (&[&str], u64) = match line.char(behind)? {
        '毛' | '角' => (&["毛钱", "角钱"], 10),
        '分' => (&["分钱"], 1),
        _ => return None,
    };
    let n_chars = line.longest(behind, words)?;
    Some((behind + n_chars, number.hundredths.map(|value| value / 100 * worth), false))
}

/// 充了六四八, 提现三千没到, 三万多钱: no unit of money, but nothing else either.
fn bare(line: &Line<'_>, start: usize, number: &Number) -> Option<Worth> {
    const LEAST: u64 = 10;
    let figures = number.n_plain >= 2;
    let likely = number.has_unit || (figures && number.n_plain <= 6);
    if !likely || number.hundredths.is_some_and(|value| value < LEAST * 100) {
        return None;
    }
    if line.char(number.end) == Some('钱') && number.has_unit {
        return Some((number.end + 1, number.hundredths, false));
    }
    let paid = match pays_before(line, start)? {
        Pays::Surely => !line.char(number.end).is_some_and(|next| COUNTERS.contains(next)),
        Pays::Maybe => line.char(number.end).is_none_or(|next| {
            next == PAUSE || !next.is_alphanumeric() || MONEY_ENDS.contains(next)
        }),
    };
    let credit = line.word(number.end, "信用").is_some();
    (paid && !credit).then_some((number.end, number.hundredths, false))
}

/// What is counted and no money: 充了五千抖币, 扣十二分, 转九十度.
const COUNTERS: &str = "个次天条遍年月日号点分秒小岁人位粉播赞抖钻音币豆张件台部本倍级集期页家笔单折度米斤积回套\
                        元块毛角瓶袋盒箱双杯碗礼种只门对口页星时周字句封场万千百十%％";
/// What may follow an amount without a unit where the verb alone does not say that it is one.
const MONEY_ENDS: &str = "没还但就都不到的给是怎为我你他她可结然现啊呢吧了嘛呀也又被以在啥";

/// How sure a verb is of money.
#[derive(Clone, Copy)]
enum Pays {
    /// 充, 退, 骗: what they count is money unless something else is named.
    Surely,
    /// 送, 打, 拿: of money among other things.
    Maybe,
}

const PAYS_SURELY: &[&str] = &[
    "充",
    "充值",
    "提现",
    "提",
    "转账",
    "转走",
    "转给",
    "付",
    "付款",
    "支付",
    "扣",
    "扣款",
    "扣费",
    "花",
    "退",
    "退款",
    "打赏",
    "赏",
    "刷",
    "盗刷",
    "投",
    "骗",
    "骗走",
    "欠",
    "借",
    "赔",
    "交",
    "金额",
    "余额",
    "货款",
    "押金",
    "保证金",
    "罚",
    "贷",
    "垫",
    "汇",
    "亏",
    "损失",
    "划走",
    "卷走",
];
const PAYS_MAYBE: &[&str] =
    &["转", "打", "送", "拿", "拿走", "弄", "弄没", "砸", "取", "存", "收", "少", "没", "丢"];

/// What may stand between the verb and the number.
const BETWEEN: &str = "了出进我他你她们个的是有过走掉去大概约就将近好那为钱 还差不多一共总共款";
/// How far the verb may stand before the number.
const REACH: usize = 6;

/// The verb of paying that stands right before a place.
fn pays_before(line: &Line<'_>, at: usize) -> Option<Pays> {
    // ¥68.
    if matches!(line.before(at), Some('¥' | '￥')) {
        return Some(Pays::Surely);
    }
    let mut verb_end = at;
    for _ in 0..=REACH {
        let before = line.slice(verb_end.saturating_sub(4)..verb_end);
        let ends = |verbs: &[&str]| verbs.iter().any(|verb| before.ends_with(verb));
        if ends(PAYS_SURELY) {
            return Some(Pays::Surely);
        }
        if ends(PAYS_MAYBE) {
            return Some(Pays::Maybe);
        }
        if !BETWEEN.contains(line.before(verb_end)?) {
            return None;
        }
        verb_end -= 1;
    }
    None
}

/// 一百块多个: the 多 counts something else.
fn follows_counter(line: &Line<'_>, at: usize) -> bool {
    line.char(at).is_some_and(|it| "个次少久天".contains(it))
}

/// 一分钱都没退, 一毛钱也不给, 一块钱都没有.
fn is_idiom(line: &Line<'_>, end: usize, fen: Option<u64>) -> bool {
    const SMALL: u64 = 100;
    fen.is_some_and(|fen| fen <= SMALL)
        && match line.char(end) {
            Some('都' | '也') => true,
            Some('没') => line.before(end) == Some('钱'),
            _ => false,
        }
}
