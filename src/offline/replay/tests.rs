//! A small door records scripted calls, and they are taken again.

use super::*;
use crate::{
    audio::{Encoding, Format, g711},
    call::{Key, Setup, script},
    decision::{Policy, policy},
    intent::Classifier,
    speech::{self, voice::voice},
    tape::Scribe,
    transcript::{self, EngineError, Raw, Recognizer},
};
use proptest::prelude::*;
use std::sync::LazyLock;

static HOST: LazyLock<Arc<Host>> = LazyLock::new(|| {
    #[derive(serde::Deserialize)]
    struct Profile {
        number: String,
        decision: policy::Config,
        call: script::Config,
    }
    let text = include_str!("../../../hotline/default.toml");
    let profile: Profile = toml::from_str(text).unwrap();
    Arc::new(Host::new(
        profile.number,
        profile.call,
        Policy::new(profile.decision),
        Classifier::embedded().unwrap(),
        speech::Config::default(),
    ))
});

fn header() -> Header {
    Header {
        pretriage: "0.1.0".to_owned(),
        model: "none".to_owned(),
        model_sha256: String::new(),
        profile_sha256: HOST.checksum(),
        call_id: "gw-7".to_owned(),
        recorded_at: "2026-11-22T12:00:00Z".parse().unwrap(),
        format: Format {
            encoding: Encoding::Mulaw,
            rate_hz: 8_000,
            channels: 1,
            caller_channel: 0,
        },
        setup: Setup { plays_prompts: true, ..Setup::default() },
    }
}

/// The detector doubts a voice that begins with the stream.
const BREATH_MS: usize = 300;

/// What happens to a call.
#[derive(Clone, Debug)]
enum Act {
    Speak(usize),
    Quiet(usize),
    /// Silence that the door fills in.
    Fill(usize),
    Key(char),
    /// The last prompt was played.
    Played,
    /// The engine answers, if it was asked.
    Answer(&'static str),
}

/// Does what the gRPC door does, without a network.
struct Door {
    call: Call,
    scribe: Scribe,
    decoder: Decoder,
    /// Bytes a message.
    cut: usize,
    /// What waits for the call: bytes, or samples of silence.
    inbox: VecDeque<Result<Vec<u8>, usize>>,
    asked: Option<Ticket>,
    told: Vec<Told>,
}

impl Door {
    /// Takes one call; answers with what was told and the recording.
    fn record(acts: &[Act], cut: usize) -> (Vec<Told>, Vec<u8>) {
        let header = header();
        let mut door = Self {
            call: Call::open(Arc::clone(&HOST), header.setup.clone()),
            scribe: Scribe::new(&header).unwrap(),
            decoder: Decoder::new(header.format).unwrap(),
            cut,
            inbox: VecDeque::new(),
            asked: None,
            told: Vec::new(),
        };
        door.follow();
        for act in acts {
            door.act(act);
        }
        while door.asked.is_some() || !door.inbox.is_empty() {
            door.answer("转人工");
        }
        if !door.call.is_over() {
            let mut samples = Vec::new();
            door.decoder.flush(&mut samples).unwrap();
            door.scribe.input(Input::AudioEnd).unwrap();
            door.give(&samples);
        }
        while door.asked.is_some() {
            door.answer("转人工");
        }
        door.input(Input::HangUp, |call| call.hang_up());
        while door.asked.is_some() {
            door.answer("转人工");
        }
        let Some(Told { offset, event: Event::Decision(decision) }) = door.told.last() else {
            panic!("no decision");
        };
        door.scribe.decision(*offset, decision).unwrap();
        (door.told, door.scribe.take())
    }

    fn act(&mut self, act: &Act) {
        let mulaw = |samples: Vec<f32>| -> Vec<u8> {
            let linear = samples.iter().step_by(2).map(|sample| (sample * 32_767.0) as i16);
            linear.map(g711::to_mulaw).collect()
        };
        match act {
            Act::Speak(ms) => self.inbox.push_back(Ok(mulaw(voice(*ms)))),
            Act::Quiet(ms) => self.inbox.push_back(Ok(vec![0xff; ms * 8])),
            Act::Fill(ms) => self.inbox.push_back(Err(ms * 16)),
            Act::Key(key) => {
                let key = Key::new(*key).unwrap();
                self.input(Input::Key(key), |call| call.push_key(key));
            }
            Act::Played => {
                let id = self.told.iter().rev().find_map(|told| match &told.event {
                    Event::Prompt(prompt) => Some(prompt.id.clone()),
                    _ => None,
                });
                let id = id.unwrap_or_default();
                self.input(Input::PromptFinished(id.clone()), |call| call.prompt_finished(&id));
            }
            Act::Answer(text) => return self.answer(text),
        }
        self.feed();
    }

    fn answer(&mut self, text: &str) {
        if let Some(ticket) = self.asked.take() {
            let transcript = Transcript { text: text.to_owned(), confidence: 0.9, dropped: None };
            let input = Input::Answer(ticket, Ok(transcript.clone()));
            self.input(input, |call| call.transcribed(ticket, Ok(transcript)));
        }
        self.feed();
    }

    fn input(&mut self, input: Input, act: impl FnOnce(&mut Call)) {
        if !self.call.is_over() {
            self.scribe.input(input).unwrap();
            act(&mut self.call);
            self.follow();
        }
    }

    fn feed(&mut self) {
        while !self.call.is_awaiting() && !self.call.is_over() {
            let mut samples = Vec::new();
            match self.inbox.pop_front() {
                None => return,
                Some(Err(n_samples)) => {
                    let n_taken = n_samples.min(FRAME_SAMPLES);
                    self.scribe.silence(n_taken).unwrap();
                    samples.resize(n_taken, 0.0);
                    if n_samples > n_taken {
                        self.inbox.push_front(Err(n_samples - n_taken));
                    }
                }
                Some(Ok(mut bytes)) => {
                    let rest = bytes.split_off(self.cut.min(bytes.len()));
                    self.decoder.push(&bytes, &mut samples).unwrap();
                    self.scribe.audio(&bytes).unwrap();
                    if !rest.is_empty() {
                        self.inbox.push_front(Ok(rest));
                    }
                }
            }
            self.give(&samples);
        }
        if self.call.is_over() {
            self.inbox.clear();
        }
    }

    fn give(&mut self, samples: &[f32]) {
        self.scribe.given(samples.len());
        self.call.push_audio(samples);
        self.follow();
    }

    fn follow(&mut self) {
        while let Some(step) = self.call.poll() {
            match step {
                Step::Transcribe(ticket, _) => self.asked = Some(ticket),
                Step::Tell(told) => self.told.push(told),
                Step::Prepare(..) | Step::Discard(_) => {}
            }
        }
        if self.call.is_over() {
            self.asked = None;
        }
    }
}

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
