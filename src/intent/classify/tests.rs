//! Lines written for these tests alone; none of them stands in the corpus or the lexicon.

use super::*;

fn classifier() -> Classifier {
    Classifier::embedded().unwrap()
}

#[track_caller]
fn check(text: &str, topic: &str) {
    let verdict = classifier().classify(text);
    assert_eq!(verdict.topic.as_str(), topic, "{text}: {verdict:?}");
}

#[test]
fn each_desk_is_told_from_its_neighbours() {
    for (text, topic) in [
        ("我那个密码怎么都想不起来了能不能重新弄一个", "account.password_reset"),
        ("等了十分钟短信验证码就是不来", "account.verification_code"),
        ("刷脸刷了五遍都说不是我本人", "account.security_check"),
        ("我实名认证一直不通过身份证没问题的", "account.real_name"),
        ("以前的手机号停机了想换绑一个新的", "account.phone_change"),
        ("我不想玩了帮我把这个账号注销掉", "account.cancel"),
        ("孩子的青少年模式密码忘了关不掉", "account.minor_mode"),
        ("我想把抖音号改一下", "account.profile"),
        ("我的号被永久封禁了怎么申诉", "account.banned"),
        ("我昨天发的作品被你们下架了凭什么", "content.removed"),
        ("视频审核三天了还在审核中", "content.review"),
        ("最近发的视频都没有播放量是不是限流了", "content.limited"),
        ("有人搬运我的视频我要投诉侵权", "content.infringement"),
        ("我要举报一个账号发色情视频", "content.report"),
        ("我直播间突然被封了", "content.live"),
        ("视频上传到一半就失败发不出去", "content.publish"),
        ("我充了两百块抖币没到账", "finance.recharge_missing"),
        ("我余额提现三天了还没到银行卡", "finance.withdrawal"),
        ("一笔订单扣了我两次钱", "finance.duplicate_charge"),
        ("我投的抖加钱花完了没有效果", "finance.ad_billing"),
        ("发票抬头开错了能重新开吗", "finance.invoice"),
        ("帮我把会员的自动续费取消了", "finance.auto_renew"),
        ("商家发错货了不给我退货", "finance.order"),
        ("我在你们上面被骗了五千块钱", "finance.fraud"),
        ("我儿子拿我手机充了八千多块买礼物", "finance.minor_recharge"),
        ("今天天气怎么样啊", "other"),
    ] {
        check(text, topic);
    }
}

#[test]
fn homophones_do_not_change_the_desk() {
    for (text, category) in [
        ("我冲值没到帐", Category::Finance),
        ("体现失败了怎么办", Category::Finance),
        ("我的账号被风号了", Category::Account),
        ("石明认正通不过", Category::Account),
        ("式频深核不通过", Category::Content),
    ] {
        let verdict = classifier().classify(text);
        assert_eq!(verdict.category(), category, "{text}: {verdict:?}");
    }
}

#[test]
fn traditional_characters_do_not_change_the_verdict() {
    for (simple, traditional) in
        [("我的帐号被封了怎么申诉", "我的帳號被封了怎麼申訴"), ("我要转人工", "我要轉人工")]
    {
        let (left, right) = (classifier().classify(simple), classifier().classify(traditional));
        assert_eq!((left.topic, left.confidence), (right.topic, right.confidence));
    }
}

#[test]
fn a_wish_for_a_person_beats_everything_but_not_when_negated() {
    for text in ["转人工", "仁工服务", "我充值没到账你给我转个人工", "提现的事我要找你们领导说"]
    {
        assert_eq!(classifier().classify(text).category(), Category::Human, "{text}");
    }
    for text in
        ["不用转人工我就问提现怎么还没到", "人工审核怎么这么慢视频还没过", "真人认证老是失败"]
    {
        assert!(classifier().classify(text).category().is_desk(), "{text}");
    }
}

#[test]
fn money_going_right_now_is_urgent() {
    assert!(classifier().classify("我刚刚被骗了两万钱还在往外转").urgent);
    assert!(classifier().classify("我的账号被盗了有人在用我的号骗人").urgent);
    assert!(!classifier().classify("发票抬头怎么改").urgent);
}

#[test]
fn evidence_shows_the_words_but_no_secret() {
    let verdict = classifier().classify("我提现没到账电话一三八零零一三八零一二");
    assert!(verdict.evidence.iter().any(|item| item.words.contains("提现")), "{verdict:?}");
    assert!(verdict.evidence.iter().all(|item| !item.words.contains("八零")), "{verdict:?}");
    assert!(verdict.evidence.len() <= super::super::MAX_EVIDENCE);
}

#[test]
fn any_input_is_answered_and_twice_the_same() {
    let classifier = classifier();
    for text in [
        "",
        " ",
        "嗯",
        "\u{0}\u{7}\u{1b}[31m",
        "🙂🙂🙂",
        "Привет мир",
        "مرحبا",
        "한국어",
        "ABC dou+ ok",
        &"我的号被封了".repeat(6_000),
        &"1".repeat(100_000),
        &"\u{300}".repeat(1_000),
    ] {
        let verdict = classifier.classify(text);
        assert_eq!(verdict, classifier.classify(text));
        assert!((0.0..=1.0).contains(&verdict.confidence) && (0.0..=1.0).contains(&verdict.margin));
    }
    assert_eq!(classifier.classify("嗯啊").topic, Topic::Other);
}

#[test]
fn a_number_alone_names_no_desk() {
    let classifier = Classifier::embedded().unwrap();
    for text in ["一三八零零一三八", "幺六八九四八七六", "1234", "二"] {
        let verdict = classifier.classify(text);
        assert_eq!(verdict.category(), Category::Other, "{text}");
        assert_eq!(verdict.evidence[0].rule, "规则:只有数字", "{text}");
    }
    assert_ne!(classifier.classify("密码六位").evidence[0].rule, "规则:只有数字");
}
