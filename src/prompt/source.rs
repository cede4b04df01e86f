//! Where a prompt's audio comes from: a recording, else the operator's command.

use super::{
    Config, Fixed, Format, Lack, Pace,
    command::{self, FILE, Output},
};
use crate::audio::{self, clip::Clip};
use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    process::ExitStatus,
    time::Duration,
};
use tracing::warn;

/// The most that a command may write: 40 s, the longest prompt, in 48 kHz stereo float, 15.4 MB.
pub(super) const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// A prompt stays without audio.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what each one is")]
pub enum Error {
    #[error("there is no recording and no command")]
    NoSource,
    #[error("{program} cannot be started: {source}")]
    Start { program: String, source: io::Error },
    #[error("no folder for the command's file: {0}")]
    Folder(#[source] io::Error),
    #[error("the command cannot be listened to: {0}")]
    Pipe(#[source] io::Error),
    #[error("the command did not end within {} ms and was killed", .0.as_millis())]
    Timeout(Duration),
    #[error("the command wrote more than {MAX_BYTES} bytes and was killed")]
    TooMuch,
    #[error("the command failed ({status}): {complaint}")]
    Failed { status: ExitStatus, complaint: String },
    #[error("the command gave no audio")]
    Nothing,
    #[error("what the command gave cannot be used: {0}")]
    Given(#[source] audio::Error),
    #[error("{}: {source}", path.display())]
    Recording { path: PathBuf, source: audio::Error },
    #[error("the conversion was lost")]
    Lost,
}

/// The recording that a prompt may have. Keys that are no plain names have none.
fn recording(config: &Config, key: &str) -> Option<PathBuf> {
    let folder = config.folder.as_ref()?;
    let is_name = !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    is_name.then(|| folder.join(format!("{key}.wav")))
}

/// Makes a prompt's audio. `key` is that of a prompt whose words are always the same.
pub(super) async fn make(
    config: &Config,
    key: Option<&str>,
    text: &str,
    pace: Pace,
    format: Format,
) -> Result<Vec<u8>, Error> {
    let max_seconds = config.max_seconds;
    if let Some(path) = key.and_then(|key| recording(config, key)).filter(|path| path.exists()) {
        let encode = move || read(&path, max_seconds, format);
        match off_the_calls(encode).await {
            Err(error) if !config.command.is_empty() => warn!(%error, "a recording is not used"),
            made => return made,
        }
    }
    let output = command::run(config, text, pace).await?;
    off_the_calls(move || {
        let clip = match &output {
            Output::Printed(bytes) => Clip::from_wav(bytes, max_seconds),
            Output::Written(folder) => Clip::open(&folder.path().join(FILE), max_seconds),
        };
        clip.and_then(|clip| clip.encode(format.encoding, format.rate_hz)).map_err(Error::Given)
    })
    .await
}

fn read(path: &Path, max_seconds: u32, format: Format) -> Result<Vec<u8>, Error> {
    Clip::open(path, max_seconds)
        .and_then(|clip| clip.encode(format.encoding, format.rate_hz))
        .map_err(|source| Error::Recording { path: path.to_owned(), source })
}

/// Converts on a thread that no call waits for. There are never more of these than `prompt.jobs`.
async fn off_the_calls(
    work: impl FnOnce() -> Result<Vec<u8>, Error> + Send + 'static,
) -> Result<Vec<u8>, Error> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(Error::Lost))
}

/// Finds all that leaves prompts without audio, without running anything. `path` is where programs
/// are looked for.
#[must_use]
pub(super) fn lacks(config: &Config, fixed: &[Fixed], path: Option<&OsStr>) -> Vec<Lack> {
    let mut lacks = Vec::new();
    let mut note = |key: &'static str, what: String| lacks.push(Lack { key, what });
    if let Some(folder) = &config.folder {
        match std::fs::read_dir(folder) {
            Err(error) => note("folder", format!("{}: {error}", folder.display())),
            Ok(entries) => {
                let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
                let mut paths: Vec<PathBuf> =
                    paths.filter(|path| path.extension() == Some(OsStr::new("wav"))).collect();
                paths.sort();
                for path in paths {
                    let owner =
                        fixed.iter().any(|it| recording(config, &it.key).as_ref() == Some(&path));
                    if !owner {
                        let what = "belongs to no prompt whose words are always the same";
                        note("folder", format!("{} {what}", path.display()));
                    } else if let Err(error) = Clip::open(&path, config.max_seconds) {
                        note("folder", format!("{}: {error}", path.display()));
                    }
                }
            }
        }
    }
    if let Some(program) = config.command.first()
        && !is_program(program, path)
    {
        note("command", format!("{program} is no program that can be found"));
    }
    if !config.prefetch.is_empty() && !config.speaks() {
        note("prefetch", "there is neither prompt.folder nor prompt.command".to_owned());
    }
    lacks
}

fn is_program(program: &str, path: Option<&OsStr>) -> bool {
    if program.contains(std::path::MAIN_SEPARATOR) {
        return is_executable(Path::new(program));
    }
    path.is_some_and(|path| {
        std::env::split_paths(path).any(|folder| is_executable(&folder.join(program)))
    })
}

fn is_executable(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        path.metadata().is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    {
        path.is_file() || path.with_extension("exe").is_file()
    }
}
