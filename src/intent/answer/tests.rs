use super::*;
use proptest::prelude::*;
use std::{fs, path::Path};

/// The desks of the utterance corpus, with what its callers say.
pub(super) const ORDINARY: [&str; 3] = ["account", "content", "finance"];

/// Every text of one file of the corpus.
pub(super) fn corpus(desk: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/corpus");
    let lines = fs::read_to_string(folder.join(format!("{desk}.tsv"))).unwrap();
    lines.lines().skip(1).filter_map(|line| line.split('\t').nth(4)).map(str::to_owned).collect()
}

#[test]
fn dump() {
    use std::fmt::Write as _;
    let mut out = String::new();
    for desk in ["account", "content", "finance", "human", "other"] {
        for text in corpus(desk) {
            let found = signs(&text);
            let mut tell = |what: &str| writeln!(out, "{what}\t{desk}\t{text}").unwrap();
            if let Some(reply) = answer(&text) {
                tell(&format!(
                    "answer-{:?}-{}",
                    reply.answer,
                    if reply.rest.is_empty() { "" } else { "rest" }
                ));
            }
            if text.chars().count() < 20
                && let Some(done) = solved(&text)
            {
                tell(&format!("solved-{done:?}"));
            }
            if let Some(asked) = request(&text) {
                tell(&format!("request-{asked:?}"));
            }
            if found.elderly {
                tell("elderly");
            }
            if found.low_vision {
                tell("low_vision");
            }
            if found.hard_of_hearing {
                tell("hard_of_hearing");
            }
            if found.angry {
                tell("angry");
            }
            if found.asks_if_robot {
                tell("robot");
            }
            if found.thanks {
                tell("thanks");
            }
            if let Some(language) = found.other_language {
                tell(&format!("language-{language:?}"));
            }
            if is_filler(&text) {
                tell("filler");
            }
            if is_unfinished(&text) {
                tell("unfinished");
            }
        }
    }
    fs::write("/tmp/answer_dump.tsv", out).unwrap();
}

#[test]
fn dump_background() {
    let mut counts = std::collections::HashMap::<String, u32>::new();
    let mut n = 0;
    for desk in ["account", "content", "finance", "human", "other"] {
        for text in corpus(desk) {
            n += 1;
            for gram in super::faq::grams(&text) {
                *counts.entry(gram).or_default() += 1;
            }
        }
    }
    let mut rows: Vec<(String, u32)> =
        counts.into_iter().map(|(g, c)| (g, c * 10_000 / n)).filter(|(_, c)| *c >= 10).collect();
    rows.sort();
    let text: String = rows.iter().map(|(g, c)| format!("{g}\t{c}\n")).collect();
    fs::write("/tmp/background.tsv", text).unwrap();
}

fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,80}",
        "[嗯啊是不对没有我你好了一二三六八十百块的那个就因为可以行听说谢滚妈他a-d０１ ，。吗🙂\u{0}]{0,60}",
    ]
}
