//! Pretriage's engine: `peer-pretriage MODEL SOUND…`, one state and one thread; a burst has its worker pool.

use anyhow::{Context, Result};
use peer_engines::{Peer, answered, serve, sounds};
use pretriage::{
    model::{self, Source},
    transcript::{
        Config, Pool, Recognizer,
        whisper::{Engine, WhisperRecognizer},
    },
};
use std::{env, sync::Arc, thread, time::Instant};

struct Ours {
    recognizer: WhisperRecognizer,
    pool: Arc<Pool>,
}

impl Peer for Ours {
    fn encode(&mut self) -> Result<()> {
        anyhow::bail!("the engine has no such half: ask peer-whisper-rs, which is built alike")
    }

    fn hear(&mut self, samples: &[f32]) -> Result<usize> {
        Ok(self.recognizer.recognize(samples)?.n_tokens)
    }

    fn burst(&mut self, n_callers: usize, samples: &[f32]) -> Result<Vec<f64>> {
        let (begun, samples) = (Instant::now(), Arc::<[f32]>::from(samples));
        let waiting = (0..n_callers)
            .map(|_| self.pool.submit(Arc::clone(&samples), Arc::from(""), true))
            .collect::<Result<Vec<_>, _>>()?;
        thread::scope(|scope| {
            let callers: Vec<_> = waiting
                .into_iter()
                .map(|pending| {
                    scope.spawn(move || {
                        pending.wait().result?;
                        Ok(begun.elapsed().as_secs_f64())
                    })
                })
                .collect();
            answered(callers)
        })
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [model, files @ ..] = arguments.as_slice() else {
        anyhow::bail!("peer-pretriage MODEL SOUND…");
    };
    let loaded = model::load(&Source::File { path: model.into(), sha256: None })?;
    let engine = Engine::load(&loaded).context("the model was refused")?;
    let shared = Arc::clone(&engine);
    let pool = Pool::start(Config::default(), move || Ok(Box::new(shared.recognizer()?)))?;
    let recognizer = engine.recognizer()?;
    serve(&mut Ours { recognizer, pool: Arc::new(pool) }, &sounds(files)?)
}
