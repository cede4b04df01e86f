//! Runs the operator's speech synthesis, and trusts it with nothing.
//!
//! The program gets the words as arguments, no shell and no input. It has so much time and may
//! write so much; whoever takes more is killed, with all that it started. What it printed on
//! stderr is kept for the message. What comes out is only bytes here.

use super::{
    Config, Pace,
    config::PLACEHOLDERS,
    reading::reading,
    source::{Error, MAX_BYTES},
    ssml::ssml,
};
use std::{path::Path, process::Stdio, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::{Child, Command},
    time::{sleep, timeout},
};

/// What is kept of stderr: a few lines say what is wrong.
const COMPLAINT_BYTES: u64 = 1_024;

/// The file's name in its folder.
pub(super) const FILE: &str = "prompt.wav";

/// How often the size of a growing file is looked at: at a disk's 1 GB/s it is 100 MB too long.
const LOOK: Duration = Duration::from_millis(100);

/// What the program gave.
#[derive(Debug)]
pub(super) enum Output {
    /// What it printed.
    Printed(Vec<u8>),
    /// The file that it wrote, alone in a folder that goes with it.
    Written(TempDir),
}

/// Lets the program speak.
pub(super) async fn run(config: &Config, text: &str, pace: Pace) -> Result<Output, Error> {
    let Some((program, arguments)) = config.command.split_first() else {
        return Err(Error::NoSource);
    };
    let writes = arguments.iter().any(|part| part.contains("{out}"));
    let folder = writes.then(tempfile::tempdir).transpose().map_err(Error::Folder)?;
    let out = folder.as_ref().map(|folder| folder.path().join(FILE));
    let speed = match pace {
        Pace::Normal => config.speed,
        Pace::Slow => config.slow_speed,
    };
    let out_text = out.as_deref().map(Path::to_string_lossy).unwrap_or_default();
    let values = [text, &ssml(text, pace), &reading(text), &speed.to_string(), out_text.as_ref()];
    let mut command = Command::new(program);
    command
        .args(arguments.iter().map(|part| fill(part, &values)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let start = |source| Error::Start { program: program.clone(), source };
    let mut child = command.spawn().map_err(start)?;
    let mut family = Family::of(&child);
    let work = async {
        tokio::select! {
            printed = listen(&mut child) => printed,
            error = outgrown(out.as_deref()) => Err(error),
        }
    };
    let limit = config.timeout();
    let printed = timeout(limit, work).await.map_err(|_| Error::Timeout(limit))??;
    family.is_gone();
    match (out, folder) {
        (Some(out), Some(folder)) if out.exists() => Ok(Output::Written(folder)),
        (Some(_), _) => Err(Error::Nothing),
        (None, _) if printed.is_empty() => Err(Error::Nothing),
        (None, _) => Ok(Output::Printed(printed)),
    }
}

/// Puts the values in the places, all at once: a value that looks like a placeholder stays.
fn fill(part: &str, values: &[&str; PLACEHOLDERS.len()]) -> String {
    let mut filled = String::new();
    let mut rest = part;
    while let Some(at) = rest.find('{') {
        let (before, place) = rest.split_at(at);
        filled.push_str(before);
        let known = PLACEHOLDERS.iter().zip(values).find(|(name, _)| place.starts_with(**name));
        let (value, length) = known.map_or(("{", 1), |(name, value)| (*value, name.len()));
        filled.push_str(value);
        rest = &place[length..];
    }
    filled.push_str(rest);
    filled
}

/// Reads what the program prints, to its end.
async fn listen(child: &mut Child) -> Result<Vec<u8>, Error> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (printed, complaint) = tokio::try_join!(printed(stdout), complaint(stderr))?;
    let status = child.wait().await.map_err(Error::Pipe)?;
    if status.success() { Ok(printed) } else { Err(Error::Failed { status, complaint }) }
}

async fn printed(pipe: Option<impl AsyncRead + Unpin>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(MAX_BYTES + 1).read_to_end(&mut bytes).await.map_err(Error::Pipe)?;
    }
    if bytes.len() as u64 > MAX_BYTES { Err(Error::TooMuch) } else { Ok(bytes) }
}

/// Keeps the beginning and lets the rest go by, so that the program is not held up.
async fn complaint(pipe: Option<impl AsyncRead + Unpin>) -> Result<String, Error> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        (&mut pipe).take(COMPLAINT_BYTES).read_to_end(&mut bytes).await.map_err(Error::Pipe)?;
        tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await.map_err(Error::Pipe)?;
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Ends when the file is longer than it may be; without a file never.
async fn outgrown(path: Option<&Path>) -> Error {
    let Some(path) = path else { return std::future::pending().await };
    loop {
        sleep(LOOK).await;
        if std::fs::metadata(path).is_ok_and(|it| it.len() > MAX_BYTES) {
            return Error::TooMuch;
        }
    }
}

/// The program and what it started: killed together, unless it ended by itself.
#[derive(Debug)]
struct Family(Option<u32>);

impl Family {
    fn of(child: &Child) -> Self {
        Self(child.id())
    }

    fn is_gone(&mut self) {
        self.0 = None;
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = self.0.take()
            && let Some(group) = i32::try_from(group).ok().and_then(rustix::process::Pid::from_raw)
        {
            // It was not waited for, so its number still is its own.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in_once_and_braces_stay() {
        let values = ["{ssml}", "S", "P", "160", "/tmp/x"];
        assert_eq!(fill("a{text}b{speed}", &values), "a{ssml}b160");
        assert_eq!(fill("{x}{{out}}{", &values), "{x}{/tmp/x}{");
    }
}
