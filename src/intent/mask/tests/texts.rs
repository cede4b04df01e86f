//! Made-up callers: identifiers in all the ways that they are said, and ordinary texts with numerals.

use super::dice::Dice;
use std::ops::Range;

/// A text and where its secret's digits and letters stand, in bytes.
pub(super) struct Sample {
    pub(super) text: String,
    pub(super) secret: Vec<Range<usize>>,
}

const WRITTEN: &str = "0123456789";
const WIDE: &str = "０１２３４５６７８９";
const SPOKEN: &str = "零一二三四五六七八九";
const TELEPHONE: &str = "零幺二三四五六七八九";
const RADIO: &str = "洞幺两三四五六拐八勾";
const FORMAL: &str = "零壹贰叁肆伍陆柒捌玖";
/// What a recogniser writes for a digit of a clear run.
const MISHEARD: [&str; 10] =
    ["玲灵", "易衣", "儿", "散伞", "思死", "武午", "刘流", "奇琪", "巴疤", "酒久"];
const GAPS: &[&str] = &[
    " ",
    "-",
    "，",
    "、",
    "。",
    " 嗯 ",
    "啊",
    "那个",
    " 然后 ",
    "后面是",
    " 呃 那个 ",
    "接着是",
    " 你记一下 ",
    "  ",
];

fn put(sample: &mut Sample, said: char) {
    let start = sample.text.len();
    sample.text.push(said);
    sample.secret.push(start..sample.text.len());
}

/// Puts digits in one of the ways that callers and recognisers do.
fn say(dice: &mut Dice, sample: &mut Sample, digits: &str) {
    let numerals: Vec<char> =
        dice.pick(&[WRITTEN, SPOKEN, TELEPHONE, RADIO, WIDE, FORMAL]).chars().collect();
    let is_spoken = numerals[9] == '九';
    let gap = if dice.chance(60) { *dice.pick(GAPS) } else { "" };
    let every = *dice.pick(&[1, 3, 4, 4, 5, 6]);
    // A gap of words behind every digit is nobody's way of speaking.
    let every = if every == 1 && gap.trim().chars().count() > 0 { 4 } else { every };
    let repeats = is_spoken && dice.chance(25);
    let misheard = is_spoken && dice.chance(20);
    let misheard_at = 2 + dice.below(digits.len() - 3);
    let characters: Vec<char> = digits.chars().collect();
    let mut at = 0;
    while let Some(&character) = characters.get(at) {
        if at > 0 && at % every == 0 {
            sample.text.push_str(gap);
        }
        let Some(digit) = character.to_digit(10) else {
            put(sample, *dice.pick(&['X', 'x', '叉', 'Ｘ']));
            at += 1;
            continue;
        };
        let same = characters[at..].iter().take_while(|next| **next == character).count().min(4);
        if repeats && same > 1 {
            for said in [['两', '三', '四'][same - 2], '个', numerals[digit as usize]] {
                put(sample, said);
            }
            at += same;
            continue;
        }
        let sounds: Vec<char> = MISHEARD[digit as usize].chars().collect();
        let clear = gap.is_empty() || at % every != 0 && (at + 1) % every != 0;
        let said = if misheard && at == misheard_at && clear {
            *dice.pick(&sounds)
        } else {
            numerals[digit as usize]
        };
        put(sample, said);
        at += 1;
    }
}

fn mobile(dice: &mut Dice) -> String {
    format!("1{}{}", 3 + dice.below(7), dice.digits(9))
}

fn landline(dice: &mut Dice) -> String {
    let area = *dice.pick(&["010", "021", "0755", "0571", "028", "0431"]);
    format!("{area}{}{}", 2 + dice.below(7), dice.digits(7))
}

fn resident_id(dice: &mut Dice) -> String {
    let town = *dice.pick(&["110101", "440305", "330106", "510104", "231002", "620102"]);
    let (year, month, day) = (1940 + dice.below(75), 1 + dice.below(12), 1 + dice.below(28));
    let check = *dice.pick(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "X"]);
    format!("{town}{year}{month:02}{day:02}{}{check}", dice.digits(3))
}

fn card(dice: &mut Dice) -> String {
    let issuer = *dice.pick(&["622202", "621700", "623058", "436742", "520169", "955880"]);
    let rest = *dice.pick(&[10, 13]);
    format!("{issuer}{}", dice.digits(rest))
}

fn credential(dice: &mut Dice) -> String {
    let n_digits = *dice.pick(&[4, 6, 6, 6, 8]);
    dice.digits(n_digits)
}

type Make = fn(&mut Dice) -> String;

