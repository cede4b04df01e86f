use super::*;
use proptest::prelude::*;

mod bare;
mod dice;
mod forms;
mod law;
mod texts;

/// So many made-up texts that hold a secret, and the secret itself.
pub(in crate::intent) fn secrets(n_texts: usize) -> impl Iterator<Item = (String, String)> {
    let mut dice = dice::Dice::new(5);
    (0..n_texts).map(move |_| {
        let texts::Sample { text, secret } = texts::secret(&mut dice);
        let secret = secret.into_iter().map(|part| &text[part]).collect();
        (text, secret)
    })
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(mask(text), expected, "{text}");
}

#[track_caller]
fn stays(text: &str) {
    check(text, text);
}

#[test]
fn mobile_numbers_are_masked_in_every_form() {
    for number in [
        "13800138012",
        "138 0013 8012",
        "138-0013-8012",
        "１３８００１３８０１２",
        "一三八零零一三八零一二",
        "幺三八洞洞幺三八洞幺两",
        "一三八 嗯 零零一三 那个 八零一二",
        "幺三八零零幺三 八十 幺二",
        "+8613800138012",
        "一三八两个零一三八零一二",
        "一三八零零易三八零一二",
        "一百三十八零零一三八零一二",
        "138。0013。8012",
    ] {
        let masked = mask(&format!("我电话{number}你记一下"));
        let masked = masked.replace('+', "");
        assert_eq!(masked, "我电话[手机号**12]你记一下", "{number}");
    }
    check("打幺三八零零幺三八千", "打[手机号**00]");
    check("一五九三个八一二三四五就这个", "[手机号**45]就这个");
}

#[test]
fn other_identifiers_are_masked() {
    check("身份证是11010119900307765X", "身份证是[身份证号**5X]");
    check("幺幺零幺零幺一九九零零三零七七六五叉", "[身份证号**5X]");
    check("卡号6222 0200 0011 2233 445", "卡号[银行卡号**45]");
    check("座机是零七五五 八八八八一二三四", "座机是[座机号**34]");
    check("电话六八八八一二三四", "电话[座机号**34]");
    check("我这儿有个号码八六七五三零九八二", "我这儿有个号码[座机号**82]");
    check("他说什么八六七五三零九八二", "他说什么[号码**]");
}

#[test]
fn codes_and_passwords_are_masked_by_their_cue() {
    check("验证码是四八二九零一", "验证码是[验证码**]");
    check("收到的验证码 4829", "收到的验证码 [验证码**]");
    check("四八二九零一是验证码", "[验证码**]是验证码");
    check("校验码我念给你三三五八", "校验码我念给你[验证码**]");
    check("我密码是一二三四五六", "我密码是[密码**]");
    check("密码是abc123你帮我看", "密码是[密码**]你帮我看");
    check("密码是 大写a b c 一二三 对吧", "密码是 [密码**] 对吧");
    check("支付密码设的是八八八八八八", "支付密码设的是[密码**]");
}

#[test]
fn public_and_harmless_numbers_stay() {
    for text in [
        "我要打12315投诉",
        "打一一零报警",
        "我打九五零二零一",
        "收不到验证码我打一零零八六问了",
        "955八八客服",
        "抖音号是13800138",
        "抖音号是 88123456",
        "订单号6920123456789012345",
        "订单号是六九二零一二三四五六",
        "错误码10012345",
        "报错代码二零四零七",
        "工号三二一八",
        "四零零八八二三八二三",
        "400-882-3823",
    ] {
        stays(text);
    }
}

#[test]
fn amounts_dates_times_and_words_with_numerals_stay() {
    for text in [
        "一起十一万一一下",
        "充了一百二十八块",
        "三千八百块没到账",
        "一万三千八百五",
        "二零二四年一月五号",
        "2024-01-05 12:30",
        "2024年1月5日",
        "20240105那天",
        "一百 两百 三百都试过",
        "按一按二按三",
        "三五个人七八十块",
        "六六六六六六六",
        "一二三四五六七八",
        "密码错了三次",
        "密码是六位数",
        "密码是我生日",
        "验证码等了六十秒",
        "验证码发了一百二十次",
        "一千二百万播放",
        "粉丝1200000",
        "1200000元",
        "十二点半",
        "第二十三集",
        "尾号一二三四",
        "两三天了",
        "密码是app里改的",
        "",
    ] {
        stays(text);
    }
}

