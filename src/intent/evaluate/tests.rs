use super::*;
use crate::intent::Verdict;

const FILE: &str = "topic\tsecondary\turgent\tforbidden\ttext
finance.withdrawal\t-\t0\taccount\t不是账号是提现
account.banned\tfinance.withdrawal\t0\t-\t封号了钱没提
human.request\t-\t0\t-\t转人工
finance.fraud\t-\t1\t-\t刚被骗了
other\t-\t0\t-\t打错了
";

fn verdict(topic: Topic, confidence: f32) -> Verdict {
    Verdict { topic, urgent: false, confidence, margin: 0.0, secondary: None, evidence: vec![] }
}

#[test]
fn labelled_lines_are_read_by_the_names_of_their_columns() {
    let rows = read(FILE).unwrap();
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[0].forbidden, Some(Category::Account));
    assert_eq!(rows[1].secondary, Some(Topic::Withdrawal));
    assert!(rows[3].urgent);
    let swapped = read("text\ttopic\n转人工\thuman.request\n").unwrap();
    assert_eq!(swapped[0].topic, Topic::HumanRequest);
}

#[test]
fn a_wish_for_a_person_is_always_the_first_wish() {
    let rows =
        read("topic\tsecondary\ttext\ncontent.live\thuman.request\t直播封了转人工\n").unwrap();
    assert_eq!((rows[0].topic, rows[0].secondary), (Topic::HumanRequest, Some(Topic::Live)));
}

#[test]
fn a_bad_line_is_named() {
    let fault = |file: &str| read(file).unwrap_err().to_string();
    assert!(fault("").contains("line 1: no lines"));
    assert!(fault("text\n").contains("no column \"topic\""));
    assert!(fault("topic\ttext\naccount.banned\n").contains("line 2: 1 columns instead of 2"));
    assert!(fault("topic\ttext\nmoney\t钱\n").contains("line 2: unknown topic \"money\""));
    assert!(fault("topic\ttext\turgent\nother\t啊\tyes\n").contains("urgent is \"yes\""));
    assert!(fault("topic\ttext\tforbidden\nother\t啊\tmoney\n").contains("unknown category"));
}

#[test]
fn what_is_right_and_wrong_is_counted() {
    let rows = read(FILE).unwrap();
    let verdicts = [
        verdict(Topic::Banned, 0.9),
        Verdict { secondary: Some(Topic::Withdrawal), ..verdict(Topic::Banned, 0.8) },
        verdict(Topic::HumanRequest, 1.0),
        Verdict { urgent: true, ..verdict(Topic::Order, 0.5) },
        verdict(Topic::Other, 1.0),
    ];
    let report = measure(&rows, &verdicts);
    assert_eq!((report.accuracy.hits, report.accuracy.lines), (4, 5));
    assert_eq!((report.topic_accuracy.hits, report.topic_accuracy.lines), (1, 3));
    assert_eq!(report.forbidden_chosen.hits, 1);
    assert_eq!(report.mixed_secondary.hits, 1);
    assert_eq!((report.urgent_recall.hits, report.urgent_precision.lines), (1, 1));
    // 0.9 wrong, 0.8 right, 0.5 right, 1.0 right twice: (0.9 + 0.2 + 0.5) / 5.
    assert!((report.calibration_error - 0.32).abs() < 1e-6, "{}", report.calibration_error);
    let last = report.risk_coverage.last().unwrap();
    assert!((last.risk - 1.0 / 3.0).abs() < 1e-6 && (last.coverage - 1.0).abs() < 1e-6);
    assert_eq!(report.confusion["finance.fraud"]["finance.order"], 1);
}

#[test]
fn nothing_to_measure_is_no_fault() {
    let report = measure(&[], &[]);
    assert_eq!(report.lines, 0);
    assert!(report.risk_coverage.is_empty());
}
