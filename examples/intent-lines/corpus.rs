//! Reads the corpus; `models/corpus/README.md` documents its columns.

pub(crate) use pretriage::intent::evaluate::Row as Line;

use pretriage::intent::evaluate::read;
use std::{error::Error, fs, path::Path};

/// One family in so many is held out of every training, of words and of sounds.
const N_FOLDS: u32 = 10;

/// Whether the line measures and does not teach.
pub(crate) fn is_held_out(line: &Line) -> bool {
    crc32fast::hash(line.family.as_bytes()).is_multiple_of(N_FOLDS)
}

/// All lines of all files, in the order of the files' names.
pub(crate) fn read_folder(folder: &Path) -> Result<Vec<Line>, Box<dyn Error>> {
    let mut files: Vec<_> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "tsv"));
    files.sort();
    let mut lines = Vec::new();
    for file in files {
        lines.extend(read_file(&file)?);
    }
    Ok(lines)
}

pub(crate) fn read_file(file: &Path) -> Result<Vec<Line>, Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    read(&text).map_err(|why| format!("{}: {why}", file.display()).into())
}
