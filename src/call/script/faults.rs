//! Every value of the script that cannot work, by key.

use super::{Config, INTERIM_MS, LONG_STORY_MS, MAX_CALL_MS, NO_INPUT_MS};
use crate::intent::{Category, Topic, nearest};
use std::collections::BTreeSet;

/// Notes a fault: key, what is wrong.
type Note<'a> = &'a mut dyn FnMut(String, String);

/// What a prompt without words is.
const SILENT: &str = "has no text: the caller would hear nothing";

/// The most that any list of the script may hold; a menu or a guide beyond it is a mistake.
const LONGEST_LIST: usize = 200;

impl Config {
    /// Finds every value that cannot work: key and fault.
    #[must_use]
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let note: Note<'_> = &mut |key, what| faults.push((key, what));
        self.check_prompts(note);
        self.check_desks(note);
        self.check_menus(note);
        self.check_topics(note);
        self.check_faq(note);
        self.check_timers(note);
        faults
    }

    fn check_prompts(&self, note: Note<'_>) {
        for (key, line, placeholders) in self.prompts.all() {
            if line.text.trim().is_empty() {
                note(format!("prompts.{key}.text"), SILENT.to_owned());
            }
            check_placeholders(&format!("prompts.{key}.text"), &line.text, placeholders, note);
        }
    }

    fn check_desks(&self, note: Note<'_>) {
        for category in Category::ALL.into_iter().filter(|category| category.is_desk()) {
            if self.desk_name(category).trim().is_empty() {
                note(format!("desks.{category}"), "must name the desk".to_owned());
            }
        }
        for key in self.desks.keys().filter(|key| desk(key).is_none()) {
            note(format!("desks.{key}"), no_desk(key));
        }
    }

    fn check_menus(&self, note: Note<'_>) {
        for (name, menu) in &self.menu {
            let Some(category) = desk(name) else {
                note(format!("menu.{name}"), no_desk(name));
                continue;
            };
            say(&format!("menu.{name}.text"), &menu.text, note);
            if menu.keys.is_empty() {
                note(format!("menu.{name}.keys"), "must offer at least one topic".to_owned());
            }
            for (key, topic) in &menu.keys {
                let place = format!("menu.{name}.keys.{key}");
                if !matches!(key.as_bytes(), [b'1'..=b'9']) {
                    note(
                        place.clone(),
                        "must be one key, 1 to 9 (0 is always a person)".to_owned(),
                    );
                }
                match topic.parse::<Topic>() {
                    Ok(topic) if topic.category() == category => {}
                    Ok(_) => note(place, format!("{topic} is no topic of the desk {name}")),
                    Err(_) => note(place, no_topic(topic)),
                }
            }
        }
    }

    fn check_topics(&self, note: Note<'_>) {
        for (name, guidance) in &self.topics {
            match name.parse::<Topic>() {
                Ok(topic) if topic.category().is_desk() => {}
                Ok(_) => note(format!("topics.{name}"), "is no topic of a desk".to_owned()),
                Err(_) => note(format!("topics.{name}"), no_topic(name)),
            }
            if guidance.steps.len() > LONGEST_LIST {
                note(format!("topics.{name}.steps"), format!("must be at most {LONGEST_LIST}"));
            }
            for (at, step) in guidance.steps.iter().enumerate() {
                say(&format!("topics.{name}.steps.{at}"), step, note);
            }
            check_placeholders(&format!("topics.{name}.prepare"), &guidance.prepare, &[], note);
        }
    }

    fn check_faq(&self, note: Note<'_>) {
        if self.faq.len() > LONGEST_LIST {
            note("faq".to_owned(), format!("must be at most {LONGEST_LIST}"));
        }
        let mut names = BTreeSet::new();
        for (at, question) in self.faq.iter().enumerate() {
            let place = format!("faq.{at}");
            if !is_name(&question.id) {
                note(format!("{place}.id"), "must be letters, digits, - and _ only".to_owned());
            } else if !names.insert(&question.id) {
                note(format!("{place}.id"), format!("\"{}\" is there twice", question.id));
            }
            if question.asked.iter().all(|asked| asked.trim().is_empty()) {
                note(format!("{place}.asked"), "must hold at least one question".to_owned());
            }
            say(&format!("{place}.answer"), &question.answer, note);
        }
    }

    fn check_timers(&self, note: Note<'_>) {
        let timers = &self.timers;
        for (key, value, range) in [
            ("no_input_ms", timers.no_input_ms, NO_INPUT_MS),
            ("max_call_ms", timers.max_call_ms, MAX_CALL_MS),
            ("step_ms", timers.step_ms, NO_INPUT_MS),
            ("long_story_ms", timers.long_story_ms, LONG_STORY_MS),
            ("barge_in_ms", timers.barge_in_ms, 0..=5_000),
            ("unfinished_ms", timers.unfinished_ms, 0..=5_000),
        ] {
            if !range.contains(&value) {
                let (least, most) = range.into_inner();
                note(format!("timers.{key}"), format!("is {value}, must be {least} to {most}"));
            }
        }
        if timers.interim_ms != 0 && !INTERIM_MS.contains(&timers.interim_ms) {
            let (value, least, most) = (timers.interim_ms, INTERIM_MS.start(), INTERIM_MS.end());
            let what = format!("is {value}, must be {least} to {most}, or 0 for never");
            note("timers.interim_ms".to_owned(), what);
        }
        if self.barge_in_characters > 20 {
            note("barge_in_characters".to_owned(), "must be at most 20".to_owned());
        }
    }
}

fn desk(name: &str) -> Option<Category> {
    Category::ALL.into_iter().find(|category| category.is_desk() && category.as_str() == name)
}

fn no_desk(name: &str) -> String {
    let desks = Category::ALL.into_iter().filter(|it| it.is_desk()).map(Category::as_str);
    let desks: Vec<&str> = desks.collect();
    format!("{name} is no desk{} allowed: {}", meant(name, &desks), desks.join(", "))
}

fn no_topic(name: &str) -> String {
    let topics: Vec<&str> = Topic::ALL.iter().map(|topic| topic.as_str()).collect();
    let of_desk = |topic: &&str| name.split('.').next() == topic.split('.').next();
    let near: Vec<&str> = topics.iter().copied().filter(of_desk).collect();
    let allowed = if near.is_empty() { &topics } else { &near };
    format!("{name} is no topic{} allowed: {}", meant(name, &topics), allowed.join(", "))
}

fn meant(name: &str, known: &[&str]) -> String {
    nearest(name, known.iter().copied())
        .map_or_else(|| ";".to_owned(), |meant| format!("; did you mean {meant}?"))
}

/// A text that is spoken as it stands.
fn say(key: &str, text: &str, note: Note<'_>) {
    if text.trim().is_empty() {
        note(key.to_owned(), SILENT.to_owned());
    }
    check_placeholders(key, text, &[], note);
}

/// A placeholder that nobody fills would be read out to the caller.
fn check_placeholders(key: &str, text: &str, known: &[&str], note: Note<'_>) {
    let allowed = match known {
        [] => "none is".to_owned(),
        known => format!("filled: {{{}}}", known.join("} {")),
    };
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else {
            return note(key.to_owned(), "has a { without its }".to_owned());
        };
        let name = &rest[start + 1..start + length];
        if !known.contains(&name) {
            note(
                key.to_owned(),
                format!("has the placeholder {{{name}}}, which is not filled here; {allowed}"),
            );
        }
        rest = &rest[start + length + 1..];
    }
}

fn is_name(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}
