use super::*;
use proptest::prelude::*;

/// The slots of one utterance as `name=value`, in order.
fn told(utterances: &[&str]) -> String {
    let slots = Slots::of_spoken(utterances);
    let amount = slots.amount.as_ref().map(|amount| {
        let yuan = amount.yuan().map_or("?".to_owned(), |yuan| yuan.to_string());
        format!("{}{yuan} {}", if amount.about { "~" } else { "" }, amount.said)
    });
    let at_hand: Vec<_> = slots.at_hand.iter().map(|thing| thing.as_str()).collect();
    let fields = [
        ("phone", slots.phone),
        ("mail", slots.mail),
        ("id", slots.account_id),
        ("amount", amount),
        ("order", slots.order_number),
        ("time", slots.time),
        ("has", (!at_hand.is_empty()).then(|| at_hand.join(","))),
    ];
    let fields = fields.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
    fields.collect::<Vec<_>>().join("; ")
}

#[track_caller]
fn check_all(rows: &[(&str, &str)]) {
    let wrong: Vec<_> = rows
        .iter()
        .map(|(text, expected)| (text, told(&[text]), *expected))
        .filter(|(_, told, expected)| told != expected)
        .collect();
    assert!(wrong.is_empty(), "text, told, expected: {wrong:#?}");
}

#[test]
fn amounts_are_normalised_and_keep_the_words() {
    check_all(&[
        ("充了一百二十八块五没到账", "amount=128.5 一百二十八块五"),
        ("被骗了三千多", "amount=~3000 三千多"),
        ("被骗走两万块钱", "amount=20000 两万块钱"),
        ("扣了我128元", "amount=128 128元"),
        ("扣了¥68没给", "amount=68 68"),
        ("一共1,280.50元", "amount=1280.5 1,280.50元"),
        ("充了六四八没到", "amount=648 六四八"),
        ("提现五百没到", "amount=500 五百"),
        ("大概两万五左右", ""),
        ("转了大概两万五", "amount=~25000 两万五"),
        ("三千八百块", "amount=3800 三千八百块"),
        ("一千零五十块", "amount=1050 一千零五十块"),
        ("三块九毛九", "amount=3.99 三块九毛九"),
        ("扣了九块九", "amount=9.9 九块九"),
        ("花了九点九元", "amount=9.9 九点九元"),
        ("几千块钱没了", "amount=~? 几千块钱"),
        ("两三百块", "amount=~200 两三百块"),
        ("刷了十几万", "amount=~100000 十几万"),
        ("一点五万块", "amount=15000 一点五万块"),
        ("充了3万5", "amount=35000 3万5"),
        ("五百多块钱", "amount=~500 五百多块钱"),
        ("付了三百美元", "amount=? 三百美元"),
        ("退我三十块五个人都没退", "amount=30 三十块"),
        ("一百零五块", "amount=105 一百零五块"),
        ("打赏出去一万零八百", "amount=10800 一万零八百"),
        ("投了六万直播间没人", "amount=60000 六万"),
        ("小数点错位了九块八扣成九十八", "amount=9.8 九块八"),
        ("分到三块二取不了", "amount=3.2 三块二"),
        ("投进去三百一直显示投放中", "amount=300 三百"),
        ("扣了十块一直没退", "amount=10 十块"),
        ("扣了我七块一模一样的", "amount=7 七块"),
        ("茅台两百块一瓶", "amount=200 两百块"),
        ("鸡蛋三块九一斤", "amount=3.9 三块九"),
        ("充了一块没到", "amount=1 一块"),
        ("扣了二十块左右", "amount=~20 二十块左右"),
        ("充了１２８块", "amount=128 １２８块"),
        ("一億两千万元", "amount=120000000 一億两千万元"),
    ]);
}

#[test]
fn ordinary_words_with_numerals_are_no_slots() {
    for text in [
        "我们一起去",
        "我叫张三",
        "万一封了怎么办",
        "三心二意",
        "十分不满意",
        "我跟他一块去的",
        "一分钱都没退",
        "一块钱也没到",
        "百度搜的",
        "百分之三十的提成",
        "三百万播放没了",
        "充了两百次验证码",
        "粉丝一千二百万",
        "第三天",
        "两块屏幕",
        "一百二十八抖币",
        "按一按二按三",
        "一二三四五六七",
        "双倍",
        "十元宵",
        "三号线",
        "一点都不行",
        "有两点建议",
        "一周五次",
        "每天晚上都卡",
        "下午好",
        "一号客服",
        "一月卡",
        "封我七天",
        "千川投放",
        "没有截图",
        "他来收拾我楼下",
        "充了五千抖币",
        "图片要转九十度",
        "扣我十二分",
        "下周一再说",
        "我今年六十六",
        "一天都没看过",
        "退款中卡一月",
        "丢在七号车厢",
        "明天上午十点开播",
        "我的账号被封了",
        "我账号一直登不上",
        "订单一直不到",
        "",
    ] {
        assert_eq!(told(&[text]), "", "{text}");
    }
}

