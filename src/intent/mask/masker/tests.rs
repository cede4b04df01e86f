use super::*;

/// Utterances as they are told, then everything as it is kept.
#[track_caller]
fn check(utterances: &[&str], told: &[&str], kept: &[&str]) {
    let mut masker = Masker::default();
    let heard: Vec<String> = utterances.iter().map(|text| masker.hear(text).text).collect();
    assert_eq!(heard, told);
    assert_eq!(masker.heard(), kept);
}

#[test]
fn a_number_that_a_pause_parts_is_masked_on_both_sides() {
    let halves = ["我的手机号是幺三八零零", "幺三八零零零"];
    let masked = ["我的手机号是[手机号**]", "[手机号**00]"];
    check(&halves, &masked, &masked);
}

#[test]
fn a_cue_reaches_into_the_next_utterance() {
    let masked = ["验证码是", "[验证码**]"];
    check(&["验证码是", "四八二九零一"], &masked, &masked);
    let masked = ["我的密码是", "嗯", "[密码**] 对"];
    check(&["我的密码是", "嗯", "w 大写 a n g 一二三 对"], &masked, &masked);
}

#[test]
fn what_was_told_too_early_is_masked_in_what_is_kept() {
    check(
        &["你记一下啊 六二二", "二零二零零", "零幺幺二二三三四四五"],
        &["你记一下啊 六二二", "[号码**]", "[银行卡号**45]"],
        &["你记一下啊 [银行卡号**]", "[银行卡号**]", "[银行卡号**45]"],
    );
}

#[test]
fn ordinary_utterances_stay_as_they_are() {
    let texts = ["我充了一百二十八块", "三天了", "还没到账", "订单号是", "69202345678901"];
    check(&texts, &texts, &texts);
}

#[test]
fn who_begins_to_give_a_password_is_noticed_and_who_lost_it_is_not() {
    for text in ["我的密码是", "验证码是四八二九零一", "我把验证码告诉你啊", "密码是abc123"]
    {
        assert!(Masker::default().hear(text).offers_credential, "{text}");
    }
    for text in [
        "密码忘了",
        "我忘了密码是什么",
        "收不到验证码",
        "他让我把验证码告诉他",
        "手机号是13800138000",
        "密码错了三次",
    ] {
        assert!(!Masker::default().hear(text).offers_credential, "{text}");
    }
}

#[test]
fn a_call_without_end_is_kept_within_bounds() {
    let mut masker = Masker::default();
    for _ in 0..500 {
        let _ = masker.hear(&"一三八".repeat(200));
    }
    assert_eq!(masker.heard().len(), MAX_KEPT);
    assert!(masker.recent.len() <= MAX_UTTERANCES);
}

#[test]
fn nothing_of_a_secret_is_told_while_it_is_being_said() {
    let number = "幺三八零零幺三八零零零";
    let card = "六二二二零二零零幺幺二二三三四四五";
    for (whole, secret) in [
        (format!("我的手机号是{number}"), number),
        (format!("{number}是我电话"), number),
        (format!("我银行卡{card}收不到钱"), card),
        ("我的密码是芝麻开门".to_owned(), "芝麻开门"),
        ("验证码是四八二九零一你帮我看看".to_owned(), "四八二九零一"),
        ("我号码13800138000".to_owned(), "13800138000"),
    ] {
        let pairs: Vec<String> =
            secret.chars().zip(secret.chars().skip(1)).map(|(a, b)| format!("{a}{b}")).collect();
        for (end, one) in whole.char_indices() {
            let so_far = &whole[..end + one.len_utf8()];
            let told = Masker::default().overhear(so_far).unwrap_or_default();
            let shows = pairs.iter().any(|pair| told.contains(pair));
            assert!(!shows, "{so_far}: {told}");
        }
    }
    let mut masker = Masker::default();
    masker.hear("我的密码是");
    assert_eq!(masker.overhear("芝麻"), None, "what was promised a sentence ago");
}

#[test]
fn behind_the_name_of_a_secret_not_even_single_digits_are_told_while_it_is_being_said() {
    let told = |text: &str| Masker::default().overhear(text).unwrap_or_default();
    assert_eq!(told("我的卡号是三吧五领"), "我的卡号是");
    assert_eq!(told("你记好三把五个零"), "你记好");
    assert_eq!(told("手机号山领五就"), "手机号");
    assert_eq!(told("手机号[三吧五领"), "手机号[", "a bracket is no mask");
    assert_eq!(told("手机号[三吧]五领"), "手机号[", "nor are two");
    assert_eq!(told("银行卡绑定失败了"), "银行卡绑定失败了");
    assert_eq!(told("手机号幺三八零零幺三八零零零换了以后三吧"), "手机号[手机号**]换了以后");
}

#[test]
fn what_is_no_secret_is_told_while_it_is_being_said() {
    let told = |text| Masker::default().overhear(text);
    assert_eq!(told("我充值的钱没到账").unwrap(), "我充值的钱没到账");
    assert_eq!(told("充了一百二十八块").unwrap(), "充了[数字]块");
    assert_eq!(told("我等了三天").unwrap(), "我等了三天");
    assert_eq!(told("我等了三").unwrap(), "我等了");
    assert_eq!(
        told("我手机号是幺三八零零幺三八零零零收不到短信").unwrap(),
        "我手机号是[手机号**]收不到短信"
    );
    assert_eq!(told("我忘了密码").unwrap(), "我忘了密码");
}
