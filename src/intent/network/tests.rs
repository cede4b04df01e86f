use super::{
    super::{normalize::normalize, pinyin::syllables},
    *,
};

static WEIGHTS: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/intent.safetensors"));
static MANIFEST: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/intent.toml"));

fn scores(text: &str) -> Scores {
    let normal = normalize(text);
    Network::load(WEIGHTS, MANIFEST).unwrap().read(&normal, &syllables(normal.chars()))
}

#[test]
fn a_score_is_the_sum_of_what_its_places_add() {
    let network = Network::load(WEIGHTS, MANIFEST).unwrap();
    let text = "我昨天提现到现在没到账";
    let found = scores(text);
    for topic in [Topic::Withdrawal, Topic::Banned] {
        let sum: f32 = (0..text.chars().count()).map(|place| found.topic_part(place, topic)).sum();
        let bias = network.0.biases[topic as usize];
        assert!((sum + bias - found.topics()[topic as usize]).abs() < 1e-4);
    }
}

#[test]
fn order_is_read_and_not_only_words() {
    let best = |text: &str| {
        let scores = scores(text);
        let best = scores.topics().iter().enumerate().max_by(|l, r| l.1.total_cmp(r.1)).unwrap().0;
        Topic::ALL[best].category()
    };
    assert_eq!(best("不是提现是登录不上"), crate::intent::Category::Account);
    assert_eq!(best("不是登录不上是提现"), crate::intent::Category::Finance);
}

#[test]
fn unknown_characters_and_sounds_are_passed_over() {
    let found = scores("龘𠮷abcК");
    assert!(found.topics().iter().all(|score| score.is_finite()));
}

#[test]
fn damaged_or_foreign_weights_are_refused() {
    let why = |weights: &[u8], manifest: &str| {
        Network::load(weights, manifest).expect_err("refused").to_string()
    };
    let mut damaged = WEIGHTS.to_vec();
    *damaged.last_mut().unwrap() ^= 1;
    assert!(why(&damaged, MANIFEST).contains("damaged: SHA-256"));
    assert!(why(WEIGHTS, "sha256 = 1").contains("manifest"));
    let vouched = |weights: &[u8]| {
        let digest = crate::model::digest(weights);
        MANIFEST
            .lines()
            .map(|line| match line.starts_with("sha256") {
                true => format!("sha256 = \"{digest}\"\n"),
                false => format!("{line}\n"),
            })
            .collect::<String>()
    };
    for cut in [0, 7, 100, WEIGHTS.len() - 4] {
        let weights = &WEIGHTS[..cut];
        assert!(why(weights, &vouched(weights)).contains("unreadable"), "{cut}");
    }
    // The last tensor's numbers are others: every size is right, the reading is not.
    let start = WEIGHTS.len() - 20_000;
    let mut other = WEIGHTS.to_vec();
    other[start..].fill(0);
    assert!(why(&other, &vouched(&other)).contains("probe"));
}