#[test]
fn a_mask_is_left_alone() {
    stays("我的[手机号**12]和[密码**]");
    stays("[手机号**12]34");
}

const ARABIC: [char; 10] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const WIDE: [char; 10] = ['０', '１', '２', '３', '４', '５', '６', '７', '８', '９'];
const SPOKEN: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const RADIO: [char; 10] = ['洞', '幺', '两', '三', '四', '五', '六', '拐', '八', '九'];

/// A number in one of the ways that callers put it: which numerals, which gaps, where.
fn said(digits: Vec<u8>) -> impl Strategy<Value = String> {
    let forms = prop::sample::select(vec![ARABIC, WIDE, SPOKEN, RADIO]);
    let gaps = prop::sample::select(vec!["", " ", "-", " 嗯 ", "那个", "，", "啊 然后"]);
    let every = prop::sample::select(vec![3_usize, 4, 5, 20]);
    (forms, gaps, every).prop_map(move |(form, gap, every)| {
        let mut text = String::new();
        for (at, digit) in digits.iter().enumerate() {
            if at > 0 && at % every == 0 {
                text.push_str(gap);
            }
            text.push(form[usize::from(*digit)]);
        }
        text
    })
}

fn mobile() -> impl Strategy<Value = String> {
    (3_u8..=9, prop::collection::vec(0_u8..=9, 9))
        .prop_flat_map(|(second, rest)| said([1, second].into_iter().chain(rest).collect()))
}

fn card() -> impl Strategy<Value = String> {
    // No issuer's number begins with 1 or 2, but dates and senders of messages do.
    (3_u8..=9, prop::collection::vec(0_u8..=9, 12..18))
        .prop_flat_map(|(first, rest)| said([first].into_iter().chain(rest).collect()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn every_mobile_number_and_card_is_masked(
        number in prop_oneof![mobile(), card()],
        before in prop::sample::select(vec!["", "我的号是", "你记一下啊", "我叫张三电话", "绑的手机"]),
        after in prop::sample::select(vec!["", "你打这个", "啊", "帮我查查"]),
    ) {
        let masked = mask(&format!("{before}{number}{after}"));
        prop_assert!(masked.starts_with(&format!("{before}[")), "{masked} {number}");
        prop_assert!(masked.ends_with(&format!("]{after}")) || masked.ends_with(after), "{masked}");
        prop_assert_eq!(digits_left(&masked), digits_left(before), "{} {}", number, masked);
    }

    #[test]
    fn masking_twice_changes_nothing_and_nothing_else_changes(
        text in "([0-9０-９零一二三四五六七八九十百千万洞幺拐两个 -]|手机|验证码|密码是?|订单|\\[号码\\*\\*\\]|[a-zA-Z]|块|[钱我他,]){0,40}",
    ) {
        let once = mask(&text);
        prop_assert_eq!(mask(&once), once.clone(), "{}", text);
        let mut rest = once.as_str();
        let mut kept = 0;
        for span in find(&text) {
            let outside = &text[kept..span.range.start];
            prop_assert!(rest.starts_with(outside));
            rest = &rest[outside.len()..];
            rest = &rest[rest.find(']').map_or(0, |at| at + 1)..];
            kept = span.range.end;
        }
        prop_assert_eq!(rest, &text[kept..]);
    }

    #[test]
    fn any_text_at_all_is_answered(text in "\\PC{0,200}") {
        let _ = mask(&text);
    }
}

/// Digits outside the two that a mask may keep.
fn digits_left(masked: &str) -> usize {
    let outside: String =
        find::masks(masked).into_iter().rev().fold(masked.to_owned(), |text, (range, _)| {
            format!("{}{}", &text[..range.start], &text[range.end..])
        });
    outside.chars().filter(|character| numerals::digit(*character).is_some()).count()
}

#[test]
fn a_hundred_kilobytes_of_digits_are_masked_at_once() {
    assert_eq!(mask(&"1".repeat(100_000)), "1".repeat(100_000));
    assert_eq!(mask(&"173".repeat(30_000)), "[号码**]");
    let _ = mask(&"一 密码 ".repeat(8_000));
}
