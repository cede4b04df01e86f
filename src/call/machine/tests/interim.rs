//! Listening into an utterance that is still being spoken.

use super::*;
use crate::{call::script::INTERIM_MS, decision::Policy};

fn wanting() -> Setup {
    Setup { wants_interim: true, ..Setup::default() }
}

/// The built-in profile, but calls may end early.
fn hasty() -> Arc<Host> {
    let built_in = host();
    let mut decision = built_in.policy.config().clone();
    decision.thresholds.early = 0.9;
    let (number, script) = (built_in.number.clone(), built_in.script.clone());
    let (classifier, speech) = (Classifier::embedded().unwrap(), built_in.speech.clone());
    Arc::new(Host::new(number, script, Policy::new(decision), classifier, speech))
}

fn speaks(mut rig: Rig, so_far: &[&'static str], ms: usize) -> Vec<String> {
    rig.so_far.extend(so_far);
    rig.audio(&voice(ms));
    rig.told
}

#[test]
fn what_is_said_so_far_is_told_each_second_with_what_it_is_about() {
    let told = speaks(Rig::new(wanting()), &["我充值", "我充值的钱没到", "没有了"], 2_900);
    let expected = [
        "prompt greeting-1",
        "so far 我充值 0.0",
        "verdict finance",
        "so far 我充值的钱没到 0.4",
        "verdict finance",
    ];
    assert_eq!(told, expected);
}

#[test]
fn nothing_is_told_where_nobody_wants_it_or_no_worker_is_to_spare() {
    assert_eq!(speaks(Rig::new(Setup::default()), &["我充值"], 2_900), ["prompt greeting-1"]);
    let timers = Overrides { interim_ms: Some(0), ..Overrides::default() };
    assert_eq!(
        speaks(Rig::new(Setup { timers, ..wanting() }), &["我充值"], 2_900),
        ["prompt greeting-1"]
    );
    assert_eq!(speaks(Rig::new(wanting()), &[], 2_900), ["prompt greeting-1"]);
}

#[test]
fn a_late_answer_about_the_beginning_changes_nothing() {
    let mut rig = Rig::new(wanting());
    let mut asked = None;
    for chunk in [voice(1_500), vec![0.0; 16_000]].concat().chunks(320) {
        rig.call.push_audio(chunk);
        while let Some(step) = rig.call.poll() {
            match step {
                Step::ListenIn(ticket, _) => asked = Some(ticket),
                Step::Discard(ticket) => assert_eq!(Some(ticket), asked),
                Step::Transcribe(ticket, _) => {
                    let late = Transcript { text: "转人工".to_owned(), ..Transcript::default() };
                    rig.call.transcribed(asked.unwrap(), Ok(late.clone()));
                    assert!(rig.call.is_awaiting());
                    rig.call.transcribed(ticket, Ok(Transcript::default()));
                }
                Step::Tell(told) => rig.told.extend(line(&told.event)),
                Step::Prepare(..) => {}
            }
        }
    }
    assert!(asked.is_some());
    assert_eq!(
        rig.told,
        ["prompt greeting-1", "heard "],
        "the whole is told, its beginning is not"
    );
}

#[test]
fn a_failure_costs_an_interim_text_and_not_the_call() {
    let mut rig = Rig::new(wanting());
    for chunk in voice(1_500).chunks(320) {
        rig.call.push_audio(chunk);
        while let Some(step) = rig.call.poll() {
            if let Step::ListenIn(ticket, _) = step {
                rig.call.transcribed(ticket, Err(Failure::EngineFailed));
            }
        }
    }
    assert!(!rig.call.is_over());
}

#[test]
fn two_readings_that_agree_end_the_call_early_where_the_profile_allows_it() {
    let so_far = ["我要人工", "我要人工客服", "我要人工客服快点"];
    let told = speaks(Rig::with(hasty(), Setup::default()), &so_far, 2_900);
    let last = "handoff human_wish human human";
    assert_eq!(told.last().unwrap(), last, "{told:?}");
    assert!(told.contains(&"heard 我要人工客服".to_owned()), "{told:?}");
    let patient = speaks(Rig::new(wanting()), &so_far, 2_900);
    assert_ne!(patient.last().unwrap(), last);
}

#[test]
fn one_reading_or_two_that_differ_end_nothing_and_neither_does_what_needs_an_answer() {
    for so_far in [
        &["我要人工客服"][..],
        &["我要人工客服", "我充值的钱一直没有到账"],
        &["我眼睛看不见我要人工客服", "我眼睛看不见我要人工客服啊"],
        &["今天天气真不错", "今天天气真不错啊"],
        &["我要人工我手机号是幺三八", "我要人工我手机号是幺三八零零"],
        // Guided, which is spoken: the caller finishes first.
        &["我想绑定新的手机号", "我想绑定新的手机号怎么换绑"],
    ] {
        let told = speaks(Rig::with(hasty(), Setup::default()), so_far, 2_900);
        let is_over = told.iter().any(|it| it.starts_with("route") || it.starts_with("handoff"));
        assert!(!is_over, "{so_far:?}: {told:?}");
    }
}

#[test]
fn only_useful_distances_between_texts_are_taken() {
    let faults = |interim_ms| {
        let mut script = host().script.clone();
        script.timers.interim_ms = interim_ms;
        script.faults().into_iter().map(|(key, _)| key).collect::<Vec<_>>()
    };
    assert_eq!(faults(0), [""; 0]);
    assert_eq!(faults(*INTERIM_MS.start()), [""; 0]);
    assert_eq!(faults(100), ["timers.interim_ms"]);
}
