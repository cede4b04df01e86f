//! Call scripts: what happens to the call, line by line, and what the gateway is told.

use super::*;
use crate::{
    audio::{comfort::ComfortNoise, dtmf::tone::dial, line::sounds},
    call::{Told, sample::host},
    intent::Category,
    speech::voice::voice,
    transcript::Dropped,
};

mod conversation;
mod garbled;
mod interim;
mod laws;
mod line;
mod secrets;
mod tones;

/// Drives a call and answers for the engine.
struct Rig {
    call: Call,
    /// What the engine will say of the next utterances.
    answers: VecDeque<Result<Transcript, Failure>>,
    /// What a spare worker makes of what is being said; without any there is none.
    so_far: VecDeque<&'static str>,
    told: Vec<String>,
    n_decisions: usize,
    last: Option<Event>,
}

impl Rig {
    fn new(setup: Setup) -> Self {
        Self::with(host(), setup)
    }

    fn with(host: Arc<Host>, setup: Setup) -> Self {
        let mut rig = Self {
            call: Call::open(host, setup),
            answers: VecDeque::new(),
            so_far: VecDeque::new(),
            told: Vec::new(),
            n_decisions: 0,
            last: None,
        };
        rig.drain();
        rig
    }

    fn run(&mut self, script: &str) {
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
            match verb {
                // What is murmured is heard too badly to route, and asks again.
                "say" | "murmur" => {
                    let confidence = if verb == "say" { 0.9 } else { 0.1 };
                    let transcript =
                        Transcript { text: rest.to_owned(), confidence, dropped: None };
                    self.answers.push_back(Ok(transcript));
                    self.audio(&voice(700 + 150 * rest.chars().count()));
                }
                "mumble" => {
                    let dropped = Some(Dropped::NoSpeech);
                    self.answers.push_back(Ok(Transcript { dropped, ..Transcript::default() }));
                    self.audio(&voice(900));
                }
                "fail" => {
                    let failure = match rest {
                        "overloaded" => Failure::Overloaded,
                        "deadline" => Failure::Deadline,
                        _ => Failure::EngineFailed,
                    };
                    self.answers.push_back(Err(failure));
                    self.audio(&voice(900));
                }
                // A line that is up is never without a sound.
                "silence" => {
                    let n_samples = rest.parse::<usize>().unwrap() * 16;
                    self.audio(&ComfortNoise::default().take(n_samples).collect::<Vec<_>>());
                }
                "dead" => self.audio(&vec![0.0; rest.parse::<usize>().unwrap() * 16]),
                "ring_back" | "busy" | "music" | "fax" => {
                    self.audio(&sounds::named(verb, rest.parse().unwrap()));
                }
                "noise" => {
                    let mut seed = 1_u32;
                    let noise = (0..rest.parse::<usize>().unwrap() * 16).map(|_| {
                        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        0.05 * (seed as f32 / u32::MAX as f32 - 0.5)
                    });
                    self.audio(&noise.collect::<Vec<_>>());
                }
                "tone" => self.audio(&dial(rest)),
                "key" => self.call.push_key(Key::new(rest.chars().next().unwrap()).unwrap()),
                "played" => self.call.prompt_finished(rest),
                "hangup" => self.call.hang_up(),
                other => panic!("unknown line: {other}"),
            }
            self.drain();
        }
    }

    fn audio(&mut self, samples: &[f32]) {
        for chunk in samples.chunks(320) {
            self.call.push_audio(chunk);
            self.drain();
        }
    }

    fn drain(&mut self) {
        while let Some(step) = self.call.poll() {
            match step {
                Step::Transcribe(ticket, _) => {
                    // Loud noise may be taken for speech; the engine then hears nobody.
                    let nobody =
                        Transcript { dropped: Some(Dropped::NoSpeech), ..Transcript::default() };
                    let answer = self.answers.pop_front().unwrap_or(Ok(nobody));
                    self.call.transcribed(ticket, answer);
                }
                Step::ListenIn(ticket, _) => {
                    if let Some(text) = self.so_far.pop_front() {
                        let text = text.to_owned();
                        let transcript = Transcript { text, confidence: 0.9, dropped: None };
                        self.call.transcribed(ticket, Ok(transcript));
                    }
                }
                Step::Prepare(..) | Step::Discard(_) => {}
                Step::Tell(told) => {
                    assert_eq!(self.n_decisions, 0, "nothing follows the decision");
                    self.told.extend(line(&told.event));
                    self.n_decisions += usize::from(matches!(told.event, Event::Decision(_)));
                    self.last = Some(told.event);
                }
            }
        }
    }
}

