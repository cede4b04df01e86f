//! What serde says about a value, in the words of whoever wrote the file.

use crate::intent::{Category, nearest};

/// One fault of a file.
#[derive(Debug, PartialEq)]
pub(super) struct Found {
    /// Where: the keys from the top.
    pub(super) keys: Vec<String>,
    /// What is wrong, what is allowed.
    pub(super) what: String,
    /// The value is not there at all.
    pub(super) is_missing: bool,
}

/// Reads an error: its message and the keys that lead to it.
pub(super) fn explain(message: &str, mut keys: Vec<String>) -> Found {
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let mut names = quoted(rest);
        let name = names.next().unwrap_or_default();
        if keys.last().map(String::as_str) != Some(name) {
            keys.push(name.to_owned());
        }
        if let Some(topic) = unquoted_topic(&keys) {
            let what = format!("must have its topic in quotes: [call.topics.\"{topic}\"]");
            keys.truncate(3);
            return Found { keys, what, is_missing: false };
        }
        let what = format!("is no key of this table{}", allowed(name, &names.collect::<Vec<_>>()));
        return Found { keys, what, is_missing: false };
    }
    if let Some(rest) = message.strip_prefix("missing field ") {
        keys.extend(quoted(rest).next().map(str::to_owned));
        return Found { keys, what: "is missing".to_owned(), is_missing: true };
    }
    let what = if let Some(rest) = message.strip_prefix("unknown variant ") {
        let mut names = quoted(rest);
        let name = names.next().unwrap_or_default();
        format!("cannot be \"{name}\"{}", allowed(name, &names.collect::<Vec<_>>()))
    } else if let Some((found, expected)) = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .and_then(|rest| rest.rsplit_once(", expected "))
    {
        format!("is {}, must be {}", is(found), must_be(expected))
    } else {
        message.to_owned()
    };
    let what = match clock(&keys) {
        None => what,
        Some(form) => format!("{what}; write {form}"),
    };
    Found { keys, what, is_missing: false }
}

/// How times and days are written: the parser's own words do not say.
fn clock(keys: &[String]) -> Option<&'static str> {
    let [decision, hours, key, ..] = keys else { return None };
    match (decision.as_str(), hours.as_str(), key.as_str()) {
        ("decision", "hours", "open" | "close") => Some("HH:MM in quotes, such as \"08:00\""),
        ("decision", "hours", "holidays") => Some("YYYY-MM-DD in quotes, such as \"2027-02-06\""),
        _ => None,
    }
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn allowed(name: &str, names: &[&str]) -> String {
    let meant = nearest(name, names.iter().copied())
        .map_or_else(|| ";".to_owned(), |meant| format!("; did you mean {meant}?"));
    format!("{meant} allowed: {}", names.join(", "))
}

/// `[call.topics.account.banned]`: without quotes a dot opens another table.
fn unquoted_topic(keys: &[String]) -> Option<String> {
    let [call, topics, desk, topic] = keys else { return None };
    let is_desk = Category::ALL.iter().any(|it| it.is_desk() && it.as_str() == desk);
    (call == "call" && topics == "topics" && is_desk).then(|| format!("{desk}.{topic}"))
}

fn is(found: &str) -> String {
    match found.split_once(' ') {
        Some(("string", text)) => format!("the text {text}"),
        Some(("integer" | "boolean", value)) => value.trim_matches('`').to_owned(),
        Some(("floating", value)) => {
            value.trim_start_matches("point ").trim_matches('`').to_owned()
        }
        _ if found == "map" => "a table".to_owned(),
        _ if found == "sequence" => "a list".to_owned(),
        _ => found.to_owned(),
    }
}

fn must_be(expected: &str) -> &str {
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "f32" | "f64" => "a number",
        "a string" => "a text in quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list in [ ]",
        "a map" => "a table",
        _ if expected.starts_with("struct ") => "a table",
        _ => expected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, keys: &str, expected: &str) {
        let found = explain(message, keys.split('.').map(str::to_owned).collect());
        assert_eq!(format!("{}: {}", found.keys.join("."), found.what), expected);
    }

    #[test]
    fn a_fault_says_what_is_wrong_what_is_allowed_and_what_was_meant() {
        check(
            "unknown field `lisen`, expected one of `listen`, `admin`, `max_calls`",
            "wire",
            "wire.lisen: is no key of this table; did you mean listen? allowed: listen, admin, max_calls",
        );
        check(
            "unknown field `colour`, expected `text` or `barge_in`",
            "call.prompts.greeting",
            "call.prompts.greeting.colour: is no key of this table; allowed: text, barge_in",
        );
        check("missing field `text`", "call.prompts.wait", "call.prompts.wait.text: is missing");
        check(
            "unknown variant `jsn`, expected `text` or `json`",
            "log.format",
            "log.format: cannot be \"jsn\"; did you mean json? allowed: text, json",
        );
        check(
            "invalid type: string \"many\", expected usize",
            "wire.max_calls",
            "wire.max_calls: is the text \"many\", must be a whole number, 0 or more",
        );
        check(
            "invalid value: integer `-1`, expected u32",
            "wire.inbox_seconds",
            "wire.inbox_seconds: is -1, must be a whole number, 0 or more",
        );
        check(
            "invalid type: floating point `0.5`, expected a string",
            "number",
            "number: is 0.5, must be a text in quotes",
        );
        check("anything else", "number", "number: anything else");
    }

    #[test]
    fn a_topic_without_quotes_is_explained() {
        check(
            "unknown field `banned`, expected one of `says`, `steps`, `prepare`",
            "call.topics.account",
            "call.topics.account: must have its topic in quotes: [call.topics.\"account.banned\"]",
        );
    }
}
