//! Conversations: who says what, and what the bot makes of it.

use super::*;
use crate::call::Needs;

/// What is told of a script, without the greeting, the texts that were heard and the verdicts.
fn told(setup: Setup, script: &str) -> Vec<String> {
    let mut rig = Rig::new(setup);
    rig.run(script);
    let shown = rig.told.into_iter().skip(1);
    shown.filter(|line| !line.starts_with("heard") && !line.starts_with("verdict")).collect()
}

#[track_caller]
fn leads_to(script: &str, expected: &[&str]) {
    assert_eq!(told(Setup::default(), script), expected);
}

const PASSWORD: &str = "say 我忘记密码了怎么改\nsilence 2000\n";

#[test]
fn a_simple_matter_is_guided_step_by_step_and_solved() {
    leads_to(
        &format!(
            "{PASSWORD}say 好了\nsilence 1500\nsay 好了\nsilence 1500\nsay 可以了\nsilence 1500
             say 解决了谢谢\nsilence 1500"
        ),
        &[
            "prompt guide.account.password_reset.1-2",
            "prompt guide.account.password_reset.2-3",
            "prompt guide.account.password_reset.3-4",
            "prompt is_it_solved-5",
            "prompt solved-6",
            "guide solved account account",
        ],
    );
}

#[test]
fn guidance_that_does_not_help_goes_to_the_desk_with_what_was_tried() {
    let end = [
        "prompt prepare.account.password_reset-3",
        "prompt routed-4",
        "route understood account account",
    ];
    for script in ["say 不行\nsilence 1500", "key 2", "silence 500\nsay 还是登不上\nsilence 1500"]
    {
        let told = told(Setup::default(), &format!("{PASSWORD}{script}"));
        assert_eq!(told[1..], end, "{script}");
    }
    let mut rig = Rig::new(Setup::default());
    rig.run(&format!("{PASSWORD}key 1\nkey 2"));
    let Some(Event::Decision(decision)) = rig.last else { panic!("{:?}", rig.told) };
    let tried: Vec<&str> = decision.card.tried.iter().map(|tried| tried.id.as_str()).collect();
    assert_eq!(tried, ["guide.account.password_reset.1", "guide.account.password_reset.2"]);
}

#[test]
fn who_hangs_up_during_guidance_is_noted_for_the_desk() {
    let told = told(Setup::default(), &format!("{PASSWORD}hangup"));
    assert_eq!(told.last().unwrap(), "route understood account account");
}

#[test]
fn a_silent_caller_is_waited_for_during_a_step_then_asked_then_handed_on() {
    leads_to(&format!("{PASSWORD}silence 27000"), &["prompt guide.account.password_reset.1-2"]);
    let told = told(Setup::default(), &format!("{PASSWORD}silence 64000"));
    assert_eq!(told[1], "prompt step_waiting-3");
    assert_eq!(told.last().unwrap(), "route understood account account");
}

#[test]
fn an_urgent_matter_is_never_guided() {
    let told = told(Setup::default(), "say 我的号被盗了他正在转我的钱\nsilence 2000");
    assert!(told.iter().all(|line| !line.contains("guide.")), "{told:?}");
    assert!(told.last().unwrap().contains("account") || told.last().unwrap().contains("finance"));
}

#[test]
fn another_matter_during_guidance_is_followed() {
    let told =
        told(Setup::default(), &format!("{PASSWORD}say 我充值的钱一直没有到账\nsilence 1500"));
    assert_eq!(told.last().unwrap(), "route understood finance finance");
}

#[test]
fn keys_choose_a_topic_on_the_second_level_and_go_back() {
    leads_to(
        "key 1\nkey #\nkey 3\nkey 2",
        &[
            "prompt menu.account-2",
            "prompt ask_keys-3",
            "prompt menu.finance-4",
            "prompt prepare.finance.refund-5",
            "prompt routed-6",
            "route key_pressed finance finance",
        ],
    );
}

#[test]
fn a_pressed_topic_is_certain_and_stands_in_the_decision() {
    let mut rig = Rig::new(Setup::default());
    rig.run("key 3\nkey 2");
    let Some(Event::Decision(decision)) = rig.last else { panic!("{:?}", rig.told) };
    assert_eq!(decision.topic().unwrap().as_str(), "finance.refund");
    assert_eq!(decision.verdict.unwrap().evidence[0].rule, "按键:退款");
}

#[test]
fn keys_alone_can_go_through_a_whole_guide() {
    let told = told(Setup::default(), "key 1\nkey 5\nkey 1\nkey 1\nkey 1\nkey 1");
    assert_eq!(told.last().unwrap(), "guide solved account account");
}

#[test]
fn star_repeats_what_was_said_last() {
    leads_to("key 2\nkey *", &["prompt menu.content-2", "prompt menu.content-3"]);
}

#[test]
fn a_voice_within_the_menu_counts_as_well_as_a_key() {
    let told = told(Setup::default(), "key 1\nsay 我的号被盗了\nsilence 2000");
    assert_eq!(told.last().unwrap(), "route understood account account");
}

#[test]
fn to_say_it_again_or_slower_is_no_misunderstanding() {
    leads_to(
        &format!("{PASSWORD}say 再说一遍\nsilence 1500\nsay 说慢一点\nsilence 1500"),
        &[
            "prompt guide.account.password_reset.1-2",
            "prompt guide.account.password_reset.1-3",
            "prompt guide.account.password_reset.1-4",
        ],
    );
    let mut rig = Rig::new(Setup::default());
    rig.run("say 说慢一点\nsilence 1500");
    let Some(Event::Prompt(prompt)) = &rig.last else { panic!("{:?}", rig.told) };
    assert!(prompt.is_slow);
}