fn line(event: &Event) -> Option<String> {
    Some(match event {
        Event::Ready | Event::SpeechStarted { .. } | Event::SpeechEnded => return None,
        Event::Transcript(heard) => match heard.dropped {
            Some(dropped) => format!("dropped {}", dropped.as_str()),
            None => format!("heard {}", heard.text),
        },
        Event::Interim(interim) => format!("so far {} {:.1}", interim.text, interim.stability),
        Event::Prompt(prompt) => format!("prompt {}", prompt.id),
        Event::Verdict(verdict) => format!("verdict {}", verdict.category()),
        Event::Warning(warning) => format!("warning {}", warning.code),
        Event::Decision(decision) => format!(
            "{} {} {} {}",
            decision.outcome,
            decision.reason,
            decision.category.map_or("-", Category::as_str),
            decision.queue
        ),
    })
}

#[track_caller]
fn check(script: &str, expected: &[&str]) {
    let mut rig = Rig::new(Setup::default());
    rig.run(script);
    assert_eq!(rig.told, expected);
}

#[test]
fn a_clear_wish_is_routed_to_its_desk() {
    check(
        "silence 500
         say 我充值的钱一直没有到账
         silence 1000",
        &[
            "prompt greeting-1",
            "heard 我充值的钱一直没有到账",
            "verdict finance",
            "prompt prepare.finance.recharge_missing-2",
            "prompt routed-3",
            "route understood finance finance",
        ],
    );
}

#[test]
fn a_wish_for_a_person_is_handed_off() {
    check(
        "say 转人工
         silence 1000",
        &[
            "prompt greeting-1",
            "heard 转人工",
            "verdict human",
            "prompt handoff-2",
            "handoff human_wish human human",
        ],
    );
}

#[test]
fn chit_chat_is_asked_about_twice_the_second_time_with_the_keys_and_then_handed_off() {
    check(
        "say 今天天气真不错
         silence 1500
         say 我想问问明天下不下雨
         silence 1500
         say 我在等公交车
         silence 1500",
        &[
            "prompt greeting-1",
            "heard 今天天气真不错",
            "verdict other",
            "prompt ask_again-2",
            "heard 我想问问明天下不下雨",
            "verdict other",
            "prompt ask_keys-3",
            "heard 我在等公交车",
            "verdict other",
            "prompt handoff-4",
            "handoff no_match other human",
        ],
    );
}

#[test]
fn a_second_try_can_still_route() {
    check(
        "say 喂你好
         silence 1500
         say 我的账号被封了想申诉
         silence 1500",
        &[
            "prompt greeting-1",
            "heard 喂你好",
            "verdict other",
            "prompt go_on-2",
            "heard 我的账号被封了想申诉",
            "verdict account",
            "prompt prepare.account.banned-3",
            "prompt routed-4",
            "route understood account account",
        ],
    );
}

#[test]
fn silence_is_asked_about_twice_the_second_time_with_the_keys_and_then_handed_off() {
    let expected = [
        "prompt greeting-1",
        "prompt no_input-2",
        "prompt no_input_keys-3",
        "prompt handoff-4",
        "handoff no_input - human",
    ];
    check("silence 19000", &expected);
}

#[test]
fn noise_without_speech_is_handed_off_as_non_speech() {
    let expected = [
        "prompt greeting-1",
        "warning noise",
        "prompt noisy_line-2",
        "prompt no_input-3",
        "prompt no_input_keys-4",
        "prompt handoff-5",
        "handoff non_speech - human",
    ];
    check("noise 19000", &expected);
}

