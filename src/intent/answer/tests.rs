use super::*;
use proptest::prelude::*;
use std::{fmt::Debug, fs, path::Path};

/// The desks of the utterance corpus, with what its callers say.
pub(super) const ORDINARY: [&str; 3] = ["account", "content", "finance"];

/// Asserts that every row's expectation is what was found, and tells all that are not.
#[track_caller]
pub(super) fn hold<Text: Debug, Found: Debug + PartialEq>(
    rows: impl IntoIterator<Item = (Text, Found, Found)>,
) {
    let rows = rows.into_iter().filter(|(_, expected, found)| expected != found);
    let wrong: Vec<String> = rows
        .map(|(text, expected, found)| format!("{text:?}: {found:?}, not {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every text of one file of the corpus.
pub(super) fn corpus(desk: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/corpus");
    let lines = fs::read_to_string(folder.join(format!("{desk}.tsv"))).unwrap();
    lines.lines().skip(1).filter_map(|line| line.split('\t').nth(4)).map(str::to_owned).collect()
}

#[test]
fn fillers_say_nothing() {
    hold(
        [
            "嗯",
            "啊",
            "呃",
            "喂",
            "哦",
            "那个",
            "这个",
            "就是",
            "哎",
            "你好",
            "唉",
            "嗯那个",
            "喂喂喂",
            "嗯嗯啊",
            "然后",
            "那个那个就是",
            "您好",
            "哎呀",
            "诶",
            "嗯，那个……",
            "呃就是说",
            "怎么说呢",
            "嘿嘿",
            "喂你好",
            "",
            "。。。",
            "哦哦",
        ]
        .map(|text| (text, true, is_filler(text))),
    );
    for (text, n_chars) in [
        ("就是这个", 4),
        ("八", 1),
        ("爱", 1),
        ("我", 1),
        ("九十", 2),
        ("人工", 2),
        ("嗯人工", 2),
        ("那个退款", 2),
        ("不", 1),
        ("是", 1),
        ("对", 1),
        ("好", 1),
        ("然后呢", 3),
        ("转人工啊", 3),
        ("wifi", 4),
        ("12", 2),
        ("啊不是", 2),
        ("你好我要退款", 4),
        ("位", 1),
        ("谢谢", 2),
        ("这个号", 1),
        ("没", 1),
        ("那个我的那个号", 3),
        ("再见", 2),
        ("饿", 1),
    ] {
        assert!(!is_filler(text), "{text}");
        assert_eq!(n_meaningful(text), n_chars, "{text}");
    }
}

#[test]
fn a_dangling_word_or_number_is_unfinished() {
    hold(
        [
            "因为",
            "我的号被封了因为",
            "然后",
            "我登不上去然后",
            "但是",
            "我想",
            "我要",
            "我的",
            "那个我想",
            "还有",
            "而且",
            "如果",
            "比如",
            "我的手机号是",
            "我的号被",
            "他把",
            "他给",
            "我在",
            "我跟",
            "视频和",
            "退款或者",
            "我有一个",
            "手机号是一三八",
            "手机号是13812",
            "订单号是",
            "订单号是二零二四零",
            "我的电话是幺三九八",
            "尾号三三",
            "一三八零零",
            "就是",
            "那个",
            "我想问一下",
            "原因是",
            "号码是一三五六六七八",
            "身份证号是三二零",
            "我的抖音号是九",
            "我是",
            "因为啊",
            "我想嗯",
            "他说",
            "它提示",
        ]
        .map(|text| (text, true, is_unfinished(text))),
    );
}

#[test]
fn a_closed_sentence_is_finished() {
    hold(
        [
            "我的号被封了",
            "提现没到账",
            "我要退款",
            "转人工",
            "不是",
            "是",
            "是的",
            "不在",
            "钱还没给",
            "换一个",
            "再来一个",
            "手机号是一三八一二三四五六七八",
            "13812345678",
            "尾号三三四四",
            "打幺幺零",
            "充了三百五",
            "扣了十五",
            "我考虑一下",
            "谢谢",
            "我想想",
            "这是我的",
            "把钱还给我",
            "刷脸老不过",
            "审核不通过",
            "没有结果",
            "就我一个",
            "不能给我",
            "到现在",
            "还是一样",
            "他骗我",
            "人脸识别不通过",
            "还在",
            "不好意思",
            "我要那个",
            "嗯",
            "",
            "好的",
            "星期三",
            "没人帮我",
            "都是",
            "验证码是一二三四五六",
            "我不知道为什么",
            "百分之五",
        ]
        .map(|text| (text, false, is_unfinished(text))),
    );
}

/// Ordinary complaints are whole sentences, without age, request or filler.
#[test]
fn ordinary_complaints_show_little() {
    for desk in ORDINARY {
        let texts: Vec<String> = corpus(desk).into_iter().step_by(23).collect();
        let count = |shows: fn(&str) -> bool| texts.iter().filter(|text| shows(text)).count();
        let per_thousand = |n_texts: usize| n_texts * 1_000 / texts.len();
        for (what, shows, most) in [
            ("request", (|text| request(text).is_some()) as fn(&str) -> bool, 0),
            ("filler", is_filler, 0),
            ("unfinished", is_unfinished, 10),
            ("angry", |text| signs(text).angry, 25),
            ("robot", |text| signs(text).asks_if_robot, 1),
        ] {
            let n_texts = count(shows);
            assert!(per_thousand(n_texts) <= most, "{desk} {what}: {n_texts} of {}", texts.len());
        }
    }
}

fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,80}",
        "[嗯啊是不对没有我你好了一二三六八十百块的那个就因为可以行听说谢滚妈他a-d０１ ，。吗🙂\u{0}]{0,60}",
    ]
}

proptest! {
    #[test]
    fn every_text_is_read(text in anything()) {
        if let Some(reply) = answer(&text) {
            prop_assert!(text.get(reply.rest.clone()).is_some(), "{text:?} {reply:?}");
            prop_assert_eq!(reply.rest.end, text.len());
        }
        let _ = (solved(&text), request(&text), signs(&text), is_unfinished(&text));
        prop_assert!(n_meaningful(&text) <= text.chars().count());
        let faq = Faq::new(&[vec![text.clone()], vec!["几点上班".to_owned()]]);
        if let Some(found) = faq.find(&text) {
            prop_assert!((0.0..=1.001).contains(&found.score));
        }
    }
}

#[test]
fn the_longest_text_is_read_in_bounded_time() {
    let long = "对不是我七十了妈的一三八".repeat(10_000);
    assert!(answer(&long).is_some());
    assert!(request(&long).is_none());
    let _ = (signs(&long), is_unfinished(&long), n_meaningful(&long));
}
