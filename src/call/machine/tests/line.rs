//! Faults of the line: told once, said where it helps, decided on.

use super::*;
use crate::{
    audio::line::{
        Fault, LineWatch, Turn,
        sounds::{ENCODINGS, noise, through},
    },
    speech::{FRAME_SAMPLES, voice::voice},
};
use proptest::prelude::*;

/// All that is told of a call whose prompts take time, and the decision's card.
fn heard_of(script: &str) -> (Vec<String>, Vec<String>) {
    let mut rig = Rig::new(Setup { plays_prompts: true, ..Setup::default() });
    rig.run(script);
    let Some(Event::Decision(decision)) = rig.last else { panic!("{:?}", rig.told) };
    (rig.told, decision.card.line_quality)
}

#[test]
fn a_fax_is_handed_off_at_once() {
    let expected = ["prompt greeting-1", "warning fax", "dropped no_speech", "prompt handoff-2"];
    let mut rig = Rig::new(Setup::default());
    rig.run("silence 500\nfax 4300");
    let told: Vec<&String> = rig.told.iter().filter(|line| *line != expected[2]).collect();
    assert_eq!(told, [expected[0], expected[1], expected[3], "handoff non_speech - human"]);
    let (told, quality) = heard_of("fax 4300");
    assert_eq!(told.last().unwrap(), "handoff non_speech - human");
    assert_eq!(quality, ["fax"]);
}

#[test]
fn a_busy_tone_is_the_caller_hanging_up() {
    let (told, quality) = heard_of("silence 500\nbusy 2500");
    assert_eq!(told.last().unwrap(), "handoff non_speech - human");
    assert_eq!(quality, ["busy_tone"]);
    // What the call was about stays.
    let mut rig = Rig::new(Setup::default());
    rig.run("key 2\nbusy 2500");
    assert_eq!(rig.told.last().unwrap(), "route key_pressed content content");
}

#[test]
fn words_before_a_machine_are_still_heard() {
    for machine in ["busy 3000", "fax 5000"] {
        let mut rig = Rig::new(Setup::default());
        rig.run(&format!("silence 500\nsay 我要转人工\n{machine}"));
        assert_eq!(rig.told.last().unwrap(), "handoff human_wish human human", "{:?}", rig.told);
    }
}

#[test]
fn ringing_and_music_that_never_end_are_handed_off_and_never_hold_the_call() {
    for (sound, fault) in [("ring_back", "ring_back"), ("music", "hold_music")] {
        for plays_prompts in [false, true] {
            let mut rig = Rig::new(Setup { plays_prompts, ..Setup::default() });
            rig.run(&format!("{sound} 90000"));
            let told = rig.told;
            assert_eq!(told.last().unwrap(), "handoff non_speech - human", "{told:?}");
            let warning = format!("warning {fault}");
            assert_eq!(told.iter().filter(|line| **line == warning).count(), 1, "{told:?}");
            assert!(told.iter().any(|line| line.starts_with("prompt no_input-")), "{told:?}");
        }
    }
}

#[test]
fn a_dead_channel_is_said_and_goes_to_a_person_as_a_bad_line() {
    check(
        "dead 20000",
        &[
            "prompt greeting-1",
            "warning one_sided",
            "prompt dead_line-2",
            "prompt no_input_keys-3",
            "prompt handoff-4",
            "handoff bad_line - human",
        ],
    );
    let (_, quality) = heard_of("played greeting-1\ndead 90000");
    assert_eq!(quality, ["one_sided"]);
}

#[test]
fn a_channel_that_is_dead_only_until_the_caller_speaks_is_a_good_line() {
    let mut rig = Rig::new(Setup::default());
    rig.run("dead 5000\nsay 今天天气真不错\ndead 1500\nsay 我充值的钱一直没有到账\ndead 1500");
    assert_eq!(rig.told.last().unwrap(), "route understood finance finance");
    let mut rig = Rig::new(Setup { plays_prompts: true, ..Setup::default() });
    rig.run("dead 9000\nsay 我充值的钱一直没有到账\ndead 1500");
    assert!(!rig.told.iter().any(|line| line.starts_with("warning")), "{:?}", rig.told);
}

#[test]
fn a_noisy_line_is_said_once_and_words_that_are_not_understood_over_it_are_a_bad_line() {
    let mut rig = Rig::new(Setup::default());
    let turn = "murmur 我在等公交车\nnoise 2500\n";
    rig.run(&format!("noise 3500\n{}", turn.repeat(4)));
    let said = rig.told.iter().filter(|line| line.starts_with("prompt noisy_line"));
    assert_eq!(said.count(), 1, "{:?}", rig.told);
    assert_eq!(rig.told.last().unwrap(), "handoff bad_line other human");
}

#[test]
fn a_key_and_a_wish_win_over_every_fault() {
    for line in ["dead 9000", "ring_back 9000", "music 9000", "noise 4000"] {
        let mut rig = Rig::new(Setup::default());
        rig.run(&format!("{line}\nkey 0"));
        assert_eq!(rig.told.last().unwrap(), "handoff human_wish human human");
        let mut rig = Rig::new(Setup::default());
        rig.run(&format!("{line}\nsilence 1500"));
        rig.answers.clear();
        rig.run("say 转人工\nsilence 1500");
        assert_eq!(rig.told.last().unwrap(), "handoff human_wish human human", "{:?}", rig.told);
    }
}

/// Speech in which some of the packets of 20 ms are digital silence.
fn with_losses(is_lost: impl Fn(usize) -> bool) -> Vec<f32> {
    let mut sound = voice(10_000);
    for (_, packet) in sound.chunks_mut(320).enumerate().filter(|(at, _)| is_lost(*at)) {
        packet.fill(0.0);
    }
    sound
}

fn faults(line: &mut LineWatch, samples: &[f32], turn: Turn) -> Vec<Fault> {
    let frames = samples.as_chunks::<FRAME_SAMPLES>().0.iter();
    frames.filter_map(|frame| line.push(frame, turn)).collect()
}

#[test]
fn lost_packets_are_named_and_pauses_are_not() {
    for encoding in ENCODINGS {
        let of = |is_lost: fn(usize) -> bool| {
            let sound = through(encoding, &with_losses(is_lost));
            faults(&mut LineWatch::default(), &sound, Turn::Speech)
        };
        assert_eq!(of(|at| at % 13 == 0 || at % 31 == 1), [Fault::Dropouts]);
        assert_eq!(of(|_| false), []);
        // Pauses of a third of a second, cut out by a gateway that suppresses silence.
        assert_eq!(of(|at| at % 60 < 16), []);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn speech_with_quiet_gaps_is_no_fault(
        parts in prop::collection::vec((200_usize..6_000, 100_usize..3_000), 1..8),
        gain in 0.2_f32..1.5,
        encoding in prop::sample::select(ENCODINGS.to_vec()),
    ) {
        let mut line = LineWatch::default();
        for (voice_ms, gap_ms) in parts {
            let spoken: Vec<f32> = voice(voice_ms).iter().map(|it| gain * it).collect();
            let spoken = through(encoding, &spoken);
            prop_assert_eq!(faults(&mut line, &spoken, Turn::Speech), []);
            let gap: Vec<f32> = noise(9, 0.003).take(gap_ms * 16).collect();
            prop_assert_eq!(faults(&mut line, &through(encoding, &gap), Turn::Pause), []);
        }
    }
}
