use super::*;
use crate::{
    audio,
    call::{Event, Heard, Key, Prompt, Told, Warning},
    decision::{Asked, Card, Decision, Mood, Tried},
    intent::{Category, Evidence, Slots, Topic, Verdict},
    transcript::Dropped,
};
use jiff::Timestamp;
use std::{collections::HashSet, time::Duration};

fn verdict() -> Verdict {
    Verdict {
        topic: Topic::Refund,
        urgent: true,
        confidence: 0.75,
        margin: 0.5,
        secondary: Some(Topic::Banned),
        evidence: vec![Evidence {
            words: "退款".to_owned(),
            rule: "lexicon:refund".to_owned(),
            weight: 2.5,
        }],
    }
}

fn a_decision() -> Decision {
    Decision {
        outcome: Outcome::Route,
        reason: Reason::Understood,
        category: Some(Category::Finance),
        verdict: Some(verdict()),
        queue: "finance".to_owned(),
        site: "成都".to_owned(),
        priority: 3,
        reply_by: Duration::from_secs(7_200),
        due: Duration::from_secs(86_400),
        card: Card {
            summary: "我要退款".to_owned(),
            heard: vec!["我要退款".to_owned()],
            slots: Slots::of_masked(&["昨天晚上充了一百二十八块五 我有截图".to_owned()]),
            asked: vec![Asked {
                id: "which".to_owned(),
                text: "哪一笔？".to_owned(),
                answer: "昨天那笔".to_owned(),
            }],
            tried: vec![Tried { id: "restart".to_owned(), text: "重新打开".to_owned() }],
            mood: Mood::Angry,
            language: "zh-TW".to_owned(),
            keys: "3".to_owned(),
            line_quality: vec!["clipping".to_owned()],
        },
    }
}

#[test]
fn what_is_written_is_read_back() {
    let heard = Heard {
        text: String::new(),
        start: Duration::from_millis(320),
        end: Duration::from_millis(1_280),
        confidence: 0.5,
        dropped: Some(Dropped::PromptEcho),
    };
    let id = "greeting-1".to_owned();
    let text = "one two".to_owned();
    let events = [
        Event::Ready,
        Event::SpeechStarted { barge_in: true },
        Event::SpeechEnded,
        Event::Transcript(heard),
        Event::Prompt(Prompt { id, text: "您好".into(), barge_in: true, is_slow: true }),
        Event::Verdict(verdict()),
        Event::Warning(Warning { code: "clipping", text }),
    ];
    let faults = audio::line::Fault::ALL
        .map(|fault| Event::Warning(Warning { code: fault.code(), text: fault.text().to_owned() }));
    for event in events.into_iter().chain(faults) {
        let told = Told { offset: Duration::from_millis(1_234), event };
        let message = super::event(&told, "id").unwrap();
        assert_eq!(read_event(&message).unwrap(), told);
    }
    let message = proto::ConverseResponse {
        offset_ms: 1_234,
        response: Some(proto::converse_response::Response::Decision(Box::new(decision(
            &a_decision(),
            Vec::new(),
        )))),
    };
    let event = Event::Decision(Box::new(a_decision()));
    assert_eq!(read_event(&message).unwrap(), Told { offset: Duration::from_millis(1_234), event });
}

#[test]
fn every_name_on_the_wire_is_the_domains_in_upper_case() {
    for (outcome, wire) in OUTCOMES {
        assert_eq!(wire.as_str_name().to_ascii_lowercase(), outcome.as_str());
    }
    for (reason, wire) in REASONS {
        assert_eq!(wire.as_str_name().to_ascii_lowercase(), reason.as_str());
    }
    let numbers: HashSet<i32> = REASONS.iter().map(|(_, wire)| *wire as i32).collect();
    assert_eq!(numbers.len(), REASONS.len());
    // The proto has no reason that the domain lacks.
    assert!(proto::decision::Reason::try_from(REASONS.len() as i32 + 1).is_err());
}

#[test]
fn an_unknown_number_is_not_read_as_something_else() {
    let mut message = decision(&a_decision(), Vec::new());
    message.reason = 999;
    let response = Some(proto::converse_response::Response::Decision(Box::new(message)));
    assert!(read_event(&proto::ConverseResponse { offset_ms: 0, response }).is_err());
}

