//! The model room: which speech model is loaded, and proof that it is the right one.
//!
//! A model file is code: whisper.cpp believes every number in it. So nothing leaves this room
//! that has not passed a checksum and our own reading of the file ([`ggml`]). The room knows
//! nothing of the engine; a [`Loaded`] model goes down to `transcript`, which runs it.

pub mod ggml;
mod list;
pub mod manifest;
#[cfg(test)]
pub(crate) mod tiny;

pub use list::{Entry, list};
pub use manifest::{FullWindow, Manifest, Tokens, Window};

use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    fs, io,
    io::Read,
    path::{Path, PathBuf},
};

/// The largest file that is read at all: the largest official model is 3.1 GB.
const MAX_MODEL_BYTES: u64 = 4 << 30;
/// The longest manifest that is read; a real one has some 600 bytes.
const MAX_MANIFEST_BYTES: u64 = 64 << 10;

/// Where a model comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The model inside the binary.
    #[default]
    Embedded,
    /// A ggml file, plain or compressed (`.zst`). A manifest `NAME.toml` may stand beside it.
    File {
        /// The file.
        path: PathBuf,
        /// The SHA-256 that the operator expects of the (decompressed) file, in hexadecimal.
        sha256: Option<String>,
    },
}

/// The model that ships inside the binary, still compressed.
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    /// The ggml file, compressed with zstd.
    pub compressed: &'static [u8],
    /// Its manifest.
    pub manifest: &'static str,
}

/// The model that ships inside the binary.
#[must_use]
pub const fn embedded() -> Embedded {
    Embedded {
        compressed: include_bytes!("../models/default.bin.zst"),
        manifest: include_str!("../models/default.toml"),
    }
}

/// A model that passed every check.
#[derive(Clone)]
pub struct Loaded {
    /// The ggml file.
    pub bytes: Vec<u8>,
    /// How it wants to be used.
    pub manifest: Manifest,
    /// The SHA-256 of `bytes`, in hexadecimal.
    pub sha256: String,
    /// What the file says of itself.
    pub header: ggml::Header,
}

impl std::fmt::Debug for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loaded")
            .field("bytes", &self.bytes.len())
            .field("manifest", &self.manifest)
            .field("sha256", &self.sha256)
            .field("header", &self.header)
            .finish()
    }
}

/// A model was refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or the folder cannot be read.
    #[error("cannot read {place}: {source}")]
    Read {
        /// What was to be read.
        place: String,
        /// Why not.
        source: io::Error,
    },
    /// Larger than any model.
    #[error("{place} is larger than {max} bytes, so it is no model that this program can load")]
    TooLarge {
        /// The file.
        place: String,
        /// The limit that was passed.
        max: u64,
    },
    /// The manifest is not one.
    #[error("the manifest {place} is wrong: {fault}")]
    Manifest {
        /// The manifest.
        place: String,
        /// What is wrong, with the key.
        fault: String,
    },
    /// The compressed file is damaged.
    #[error("{place} cannot be decompressed: {source}")]
    Compressed {
        /// The file.
        place: String,
        /// What the decompressor says.
        source: io::Error,
    },
    /// Not the file that was promised.
    #[error("{place} is not the promised file: its SHA-256 is {actual}, expected {expected}")]
    Checksum {
        /// The file.
        place: String,
        /// What was promised.
        expected: String,
        /// What it is.
        actual: String,
    },
    /// Nobody vouches for the file.
    #[error(
        "nobody vouches for {place}: a model file is trusted like code, so set `model.sha256` \
         (or pass `--sha256`) once you know that its SHA-256 should be {actual}, or put a \
         manifest beside it as {manifest}"
    )]
    Unverified {
        /// The file.
        place: String,
        /// What it is.
        actual: String,
        /// Where a manifest would be looked for.
        manifest: String,
    },
    /// The checksum holds, but the file is not a model that the engine can take.
    #[error("{place} is not a usable model: {source}")]
    Malformed {
        /// The file.
        place: String,
        /// What is wrong, and where in the file.
        source: ggml::Fault,
    },
}

/// Loads a model and proves it: checksum first, then the whole structure of the file.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn load(source: &Source) -> Result<Loaded, Error> {
    match source {
        Source::Embedded => load_embedded(embedded()),
        Source::File { path, sha256 } => load_file(path, sha256.as_deref()),
    }
}

