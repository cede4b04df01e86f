//! What stands behind its own name: an account's id, an order's number, a mail address; and what the
//! caller has ready to show. Of an identifier only the end is read out of here.

use super::{
    super::mask::{Kind, line::Line, numerals},
    AtHand, HOLE, PAUSE,
    pick::{Find, pick},
};

/// How many characters of an identifier stay: what an agent reads back to be sure.
const N_KEPT: usize = 4;
/// Of a number that could be a telephone's, so many as the masks show.
const N_KEPT_OF_PHONE: usize = 2;
const STARS: &str = "**";
/// No id and no order's number is shorter, and none longer.
const ID_LENGTH: std::ops::RangeInclusive<usize> = 4..=32;
const ORDER_LENGTH: std::ops::RangeInclusive<usize> = 6..=32;

/// What the masks left of the caller's own telephone number. A number that breaks off has no end to
/// be shown.
pub(super) fn phone(line: &Line<'_>, holes: &[(usize, Kind, String)]) -> Option<String> {
    let own = holes.iter().filter(|(at, kind, tail)| {
        matches!(kind, Kind::Mobile | Kind::Landline) && !tail.is_empty() && !is_others(line, *at)
    });
    let finds = own.map(|(at, kind, tail)| Find {
        chars: *at..at + 1,
        weight: u32::from(*kind == Kind::Mobile),
        value: format!("{STARS}{tail}"),
    });
    pick(line, finds.collect()).or_else(|| phone_tail(line))
}

/// 骗子的电话是 …, 他用 … 打给我: somebody else's.
fn is_others(line: &Line<'_>, at: usize) -> bool {
    const REACH: usize = 8;
    const OTHERS: &[&str] = &[
        "对方",
        "骗子",
        "他的",
        "她的",
        "他电话",
        "他手机",
        "他用",
        "她用",
        "卖家",
        "商家",
        "主播",
        "来电",
    ];
    let before = line.slice(at.saturating_sub(REACH)..at);
    let before = before.rsplit(PAUSE).next().unwrap_or(before);
    OTHERS.iter().any(|word| before.contains(word))
        || line.longest(at + 1, &["打给我", "打来", "打过来", "给我打"]).is_some()
}

/// 手机尾号一二三四: the caller says no more than the end.
fn phone_tail(line: &Line<'_>) -> Option<String> {
    const NAMES: &[&str] = &["手机尾号", "手机号尾号", "电话尾号", "手机的尾号", "手机号后四位"];
    let finds = labelled(line, NAMES, &[], N_KEPT..=N_KEPT);
    pick(line, finds).filter(|tail| tail.bytes().all(|it| it.is_ascii_digit() || it == b'*'))
}

/// 抖音号.
pub(super) fn account_id(line: &Line<'_>) -> Option<String> {
    const NAMES: &[&str] = &[
        "抖音号",
        "抖音号码",
        "抖音账号",
        "抖音帐号",
        "抖音id",
        "抖音的id",
        "抖号",
        "账号id",
        "用户id",
        "账号",
        "帐号",
        "uid",
        "id",
        "id号",
        "火山号",
    ];
    pick(line, labelled(line, NAMES, &[], ID_LENGTH))
}

/// 订单号.
pub(super) fn order_number(line: &Line<'_>) -> Option<String> {
    const NAMES: &[&str] = &[
        "订单",
        "订单号",
        "订单号码",
        "订单编号",
        "订单尾号",
        "订单号后四位",
        "订单后四位",
        "定单号",
        "单号",
        "交易号",
        "交易单号",
        "流水号",
        "商户单号",
        "交易订单号",
    ];
    /// A parcel's number is no order's.
    const OTHERS: &[&str] = &["快递", "物流", "运", "工"];
    let finds = labelled(line, NAMES, OTHERS, N_KEPT..=*ORDER_LENGTH.end());
    let long = finds.into_iter().filter(|find| {
        let said = line.slice(find.chars.clone());
        let name = line.slice(find.chars.start.saturating_sub(12)..find.chars.start);
        let is_tail = name.contains("尾号") || name.contains("后四位");
        is_tail || length(said) >= *ORDER_LENGTH.start()
    });
    pick(line, long.collect())
}