fn config() -> proto::CallConfig {
    proto::CallConfig {
        audio: Some(proto::AudioFormat {
            encoding: proto::audio_format::Encoding::Mulaw as i32,
            sample_rate_hz: 8_000,
            channels: 1,
            caller_channel: 0,
        }),
        ..proto::CallConfig::default()
    }
}

fn fault(change: impl FnOnce(&mut proto::CallConfig)) -> String {
    let mut config = config();
    change(&mut config);
    open(config, Some(Timestamp::UNIX_EPOCH)).unwrap_err().to_string()
}

#[test]
fn a_plain_config_is_a_call_that_begins_now() {
    let opening = open(config(), Some(Timestamp::UNIX_EPOCH)).unwrap();
    assert_eq!(opening.format.encoding, audio::Encoding::Mulaw);
    assert!(opening.setup.plays_prompts && opening.knows_language);
    assert_eq!(opening.setup.opened_at, Some(Timestamp::UNIX_EPOCH));
    assert_eq!(opening.call_id, None);
}

#[test]
fn a_recording_takes_place_in_opening_hours_and_without_prompts() {
    let config = proto::CallConfig { no_playback: true, ..config() };
    let opening = open(config, Some(Timestamp::UNIX_EPOCH)).unwrap();
    assert!(!opening.setup.plays_prompts);
    assert_eq!(opening.setup.opened_at, None);
}

#[test]
fn mandarin_has_many_tags_and_english_is_not_one() {
    let knows = |language: &str| {
        let config = proto::CallConfig { language: language.to_owned(), ..config() };
        open(config, Some(Timestamp::UNIX_EPOCH)).unwrap().knows_language
    };
    assert!(["", "zh", "zh-CN", "ZH_cn", "cmn-Hans-CN"].into_iter().all(knows));
    assert!(!["en", "yue", "zhx", "ja-JP"].into_iter().any(knows));
}

#[test]
fn each_bad_value_is_named() {
    let audio = |change: fn(&mut proto::AudioFormat)| {
        fault(|config| change(config.audio.as_mut().unwrap()))
    };
    let faults = [
        fault(|config| config.audio = None),
        audio(|format| format.encoding = 0),
        audio(|format| format.encoding = 9),
        audio(|format| format.sample_rate_hz = 0),
        audio(|format| format.sample_rate_hz = 48_001),
        audio(|format| format.channels = 0),
        audio(|format| format.channels = 65_537),
        audio(|format| format.caller_channel = 1),
        fault(|config| config.call_id = "a\nb".to_owned()),
        fault(|config| config.call_id = "x".repeat(129)),
        fault(|config| {
            config.timers = Some(proto::Timers { no_input_ms: Some(0), ..Default::default() });
        }),
        fault(|config| {
            config.opened_at = Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 });
        }),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r"
    config.audio is missing
    config.audio.encoding 0 is unknown: send LINEAR16, MULAW or ALAW
    config.audio.encoding 9 is unknown: send LINEAR16, MULAW or ALAW
    audio: sample rate 0 Hz is outside 8000 to 48000 Hz
    audio: sample rate 48001 Hz is outside 8000 to 48000 Hz
    audio: 0 channels are outside 1 to 32
    audio: 65535 channels are outside 1 to 32
    audio: channel 1 is asked for, but there are 1, counted from 0
    config.call_id must be at most 128 printable ASCII characters
    config.call_id must be at most 128 printable ASCII characters
    config.timers.no_input_ms is 0, outside 1000 to 60000
    config.opened_at is no time
    ");
}

#[test]
fn keys_are_read_and_what_is_no_key_is_kept_apart() {
    let message = proto::ConverseRequest {
        request: Some(proto::converse_request::Request::Dtmf("0x#".to_owned())),
    };
    let keys = ['0', '#'].into_iter().filter_map(Key::new).collect();
    assert_eq!(request(message).unwrap(), Request::Keys(keys, "x".to_owned()));
    let second = proto::ConverseRequest {
        request: Some(proto::converse_request::Request::Config(config())),
    };
    assert!(matches!(request(second), Err(ProtocolError::SecondConfig)));
}
