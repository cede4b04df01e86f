use super::{super::pinyin::syllables, *};

#[track_caller]
fn finding(text: &str) -> &'static str {
    let normal = super::super::normalize::normalize(text);
    match find(normal.chars(), &syllables(normal.chars())) {
        Finding::Wish(_) => "wish",
        Finding::Hint(_) => "hint",
        Finding::Denied(_) => "denied",
        Finding::Silent => "silent",
    }
}

#[test]
fn a_clear_wish_is_found_also_misheard() {
    for text in [
        "人工",
        "转人工",
        "仁工",
        "传人工服务",
        "帮我赚一下人公",
        "喂，人工客服",
        "找客服",
        "要真人",
        "给我接你们领导",
        "我要找你们主管",
        "找个人跟我说",
        "不要机器要人工",
        "别废话了给我转人工",
        "不是说一键转人工吗",
        "要不要我求你转人工",
        "我的视频被下架了都三天了没人管我也不懂怎么申诉反正你赶紧给我转一下人工吧",
        "接线员",
        "别念了人工",
        "客服在吗",
        "有没有人工",
        "微信付的钱没到转人工",
        "银行卡提不出来给我转人工",
    ] {
        assert!(["wish", "hint"].contains(&finding(text)), "{text}");
    }
    for text in ["人工", "转人工", "仁工", "传人工服务", "人工客服", "找个人跟我说", "接线员"]
    {
        assert_eq!(finding(text), "wish", "{text}");
    }
}

#[test]
fn where_words_stand_between_it_is_a_hint() {
    for text in
        ["我找张丽华", "帮我找王磊", "给我接你们领导", "提示要人工核验证件", "说找客服才能停续费"]
    {
        assert_eq!(finding(text), "hint", "{text}");
    }
}

#[test]
fn negated_wishes_and_other_senses_are_denied() {
    for text in [
        "不用转人工了谢谢",
        "不需要人工",
        "别给我转人工",
        "人工就不用了",
        "我不要人工我就想知道审核为什么慢",
        "不是转人工",
        "人工审核要多久",
        "人工智能误判了",
        "真人认证过不去",
        "现在人工费多少",
        "别人公开我的电话",
        "要真人认证怎么弄",
    ] {
        assert_eq!(finding(text), "denied", "{text}");
    }
}

#[test]
fn other_texts_are_left_to_the_model() {
    for text in [
        "提现没到账",
        "支付宝的人工怎么转",
        "有人冒充你们领导骗我钱",
        "我昨天找过你们了",
        "我找回密码",
        "在找石头剪刀布的视频",
        "",
    ] {
        assert_eq!(finding(text), "silent", "{text}");
    }
}
