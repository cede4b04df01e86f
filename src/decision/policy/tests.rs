use super::*;
use crate::intent::Topic;

fn desk(queue: &str) -> Desk {
    let queue = queue.to_owned();
    Desk { queue, site: String::new(), priority: 4, reply_hours: 24, due_hours: 48 }
}

fn config() -> Config {
    Config {
        thresholds: Thresholds {
            route: 0.6,
            margin: 0.2,
            confirm: 0.4,
            human: 0.4,
            early: 1.0,
            transcript: 0.3,
            short_transcript: 0.8,
        },
        hours: Hours {
            enforce: true,
            time_zone: "Asia/Shanghai".to_owned(),
            open: Time::constant(8, 0, 0, 0),
            close: Time::constant(22, 0, 0, 0),
            holidays: vec![jiff::civil::date(2026, 10, 1)],
        },
        account: desk("a"),
        content: desk("c"),
        finance: desk("f"),
        human: desk("h"),
    }
}

fn verdict(topic: Topic, confidence: f32, margin: f32) -> Verdict {
    Verdict { topic, urgent: false, confidence, margin, secondary: None, evidence: Vec::new() }
}

#[test]
fn a_sure_verdict_routes_and_a_doubtful_one_asks() {
    let policy = Policy::new(config());
    let judge = |confidence, margin, is_heard| {
        policy.judge(&verdict(Topic::Refund, confidence, margin), is_heard)
    };
    assert_eq!(judge(0.9, 0.8, true), Answer::End(Outcome::Route, Reason::Understood));
    assert_eq!(judge(0.6, 0.1, true), Answer::Ask(Reason::Unclear));
    assert_eq!(judge(0.5, 0.4, true), Answer::Ask(Reason::LowConfidence));
    assert_eq!(judge(0.9, 0.8, false), Answer::Ask(Reason::LowConfidence));
}

#[test]
fn one_word_needs_more_belief_than_a_sentence() {
    let policy = Policy::new(config());
    assert!(policy.believes("我要退款", 0.3) && !policy.believes("我要退款", 0.29));
    assert!(policy.believes("退款", 0.8) && !policy.believes("退款", 0.79));
    assert!(!policy.believes("", 0.5));
}

#[test]
fn a_wish_for_a_person_is_believed_early_and_whatever_the_engine_thinks_of_its_text() {
    let answer = Policy::new(config()).judge(&verdict(Topic::HumanRequest, 0.45, 0.0), false);
    assert_eq!(answer, Answer::End(Outcome::Handoff, Reason::HumanWish));
}

#[test]
fn nothing_but_a_desk_is_ever_routed() {
    let policy = Policy::new(config());
    for &topic in Topic::ALL {
        let answer = policy.judge(&verdict(topic, 1.0, 1.0), true);
        let routed = matches!(answer, Answer::End(Outcome::Route, _));
        assert_eq!(routed, topic.category().is_desk(), "{topic}");
    }
}

#[test]
fn an_urgent_doubt_goes_to_a_person_at_once() {
    let urgent = Verdict { urgent: true, ..verdict(Topic::Fraud, 0.5, 0.1) };
    let policy = Policy::new(config());
    assert_eq!(policy.judge(&urgent, true), Answer::End(Outcome::Handoff, Reason::Urgent));
    assert_eq!(policy.judge(&urgent, false), Answer::Ask(Reason::LowConfidence));
}

#[test]
fn an_urgent_route_goes_first_and_is_answered_within_the_hour() {
    let urgent = Verdict { urgent: true, ..verdict(Topic::Fraud, 0.9, 0.9) };
    let end = (Outcome::Route, Reason::Understood);
    let decision =
        Policy::new(config()).decide(end, Some(Category::Finance), Some(urgent), Card::default());
    assert_eq!((decision.queue.as_str(), decision.priority), ("f", 1));
    assert_eq!(decision.reply_by, URGENT_REPLY);
}

#[test]
fn a_handoff_goes_to_the_human_queue_whatever_was_understood() {
    let best = verdict(Topic::Refund, 0.5, 0.1);
    let end = (Outcome::Handoff, Reason::LowConfidence);
    let decision =
        Policy::new(config()).decide(end, Some(Category::Finance), Some(best), Card::default());
    assert_eq!(decision.queue, "h");
    assert_eq!(decision.topic(), Some(Topic::Refund));
}

#[test]
fn opening_hours_are_kept_in_the_hotlines_own_time_zone() {
    let policy = Policy::new(config());
    let at = |text: &str| policy.is_open(text.parse().unwrap());
    assert!(at("2026-09-30T08:00:00+08:00"));
    assert!(!at("2026-09-30T22:00:00+08:00"));
    assert!(at("2026-09-30T00:30:00Z"));
    assert!(!at("2026-10-01T12:00:00+08:00"), "a holiday");
}

#[test]
fn every_fault_is_found_at_once() {
    let mut bad = config();
    bad.thresholds.route = 2.0;
    bad.hours.time_zone = "Middle/Earth".to_owned();
    bad.human.queue = String::new();
    bad.content.priority = 0;
    let keys: Vec<String> = bad.faults().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["thresholds.route", "hours.time_zone", "content.priority", "human.queue"]);
}

#[test]
fn hours_that_open_and_close_at_the_same_minute_are_round_the_clock() {
    let mut config = config();
    config.hours.open = config.hours.close;
    let policy = Policy::new(config);
    let at = |text: &str| text.parse().unwrap();
    assert!(policy.is_open(at("2026-11-22T03:00:00+08:00")));
    assert!(policy.is_open(at("2026-11-22T22:00:00+08:00")));
    assert!(!policy.is_open(at("2026-10-01T12:00:00+08:00")));
}
