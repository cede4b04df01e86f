//! A small door records scripted calls, and they are taken again.

mod door;

use super::*;
use crate::{
    call::Key,
    tape::Scribe,
    transcript::{self, EngineError, Raw, Recognizer},
};
use door::{Act, BREATH_MS, Door, HOST, header};
use proptest::prelude::*;

fn replay(bytes: &[u8], engine: Option<&Pool>) -> (Vec<Told>, Result<Replay, tape::Error>) {
    let (header, mut reader) = Reader::open(bytes).unwrap();
    let mut told = Vec::new();
    let tell = |event: &Told| told.push(event.clone());
    let result = play(&header, &mut reader, Arc::clone(&HOST), engine, tell);
    (told, result)
}

#[track_caller]
fn assert_same(acts: &[Act], cut: usize) -> Vec<Told> {
    let (told, bytes) = Door::record(acts, cut);
    let (replayed, result) = replay(&bytes, None);
    assert_eq!(result.unwrap().differences(), []);
    assert_eq!(replayed, told);
    told
}

#[test]
fn keys_prompts_and_filled_silence_come_back_where_they_were() {
    use Act::{Answer, Fill, Key, Played, Quiet, Speak};
    let acts = [
        Quiet(500),
        Played,
        Speak(1_200),
        Key('1'),
        Quiet(900),
        Key('#'),
        Answer("喂你好"),
        Played,
        Fill(3_000),
        Speak(900),
        Fill(2_000),
        Answer("不是"),
        Speak(900),
        Quiet(1_000),
        Key('*'),
        Answer("我要退款"),
    ];
    let told = assert_same(&acts, 160);
    assert!(told.len() > 8, "{told:#?}");
    // A call that is cut otherwise is the same call.
    for cut in [1, 37, 1_024] {
        assert_eq!(assert_same(&acts, cut), told, "{cut}");
    }
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (300_usize..1_500).prop_map(Act::Speak),
        3 => (20_usize..1_200).prop_map(Act::Quiet),
        1 => (100_usize..2_500).prop_map(Act::Fill),
        1 => prop::sample::select(vec!['1', '2', '3', '*', '#', '7']).prop_map(Act::Key),
        2 => Just(Act::Played),
        3 => prop::sample::select(vec!["我要退款", "不是", "嗯", "我的手机号是幺三八零零", "账号"])
            .prop_map(Act::Answer),
        1 => prop::sample::select(vec!["我要人工", "我充值的钱没到", "我的"]).prop_map(Act::Overhear),
    ]
}

/// Any input at any small step, whether or not a call could have had it.
fn nonsense() -> impl Strategy<Value = (u64, Input)> {
    let input = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..800).prop_map(Input::Audio),
        (0_u32..16_000).prop_map(Input::Silence),
        Just(Input::AudioEnd),
        Just(Input::HangUp),
        Just(Input::Key(Key::new('1').unwrap())),
        ".{0,8}".prop_map(Input::PromptFinished),
        (0_u32..4).prop_map(|ticket| Input::Answer(Ticket(ticket), Ok(Transcript::default()))),
    ];
    (0_u64..3_000, input)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_call_comes_to_the_same_decision_however_it_was_cut(
        acts in prop::collection::vec(act(), 1..14),
        cut in 1_usize..1_024,
    ) {
        let acts = [vec![Act::Played, Act::Quiet(BREATH_MS)], acts].concat();
        let told = assert_same(&acts, cut);
        prop_assert_eq!(assert_same(&acts, 160), told);
    }

    #[test]
    fn nonsense_is_an_error_and_no_fall(
        inputs in prop::collection::vec(nonsense(), 0..24),
    ) {
        let mut scribe = Scribe::new(&header()).unwrap();
        for (step, input) in inputs {
            scribe.given(step as usize);
            scribe.input(input).unwrap();
        }
        let (_, result) = replay(&scribe.take(), None);
        // No line says what was decided.
        prop_assert!(result.is_err());
    }
}

/// What is wrong with these lines behind a good header.
#[track_caller]
fn check(lines: &[(u64, Input)], expected: &str) {
    let mut scribe = Scribe::new(&header()).unwrap();
    let mut before = 0;
    for (at, input) in lines {
        scribe.given((at - before) as usize);
        before = *at;
        scribe.input(input.clone()).unwrap();
    }
    let (_, result) = replay(&scribe.take(), None);
    assert_eq!(result.unwrap_err().to_string(), expected);
}

