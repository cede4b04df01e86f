//! A TOML file laid over defaults, with every fault named by key.
//!
//! Deserialising stops at the first fault, so each fault is noted, its value replaced by the
//! default, and the whole read again until nothing is left to note.

use super::Fault;
use serde::de::DeserializeOwned;
use std::path::Path;
use toml::{Table, Value};

/// A configuration is written by hand; beyond this it is another file given by mistake.
const MAX_BYTES: u64 = 1024 * 1024;

/// Reads the file at `path`, laid over `defaults`. Answers with a value as long as one can be
/// made, so that checks beyond the types can add their faults.
pub(super) fn read<T: DeserializeOwned>(
    defaults: &str,
    path: Option<&Path>,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let file = path.map_or_else(|| "built-in".to_owned(), |path| path.display().to_string());
    let mut note = |key: String, what: String| faults.push(Fault { file: file.clone(), key, what });
    let defaults: Table = match defaults.parse() {
        Ok(table) => table,
        Err(error) => {
            note("(defaults)".to_owned(), error.to_string());
            return None;
        }
    };
    let mut table = defaults.clone();
    if let Some(path) = path {
        match read_table(path) {
            Ok(file) => lay_over(&mut table, file),
            Err(what) => note("(file)".to_owned(), what),
        }
    }
    // Each round removes one value of the file, so the rounds end.
    loop {
        let error = match serde_path_to_error::deserialize(table.clone()) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let what = error.inner().message().to_owned();
        let mut keys: Vec<String> = error.path().iter().map(ToString::to_string).collect();
        if let Some(unknown) = unknown_field(&what)
            && keys.last().map(String::as_str) != Some(unknown)
        {
            keys.push(unknown.to_owned());
        }
        note(keys.join("."), what);
        if !reset(&mut table, &defaults, &keys) {
            return None;
        }
    }
}

fn read_table(path: &Path) -> Result<Table, String> {
    let size = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > MAX_BYTES {
        return Err(format!("is {size} bytes long, more than {MAX_BYTES}"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    text.parse::<Table>().map_err(|error| error.to_string().trim_end().to_owned())
}

/// Serde names an unknown field only in its message.
fn unknown_field(message: &str) -> Option<&str> {
    message.strip_prefix("unknown field `")?.split('`').next()
}

fn lay_over(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => lay_over(below, above),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

/// Puts the default back at a path, or removes what has none. Answers whether anything changed.
fn reset(table: &mut Table, defaults: &Table, keys: &[String]) -> bool {
    let Some((first, rest)) = keys.split_first() else { return false };
    let default = defaults.get(first);
    match (table.get_mut(first), default, rest.is_empty()) {
        (Some(Value::Table(inner)), default, false) => {
            let empty = Table::new();
            let defaults = default.and_then(Value::as_table).unwrap_or(&empty);
            reset(inner, defaults, rest)
        }
        // Inside an array there are no keys: the whole array goes back.
        (Some(value), Some(default), _) => {
            let changes = value != default;
            value.clone_from(default);
            changes
        }
        (Some(_), None, _) => table.remove(first).is_some(),
        (None, ..) => false,
    }
}
