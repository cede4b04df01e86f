//! The `[prompt]` table: where audio for prompts comes from, and its limits.

use super::Format;
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Duration};

/// What a part of the command may be written as, and is replaced by for each prompt.
pub(super) const PLACEHOLDERS: [&str; 5] = ["{text}", "{ssml}", "{pinyin}", "{speed}", "{out}"];

/// Those that hold the words.
const WORDS: [&str; 3] = ["{text}", "{ssml}", "{pinyin}"];

/// Formats to prepare: more than gateways of one hotline speak.
const MAX_PREFETCH: usize = 16;

/// The `[prompt]` table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Holds `KEY.wav` for prompts that were recorded, `greeting.wav` for `call.prompts.greeting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// A program and its arguments that speak what was not recorded. Empty: nothing does. No shell
    /// is in between. `{text}`, `{ssml}` or `{pinyin}` stand for the words, `{speed}` for one of
    /// the speeds below, `{out}` for a WAV file that the program writes; without it the WAV file
    /// is read from what the program prints.
    pub command: Vec<String>,
    /// `{speed}` at a normal pace, in espeak-ng's unit, words a minute.
    pub speed: u32,
    /// `{speed}` for callers who need time.
    pub slow_speed: u32,
    /// How long the program may run before it is killed.
    pub timeout_ms: u64,
    /// How long a prompt that nobody spoke yet is held back for its audio. A pause between turns
    /// feels long from about half a second on, and recognition needs its part of that.
    pub wait_ms: u64,
    /// Programs at one time; one core speaks faster than callers listen.
    pub jobs: usize,
    /// The longest audio. 40 s of the widest format (48 kHz, 16 bit) just fit into the 4 MiB that
    /// gRPC clients take as one message by default.
    pub max_seconds: u32,
    /// Bytes of audio that are kept: 70 minutes of G.711, hundreds of prompts.
    pub cache_bytes: usize,
    /// Formats in which prompts whose words are always the same are made ready at start:
    /// `["alaw/8000"]`.
    pub prefetch: Vec<Format>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            folder: None,
            command: Vec::new(),
            speed: 160,
            slow_speed: 120,
            timeout_ms: 10_000,
            wait_ms: 300,
            jobs: 2,
            max_seconds: 30,
            cache_bytes: 32 * 1024 * 1024,
            prefetch: Vec::new(),
        }
    }
}

impl Config {
    /// Returns every fault, as the key and what is wrong with its value.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let mut check = |key: &'static str, value: u64, min: u64, max: u64| {
            if !(min..=max).contains(&value) {
                faults.push((key, format!("{value} is outside {min} to {max}")));
            }
        };
        // What espeak-ng takes; other programs may read the number as they like.
        check("speed", self.speed.into(), 1, 450);
        check("slow_speed", self.slow_speed.into(), 1, 450);
        check("timeout_ms", self.timeout_ms, 100, 120_000);
        check("wait_ms", self.wait_ms, 0, 5_000);
        check("jobs", self.jobs as u64, 1, 64);
        check("max_seconds", self.max_seconds.into(), 1, 40);
        check("cache_bytes", self.cache_bytes as u64, 0, 1 << 32);
        check("prefetch", self.prefetch.len() as u64, 0, MAX_PREFETCH as u64);
        faults.extend(self.command_fault().map(|what| ("command", what)));
        faults
    }

    fn command_fault(&self) -> Option<String> {
        let (program, arguments) = self.command.split_first()?;
        if program.is_empty() || program.contains('{') {
            return Some("must begin with the name of a program".to_owned());
        }
        let has = |wanted: &[&str]| {
            arguments.iter().any(|part| wanted.iter().any(|name| part.contains(name)))
        };
        if !has(&WORDS) {
            return Some("must hand the words over: {text}, {ssml} or {pinyin}".to_owned());
        }
        let unknown = arguments.iter().find_map(|part| unknown_placeholder(part))?;
        Some(format!("{unknown} is none of {}", PLACEHOLDERS.join(" ")))
    }

    /// Whether there is any way to audio.
    pub(super) fn speaks(&self) -> bool {
        self.folder.is_some() || !self.command.is_empty()
    }

    pub(super) const fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    pub(super) const fn wait(&self) -> Duration {
        Duration::from_millis(self.wait_ms)
    }
}

/// The first `{name}` in lower-case letters that is no placeholder.
fn unknown_placeholder(part: &str) -> Option<&str> {
    let mut rest = part;
    while let Some(start) = rest.find('{') {
        rest = &rest[start..];
        let end = rest.find('}')? + 1;
        let (name, tail) = rest.split_at(end);
        let is_name = name.len() > 2
            && name[1..end - 1].bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if is_name && !PLACEHOLDERS.contains(&name) {
            return Some(name);
        }
        rest = tail;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(toml: &str) -> Vec<&'static str> {
        let config: Config = toml::from_str(toml).unwrap();
        config.faults().into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn the_defaults_and_the_readmes_command_have_no_fault() {
        assert_eq!(Config::default().faults(), []);
        let readme = r#"command = ["espeak-ng", "-v", "cmn-latn-pinyin+f2", "-s", "{speed}",
            "--stdout", "{pinyin}"]
            prefetch = ["alaw/8000", "linear16/16000"]"#;
        assert_eq!(faults(readme), [""; 0]);
        let written = toml::to_string(&toml::from_str::<Config>(readme).unwrap()).unwrap();
        assert!(written.contains("\"alaw/8000\""), "{written}");
    }

    #[test]
    fn every_fault_is_named_by_its_key() {
        assert_eq!(
            faults("command = [\"say\"]\nwait_ms = 9999\njobs = 0\nmax_seconds = 41"),
            ["wait_ms", "jobs", "max_seconds", "command"]
        );
        assert_eq!(faults("command = [\"{text}\"]"), ["command"]);
        assert_eq!(faults("command = [\"say\", \"{words}\", \"{text}\"]"), ["command"]);
        assert_eq!(faults("command = [\"jq\", \"{\\\"a\\\":1}\", \"{text}\"]"), [""; 0]);
        for prefetch in ["alaw", "alaw/7999", "opus/48000", "mulaw/8000/1"] {
            let text = format!("prefetch = [\"{prefetch}\"]");
            assert!(toml::from_str::<Config>(&text).is_err(), "{prefetch}");
        }
    }
}
