//! Keys as tones in the audio: the same calls as with keys that a gateway sends.

use super::*;
use crate::audio::dtmf::tone::Tone;

fn setup(plays_prompts: bool) -> Setup {
    Setup { plays_prompts, ..Setup::default() }
}

/// What is told of a script, and the keys on the card.
fn told(setup: Setup, script: &str) -> (Vec<String>, String) {
    let mut rig = Rig::new(setup);
    rig.run(script);
    let keys = match rig.last {
        Some(Event::Decision(decision)) => decision.card.keys,
        _ => String::new(),
    };
    (rig.told, keys)
}

/// Every kind of event, by name, without its content.
fn kinds(plays_prompts: bool, samples: &[f32]) -> Vec<String> {
    let mut call = Call::open(host(), setup(plays_prompts));
    let mut kinds = Vec::new();
    for chunk in samples.chunks(320) {
        call.push_audio(chunk);
        while let Some(step) = call.poll() {
            match step {
                Step::Transcribe(ticket, _) => {
                    kinds.push("transcribe".to_owned());
                    call.transcribed(ticket, Ok(Transcript::default()));
                }
                Step::Tell(told) => {
                    let is_speech = matches!(told.event, Event::SpeechStarted { .. });
                    let speech = is_speech.then(|| "speech".to_owned());
                    kinds.extend(speech.or_else(|| line(&told.event)));
                }
                Step::Prepare(..) | Step::ListenIn(..) | Step::Discard(_) => {}
            }
        }
    }
    kinds
}

#[test]
fn a_tone_does_what_its_key_does() {
    for keys in ["0", "2", "32", "15", "1#", "2*", "8", "A", "15111", "3#2", "##"] {
        let by_key: String = keys.chars().map(|key| format!("key {key}\n")).collect();
        let by_tone = told(setup(true), &format!("tone {keys}"));
        assert_eq!(by_tone, told(setup(true), &by_key), "{keys}");
    }
}

/// A recording may hold keys that were pressed for another menu, and network tones that sound like them.
#[test]
fn where_nobody_hears_the_menu_a_tone_chooses_nothing_but_a_person() {
    let (told_of, keys) = told(setup(false), "tone 1\ntone 32\nhangup");
    assert_eq!(
        (told_of.last().unwrap().as_str(), keys.as_str()),
        ("handoff non_speech - human", "")
    );
    let (told_of, _) = told(setup(false), "tone 10");
    assert_eq!(told_of.last().unwrap(), "handoff human_wish human human");
    // A message is no sound: it is meant for us.
    let (told_of, _) = told(setup(false), "key 1\nhangup");
    assert_eq!(told_of.last().unwrap(), "route key_pressed account account");
}

#[test]
fn zero_as_a_tone_is_a_person() {
    check("tone 0", &["prompt greeting-1", "prompt handoff-2", "handoff human_wish human human"]);
}

#[test]
fn a_tone_stops_a_prompt_and_is_no_barge_in() {
    let expected = ["prompt greeting-1", "prompt menu.content-2"];
    assert_eq!(kinds(true, &dial("2")), expected);
    // The prompt is over: from now on silence counts.
    let mut rig = Rig::new(setup(true));
    rig.run("tone #\nplayed ask_keys-2\nsilence 6500");
    assert_eq!(rig.told.last().unwrap(), "prompt no_input-3");
}

#[test]
fn the_sound_of_tones_is_never_an_utterance() {
    // Keys without meaning, so that nothing else happens: fast, slow and long.
    let flood: Vec<f32> = "4567"
        .chars()
        .cycle()
        .take(60)
        .flat_map(|key| {
            let pause = vec![0.0; 40 * 16];
            Tone::new(key, 40).samples().into_iter().chain(pause)
        })
        .collect();
    for samples in [flood, dial("4567456745674567"), Tone::new('7', 5_000).samples()] {
        let expected = |kind: &String| kind == "prompt greeting-1" || kind == "warning unknown_key";
        let (heard, unheard) = (kinds(true, &samples), kinds(false, &samples));
        assert!(heard.iter().all(expected), "{heard:?}");
        assert!(heard.len() > 1);
        assert_eq!(unheard, ["prompt greeting-1"]);
    }
}