#[test]
fn times_stay_in_the_callers_words() {
    check_all(&[
        ("昨天晚上被盗的", "time=昨天晚上"),
        ("上周五提的现", "time=上周五"),
        ("三号下午两点充的", "time=三号下午两点"),
        ("前天", "time=前天"),
        ("刚才还好好的", "time=刚才"),
        ("去年十月的事", "time=去年十月"),
        ("到今年三月份", "time=今年三月份"),
        ("我刚才说了是昨天晚上八点半", "time=昨天晚上八点半"),
        ("提现三天了还没到", "time=三天了"),
        ("提现三天还没到", "time=三天"),
        ("两个小时前", "time=两个小时前"),
        ("2024年1月5号充的", "time=2024年1月5号"),
        ("二零二三年十二月", "time=二零二三年十二月"),
        ("今天早上十点多", "time=今天早上十点多"),
        ("星期天封的", "time=星期天"),
        ("半个月前买的", "time=半个月前"),
        ("国庆的时候充的", "time=国庆"),
        ("昨天12:30", "time=昨天12:30"),
        ("八点二十扣的", "time=八点二十"),
    ]);
}

#[test]
fn identifiers_keep_only_their_end() {
    check_all(&[
        ("我手机号是幺三八零零幺三八零幺二", "phone=**12"),
        ("骗子的电话是13800138012", ""),
        ("13800138012打过来说是客服", ""),
        ("手机号是幺三八零零", ""),
        ("手机尾号一二三四", "phone=**1234"),
        ("抖音号是88123456", "id=**3456"),
        ("抖音号是 xiaoming_007", "id=**_007"),
        ("我抖音号八八幺二三四五六", "id=**3456"),
        ("抖音号13800138012", "id=**12"),
        ("订单号是六九二零一二三四五六", "order=**3456"),
        ("订单号6920123456789012345", "order=**2345"),
        ("订单尾号是3456", "order=**3456"),
        ("邮箱是abc艾特qq点com", "mail=**@qq.com"),
        ("我有截图也有付款记录", "has=screenshot,payment_record"),
        ("验证码是四八二九零一", ""),
        ("我密码是abc123", ""),
        ("身份证是11010119900307765X", ""),
        ("卡号6222020200112233445", ""),
    ]);
}

#[test]
fn a_correction_wins_and_a_second_mention_does_not() {
    check_all(&[
        ("我充了三百不对是五百块", "amount=500 五百块"),
        ("不是三百块是五百块", "amount=500 五百块"),
        ("充了三百块退了五十块", "amount=300 三百块"),
        ("昨天不对前天充的", "time=前天"),
        ("抖音号是88123456不对是88123457", "id=**3457"),
        ("手机号13800138012错了是13900139034", "phone=**34"),
    ]);
    assert_eq!(told(&["我充了三百块", "说错了", "是五百块"]), "amount=500 五百块");
    assert_eq!(told(&["订单号是", "69202345678901"]), "order=**8901");
    assert_eq!(told(&["手机号是幺三八零零", "幺三八零零零零"]), "phone=**00");
}

/// Everything that leaves, one text each.
fn texts(slots: &Slots) -> Vec<String> {
    let ids = [&slots.phone, &slots.mail, &slots.account_id, &slots.order_number, &slots.time];
    let said = slots.amount.as_ref().map(|amount| amount.said.clone());
    ids.into_iter().flatten().cloned().chain(said).collect()
}

/// The runs of digits in a text, written or spoken.
fn runs(text: &str) -> Vec<Vec<u8>> {
    let digits: Vec<Option<u8>> = text.chars().map(mask::numerals::digit).collect();
    let runs = digits.split(Option::is_none).map(|run| run.iter().copied().flatten().collect());
    runs.filter(|run: &Vec<u8>| !run.is_empty()).collect()
}

#[test]
fn of_no_secret_in_any_form_leaves_more_than_its_end() {
    const N_TEXTS: usize = 3_000;
    for (text, secret) in mask::tests::secrets(N_TEXTS) {
        let secret: Vec<u8> = secret.chars().filter_map(mask::numerals::digit).collect();
        let chars: Vec<char> = text.chars().collect();
        let halves = [&chars[..chars.len() / 2], &chars[chars.len() / 2..]]
            .map(|half| half.iter().collect::<String>());
        for slots in [Slots::of_spoken(&[&text]), Slots::of_spoken(&halves)] {
            for run in texts(&slots).iter().flat_map(|text| runs(text)) {
                let leaks = run.len() > 4 && secret.windows(run.len()).any(|part| part == run);
                assert!(!leaks, "{text} {slots:?}");
            }
        }
    }
}

proptest! {
    #[test]
    fn identifiers_are_short_and_the_words_are_the_callers(
        utterances in prop::collection::vec(
            "([0-9一二三四五六七八九十百千万两幺点]|手机号是?|抖音号是?|订单号|密码是?|验证码|块|元|年|月|号|天|前|了|不对|昨天|下午|充了|[a-z]|[ ，\n]|\\PC){0,24}",
            0..4,
        ),
    ) {
        let slots = Slots::of_spoken(&utterances);
        for id in [&slots.phone, &slots.account_id, &slots.order_number].into_iter().flatten() {
            let end = id.strip_prefix("**").unwrap();
            prop_assert!(end.len() <= 4 && end.is_ascii(), "{}", id);
        }
        let mut masker = Masker::default();
        for utterance in &utterances {
            let _ = masker.hear(utterance);
        }
        let heard = masker.heard().join("\n");
        let said = slots.amount.map(|amount| amount.said);
        for words in slots.time.into_iter().chain(said) {
            prop_assert!(heard.contains(&words), "{} in {}", words, heard);
        }
    }
}
