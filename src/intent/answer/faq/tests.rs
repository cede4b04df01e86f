use super::super::tests::{ORDINARY, corpus};
use super::*;

const QUESTIONS: [&[&str]; 6] = [
    &[
        "你们几点上班",
        "几点下班",
        "周末上班吗",
        "现在有人吗",
        "你们什么时候上班",
        "你们营业时间是几点",
        "晚上有人吗",
        "节假日休息吗",
        "二十四小时都有人吗",
    ],
    &[
        "这个号码是真的吗",
        "你们是官方的吗",
        "是不是骗子",
        "怎么知道你们不是骗子",
        "这个电话是官方电话吗",
        "你们是抖音官方客服吗",
        "你们是真的客服吗",
    ],
    &[
        "在哪里反馈",
        "app里怎么找客服",
        "帮助在哪",
        "帮助与反馈在哪里",
        "怎么在软件里反馈问题",
        "在线客服在哪里",
    ],
    &["打这个电话收费吗", "电话要钱吗", "打你们电话收不收费", "这个热线收费吗", "要收电话费吗"],
    &["多久能处理好", "要等几天", "多长时间有结果", "什么时候给我答复", "处理要多久"],
    &["怎么给你们发邮件", "你们的邮箱是多少", "投诉邮箱是什么"],
];

fn faq() -> Faq {
    let owned = |list: &&[&str]| list.iter().map(|one| (*one).to_owned()).collect();
    Faq::new(&QUESTIONS.iter().map(owned).collect::<Vec<Vec<String>>>())
}

/// Other words, fillers around them, and homophones.
const PARAPHRASES: [(usize, &str); 48] = [
    (0, "你们几点钟上班啊"),
    (0, "你们早上几点上班"),
    (0, "请问你们几点下班"),
    (0, "你门几点上班"),
    (0, "几点夏班"),
    (0, "周末上不上班"),
    (0, "周莫上班吗"),
    (0, "你们周末上班吗"),
    (0, "现在有没有人"),
    (0, "我想问一下你们晚上几点下班"),
    (0, "节假日你们休息吗"),
    (0, "你们营业时间是什么时候"),
    (0, "二十四小时有人吗"),
    (0, "纪点上班"),
    (1, "这个号码是不是真的"),
    (1, "这个好码是真的吗"),
    (1, "你们是官方吗"),
    (1, "你们是官放的吗"),
    (1, "你们是不是骗子"),
    (1, "是不是片子"),
    (1, "你是抖音官方的吗"),
    (1, "你们这个电话是真的吗"),
    (1, "怎么证明你们不是骗子"),
    (1, "这是官方电话吗"),
    (1, "你们是真的抖音客服吗"),
    (2, "在哪反馈"),
    (2, "在哪里反馈问题"),
    (2, "app里面怎么找客服"),
    (2, "帮助在哪里"),
    (2, "在那里反愧"),
    (2, "帮助与反馈在哪"),
    (2, "怎么在app里反馈"),
    (2, "在线客服在哪"),
    (3, "打这个电话要钱吗"),
    (3, "打电话收费吗"),
    (3, "这个电话收不收费"),
    (3, "打这个店话收费吗"),
    (3, "打这个电话收废吗"),
    (3, "你们电话收费不"),
    (3, "这个热线要收费吗"),
    (4, "多久能处理"),
    (4, "要等多久"),
    (4, "处理要几天"),
    (4, "多长时间能有结果"),
    (4, "什么时候能给我答复"),
    (4, "多久能处里好"),
    (5, "你们邮箱是多少"),
    (5, "你们的油箱是多少"),
];

#[test]
fn paraphrases_and_homophones_find_their_entry() {
    let faq = faq();
    let missed: Vec<_> = PARAPHRASES
        .iter()
        .filter(|(entry, text)| faq.find(text).map(|found| found.entry) != Some(*entry))
        .map(|(entry, text)| (entry, text, faq.best(text)))
        .collect();
    assert!(missed.len() * 12 <= PARAPHRASES.len(), "{missed:#?}");
}

#[test]
fn ordinary_complaints_are_no_questions_of_the_operators() {
    let faq = faq();
    for desk in ORDINARY {
        let texts: Vec<String> = corpus(desk).into_iter().step_by(11).collect();
        let found: Vec<_> = texts.iter().filter_map(|text| Some((text, faq.find(text)?))).collect();
        // 3 of 1,000.
        assert!(found.len() * 1_000 <= 3 * texts.len(), "{desk} {}: {found:#?}", texts.len());
    }
}

#[test]
fn what_nobody_listed_finds_nothing() {
    for text in
        ["", "嗯", "你好", "我的", "提现没到账", "你们", "转人工", "上班", "🙂", "我要退款", "客服"]
    {
        assert_eq!(faq().find(text), None, "{text}");
    }
    assert_eq!(Faq::new(&[]).find("几点上班"), None);
    assert_eq!(Faq::new(&[vec![String::new()]]).find("几点上班"), None);
}

/// Counts the grams again, as the table was written: whoever changes the corpus much sees it here.
#[test]
fn the_background_is_counted_over_the_corpus() {
    let mut counts: HashMap<String, f32> = HashMap::new();
    let desks = ORDINARY.iter().chain(&["human", "other"]);
    let texts: Vec<String> = desks.flat_map(|desk| corpus(desk).into_iter().step_by(5)).collect();
    for gram in texts.iter().flat_map(|text| grams(text)) {
        *counts.entry(gram).or_default() += 1.0 / texts.len() as f32;
    }
    let differ = |share: f32, counted: f32| (share - counted).abs() > 0.003 + 0.2 * share;
    let wrong: Vec<_> = BACKGROUND
        .iter()
        .map(|(gram, share)| (gram, *share, counts.get(*gram).copied().unwrap_or_default()))
        .filter(|(_, share, counted)| differ(*share, *counted))
        .collect();
    assert!(BACKGROUND.len() > 1_000 && wrong.len() * 50 < BACKGROUND.len(), "{wrong:?}");
}
