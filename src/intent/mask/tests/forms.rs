//! Forms that callers and recognisers have invented, each with its reason to be here.

use super::super::mask_bytes;
use super::{check, stays};

#[test]
fn strange_words_inside_a_number_do_not_hide_its_parts() {
    check("电话是一三八零零 我翻一下啊 一三八零零零", "电话是[手机号**] 我翻一下啊 [手机号**00]");
    check(
        "六二二二零二 我眼睛不好 一零零一一三 还有 八二七四六五零",
        "[银行卡号**] 我眼睛不好 [银行卡号**50]",
    );
    check(
        "身份证四四零三零五一九八七年一月二十三四五六七",
        "身份证[身份证号**]年[身份证号**]月[身份证号**67]",
    );
}

#[test]
fn a_first_try_and_a_repetition_are_masked_like_the_number() {
    check("一五八啊不对 我是说一五九三三六八二零七四", "[手机号**]啊不对 我是说[手机号**74]");
    check("手机一三八零零一三四五六七 尾巴是四五六七", "手机[手机号**67] 尾巴是[手机号**]");
    check("密码试了147258和258369都不行", "密码试了[密码**]和[密码**]都不行");
}

#[test]
fn digits_that_a_recogniser_misheard_belong_to_the_number() {
    check("手机号一散八零零一三八零零巴", "手机号[手机号**08]");
    check("验证码是思八二九零一", "验证码是[验证码**]");
    check("手机号易三巴灵灵易三巴灵灵灵", "手机号[手机号**00]");
    check("要三八零零一三八零零零是我电话", "[手机号**00]是我电话");
}

#[test]
fn codes_need_no_cue_right_before_them() {
    check("验证码刚才发给我的是四八二七幺六", "验证码刚才发给我的是[验证码**]");
    check("我收到的是四八二七幺六", "我收到的是[验证码**]");
    check("六幺八九你输进去试试", "[验证码**]你输进去试试");
    check("【抖音】482901是你的验证码，5分钟内有效", "【抖音】[验证码**]是你的验证码，5分钟内有效");
    check("收到两个码一个284017一个630952", "收到两个码一个[验证码**]一个[验证码**]");
    stays("收到了10086发的短信");
    stays("验证码收到后扣了6480");
    stays("登录12306也要验证码");
}

#[test]
fn passwords_of_letters_and_words_are_masked() {
    check("密码是w大写a n g一二三", "密码是[密码**]");
    check("密码我说给你niuniu加感叹号加三三七", "密码我说给你[密码**]");
    check("输了chenhao8807它说密码错误", "输了[密码**]它说密码错误");
    check("密码诶比西一二三", "密码[密码**]");
    check("我的密码是王小二加八八八", "我的密码是[密码**]");
    check("密码是qwerty", "密码是[密码**]");
    stays("忘了app的密码");
    stays("密码是在iphone上改的");
}

#[test]
fn harmless_words_excuse_a_form_only_as_far_as_they_reach() {
    stays("抖音号13800138000");
    stays("订单号 嗯 那个是 6920 1234 5678 9012");
    stays("订单号码是六九二零一二三四");
    check("抖音号绑的手机13800138000", "抖音号绑的手机[手机号**00]");
    check("订单提交不了我电话13800138000", "订单提交不了我电话[手机号**00]");
    check("我的账户6217003296185740000", "我的账户[银行卡号**00]");
    stays("我的账号是88123456");
}

#[test]
fn a_wrong_check_digit_does_not_unmask() {
    // Neither GB 11643 nor Luhn hold.
    check("44030519870123456X", "[身份证号**6X]");
    check("6222021001138274651", "[银行卡号**51]");
}

#[test]
fn bytes_that_are_no_text_stay_and_part_no_number() {
    assert_eq!(
        mask_bytes(b"tel 138\xff0013\xfe8000 \xf0"),
        b"tel [\xe6\x89\x8b\xe6\x9c\xba\xe5\x8f\xb7**00] \xf0"
    );
    assert_eq!(mask_bytes(b"\xff\xfe"), b"\xff\xfe");
    assert_eq!(mask_bytes("退款\u{fffd}138".as_bytes()), "退款\u{fffd}138".as_bytes());
}

#[test]
fn traditional_characters_are_read_and_kept() {
    check("驗證碼是四八二九零一", "驗證碼是[验证码**]");
    check("手機號碼是１３８００１３８０００", "手機號碼是[手机号**00]");
    stays("訂單號是六九二零一二三四");
}

#[test]
fn long_lines_of_anything_take_time_in_proportion() {
    for part in [
        "一",
        "衣",
        "密码是a",
        "验证码 4829 ",
        "一三八零零 我看 ",
        "[手机号**12]",
        "和147258",
        " ",
        "三个八",
        "诶 比 ",
    ] {
        let line = part.repeat(100_000 / part.len());
        let _ = super::mask(&line);
    }
}
