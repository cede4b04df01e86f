//! What an operator may set: the service's file and the hotline profile.
//!
//! Both are TOML laid over built-in defaults. Every fault of both is found at once and named by
//! its key, before a port is bound. The rooms own their tables; only this file sees the whole.

mod change;
mod file;
mod overlay;
mod summary;
mod warnings;
mod wording;

pub use summary::Summary;

use crate::{call, decision, model, prompt, speech, telemetry, transcript, wire};
use overlay::read;
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    path::{Path, PathBuf},
};

/// The service's file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Addresses and limits of the network side.
    pub wire: wire::Config,
    /// How speech is found and cut.
    pub speech: speech::Config,
    /// The engine's threads.
    pub transcript: transcript::Config,
    /// Which speech model.
    pub model: Model,
    /// What prompts sound like.
    pub prompt: prompt::Config,
    /// Which hotline.
    pub hotline: Hotline,
    /// What is logged.
    pub log: telemetry::Config,
}

/// The `[model]` table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Model {
    /// A ggml file; without one the built-in model is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// The SHA-256 that the file must have, where no manifest stands beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// The `[hotline]` table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hotline {
    /// A profile laid over the built-in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<PathBuf>,
}

/// The hotline profile: what is said, who takes which call, when people are in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The file stands alone: nothing is taken from the built-in profile, and what is missing is a
    /// fault. No text of another company can slip in.
    #[serde(default, skip_serializing)]
    pub complete: bool,
    /// The number that callers dial.
    pub number: String,
    /// Thresholds, desks, hours.
    pub decision: decision::Config,
    /// Prompts and timers.
    pub call: call::Config,
}

impl Profile {
    /// Names what is in force: the SHA-256 of all values, whatever file and comments they came
    /// from. Two services with the same one say and do the same.
    #[must_use]
    pub fn checksum(&self) -> String {
        // Every map in it is sorted, and a profile that was read can be written.
        model::digest(toml::to_string(self).unwrap_or_default().as_bytes())
    }

    /// The prompts whose words are the same in every call: those that have no placeholder but the
    /// hotline's number. Keys are counted from `call.prompts`, a table in a table behind a dot.
    #[must_use]
    pub fn fixed_prompts(&self) -> Vec<prompt::Fixed> {
        let spoken =
            self.call.spoken().map(|(key, text)| (key, text.replace("{number}", &self.number)));
        spoken
            .filter(|(_, text)| !text.contains('{'))
            .map(|(key, text)| prompt::Fixed { key, text })
            .collect()
    }
}

/// The profile that is built in.
pub const DEFAULT_PROFILE: &str = include_str!("../hotline/default.toml");

/// One value that cannot work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// The key, dotted.
    pub key: String,
    /// What is wrong.
    pub what: String,
}

/// Every fault of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.0.iter().enumerate() {
            let separator = if n == 0 { "" } else { "\n" };
            write!(f, "{separator}{}: {}: {}", fault.file, fault.key, fault.what)?;
        }
        Ok(())
    }
}

/// Recordings in a folder of this name beside the profile need no setting; where no profile is named,
/// in `hotline/` beside the service's file.
const RECORDINGS: &str = "prompts";

/// Everything that was configured, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The service's file.
    pub config: Config,
    /// The hotline profile.
    pub profile: Profile,
}

impl Settings {
    /// Reads the service's file, where one is given, and the profile that it names.
    ///
    /// # Errors
    /// Every fault of both files at once.
    pub fn load(path: Option<&Path>) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut config: Option<Config> = read("", path, &mut faults);
        if let (Some(config), Some(path)) = (&config, path) {
            check_config(config, path, &mut faults);
        }
        // A relative path lies beside the file that names it.
        let beside = path.and_then(Path::parent).unwrap_or(Path::new(""));
        if let Some(folder) = config.as_mut().and_then(|config| config.prompt.folder.as_mut()) {
            *folder = beside.join(&*folder);
        }
        if let Some(folder) = config.as_mut().and_then(|config| config.wire.record_to.as_mut()) {
            *folder = beside.join(&*folder);
        }
        let named = config.as_ref().and_then(|config| config.hotline.profile.as_deref());
        let profile_path = named.map(|named| beside.join(named));
        if let Some(folder) = config.as_mut().map(|config| &mut config.prompt.folder)
            && folder.is_none()
        {
            let profile_folder = profile_path.as_deref().and_then(Path::parent);
            let hotline = profile_folder.map_or_else(|| beside.join("hotline"), Path::to_owned);
            *folder = Some(hotline.join(RECORDINGS)).filter(|folder| folder.is_dir());
        }
        let profile: Option<Profile> = read(DEFAULT_PROFILE, profile_path.as_deref(), &mut faults);
        if let Some(profile) = &profile {
            check_profile(profile, profile_path.as_deref(), &mut faults);
        }
        match (config, profile) {
            (Some(config), Some(profile)) if faults.is_empty() => Ok(Self { config, profile }),
            _ => Err(Faults(faults)),
        }
    }

    /// Where the speech model comes from.
    #[must_use]
    pub fn model_source(&self) -> model::Source {
        match &self.config.model.path {
            None => model::Source::Embedded,
            Some(path) => {
                model::Source::File { path: path.clone(), sha256: self.config.model.sha256.clone() }
            }
        }
    }

    /// The effective configuration as TOML, profile included.
    #[must_use]
    pub fn to_toml(&self) -> String {
        #[derive(Serialize)]
        struct Whole<'a> {
            #[serde(flatten)]
            config: &'a Config,
            profile: &'a Profile,
        }
        let whole = Whole { config: &self.config, profile: &self.profile };
        toml::to_string_pretty(&whole).unwrap_or_else(|error| format!("# {error}\n"))
    }
}

fn check_config(config: &Config, path: &Path, faults: &mut Vec<Fault>) {
    let mut note = |table: &str, found: Vec<(&'static str, String)>| {
        faults.extend(found.into_iter().map(|(key, what)| Fault {
            file: path.display().to_string(),
            key: format!("{table}.{key}"),
            what,
        }));
    };
    note("wire", config.wire.faults());
    note("speech", config.speech.faults());
    note("transcript", config.transcript.faults());
    note("prompt", config.prompt.faults());
    note("log", config.log.faults());
    if config.model.sha256.is_some() && config.model.path.is_none() {
        note("model", vec![("sha256", "is set, but model.path is not".to_owned())]);
    }
}

fn check_profile(profile: &Profile, path: Option<&Path>, faults: &mut Vec<Fault>) {
    let file =
        path.map_or_else(|| "built-in profile".to_owned(), |path| path.display().to_string());
    let mut note = |table: &str, found: Vec<(String, String)>| {
        faults.extend(found.into_iter().map(|(key, what)| Fault {
            file: file.clone(),
            key: format!("{table}{key}"),
            what,
        }));
    };
    if profile.number.trim().is_empty() {
        note("", vec![("number".to_owned(), "must not be empty".to_owned())]);
    }
    note("decision.", profile.decision.faults());
    note("call.", profile.call.faults());
}

#[cfg(test)]
mod tests;
