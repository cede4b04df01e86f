//! A TOML file laid over defaults, with every fault named by key.
//!
//! Deserialising stops at the first fault, so each fault is noted, its value replaced by the
//! default, and the whole read again until nothing is left to note.

use super::{
    Fault, file,
    wording::{Found, explain},
};
use serde::de::DeserializeOwned;
use std::path::Path;
use toml::{Table, Value};

/// Each costs another reading; nobody mends more at a time.
const MAX_FAULTS: usize = 100;

/// Reads the file at `path`, laid over `defaults`. Answers with a value as long as one can be
/// made, so that checks beyond the types can add their faults.
///
/// A file that says `complete = true` stands alone; the defaults then only fill in for faults.
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
    match path.map(file::read) {
        None => {}
        Some(Ok(file)) if file.get("complete") == Some(&Value::Boolean(true)) => table = file,
        Some(Ok(file)) => lay_over(&mut table, file),
        Some(Err(found)) => found.into_iter().for_each(|what| note("(file)".to_owned(), what)),
    }
    let mut taken_out: Vec<Vec<String>> = Vec::new();
    for _ in 0..MAX_FAULTS {
        let error = match serde_path_to_error::deserialize(table.clone()) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let keys =
            error.path().iter().map(|key| key.to_string().trim_matches(['[', ']']).to_owned());
        let Found { keys, what, is_missing } = explain(error.inner().message(), keys.collect());
        note(as_written(&keys, &taken_out).join("."), what);
        let mend = if is_missing { fill_in } else { reset };
        let is_mended = mend(&mut table, &defaults, &keys, &mut taken_out);
        if !is_mended {
            return None;
        }
    }
    note("(file)".to_owned(), format!("has more than {MAX_FAULTS} faults; the rest is not shown"));
    None
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

/// The default of a value. That of a list's element is taken from the first one, which has the right
/// form; its texts are told apart, since some of them are names.
fn default_at(defaults: &Table, keys: &[String]) -> Option<Value> {
    let (first, rest) = keys.split_first()?;
    let mut place = None;
    let default = rest.iter().try_fold(defaults.get(first)?, |default, key| {
        let Value::Array(list) = default else { return default.get(key.as_str()) };
        place = Some(key);
        list.first()
    })?;
    Some(match (default, place) {
        (Value::String(text), Some(place)) => Value::String(format!("{text}-{place}")),
        _ => default.clone(),
    })
}

fn value_at<'a>(table: &'a mut Table, keys: &[String]) -> Option<&'a mut Value> {
    let (first, rest) = keys.split_first()?;
    rest.iter().try_fold(table.get_mut(first)?, |value, key| {
        if value.is_array() {
            value.as_array_mut()?.get_mut(key.parse::<usize>().ok()?)
        } else {
            value.as_table_mut()?.get_mut(key)
        }
    })
}

/// Puts the default in for a value that is missing; without one the table that lacks it goes.
fn fill_in(table: &mut Table, defaults: &Table, keys: &[String], taken_out: TakenOut<'_>) -> bool {
    let Some((last, above)) = keys.split_last() else { return false };
    let Some(default) = default_at(defaults, keys) else {
        return reset(table, defaults, above, taken_out);
    };
    let holder = if above.is_empty() {
        Some(table)
    } else {
        value_at(table, above).and_then(Value::as_table_mut)
    };
    holder.is_some_and(|holder| holder.insert(last.clone(), default).is_none())
}

/// Puts the default back at a place, or removes what has none. Answers whether anything changed.
fn reset(table: &mut Table, defaults: &Table, keys: &[String], taken_out: TakenOut<'_>) -> bool {
    let Some((last, above)) = keys.split_last() else { return false };
    let default = default_at(defaults, keys);
    if above.is_empty() {
        return put(table, last, default);
    }
    match value_at(table, above) {
        Some(Value::Table(holder)) => put(holder, last, default),
        Some(Value::Array(list)) => match last.parse::<usize>() {
            Ok(at) if at < list.len() => {
                list.remove(at);
                taken_out.push(as_written(keys, taken_out));
                true
            }
            _ => false,
        },
        _ => false,
    }
}

fn put(holder: &mut Table, key: &str, default: Option<Value>) -> bool {
    match default {
        None => holder.remove(key).is_some(),
        Some(default) if holder.get(key) == Some(&default) => false,
        Some(default) => holder.insert(key.to_owned(), default).is_some(),
    }
}

/// Elements that were taken out of their lists, as they stood in the file.
type TakenOut<'a> = &'a mut Vec<Vec<String>>;

/// The keys of a place as it stands in the file: elements before it may be gone by now.
fn as_written(keys: &[String], taken_out: &[Vec<String>]) -> Vec<String> {
    let mut written: Vec<String> = Vec::with_capacity(keys.len());
    for key in keys {
        let siblings = taken_out.iter().filter_map(|gone| {
            let (last, above) = gone.split_last()?;
            (above == written).then(|| last.parse::<usize>().ok()).flatten()
        });
        let mut gone: Vec<usize> = siblings.collect();
        gone.sort_unstable();
        written.push(match key.parse::<usize>() {
            Ok(at) if !gone.is_empty() => {
                gone.iter().fold(at, |at, gone| at + usize::from(*gone <= at)).to_string()
            }
            _ => key.clone(),
        });
    }
    written
}