#[test]
fn lines_that_cannot_be_are_named() {
    let answer = |ticket| Input::Answer(Ticket(ticket), Ok(Transcript::default()));
    let silence = Input::Silence(16_000);
    check(&[(0, answer(7))], "line 2: the call does not wait for an answer to ticket 7");
    check(
        &[(0, silence.clone()), (16_001, Input::HangUp)],
        "line 3: position 16001 lies beyond the audio, which ends at 16000",
    );
    check(
        &[(u64::MAX >> 1, Input::HangUp)],
        "line 2: position 9223372036854775807 lies beyond the audio, which ends at 0",
    );
    let flood = vec![(0, silence.clone()); 5];
    check(&flood, "line 6: more audio waits than a call is ever kept waiting with");
    check(
        &[(0, Input::Audio(b"RIFF\0\0\0\0AVI LIST".to_vec()))],
        "line 2: audio: not a WAV file: a RIFF file of another kind",
    );
    // Somebody speaks, and then there is more audio and no answer.
    let acts = [Act::Played, Act::Quiet(BREATH_MS), Act::Speak(900), Act::Quiet(1_500)];
    let text = String::from_utf8(Door::record(&acts, 160).1).unwrap();
    let (before, answer) = text.split_once("{\"answer\"").expect("an utterance");
    let (before, at) = before.rsplit_once('[').unwrap();
    let at: u64 = at.trim_end_matches(',').parse().unwrap();
    assert!(answer.contains("转人工"));
    let text = format!("{before}[{at},{{\"silence\":16000}}]\n[{},\"hang_up\"]\n", at + 8_000);
    let (told, result) = replay(text.as_bytes(), None);
    let error = result.unwrap_err();
    assert!(matches!(error.fault, Fault::Unanswered), "{error}");
    assert!(told.iter().any(|told| told.event == Event::SpeechEnded), "told until then");
}

#[test]
fn what_was_recorded_elsewhere_is_compared_field_by_field() {
    let (_, bytes) = Door::record(&[Act::Key('0')], 160);
    let text = String::from_utf8(bytes).unwrap();
    let other = text.replace("\"priority\":", "\"priority\":1");
    assert_ne!(text, other);
    let (_, result) = replay(other.as_bytes(), None);
    let found = result.unwrap().differences();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].field, "priority");
    // A call that would go on is no decision at all.
    let open = text.lines().filter(|line| !line.contains("\"key\"")).collect::<Vec<_>>();
    let (_, result) = replay(format!("{}\n", open.join("\n")).as_bytes(), None);
    let found = result.unwrap().differences();
    assert_eq!((found.len(), found[0].field.as_str()), (1, ""));
    assert_eq!(found[0].replayed, Value::Null);
}

struct Says(&'static str);

impl Recognizer for Says {
    fn recognize(&mut self, _: &[f32]) -> Result<Raw, EngineError> {
        let (text, n_tokens) = (self.0.to_owned(), self.0.chars().count());
        Ok(Raw { text, mean_logprob: 0.9_f32.ln(), no_speech: 0.0, n_tokens })
    }
}

#[test]
fn another_engine_makes_another_call_and_no_error() {
    let pool = |text| {
        let workers = transcript::Config { workers: 1, ..transcript::Config::default() };
        Pool::start(workers, move || Ok(Box::new(Says(text)))).unwrap()
    };
    let acts = [
        Act::Played,
        Act::Quiet(BREATH_MS),
        Act::Speak(900),
        Act::Quiet(1_000),
        Act::Answer("转人工"),
    ];
    let (_, bytes) = Door::record(&acts, 160);
    let (_, result) = replay(&bytes, Some(&pool("转人工")));
    let replayed = result.unwrap();
    let fields: Vec<String> = replayed.differences().into_iter().map(|it| it.field).collect();
    assert_eq!(fields, Vec::<String>::new());
    let (_, result) = replay(&bytes, Some(&pool("今天天气不错")));
    assert!(!result.unwrap().differences().is_empty());
}