fn load_embedded(embedded: Embedded) -> Result<Loaded, Error> {
    const PLACE: &str = "the built-in model";
    let manifest = Manifest::parse(embedded.manifest)
        .map_err(|fault| Error::Manifest { place: PLACE.to_owned(), fault })?;
    let bytes = decompress(embedded.compressed, manifest.bytes, PLACE)?;
    let sha256 = digest(&bytes);
    expect_digest(PLACE, &manifest.sha256, &sha256)?;
    finish(PLACE, bytes, manifest, sha256)
}

fn load_file(path: &Path, sha256: Option<&str>) -> Result<Loaded, Error> {
    let place = path.display().to_string();
    let manifest_path = manifest_path(path);
    let manifest = read_manifest(&manifest_path)?;
    let mut bytes = read_bounded(path, MAX_MODEL_BYTES)?;
    if path.extension().is_some_and(|extension| extension == "zst") {
        let max = manifest.as_ref().map_or(MAX_MODEL_BYTES, |manifest| manifest.bytes);
        bytes = decompress(&bytes, max, &place)?;
    }
    let actual = digest(&bytes);
    if let Some(expected) = sha256 {
        expect_digest(&place, expected, &actual)?;
    }
    match manifest {
        Some(manifest) => {
            expect_digest(&place, &manifest.sha256, &actual)?;
            finish(&place, bytes, manifest, actual)
        }
        None if sha256.is_some() => {
            let manifest = Manifest::official(path, &actual, bytes.len() as u64);
            finish(&place, bytes, manifest, actual)
        }
        // A text file or a cut download is told what it is before it is told to be vouched for.
        None => match ggml::check(&bytes) {
            Err(source) => Err(Error::Malformed { place, source }),
            Ok(_) => Err(Error::Unverified {
                place,
                actual,
                manifest: manifest_path.display().to_string(),
            }),
        },
    }
}

fn finish(
    place: &str,
    bytes: Vec<u8>,
    manifest: Manifest,
    sha256: String,
) -> Result<Loaded, Error> {
    match ggml::check(&bytes) {
        Ok(header) => Ok(Loaded { bytes, manifest, sha256, header }),
        Err(source) => Err(Error::Malformed { place: place.to_owned(), source }),
    }
}

/// `NAME.toml` beside `NAME.bin` and `NAME.bin.zst`.
fn manifest_path(path: &Path) -> PathBuf {
    let is_compressed = path.extension().is_some_and(|extension| extension == "zst");
    let plain = if is_compressed { path.with_extension("") } else { path.to_owned() };
    plain.with_extension("toml")
}

fn read_manifest(path: &Path) -> Result<Option<Manifest>, Error> {
    let place = path.display().to_string();
    let bytes = match read_bounded(path, MAX_MANIFEST_BYTES) {
        Err(Error::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            return Ok(None);
        }
        read => read?,
    };
    match std::str::from_utf8(&bytes) {
        Ok(text) => match Manifest::parse(text) {
            Ok(manifest) => Ok(Some(manifest)),
            Err(fault) => Err(Error::Manifest { place, fault }),
        },
        Err(fault) => Err(Error::Manifest { place, fault: fault.to_string() }),
    }
}

fn read_bounded(path: &Path, max: u64) -> Result<Vec<u8>, Error> {
    let place = || path.display().to_string();
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(max + 1).read_to_end(&mut bytes))
        .map_err(|source| Error::Read { place: place(), source })?;
    if bytes.len() as u64 > max {
        return Err(Error::TooLarge { place: place(), max });
    }
    Ok(bytes)
}

/// Decompresses at most `max` bytes: a small file may claim to hold terabytes.
fn decompress(compressed: &[u8], max: u64, place: &str) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    zstd::Decoder::with_buffer(compressed)
        .and_then(|decoder| decoder.take(max + 1).read_to_end(&mut bytes))
        .map_err(|source| Error::Compressed { place: place.to_owned(), source })?;
    if bytes.len() as u64 > max {
        return Err(Error::TooLarge { place: place.to_owned(), max });
    }
    Ok(bytes)
}

/// The SHA-256 of some bytes, in hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn expect_digest(place: &str, expected: &str, actual: &str) -> Result<(), Error> {
    if expected.trim().eq_ignore_ascii_case(actual) {
        return Ok(());
    }
    Err(Error::Checksum {
        place: place.to_owned(),
        expected: expected.to_owned(),
        actual: actual.to_owned(),
    })
}

#[cfg(test)]
mod tests;
