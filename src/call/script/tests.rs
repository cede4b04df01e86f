use super::*;

fn config() -> Config {
    #[derive(Deserialize)]
    struct Profile {
        call: Config,
    }
    let profile: toml::Table =
        toml::from_str(include_str!("../../../hotline/default.toml")).unwrap();
    Profile::deserialize(profile).unwrap().call
}

/// The keys of all faults after a change.
fn faults(change: impl FnOnce(&mut Config)) -> Vec<String> {
    let mut config = config();
    change(&mut config);
    config.faults().into_iter().map(|(key, _)| key).collect()
}

#[test]
fn the_built_in_script_has_no_fault() {
    assert_eq!(config().faults(), []);
}

#[test]
fn each_text_that_would_be_spoken_wrongly_is_named_by_key() {
    let blank = || "  ".to_owned();
    assert_eq!(faults(|it| it.prompts.confirm.text = blank()), ["prompts.confirm.text"]);
    let unfilled = |it: &mut Config| it.prompts.greeting.text = "您好{name}".to_owned();
    assert_eq!(faults(unfilled), ["prompts.greeting.text"]);
    let open = |it: &mut Config| it.prompts.solved.text = "再见{".to_owned();
    assert_eq!(faults(open), ["prompts.solved.text"]);
    let step = |it: &mut Config| it.topics.get_mut("finance.invoice").unwrap().steps[1] = blank();
    assert_eq!(faults(step), ["topics.finance.invoice.steps.1"]);
    assert_eq!(faults(|it| it.faq[0].answer = blank()), ["faq.0.answer"]);
    assert_eq!(faults(|it| it.faq[1].id = it.faq[0].id.clone()), ["faq.1.id"]);
    assert_eq!(faults(|it| it.faq[1].asked.clear()), ["faq.1.asked"]);
}

#[test]
fn a_menu_never_takes_zero_nor_a_topic_of_another_desk() {
    let menu = |key: &'static str, topic: &'static str| {
        faults(move |it| {
            let menu = it.menu.get_mut("account").unwrap();
            menu.keys.insert(key.to_owned(), topic.to_owned());
        })
    };
    assert_eq!(menu("0", "account.banned"), ["menu.account.keys.0"]);
    assert_eq!(menu("12", "account.banned"), ["menu.account.keys.12"]);
    assert_eq!(menu("7", "finance.refund"), ["menu.account.keys.7"]);
    assert_eq!(menu("7", "account.nonsense"), ["menu.account.keys.7"]);
    assert_eq!(menu("7", "account.banned"), [""; 0]);
}

#[test]
fn tables_for_topics_and_desks_that_do_not_exist_are_named() {
    let topic = |it: &mut Config| {
        it.topics.insert("human.request".to_owned(), Guidance::default());
    };
    assert_eq!(faults(topic), ["topics.human.request"]);
    let desk = |it: &mut Config| {
        it.desks.insert("legal".to_owned(), "法务".to_owned());
    };
    assert_eq!(faults(desk), ["desks.legal"]);
}

#[test]
fn timers_out_of_range_are_named() {
    assert_eq!(faults(|it| it.timers.step_ms = 10), ["timers.step_ms"]);
    assert_eq!(faults(|it| it.timers.barge_in_ms = 60_000), ["timers.barge_in_ms"]);
}
