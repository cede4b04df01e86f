//! Which models an operator could choose: the built-in one and the files of a folder.
//!
//! Only names, sizes and manifests are read; whether a file is sound is for `load` to say.

use super::{Error, Manifest, Source, embedded, manifest_path, read_manifest};
use std::{fs, io, path::Path};

/// One model that an operator could choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// How to load it; without a checksum of the operator's.
    pub source: Source,
    /// The manifest's name and version; the file's name where there is no manifest.
    pub name: String,
    /// Size as stored.
    pub stored_bytes: u64,
    /// Whether a manifest vouches for it.
    pub has_manifest: bool,
}

/// Lists the built-in model and the model files of a folder, by name. Nothing is verified.
///
/// # Errors
/// When the folder or a manifest in it cannot be read.
pub fn list(folder: Option<&Path>) -> Result<Vec<Entry>, Error> {
    let embedded = embedded();
    let manifest = Manifest::parse(embedded.manifest)
        .map_err(|fault| Error::Manifest { place: "of the built-in model".to_owned(), fault })?;
    let mut entries = vec![Entry {
        source: Source::Embedded,
        name: manifest.title(),
        stored_bytes: embedded.compressed.len() as u64,
        has_manifest: true,
    }];
    let Some(folder) = folder else { return Ok(entries) };
    let unreadable = |source| Error::Read { place: folder.display().to_string(), source };
    let mut paths = fs::read_dir(folder)
        .and_then(|items| items.map(|item| Ok(item?.path())).collect::<io::Result<Vec<_>>>())
        .map_err(unreadable)?;
    paths.retain(|path| is_model_name(path) && path.is_file());
    paths.sort();
    for path in paths {
        let manifest = read_manifest(&manifest_path(&path))?;
        let stem = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        entries.push(Entry {
            name: manifest.as_ref().map_or(stem, Manifest::title),
            stored_bytes: fs::metadata(&path).map_err(unreadable)?.len(),
            has_manifest: manifest.is_some(),
            source: Source::File { path, sha256: None },
        });
    }
    Ok(entries)
}

fn is_model_name(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".bin") || name.ends_with(".bin.zst")
}