#[test]
fn dropped_text_is_told_with_its_reason_and_routes_nothing() {
    let expected = [
        "prompt greeting-1",
        "dropped no_speech",
        "prompt handoff-2",
        "handoff non_speech - human",
    ];
    check("mumble\nsilence 1000\nhangup", &expected);
}

#[test]
fn each_failure_of_the_engine_is_a_decision_of_its_own() {
    for reason in ["overloaded", "deadline", "engine_failed"] {
        let decision = format!("handoff {reason} - human");
        check(
            &format!("fail {reason}\nsilence 1000"),
            &["prompt greeting-1", "prompt handoff-2", &decision],
        );
    }
}

#[test]
fn keys_choose_a_desk_and_zero_a_person() {
    let expected = [
        "prompt greeting-1",
        "prompt menu.content-2",
        "prompt routed-3",
        "route key_pressed content content",
    ];
    check("key 2\nsilence 6500", &expected);
    check("key 2\nhangup", &expected);
    check("key 0", &["prompt greeting-1", "prompt handoff-2", "handoff human_wish human human"]);
}

#[test]
fn a_key_without_meaning_is_warned_of_once_each_time_and_changes_nothing() {
    check("key 8\nkey 7", &["prompt greeting-1", "warning unknown_key", "warning unknown_key"]);
}

#[test]
fn a_flood_of_keys_is_not_kept_and_zero_behind_it_still_reaches_a_person() {
    let mut rig = Rig::new(Setup::default());
    for _ in 0..10_000 {
        rig.call.push_key(Key::new('#').unwrap());
        rig.drain();
    }
    rig.call.push_key(Key::new('0').unwrap());
    let keys = std::iter::from_fn(|| rig.call.poll()).find_map(|step| match step {
        Step::Tell(Told { event: Event::Decision(decision), .. }) => {
            assert_eq!(decision.reason, Reason::HumanWish);
            Some(decision.card.keys)
        }
        Step::Prepare(..)
        | Step::ListenIn(..)
        | Step::Discard(_)
        | Step::Transcribe(..)
        | Step::Tell(_) => None,
    });
    assert_eq!(keys.unwrap(), "[按键64个]");
}

#[test]
fn a_hangup_before_a_word_is_a_decision_too() {
    check("hangup", &["prompt greeting-1", "prompt handoff-2", "handoff no_input - human"]);
}

#[test]
fn a_call_that_never_ends_is_ended() {
    let timers = Overrides { max_call_ms: Some(5_000), ..Overrides::default() };
    let mut rig = Rig::new(Setup { timers, ..Setup::default() });
    rig.run("silence 6000");
    assert_eq!(rig.told.last().unwrap(), "handoff too_long - human");
}

#[test]
fn silence_is_not_counted_while_a_prompt_plays() {
    let mut rig = Rig::new(Setup { plays_prompts: true, ..Setup::default() });
    rig.run("silence 7000");
    assert_eq!(rig.told, ["prompt greeting-1"]);
    rig.run("played greeting-1\nsilence 5500");
    assert_eq!(rig.told.len(), 1);
    rig.run("silence 1000");
    assert_eq!(rig.told.last().unwrap(), "prompt no_input-2");
}

#[test]
fn a_prompt_whose_end_is_never_reported_does_not_hold_the_call() {
    let mut rig = Rig::new(Setup { plays_prompts: true, ..Setup::default() });
    rig.run("silence 60000");
    assert_eq!(rig.told.last().unwrap(), "handoff no_input - human");
}

#[test]
fn after_hours_a_route_becomes_a_handoff() {
    let opened_at = Some("2026-11-22T23:30:00+08:00".parse().unwrap());
    let mut rig = Rig::new(Setup { opened_at, ..Setup::default() });
    rig.run("say 我充值的钱一直没有到账\nsilence 1000");
    assert_eq!(rig.told.last().unwrap(), "handoff closed finance human");
}

#[test]
fn a_late_answer_to_an_old_ticket_is_dropped() {
    let mut rig = Rig::new(Setup::default());
    rig.call.transcribed(Ticket(99), Err(Failure::EngineFailed));
    rig.drain();
    assert_eq!(rig.told, ["prompt greeting-1"]);
}
