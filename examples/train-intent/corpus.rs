//! Reads the corpus; `models/corpus/README.md` documents its columns.

use pretriage::intent::{Category, Topic};
use std::{error::Error, fs, path::Path};

/// One utterance and its labels.
pub(crate) struct Line {
    pub(crate) family: String,
    pub(crate) topic: Topic,
    pub(crate) secondary: Option<Topic>,
    pub(crate) urgent: bool,
    pub(crate) text: String,
}

/// All lines of all files, in the order of the files' names.
pub(crate) fn read(folder: &Path) -> Result<Vec<Line>, Box<dyn Error>> {
    let mut files: Vec<_> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "tsv"));
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        for (number, row) in fs::read_to_string(&file)?.lines().enumerate().skip(1) {
            let line =
                parse(row).map_err(|why| format!("{}:{}: {why}", file.display(), number + 1))?;
            lines.push(line);
        }
    }
    Ok(lines)
}

/// The phrases of `models/lexicon.tsv`, each a short line: what callers name things, topic by topic.
pub(crate) fn read_lexicon(file: &Path) -> Result<Vec<Line>, Box<dyn Error>> {
    let mut lines = Vec::new();
    for (number, row) in fs::read_to_string(file)?.lines().enumerate().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [topic, urgent, phrases] = columns[..] else {
            return Err(format!("{}:{}: not three columns", file.display(), number + 1).into());
        };
        let topic: Topic = topic.parse()?;
        lines.extend(phrases.split(' ').map(|phrase| Line {
            family: LEXICON.to_owned(),
            topic,
            secondary: None,
            urgent: urgent == "1",
            text: phrase.to_owned(),
        }));
    }
    Ok(lines)
}

/// The family of all phrases of the lexicon; never held out.
pub(crate) const LEXICON: &str = "lexicon";

fn parse(row: &str) -> Result<Line, Box<dyn Error>> {
    let columns: Vec<&str> = row.split('\t').collect();
    let [family, topic, secondary, urgent, text] = columns[..] else {
        return Err("not five columns".into());
    };
    let mut topic: Topic = topic.parse()?;
    let mut secondary: Option<Topic> = match secondary {
        "-" => None,
        name => Some(name.parse()?),
    };
    // A wish for a person beats everything, wherever in the text it stands.
    if let Some(other) = secondary.filter(|other| other.category() == Category::Human) {
        secondary = Some(std::mem::replace(&mut topic, other));
    }
    Ok(Line {
        family: family.to_owned(),
        topic,
        secondary: secondary.filter(|other| *other != topic),
        urgent: urgent == "1",
        text: text.to_owned(),
    })
}
