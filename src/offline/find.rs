//! Which files an operator means: files as named, folders walked.

use super::Error;
use std::path::{Path, PathBuf};

/// How deep a folder is walked: archives are laid out by year, month, day and line.
const MAX_DEPTH: usize = 16;

/// Lists the recordings behind a path: the file itself, or every `.wav` below the folder, sorted.
///
/// # Errors
/// When the path does not exist, cannot be walked, or is a folder without recordings.
pub fn recordings(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let fault = |why: String| Error::Path { path: path.to_owned(), why };
    let kind = std::fs::metadata(path).map_err(|error| fault(error.to_string()))?;
    if !kind.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(path).max_depth(MAX_DEPTH).sort_by_file_name() {
        let entry = entry.map_err(|error| fault(error.to_string()))?;
        let is_wav = entry.path().extension().is_some_and(|end| end.eq_ignore_ascii_case("wav"));
        if is_wav && entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    if files.is_empty() { Err(Error::EmptyFolder(path.to_owned())) } else { Ok(files) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_in_order_and_only_recordings_are_taken() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("b")).unwrap();
        for name in ["c.wav", "b/a.WAV", "notes.txt"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let files = recordings(folder.path()).unwrap();
        assert_eq!(files, [folder.path().join("b/a.WAV"), folder.path().join("c.wav")]);
    }

    #[test]
    fn an_empty_folder_and_a_missing_path_are_errors_that_name_it() {
        let folder = tempfile::tempdir().unwrap();
        let empty = recordings(folder.path()).unwrap_err().to_string();
        assert!(empty.contains(&folder.path().display().to_string()), "{empty}");
        let missing = recordings(&folder.path().join("nobody.wav")).unwrap_err().to_string();
        assert!(missing.contains("nobody.wav"), "{missing}");
    }
}
