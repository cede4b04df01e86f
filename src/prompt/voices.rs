//! Asks for a prompt's audio and waits for it, but never for long.

use super::{
    Config, Fixed, Format, Lack, Pace,
    source::{self, Error},
    store::{Counts, Found, Key, Making, Store},
};
use std::{ffi::OsStr, sync::Arc};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};
use tracing::{debug, warn};

/// The longest text that is spoken: some minutes, far above any prompt and far below what a system
/// takes as one argument of a program.
const MAX_TEXT_BYTES: usize = 8 * 1024;

/// All voices of the service. Without a folder and a command it is silent, as is the default.
#[derive(Clone, Debug, Default)]
pub struct Voices {
    shared: Option<Arc<Shared>>,
}

#[derive(Debug)]
struct Shared {
    config: Config,
    fixed: Vec<Fixed>,
    store: Arc<Store>,
    places: Semaphore,
}

/// One prompt's audio, there or on its way.
#[derive(Debug)]
pub struct Voice {
    state: State,
    until: Instant,
}

#[derive(Debug)]
enum State {
    There(Arc<[u8]>),
    Making(Making),
    Nothing,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was there.
    Kept(Arc<[u8]>),
    /// It was made in time.
    Made(Arc<[u8]>),
    /// It is not ready yet; the prompt goes out without it.
    Late,
    /// There is none.
    Nothing,
}

impl Answer {
    /// Its name in the metrics.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Kept(_) => "kept",
            Self::Made(_) => "made",
            Self::Late => "late",
            Self::Nothing => "none",
        }
    }

    /// The audio, where there is one.
    #[must_use]
    pub fn audio(&self) -> Option<&[u8]> {
        match self {
            Self::Kept(audio) | Self::Made(audio) => Some(audio),
            Self::Late | Self::Nothing => None,
        }
    }
}

impl Voice {
    /// From now on it answers at once: with what is there, or that it is late.
    pub fn hurry(&mut self) {
        self.until = self.until.min(Instant::now());
    }

    /// Waits for the audio, at most as long as configured, counted from when it was asked for.
    /// May be dropped and called again.
    pub async fn answer(&mut self) -> Answer {
        let making = match &mut self.state {
            State::There(audio) => return Answer::Kept(Arc::clone(audio)),
            State::Nothing => return Answer::Nothing,
            State::Making(making) => making,
        };
        match timeout_at(self.until, making.wait_for(Option::is_some)).await {
            Err(_) => Answer::Late,
            Ok(Err(_)) => Answer::Nothing,
            Ok(Ok(made)) => match &*made {
                Some(Some(audio)) => Answer::Made(Arc::clone(audio)),
                Some(None) | None => Answer::Nothing,
            },
        }
    }
}

impl Voices {
    /// Makes the voices of a configuration. `fixed` are the prompts that may have been recorded.
    #[must_use]
    pub fn new(config: Config, fixed: Vec<Fixed>) -> Self {
        let shared = config.speaks().then(|| {
            let store = Arc::new(Store::new(config.cache_bytes));
            let places = Semaphore::new(config.jobs);
            Arc::new(Shared { config, fixed, store, places })
        });
        Self { shared }
    }

    /// Asks for a prompt's audio. `None` where this service has no voice at all. Must be called
    /// inside a tokio runtime, which makes what is not there yet.
    #[must_use]
    pub fn ask(&self, text: &Arc<str>, pace: Pace, format: Format) -> Option<Voice> {
        let shared = self.shared.as_ref()?;
        let now = Instant::now();
        let until = now + shared.config.wait();
        if text.len() > MAX_TEXT_BYTES {
            return Some(Voice { state: State::Nothing, until });
        }
        let key = Key { text: Arc::clone(text), pace, format };
        let state = match shared.store.look(&key, now) {
            Found::There(audio) => State::There(audio),
            Found::Making(making) => State::Making(making),
            Found::Nothing => State::Nothing,
            Found::Make(maker, making) => {
                let shared = Arc::clone(shared);
                tokio::spawn(async move {
                    match shared.make(&key).await {
                        Ok(audio) => maker.finish(Some(audio.into())),
                        Err(error) => {
                            warn!(%error, %format, "a prompt has no audio");
                            maker.finish(None);
                        }
                    }
                });
                State::Making(making)
            }
        };
        Some(Voice { state, until })
    }

    /// Makes what is always said ready in the background; see [`Voices::warm_up`]. Must be called
    /// inside a tokio runtime.
    pub fn prefetch(&self) {
        let voices = self.clone();
        tokio::spawn(async move { voices.warm_up().await });
    }

    /// Makes what is always said ready, one after the other. What fails is logged; calls go on
    /// without it. May be dropped: what was begun is still made.
    pub async fn warm_up(&self) {
        let Some(shared) = &self.shared else { return };
        for (fixed, format) in shared.prefetched() {
            let voice = self.ask(&fixed.text.as_str().into(), Pace::Normal, format);
            if let Some(Voice { state: State::Making(mut making), .. }) = voice {
                let _ = making.wait_for(Option::is_some).await;
            }
        }
        debug!(counts = ?shared.store.counts(), "prompts were made ready");
    }

    /// Finds all that will leave prompts without audio, without running the command. `path` is
    /// where programs are looked for.
    #[must_use]
    pub fn lacks(config: &Config, fixed: &[Fixed], path: Option<&OsStr>) -> Vec<Lack> {
        source::lacks(config, fixed, path)
    }

    /// Makes all that [`Voices::prefetch`] would and says what fails.
    pub async fn rehearse(&self) -> Vec<Lack> {
        let mut lacks = Vec::new();
        let Some(shared) = &self.shared else { return lacks };
        for (fixed, format) in shared.prefetched() {
            let (text, pace) = (fixed.text.as_str().into(), Pace::Normal);
            if let Err(error) = shared.make(&Key { text, pace, format }).await {
                let what = format!("{} as {format}: {error}", fixed.key);
                lacks.push(Lack { key: "prefetch", what });
            }
        }
        lacks
    }

    /// How often what happened so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.shared.as_ref().map(|shared| shared.store.counts()).unwrap_or_default()
    }
}

impl Shared {
    async fn make(&self, key: &Key) -> Result<Vec<u8>, Error> {
        let _place = self.places.acquire().await.map_err(|_| Error::Lost)?;
        // By its words, not by its name: a recording is never heard in the place of other words.
        let fixed = self.fixed.iter().find(|fixed| *fixed.text == *key.text);
        let name = fixed.map(|fixed| fixed.key.as_str());
        source::make(&self.config, name, &key.text, key.pace, key.format).await
    }

    fn prefetched(&self) -> impl Iterator<Item = (&Fixed, Format)> {
        let formats = &self.config.prefetch;
        self.fixed.iter().flat_map(move |fixed| formats.iter().map(move |format| (fixed, *format)))
    }
}

#[cfg(test)]
mod tests;