/// What is said around a secret of each kind: before it, behind it.
const KINDS: &[(Make, &[(&str, &str)])] = &[
    (
        mobile,
        &[
            ("", ""),
            ("我的手机号是", ""),
            ("我电话", "你打这个"),
            ("", "是我的手机号"),
            ("你记一下啊 ", ""),
            ("绑的手机", "换掉"),
            ("打", "找我"),
            ("喂你好我这个号", "登录不了"),
            ("抖音号绑定的是", "这个手机"),
            ("用", "注册的"),
        ],
    ),
    (
        landline,
        &[
            ("", ""),
            ("座机是", ""),
            ("家里电话", "你打这个"),
            ("打", "找前台"),
            ("", "是我店里的电话"),
        ],
    ),
    (
        resident_id,
        &[
            ("", ""),
            ("身份证号是", "对吧"),
            ("我身份证", "实名过不了"),
            ("", "是我的身份证号"),
            ("证件号 嗯 ", ""),
        ],
    ),
    (
        card,
        &[
            ("", ""),
            ("卡号是", ""),
            ("银行卡", "提现失败"),
            ("提现到", "这张卡"),
            ("", "是我的银行卡号"),
            ("我工资卡的卡号", ""),
        ],
    ),
    (
        credential,
        &[
            ("验证码是", ""),
            ("验证码刚才发给我的是", "对不对"),
            ("收到的验证码 ", ""),
            ("", "是验证码"),
            ("校验码", ""),
            ("验证码我念给你", ""),
            ("短信里的验证码显示 ", "登不进去"),
            ("动态码 ", ""),
        ],
    ),
    (
        credential,
        &[
            ("密码是", ""),
            ("密码我设的", ""),
            ("支付密码是", "怎么不对"),
            ("", "就是我的密码"),
            ("密码改成了", ""),
            ("我的登录密码设的是", "吧"),
            ("口令是", ""),
        ],
    ),
];

pub(super) fn secret(dice: &mut Dice) -> Sample {
    let (make, words) = dice.pick(KINDS);
    let (before, behind) = dice.pick(words);
    let digits = make(dice);
    let mut sample = Sample { text: (*before).to_owned(), secret: Vec::new() };
    say(dice, &mut sample, &digits);
    sample.text.push_str(behind);
    sample
}

/// A text with numerals that belongs to nobody.
pub(super) fn ordinary(dice: &mut Dice) -> String {
    let spoken = dice.chance(50);
    let mut number = |least: usize, most: usize| {
        let value = least + dice.below(most - least + 1);
        if spoken { chinese(value) } else { value.to_string() }
    };
    let (small, month, day, hour) = (number(2, 60), number(1, 12), number(1, 28), number(1, 23));
    let (money, count) = (number(6, 9_999), number(3, 9_999));
    let year = 2015 + dice.below(12);
    let digits = |dice: &mut Dice, n_digits: usize| -> String {
        let digits = format!("{}{}", 1 + dice.below(9), dice.digits(n_digits - 1));
        if spoken {
            digits
                .bytes()
                .filter_map(|digit| SPOKEN.chars().nth(usize::from(digit - b'0')))
                .collect()
        } else {
            digits
        }
    };
    let order = digits(dice, 16);
    let account = digits(dice, 9);
    let error = digits(dice, 5);
    let room = digits(dice, 4);
    let public = *dice.pick(&[
        "110",
        "12315",
        "950201",
        "10086",
        "4008823823",
        "95188",
        "12345",
        "9 5 0 2 0 1",
    ]);
    let public: String = if spoken {
        public
            .chars()
            .map(|it| {
                it.to_digit(10)
                    .and_then(|digit| TELEPHONE.chars().nth(digit as usize))
                    .unwrap_or(it)
            })
            .collect()
    } else {
        public.to_owned()
    };
    let word = *dice.pick(&[
        "一起",
        "万一",
        "十一",
        "一下",
        "一直",
        "三番五次",
        "乱七八糟",
        "一个一个",
        "第一次",
        "百分之百",
    ]);
    let text: &[String] = &[
        format!("充了{money}块没到账"),
        format!("{year}年{month}月{day}号充的值"),
        format!("等了{small}分钟都没人接"),
        format!("抖音号是{account}"),
        format!("我的抖音号{account}登不上"),
        format!("订单号{order}还没发货"),
        format!("订单编号是{order}"),
        format!("错误码{error}"),
        format!("报错代码是{error}"),
        format!("我要打{public}投诉"),
        format!("你们电话是不是{public}"),
        format!("粉丝有{count}个"),
        format!("播放{count}次"),
        format!("{word}{word}试都不行"),
        format!("{word}封号怎么办"),
        format!("晚上{hour}点到{hour}点半"),
        format!("密码错了{small}次"),
        format!("验证码发了{small}次没收到"),
        format!("验证码{small}秒后重发"),
        format!("我今年{small}岁"),
        format!("住{small}号楼{room}室"),
        format!("扣了我{money}元"),
        format!("余额{money}块提不出来"),
        format!("封了{small}天"),
        format!("工号{room}的客服"),
        format!("快递单号{order}"),
        format!("尾号{room}"),
        format!("第{small}集"),
        format!("直播间{account}"),
        format!("uid{account}"),
        format!("密码忘了 我打{public}问的"),
        format!("收不到验证码 订单号{order}"),
        format!("手机充了{money}块话费"),
        format!("身份证审核了{small}天"),
        format!("银行卡扣了{money}元"),
        format!("转给他{money}块"),
        format!("视频{small}万播放"),
        format!("限流{small}小时"),
        format!("打了{small}个电话"),
        format!("{small}个视频{small}个号"),
    ];
    dice.pick(text).clone()
}

/// 128 as it is spoken.
fn chinese(value: usize) -> String {
    let numerals: Vec<char> = SPOKEN.chars().collect();
    let mut said = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = value / unit % 10;
        if digit == 0 {
            gap = !said.is_empty();
            continue;
        }
        if gap {
            said.push('零');
            gap = false;
        }
        if !(unit == 10 && digit == 1 && said.is_empty()) {
            said.push(numerals[digit]);
        }
        said.push_str(name);
    }
    said
}