#[test]
fn a_caller_who_never_stops_asking_for_a_repeat_reaches_a_person() {
    let told = told(Setup::default(), &"say 再说一遍\nsilence 1500\n".repeat(7));
    assert!(told.last().unwrap().starts_with("handoff"), "{told:?}");
}

#[test]
fn common_questions_are_answered_and_the_call_goes_on() {
    leads_to(
        "say 你们几点上班\nsilence 2000\nsay 没有了谢谢\nsilence 1500",
        &[
            "prompt faq.hours-2",
            "prompt anything_else-3",
            "prompt solved-4",
            "guide solved human human",
        ],
    );
    let told = told(
        Setup::default(),
        "say 这个号码是官方的吗\nsilence 2000\nsay 我充值的钱一直没有到账\nsilence 1500",
    );
    assert_eq!(told[0], "prompt faq.genuine-2");
    assert_eq!(told.last().unwrap(), "route understood finance finance");
}

#[test]
fn an_elderly_caller_is_offered_a_person_first() {
    let end = ["prompt offer_human-2", "prompt handoff-3", "handoff vulnerable other human"];
    leads_to("say 我今年七十多了不会弄\nsilence 2000\nsay 要\nsilence 1500", &end);
    leads_to("say 我今年七十多了不会弄\nsilence 2000\nkey 1", &end);
    let told = told(
        Setup::default(),
        "say 我今年七十多了不会弄\nsilence 2000\nsay 不用\nsilence 1500
         say 我充值的钱一直没有到账\nsilence 2000",
    );
    assert_eq!(told[..2], ["prompt offer_human-2", "prompt ask_again-3"]);
    assert_eq!(told.last().unwrap(), "route understood finance finance");
}

#[test]
fn what_the_business_knows_of_a_caller_counts_like_what_is_said() {
    let needs = Needs { low_vision: true, ..Needs::default() };
    let mut rig = Rig::new(Setup { needs, ..Setup::default() });
    let Some(Event::Prompt(prompt)) = &rig.last else { panic!("{:?}", rig.told) };
    assert!(prompt.is_slow && prompt.id == "offer_human-2");
    rig.run("silence 1000\nsay 好的\nsilence 1500");
    assert_eq!(rig.told.last().unwrap(), "handoff vulnerable other human");
}

#[test]
fn an_angry_caller_reaches_a_person_and_the_card_says_so() {
    let mut rig = Rig::new(Setup::default());
    rig.run("say 你们什么垃圾平台气死我了\nsilence 2000");
    let Some(Event::Decision(decision)) = rig.last else { panic!("{:?}", rig.told) };
    assert_eq!((decision.reason, decision.card.mood.as_str()), (Reason::HumanWish, "angry"));
}

#[test]
fn another_language_goes_to_a_person_for_that_reason() {
    let mut rig = Rig::new(Setup::default());
    rig.run("say 你会说粤语吗\nsilence 2000");
    let Some(Event::Decision(decision)) = rig.last else { panic!("{:?}", rig.told) };
    assert_eq!((decision.reason, decision.card.language.as_str()), (Reason::Language, "yue"));
}

#[test]
fn speech_that_the_engine_never_believes_is_taken_for_another_language() {
    let told = told(Setup::default(), &"murmur 我的号被盗了\nsilence 2000\n".repeat(3));
    assert_eq!(told.last().unwrap(), "handoff language account human");
}

#[test]
fn an_unfinished_sentence_is_waited_for_and_read_with_what_follows() {
    let told = told(
        Setup::default(),
        "say 我想问一下因为\nsilence 1000\nsay 我充值的钱没有到账\nsilence 2000",
    );
    assert_eq!(told.last().unwrap(), "route understood finance finance");
    assert!(!told.iter().any(|line| line.contains("ask_again")), "{told:?}");
}

#[test]
fn a_murmur_over_a_prompt_is_no_turn_and_the_prompt_is_said_again() {
    let setup = Setup { plays_prompts: true, ..Setup::default() };
    assert_eq!(told(setup, "silence 1000\nsay 嗯\nsilence 1500"), ["prompt greeting-2"]);
}

/// What is told of barge-in: one flag for each start of speech.
fn barge_ins(script: &str) -> Vec<bool> {
    let mut call = Call::open(host(), Setup { plays_prompts: true, ..Setup::default() });
    let mut seen = Vec::new();
    for part in script.split(' ') {
        let ms: usize = part[1..].parse().unwrap();
        let samples = if part.starts_with('v') { voice(ms) } else { vec![0.0; ms * 16] };
        for chunk in samples.chunks(320) {
            call.push_audio(chunk);
            while let Some(step) = call.poll() {
                match step {
                    Step::Transcribe(ticket, _) => {
                        call.transcribed(ticket, Ok(Transcript::default()));
                    }
                    Step::Tell(Told { event: Event::SpeechStarted { barge_in }, .. }) => {
                        seen.push(barge_in);
                    }
                    Step::Tell(_) | Step::Prepare(..) | Step::ListenIn(..) | Step::Discard(_) => {}
                }
            }
        }
    }
    seen
}

#[test]
fn speech_stops_a_prompt_only_once_it_has_lasted() {
    assert_eq!(barge_ins("s1000 v1500"), [true]);
    assert_eq!(barge_ins("s1000 v250 s1000"), [false]);
}

#[test]
fn words_that_the_engine_doubts_do_not_make_a_wish_of_what_follows() {
    let script = |verb| format!("{verb} 充了\nsilence 2000\nsay 做我们\nsilence 2000");
    let is_routed = |verb| {
        let told = told(Setup::default(), &script(verb));
        told.iter().any(|line| line.starts_with("route"))
    };
    assert!(is_routed("say"), "together they read as one");
    assert!(!is_routed("murmur"));
}
