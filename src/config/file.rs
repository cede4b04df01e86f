//! A TOML file as it lies on the disk: one table, or every line that is no TOML.

use serde::Deserialize;
use std::path::Path;
use toml::{Deserializer, Table, de::DeTable};

/// A configuration is written by hand; beyond this it is another file given by mistake.
const MAX_BYTES: u64 = 1024 * 1024;

/// What is no TOML at all has a fault in each line; nobody mends more than these at a time.
const MAX_FAULTS: usize = 20;

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Table, Vec<String>> {
    let one = |what: String| vec![what];
    let kind = std::fs::metadata(path).map_err(|error| one(error.to_string()))?;
    // A pipe or a device has no end.
    if !kind.is_file() {
        return Err(one("is no file".to_owned()));
    }
    let size = kind.len();
    if size > MAX_BYTES {
        return Err(one(format!("is {size} bytes long, more than {MAX_BYTES}")));
    }
    parse(&std::fs::read_to_string(path).map_err(|error| one(error.to_string()))?)
}

/// What can still be read behind a broken line may belong to another table than it says, so a
/// broken file is not looked into.
fn parse(text: &str) -> Result<Table, Vec<String>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut faults: Vec<(usize, String)> = errors
        .iter()
        .map(|error| {
            (line(text, error.span().map_or(0, |span| span.start)), error.message().trim())
        })
        .map(|(line, message)| (line, format!("line {line}: {message}")))
        .collect();
    // The first fault of a line is its cause.
    faults.sort_by_key(|(line, _)| *line);
    faults.dedup_by_key(|(line, _)| *line);
    if faults.is_empty() {
        return Table::deserialize(Deserializer::from(table))
            .map_err(|error| vec![error.message().to_owned()]);
    }
    let n_more = faults.len().saturating_sub(MAX_FAULTS);
    faults.truncate(MAX_FAULTS);
    let mut faults: Vec<String> = faults.into_iter().map(|(_, what)| what).collect();
    if n_more > 0 {
        faults.push(format!("{n_more} more lines are no TOML"));
    }
    Err(faults)
}

/// Which line a byte is on, counted from 1.
fn line(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_is_no_toml_is_named() {
        let faults = parse("a = 1\nb = \n[c]\nd = x\ne\nf = 2\n").unwrap_err();
        let lines: Vec<&str> = faults.iter().map(|it| it.split(':').next().unwrap()).collect();
        assert_eq!(lines, ["line 2", "line 4", "line 5"], "{faults:?}");
        assert_eq!(parse("a = 1\n[b]\nc = 'x'\n").unwrap().len(), 2);
    }

    #[test]
    fn a_key_given_twice_is_named() {
        let faults = parse("a = 1\na = 2\n").unwrap_err();
        assert!(faults[0].starts_with("line 2: duplicate key"), "{faults:?}");
    }

    #[test]
    fn what_is_another_kind_of_file_is_a_handful_of_faults() {
        let faults = parse(&"<html>\n".repeat(10_000)).unwrap_err();
        assert_eq!(faults.len(), MAX_FAULTS + 1);
        assert!(parse("\0\0\u{feff}\u{1}").is_err());
        assert!(read(Path::new(env!("CARGO_MANIFEST_DIR"))).is_err());
    }
}