fn length(said: &str) -> usize {
    said.chars().filter(|it| numerals::digit(*it).is_some() || it.is_ascii_alphanumeric()).count()
}

/// What may stand between a name and what it names.
const LINKS: &str = "是为叫：:，,。、 啊嗯呃呢就那个的我念一下给你您说听好#";
/// How many of them.
const MAX_LINKS: usize = 8;

/// All identifiers of a length that stand behind one of these names, by their end.
fn labelled(
    line: &Line<'_>,
    names: &[&str],
    not_behind: &[&str],
    length: std::ops::RangeInclusive<usize>,
) -> Vec<Find<String>> {
    let mut finds = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let before = line.slice(at.saturating_sub(2)..at);
        let inside_word = line.before(at).is_some_and(|it| it.is_ascii_alphabetic())
            && line.char(at).is_some_and(|it| it.is_ascii_alphabetic());
        let named = line
            .longest(at, names)
            .filter(|_| !inside_word && !not_behind.iter().any(|other| before.ends_with(other)));
        let Some(n_chars) = named else {
            at += 1;
            continue;
        };
        at += n_chars;
        let mut start = at;
        let mut token = Token::read(line, start);
        // The shortest way to something long enough: 一 is a link in 一下 and a digit elsewhere.
        while !length.contains(&token.said.len())
            && start - at < MAX_LINKS
            && line.char(start).is_some_and(|it| LINKS.contains(it) || it == PAUSE)
        {
            start += 1;
            token = Token::read(line, start);
        }
        if length.contains(&token.said.len()) && token.n_digits >= 1 {
            finds.push(Find { chars: start..token.end, weight: 0, value: token.shown() });
            at = token.end;
            // 抖音号是 … 不对是 …: what corrects it needs no name of its own.
            if let Some(find) = corrected(line, at, &length) {
                at = find.chars.end;
                finds.push(find);
            }
        }
    }
    finds
}

/// The identifier that takes back the one that ends here.
fn corrected(
    line: &Line<'_>,
    end: usize,
    length: &std::ops::RangeInclusive<usize>,
) -> Option<Find<String>> {
    const REACH: usize = 12;
    let mut at = end;
    while at < end + REACH {
        if let Some(n_chars) = line.longest(at, &["不对", "错了", "应该是", "更正"]) {
            for start in at + n_chars..at + n_chars + REACH {
                let token = Token::read(line, start);
                if length.contains(&token.said.len()) && token.n_digits >= 1 {
                    let value = token.shown();
                    return Some(Find { chars: start..token.end, weight: 0, value });
                }
            }
            return None;
        }
        at += 1;
    }
    None
}

/// An identifier as characters: spoken digits are figures here.
struct Token {
    said: String,
    n_digits: usize,
    end: usize,
}

impl Token {
    fn read(line: &Line<'_>, start: usize) -> Self {
        let mut token = Self { said: String::new(), n_digits: 0, end: start };
        let mut at = start;
        while let Some(it) = line.char(at) {
            // 三个 counts something, and 六九 三百块 is no longer the number.
            let counts =
                line.char(at + 1).is_some_and(|next| "个次天块元百千万条点月年".contains(next));
            let digit = numerals::digit(it).filter(|_| !counts || numerals::is_figure(it));
            if let Some(digit) = digit {
                token.said.push(char::from(b'0' + digit));
                token.n_digits += 1;
            } else if it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-') {
                token.said.push(it.to_ascii_lowercase());
            } else if token.said.is_empty() || !matches!(it, ' ' | '嗯' | '呃') {
                break;
            } else {
                at += 1;
                continue;
            }
            at += 1;
            token.end = at;
        }
        token.said = token.said.trim_end_matches(['.', '-', '_']).to_owned();
        token
    }

    /// The end of it.
    fn shown(&self) -> String {
        let bytes = self.said.as_bytes();
        let phone = matches!(bytes, [b'1', b'3'..=b'9', ..]) && self.n_digits == 11;
        let n_kept = if phone { N_KEPT_OF_PHONE } else { N_KEPT };
        // Nothing but ASCII was taken in.
        format!("{STARS}{}", &self.said[self.said.len().saturating_sub(n_kept)..])
    }
}

