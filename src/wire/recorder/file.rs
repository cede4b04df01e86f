//! One recording on the disk: readable by its owner alone, hidden until it is complete.

use super::Batch;
use std::{io, io::Write, path::Path};
use tempfile::NamedTempFile;
use tokio::{
    sync::{Semaphore, mpsc},
    task::spawn_blocking,
};

/// The end of a recording's name.
const END: &str = ".jsonl";

/// The longest part of a name that comes from a call's id: a UUID with a prefix.
const MAX_ID_CHARACTERS: usize = 100;

/// Calls of one name in one folder. A gateway that names more alike names none.
const MAX_ALIKE: u32 = 10_000;

/// Makes the file, mode 0600, under a name that begins with a dot and ends in `.part`. It goes
/// with its handle unless it was kept.
pub(super) fn create(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".call-").suffix(".part").tempfile_in(folder)
}

/// Writes what comes until the last of it, and gives the file its name. Answers whether there was
/// a last.
pub(super) async fn write(
    folder: &Path,
    call_id: &str,
    writers: &Semaphore,
    mut batches: mpsc::Receiver<Batch>,
) -> io::Result<bool> {
    let mut file: Option<NamedTempFile> = None;
    while let Some(Batch { lines, is_last }) = batches.recv().await {
        let (folder, stem) = (folder.to_owned(), stem(call_id));
        let begun = file.take();
        file = at_the_disk(writers, move || {
            let mut file = begun.map_or_else(|| create(&folder), Ok)?;
            file.write_all(&lines)?;
            if is_last {
                keep(file, &folder, &stem)?;
                return Ok(None);
            }
            Ok(Some(file))
        })
        .await?;
        if is_last {
            return Ok(true);
        }
    }
    // Taking a file away can hang as well as writing it.
    at_the_disk(writers, move || {
        drop(file);
        Ok(false)
    })
    .await
}

async fn at_the_disk<T: Send + 'static>(
    writers: &Semaphore,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let _writer = writers.acquire().await.map_err(io::Error::other)?;
    spawn_blocking(work).await.map_err(io::Error::other)?
}

/// Gives the file the first name that is free.
fn keep(mut file: NamedTempFile, folder: &Path, stem: &str) -> io::Result<()> {
    for n in 1..=MAX_ALIKE {
        let number = if n == 1 { String::new() } else { format!("-{n}") };
        match file.persist_noclobber(folder.join(format!("{stem}{number}{END}"))) {
            Ok(_) => return Ok(()),
            Err(taken) if taken.error.kind() == io::ErrorKind::AlreadyExists => file = taken.file,
            Err(other) => return Err(other.error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "too many recordings have this call's name"))
}

/// What a file may be called after a call. The id is the gateway's: no path, no hidden file.
pub(super) fn stem(call_id: &str) -> String {
    let safe = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => character,
        _ => '_',
    };
    let stem: String = call_id.chars().take(MAX_ID_CHARACTERS).map(safe).collect();
    if stem.is_empty() { "call".to_owned() } else { stem }
}
