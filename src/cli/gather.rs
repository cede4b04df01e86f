//! Opens the rooms that a command needs, from what the command line and the configuration say.

use super::Failure;
use crate::{
    call::Host,
    config::{Faults, Profile, Settings},
    decision::Policy,
    intent::Classifier,
    model,
    prompt::{Lack, Voices},
    speech,
    transcript::{Pool, whisper::Engine},
};
use anyhow::Context;
use std::{path::PathBuf, sync::Arc};

/// What the command line says for all commands.
#[derive(Debug)]
pub(super) struct Gather {
    pub(super) config: Option<PathBuf>,
    pub(super) model: Option<PathBuf>,
    pub(super) sha256: Option<String>,
}

/// The rooms, open.
#[derive(Debug)]
pub(super) struct Rooms {
    pub(super) host: Arc<Host>,
    pub(super) pool: Arc<Pool>,
    pub(super) manifest: model::Manifest,
    pub(super) sha256: String,
}

impl Gather {
    /// Reads the configuration, or ends the command.
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        self.load().map_err(Failure::Config)
    }

    /// Reads the configuration; the command line goes before the file.
    pub(super) fn load(&self) -> Result<Settings, Faults> {
        let mut settings = Settings::load(self.config.as_deref())?;
        if let Some(path) = &self.model {
            settings.config.model.path = Some(path.clone());
            settings.config.model.sha256.clone_from(&self.sha256);
        }
        Ok(settings)
    }

    /// Loads the model and starts the engine.
    pub(super) fn open(&self, settings: &Settings) -> Result<Rooms, Failure> {
        let loaded = model::load(&settings.model_source())?;
        let longest_ms = loaded.manifest.window.max_ms;
        if settings.config.speech.max_utterance_ms > longest_ms {
            return Err(Failure::Config(Faults(vec![crate::config::Fault {
                file: self
                    .config
                    .as_ref()
                    .map_or_else(|| "built-in".to_owned(), |path| path.display().to_string()),
                key: "speech.max_utterance_ms".to_owned(),
                what: format!("must not exceed the model's longest window, {longest_ms} ms"),
            }])));
        }
        let engine = Engine::load(&loaded).context("the speech engine cannot be started")?;
        let pool = Pool::start(settings.config.transcript.clone(), move || {
            Ok(Box::new(engine.recognizer()?))
        })
        .context("the speech engine's workers cannot be started")?;
        Ok(Rooms {
            host: host(settings)?,
            pool: Arc::new(pool),
            manifest: loaded.manifest,
            sha256: loaded.sha256,
        })
    }
}

/// What prompts sound like, and what they will lack.
pub(super) fn voices(settings: &Settings) -> (Voices, Vec<Lack>) {
    let (config, fixed) = (&settings.config.prompt, settings.profile.fixed_prompts());
    let lacks = Voices::lacks(config, &fixed, std::env::var_os("PATH").as_deref());
    (Voices::new(config.clone(), fixed), lacks)
}

/// What all calls share, from the configuration.
pub(super) fn host(settings: &Settings) -> Result<Arc<Host>, Failure> {
    let classifier = Classifier::embedded().context("the intent model cannot be read")?;
    Ok(host_of(settings.profile.clone(), classifier, settings.config.speech.clone()))
}

/// What all calls share under a profile.
pub(super) fn host_of(
    profile: Profile,
    classifier: Classifier,
    speech: speech::Config,
) -> Arc<Host> {
    let policy = Policy::new(profile.decision);
    Arc::new(Host::new(profile.number, profile.call, policy, classifier, speech))
}
