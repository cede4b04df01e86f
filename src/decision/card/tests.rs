use super::*;
use crate::{
    decision::{Outcome, Reason},
    intent::{Evidence, Topic, Verdict},
};
use proptest::prelude::*;
use std::time::Duration;

fn decision(card: Card) -> Decision {
    Decision {
        outcome: Outcome::Route,
        reason: Reason::Understood,
        category: Some(Category::Finance),
        verdict: Some(Verdict {
            topic: Topic::Refund,
            urgent: false,
            confidence: 0.987_6,
            margin: 0.9,
            secondary: Some(Topic::Banned),
            evidence: vec![Evidence {
                words: "退款".to_owned(),
                rule: "模型:退款".to_owned(),
                weight: 2.5,
            }],
        }),
        queue: "finance".to_owned(),
        site: "成都".to_owned(),
        priority: 3,
        reply_by: Duration::from_secs(7_200),
        due: Duration::from_secs(86_400),
        card,
    }
}

fn told() -> Card {
    let heard = vec![
        "昨天晚上充了一百二十八块五没到账 我要退款".to_owned(),
        "订单号是六九二零一二三四五六".to_owned(),
        "手机号是[手机号**12]".to_owned(),
    ];
    Card {
        summary: heard[0].clone(),
        slots: Slots::of_masked(&heard),
        heard,
        mood: Mood::Angry,
        ..Card::default()
    }
}

#[test]
fn json_has_every_key_and_is_complete_on_its_own() {
    let card = Card {
        asked: vec![Asked {
            id: "which".to_owned(),
            text: "哪一笔？".to_owned(),
            ..Asked::default()
        }],
        ..told()
    };
    insta::assert_snapshot!(serde_json::to_string_pretty(&json(&decision(card))).unwrap());
    let Value::Object(empty) = json(&decision(Card::default())) else { panic!("an object") };
    let Value::Object(full) = json(&decision(told())) else { panic!("an object") };
    assert!(empty.keys().eq(full.keys()));
}

#[test]
fn a_person_reads_what_is_known_and_nothing_else() {
    let rows = rows(&told());
    let rows: Vec<_> = rows.iter().map(|(title, value)| format!("{title} {value}")).collect();
    assert_eq!(
        rows,
        [
            "诉求 昨天晚上充了一百二十八块五没到账 我要退款",
            "手机 **12",
            "金额 128.5元，“一百二十八块五”",
            "订单 **3456",
            "时间 昨天晚上",
            "情绪 生气",
        ]
    );
    assert!(super::rows(&Card::default()).is_empty());
}

#[test]
fn a_header_says_the_most_useful_first() {
    let decision = decision(told());
    let fields = |limit| {
        let read = read_sip(&sip(&decision, limit)).unwrap();
        read.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(";")
    };
    assert_eq!(fields(0), "desk=finance;why=understood");
    assert_eq!(fields(64), "desk=finance;why=understood;topic=refund;tel=**12;yuan=128.5");
    assert_eq!(
        fields(SIP_LIMIT),
        "desk=finance;why=understood;topic=refund;tel=**12;yuan=128.5;order=**3456;when=昨天晚上;\
         mood=angry;sure=99;site=成都"
    );
    assert!(sip(&decision, SIP_LIMIT).starts_with("006465736b3d66696e616e6365"));
    assert_eq!(
        x_header(&decision, 60),
        "desk=finance;why=understood;topic=refund;tel=**12;yuan=128.5"
    );
}

#[test]
fn what_is_no_header_of_ours_is_not_read() {
    for value in ["", ";encoding=hex", "0g;encoding=hex", "04616263;encoding=hex", "é;encoding=hex"]
    {
        assert_eq!(read_sip(value), None, "{value}");
    }
    assert_eq!(read_header("desk"), None);
    assert_eq!(read_header("desk=%F"), None);
}

/// A card with any texts at all.
fn any_card() -> impl Strategy<Value = Card> {
    let text = || "(\\PC|[\\r\\n;=%\"])\\PC{0,80}|[昨天晚上=;%\\r\\n]{0,60}";
    (text(), proptest::option::of(text()), text(), text()).prop_map(
        |(summary, time, said, language)| {
            let amount = crate::intent::slots::Amount { fen: None, about: true, said };
            let slots = Slots { time, amount: Some(amount), ..Slots::default() };
            Card { summary, slots, language, mood: Mood::Distressed, ..Card::default() }
        },
    )
}

proptest! {
    #[test]
    fn a_header_fits_is_safe_and_says_whole_fields(card in any_card(), limit in 0_usize..300, known: bool) {
        let mut decision = decision(card);
        if !known {
            (decision.category, decision.verdict) = (None, None);
            decision.reason = Reason::LowConfidence;
        }
        let bound = limit.max(SIP_LIMIT_LEAST);
        let uui = sip(&decision, limit);
        let hex = uui.strip_suffix(";encoding=hex").unwrap();
        prop_assert!(hex.len() <= 2 * bound);
        prop_assert!(hex.bytes().all(|it| it.is_ascii_hexdigit()));
        let own = x_header(&decision, limit);
        prop_assert!(own.len() <= bound);
        prop_assert!(own.bytes().all(|it| it.is_ascii_graphic() && it != b'"' && it != b','));
        for read in [read_sip(&uui).unwrap(), read_header(&own).unwrap()] {
            let value = |key: &str| read.iter().find(|(it, _)| it == key).map(|(_, value)| &value[..]);
            prop_assert_eq!(value("desk"), Some(desk(&decision).as_str()));
            prop_assert_eq!(value("why"), Some(decision.reason.as_str()));
            if let Some(when) = value("when") {
                prop_assert_eq!(Some(when), decision.card.slots.time.as_deref());
            }
            if let Some(yuan) = value("yuan") {
                prop_assert_eq!(yuan, &decision.card.slots.amount.as_ref().unwrap().said);
            }
            if let Some(say) = value("say") {
                prop_assert!(decision.card.summary.starts_with(say));
            }
        }
    }
}
