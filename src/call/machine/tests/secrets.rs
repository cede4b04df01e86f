//! What a caller says and nobody may keep, in scripts of whole calls.

use super::*;

#[test]
fn spoken_secrets_reach_nobody() {
    let mut rig = Rig::new(Setup::default());
    rig.run("say 我的手机号是幺三八零零幺三八零零零登录不上\nsilence 1000");
    let told = rig.told.join("\n");
    assert!(!told.contains("幺三八零零"), "{told}");
}

/// The names of the prompts after the greeting.
fn prompts(script: &str) -> Vec<String> {
    let mut rig = Rig::new(Setup::default());
    rig.run(script);
    let prompts = rig.told.iter().filter_map(|line| line.strip_prefix("prompt ")).skip(1);
    prompts.map(str::to_owned).collect()
}

#[test]
fn who_gives_a_password_or_a_code_is_told_not_to_with_the_next_prompt() {
    let offence = "murmur 验证码是四八二九零一\nsilence 1500\n";
    assert_eq!(prompts(offence), ["no_secrets-2", "ask_again-3"]);
    let harmless = format!("{offence}murmur 今天天气真不错\nsilence 1500");
    assert_eq!(prompts(&harmless), ["no_secrets-2", "ask_again-3", "ask_keys-4"]);
    let again = format!("{offence}murmur 我的密码是三三五八\nsilence 2500");
    assert_eq!(prompts(&again), ["no_secrets-2", "ask_again-3", "no_secrets-4", "ask_keys-5"]);
}

#[test]
fn who_only_begins_to_give_a_password_is_told_too() {
    let mut rig = Rig::new(Setup::default());
    rig.run("say 那个我的密码是\nsilence 1500");
    assert!(rig.told.contains(&"prompt no_secrets-2".to_owned()), "{:?}", rig.told);
}

#[test]
fn who_forgot_a_password_is_not_told_off() {
    let mut rig = Rig::new(Setup::default());
    rig.run("say 我忘记密码了登录不上\nsilence 1500\nhangup");
    assert!(!rig.told.iter().any(|line| line.contains("no_secrets")), "{:?}", rig.told);
}

#[test]
fn a_number_in_two_utterances_is_masked_in_events_and_on_the_card() {
    let mut rig = Rig::new(Setup::default());
    rig.run("say 我的手机号是幺三八零零\nsilence 1500\nsay 幺三八零零零零\nsilence 1500\nhangup");
    let told = rig.told.join("\n");
    assert!(!told.contains("幺三八") && !told.contains("零零"), "{told}");
    let Some(Event::Decision(decision)) = &rig.last else { panic!("{told}") };
    assert!(decision.card.heard.iter().all(|text| !text.contains('零')), "{:?}", decision.card);
    let shown = format!("{decision:?}");
    for part in ["幺三八", "零零", "ling ling"] {
        assert!(!shown.contains(part), "{part} in {shown}");
    }
}

#[test]
fn two_prompts_of_one_moment_are_waited_for_one_after_the_other() {
    let mut rig = Rig::new(Setup { plays_prompts: true, ..Setup::default() });
    rig.run("played greeting-1\nmurmur 验证码是四八二九零一\nsilence 1000\nplayed no_secrets-2");
    let n_told = rig.told.len();
    rig.run("silence 7000");
    assert_eq!(rig.told.len(), n_told, "the second prompt still plays: {:?}", rig.told);
    rig.run("played ask_again-3\nsilence 6500");
    assert!(rig.told.len() > n_told);
}
