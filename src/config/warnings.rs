//! What works, and will still be regretted: warnings, by key.

use super::{DEFAULT_PROFILE, Profile, Settings};
use crate::call::script::playing_time;
use std::{collections::BTreeMap, time::Duration};

/// Notes a warning: key, what is dangerous about it.
type Note<'a> = &'a mut dyn FnMut(&str, String);

/// What callers still remember at its end; also the default of `prompt.max_seconds`.
const LONGEST_PROMPT: Duration = Duration::from_secs(30);

/// Keys that are named one by one; more are counted.
const NAMED: usize = 3;

/// A wish for a person that needs more belief than this is often not heard.
const HUMAN_BELIEF: f32 = 0.5;

/// Below it a desk is chosen although another reading is likelier than all the rest.
const ROUTE_BELIEF: f32 = 0.5;

/// Words for what nobody may be asked for.
const SECRETS: [&str; 2] = ["密码", "验证码"];

impl Settings {
    /// Finds what is allowed but dangerous: key and why.
    #[must_use]
    pub fn warnings(&self) -> Vec<(String, String)> {
        let mut warnings = Vec::new();
        let note: Note<'_> = &mut |key, what| warnings.push((key.to_owned(), what));
        let profile = &self.profile;
        ways_to_a_person(profile, note);
        after_hours(profile, note);
        thresholds(profile, note);
        texts(profile, note);
        if profile.call.faq.is_empty() {
            note("call.faq", "is empty: common questions are all handed on".to_owned());
        }
        if !profile.complete {
            taken_over(profile, note);
        }
        warnings
    }
}

fn ways_to_a_person(profile: &Profile, note: Note<'_>) {
    let prompts = &profile.call.prompts;
    for (key, line) in [
        ("greeting", &prompts.greeting),
        ("ask_keys", &prompts.ask_keys),
        ("no_input_keys", &prompts.no_input_keys),
    ] {
        let key = format!("call.prompts.{key}.text");
        if !["人工", "零", "0", "０"].iter().any(|way| line.text.contains(way)) {
            note(&key, "tells callers neither of 转人工 nor of key 0 (零)".to_owned());
        }
    }
    if !prompts.greeting.barge_in {
        let what = "is false: nobody can ask for a person before its end (key 0 still works)";
        note("call.prompts.greeting.barge_in", what.to_owned());
    }
}

fn after_hours(profile: &Profile, note: Note<'_>) {
    let decision = &profile.decision;
    if !decision.hours.enforce {
        return;
    }
    let desks = [
        ("account", &decision.account),
        ("content", &decision.content),
        ("finance", &decision.finance),
    ];
    for (name, desk) in desks {
        if desk.queue == decision.human.queue {
            let what = format!(
                "is also the queue of decision.{name}, which the hours close: a call outside them \
                 is handed to a queue that nobody works on"
            );
            note("decision.human.queue", what);
        }
    }
}

fn thresholds(profile: &Profile, note: Note<'_>) {
    let thresholds = &profile.decision.thresholds;
    if thresholds.human > HUMAN_BELIEF {
        let what =
            format!("is above {HUMAN_BELIEF}: many a wish for a person will not be believed");
        note("decision.thresholds.human", what);
    }
    if thresholds.route < ROUTE_BELIEF {
        let what = format!("is below {ROUTE_BELIEF}: callers are routed on a guess");
        note("decision.thresholds.route", what);
    }
}

fn texts(profile: &Profile, note: Note<'_>) {
    for (key, text) in profile.call.spoken() {
        let time = playing_time(text);
        if time > LONGEST_PROMPT {
            let what = format!("takes some {} s to say: nobody keeps it in mind", time.as_secs());
            note(&format!("prompt {key}"), what);
        }
    }
    for (topic, guidance) in &profile.call.topics {
        if SECRETS.iter().any(|secret| guidance.prepare.contains(secret)) {
            let what = "has callers make a password or a code ready: nobody may ask for one";
            note(&format!("call.topics.{topic}.prepare"), what.to_owned());
        }
    }
}

/// Another company's number over the built-in company's guidance and answers.
fn taken_over(profile: &Profile, note: Note<'_>) {
    let Ok(built_in) = toml::from_str::<Profile>(DEFAULT_PROFILE) else { return };
    if profile.number == built_in.number {
        return;
    }
    let known: BTreeMap<String, &str> = built_in.call.spoken().collect();
    let same: Vec<String> = profile
        .call
        .spoken()
        .filter(|(key, text)| {
            let is_own = ["guide.", "prepare.", "faq."].iter().any(|kind| key.starts_with(kind));
            is_own && known.get(key) == Some(text)
        })
        .map(|(key, _)| key)
        .collect();
    let Some(named) = same.get(..same.len().min(NAMED)).filter(|named| !named.is_empty()) else {
        return;
    };
    let more = match same.len() - named.len() {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let what = format!(
        "is another company's than the built-in one, but {}{more} are still the built-in texts; \
         write your own, or `complete = true` to take none over",
        named.join(", ")
    );
    note("number", what);
}