/// A mail address by its provider.
pub(super) fn mail(line: &Line<'_>) -> Option<String> {
    const PROVIDERS: &[&str] = &[
        "qq", "163", "126", "gmail", "outlook", "sina", "foxmail", "139", "hotmail", "yeah",
        "icloud",
    ];
    const AT: &[&str] = &["@", "艾特", "at", "小老鼠"];
    let text: String =
        (0..line.len()).filter_map(|at| line.char(at)).collect::<String>().to_lowercase();
    let text = text.replace("点", ".").replace("一六三", "163").replace("幺六三", "163");
    let text = text.replace("一二六", "126").replace(' ', "");
    AT.iter().flat_map(|sign| text.match_indices(sign)).find_map(|(at, sign)| {
        let rest = &text[at + sign.len()..];
        PROVIDERS.iter().find_map(|provider| {
            let end = rest.strip_prefix(provider)?;
            ["com", "net", "cn"].into_iter().find_map(|domain| {
                end.strip_prefix('.')?.strip_prefix(domain)?;
                Some(format!("{STARS}@{provider}.{domain}"))
            })
        })
    })
}

/// What the caller says to have.
pub(super) fn at_hand(line: &Line<'_>) -> Vec<AtHand> {
    const THINGS: &[(AtHand, &[&str])] = &[
        (AtHand::Screenshot, &["截图", "截屏", "截了图", "录屏"]),
        (AtHand::Link, &["链接"]),
        (
            AtHand::PaymentRecord,
            &[
                "付款记录",
                "支付记录",
                "扣款记录",
                "转账记录",
                "充值记录",
                "交易记录",
                "账单",
                "支付凭证",
                "付款凭证",
                "转账凭证",
            ],
        ),
    ];
    let has = |words: &[&str]| {
        (0..line.len())
            .any(|at| line.longest(at, words).is_some_and(|n_chars| is_had(line, at, n_chars)))
    };
    THINGS.iter().filter(|(_, words)| has(words)).map(|(thing, _)| *thing).collect()
}

/// 我有截图, 截图我都留着; not 没有截图, 哪里有链接.
fn is_had(line: &Line<'_>, at: usize, n_chars: usize) -> bool {
    const REACH: usize = 7;
    const HAS: &[&str] = &[
        "我有",
        "都有",
        "也有",
        "还有",
        "这儿有",
        "这里有",
        "手上有",
        "手里有",
        "留着",
        "留了",
        "保存了",
        "保留了",
        "存了",
        "准备好",
        "准备了",
        "我截了",
    ];
    const HAS_BEHIND: &[&str] = &[
        "我都有",
        "都有",
        "我有",
        "也有",
        "都留",
        "留着",
        "都在",
        "我这儿有",
        "我这里有",
        "可以提供",
        "我可以发",
        "能提供",
        "都保存",
        "保存了",
    ];
    const HAS_NOT: &str = "没不哪吗么谁怎";
    let before = line.slice(at.saturating_sub(REACH)..at);
    let before = before.rsplit([PAUSE, HOLE]).next().unwrap_or(before);
    let behind = line.slice(at + n_chars..(at + n_chars + REACH).min(line.len()));
    let behind = behind.split(PAUSE).next().unwrap_or(behind);
    let said = HAS.iter().any(|word| before.contains(word))
        || HAS_BEHIND.iter().any(|word| behind.starts_with(word));
    said && !before.chars().chain(behind.chars().take(4)).any(|it| HAS_NOT.contains(it))
}
