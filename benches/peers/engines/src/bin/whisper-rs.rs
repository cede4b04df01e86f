//! whisper-rs: `peer-whisper-rs MODEL THREADS MARGIN FLASH SOUND…`.
//!
//! `MARGIN` is `default` for its 30 s window, or the seconds that a window cut to the sound has beyond
//! it; `FLASH` is `on` or `off` for flash attention. All else is as whisper-rs has it, but for the language and time stamps.

use anyhow::{Context, Result};
use peer_engines::{Peer, answered, serve, sounds};
use std::{
    env,
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};
use whisper_rs::{
    FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperState,
};

struct Stock {
    state: Mutex<WhisperState>,
    n_threads: i32,
    margin: Option<f64>,
}

impl Stock {
    fn transcribe(&self, samples: &[f32]) -> Result<usize> {
        let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
        params.set_language(Some("zh"));
        params.set_no_timestamps(true);
        params.set_n_threads(self.n_threads);
        params.set_print_progress(false);
        params.set_print_realtime(false);
        if let Some(margin) = self.margin {
            let seconds = samples.len() as f64 / 16_000.0 + margin;
            // Multiples of 16, as Pretriage has it.
            params.set_audio_ctx((seconds * 50.0 / 16.0).ceil() as i32 * 16);
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.full(params, samples)?;
        Ok(state.as_iter().map(|segment| segment.n_tokens() as usize).sum())
    }
}

impl Peer for Stock {
    fn encode(&mut self) -> Result<()> {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        state.encode(0, self.n_threads as usize)?;
        Ok(())
    }

    fn hear(&mut self, samples: &[f32]) -> Result<usize> {
        self.transcribe(samples)
    }

    fn burst(&mut self, n_callers: usize, samples: &[f32]) -> Result<Vec<f64>> {
        let (begun, peer) = (Instant::now(), &*self);
        thread::scope(|scope| {
            let callers: Vec<_> = (0..n_callers)
                .map(|_| {
                    scope.spawn(move || {
                        peer.transcribe(samples)?;
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
    let [model, n_threads, margin, flash, files @ ..] = arguments.as_slice() else {
        anyhow::bail!("peer-whisper-rs MODEL THREADS MARGIN FLASH SOUND…");
    };
    whisper_rs::install_logging_hooks();
    let mut parameters = WhisperContextParameters::new();
    parameters.use_gpu(false).flash_attn(flash == "on");
    let context =
        WhisperContext::new_with_params(model, parameters).context("the model was refused")?;
    let state = Mutex::new(context.create_state()?);
    let margin = (margin != "default").then(|| margin.parse()).transpose()?;
    serve(&mut Stock { state, n_threads: n_threads.parse()?, margin }, &sounds(files)?)
}