#[test]
fn a_key_by_both_ways_is_one_press_whichever_comes_first() {
    for script in [
        "key 2\ntone 2",
        "tone 2\nkey 2",
        "key 2\nsilence 1500\ntone 2",
        "tone 2\nsilence 1500\nkey 2",
    ] {
        let (told, keys) = told(setup(true), &format!("{script}\nhangup"));
        assert_eq!(keys, "2", "{script}: {told:?}");
    }
}

#[test]
fn a_second_press_by_both_ways_is_a_second_press() {
    for script in [
        "key 1\ntone 1\nkey 1\ntone 1",
        "tone 1\nkey 1\ntone 1\nkey 1",
        "key 1\nkey 1\ntone 11",
        "tone 11\nkey 1\nkey 1",
        "tone 11",
        "key 1\nkey 1",
        "key 1\nsilence 2100\ntone 1",
    ] {
        assert_eq!(told(setup(true), &format!("{script}\nhangup")).1, "11", "{script}");
    }
}

#[test]
fn different_keys_by_different_ways_both_count() {
    assert_eq!(told(setup(true), "key 3\ntone 2").1, "32");
}

#[test]
fn a_tone_that_waited_for_the_engine_is_still_the_press_of_its_message() {
    let mut rig = Rig::new(setup(true));
    rig.call.push_audio(&voice(900));
    rig.call.push_audio(&[0.0; 16_000]);
    let ticket = std::iter::from_fn(|| rig.call.poll()).find_map(|step| match step {
        Step::Transcribe(ticket, _) => Some(ticket),
        Step::Prepare(..) | Step::ListenIn(..) | Step::Discard(_) | Step::Tell(_) => None,
    });
    rig.call.push_key(Key::new('1').unwrap());
    // Four seconds lie between the message and its tone.
    rig.call.push_audio(&[0.0; 4 * 16_000]);
    rig.call.push_audio(&dial("1"));
    rig.call.transcribed(ticket.unwrap(), Ok(Transcript::default()));
    rig.run("hangup");
    let Some(Event::Decision(decision)) = rig.last else { panic!("{:?}", rig.told) };
    assert_eq!(decision.card.keys, "1");
}

#[test]
fn a_flood_of_tones_and_a_zero_behind_it_reach_a_person() {
    let keys: String = "#4*5A".chars().cycle().take(300).chain(['0']).collect();
    let (told, keys) = told(setup(true), &format!("tone {keys}"));
    assert_eq!(told.last().unwrap(), "handoff human_wish human human");
    assert_eq!(keys, "[按键64个]");
}

#[test]
fn a_tone_in_noise_is_a_key() {
    let mut rig = Rig::new(setup(true));
    let mut seed = 7_u32;
    // The tone is at −13 dBFS, and the line's noise at −24.
    let samples = std::iter::repeat_n(0.0, 16_000).chain(dial("0"));
    let noisy = samples.map(|sample| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        sample + 0.22 * (seed as f32 / u32::MAX as f32 - 0.5)
    });
    rig.audio(&noisy.collect::<Vec<_>>());
    assert_eq!(rig.told.last().unwrap(), "handoff human_wish human human");
}

#[test]
fn a_key_amid_speech_counts_and_the_speech_is_heard() {
    let mut rig = Rig::new(setup(true));
    rig.audio(&voice(900));
    rig.run("tone 8\nsay 我充值的钱一直没有到账\nsilence 1500");
    assert!(rig.told.contains(&"warning unknown_key".to_owned()), "{:?}", rig.told);
    assert_eq!(rig.told.last().unwrap(), "route understood finance finance");
}

#[test]
fn a_voice_presses_no_key() {
    assert!(!kinds(false, &voice(8_000)).contains(&"warning unknown_key".to_owned()));
    let (_, keys) = told(setup(true), "say 今天天气真不错\nsilence 1500\nhangup");
    assert_eq!(keys, "");
}
