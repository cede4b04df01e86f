//! whisper.cpp: the only file that names it.
//!
//! One context with the weights is shared; each worker owns one state and runs it on its own
//! thread. Everything that could carry one caller's words to another (text context, prompts,
//! flash attention over stale keys) is off, and everything that could multiply the work of an
//! utterance (temperatures, beams, language detection) as well. It refuses to know what a call is;
//! its raw text goes to the filters.

use super::{EngineError, Raw, Recognizer, filter::NO_SPEECH_LOGPROB_BELOW, window};
use crate::model::{Loaded, Tokens, Window};
use std::{os::raw::c_int, sync::Arc};
use whisper_rs::{
    FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperState,
};

/// No probability exceeds it: the engine shall not drop a segment on its own, the filter does
/// that, with a reason that the result shows.
const NEVER: f32 = 2.0;

/// The loaded model, shared by all workers.
#[derive(Debug)]
pub struct Engine {
    context: WhisperContext,
    /// Setting the language leaks a string in whisper-rs, so it is set once, here, and cloned.
    template: FullParams<'static, 'static>,
    window: Window,
    tokens: Tokens,
    n_audio_ctx: usize,
}

impl Engine {
    /// Hands a proven model to the engine and runs it once, so that the first caller does not
    /// wait for cold memory.
    ///
    /// # Errors
    /// When the engine refuses the model or fails on silence.
    pub fn load(model: &Loaded) -> Result<Arc<Self>, EngineError> {
        // Without its hooks whisper.cpp prints to standard error, in debug builds also transcripts.
        whisper_rs::install_logging_hooks();
        let mut parameters = WhisperContextParameters::new();
        // With short windows it attends to keys that an earlier caller left behind.
        parameters.flash_attn(false).use_gpu(false);
        let context = WhisperContext::new_from_buffer_with_params(&model.bytes, parameters)
            .map_err(|error| EngineError(format!("the model was refused: {error}")))?;
        let engine = Arc::new(Self {
            context,
            template: template(),
            window: model.manifest.window,
            tokens: model.manifest.tokens,
            n_audio_ctx: model.header.n_audio_ctx as usize,
        });
        engine.recognizer()?.recognize(&[])?;
        Ok(engine)
    }

    /// Makes a recogniser: one state, for one thread.
    ///
    /// # Errors
    /// When the engine has no memory for it.
    pub fn recognizer(self: &Arc<Self>) -> Result<WhisperRecognizer, EngineError> {
        let state = self
            .context
            .create_state()
            .map_err(|error| EngineError(format!("no state could be made: {error}")))?;
        Ok(WhisperRecognizer { engine: self.clone(), state, padded: Vec::new() })
    }
}

/// What every utterance is decoded with.
fn template() -> FullParams<'static, 'static> {
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    params.set_n_threads(1);
    params.set_language(Some("zh"));
    params.set_translate(false);
    // No word of one caller may become the prompt of the next.
    params.set_no_context(true);
    params.set_no_timestamps(true);
    params.set_token_timestamps(false);
    params.set_single_segment(true);
    // It would forbid the end of the text as the first token, and with it the one right answer
    // to noise: nothing.
    params.set_suppress_blank(false);
    // One pass: a fallback would decode up to six times.
    params.set_temperature(0.0);
    params.set_temperature_inc(0.0);
    params.set_no_speech_thold(NEVER);
    params.set_print_special(false);
    params.set_print_progress(false);
    params.set_print_realtime(false);
    params.set_print_timestamps(false);
    params
}

/// One state of the engine.
#[derive(Debug)]
pub struct WhisperRecognizer {
    engine: Arc<Engine>,
    state: WhisperState,
    /// Kept between utterances for its memory alone; overwritten each time.
    padded: Vec<f32>,
}

impl Recognizer for WhisperRecognizer {
    fn recognize(&mut self, samples: &[f32]) -> Result<Raw, EngineError> {
        let engine = &self.engine;
        let plan = window::plan(&engine.window, &engine.tokens, engine.n_audio_ctx, samples.len())?;
        self.padded.clear();
        // A sample that is no number would make the whole spectrum none.
        self.padded.extend(samples.iter().map(|&it| if it.is_finite() { it } else { 0.0 }));
        self.padded.resize(plan.n_samples, 0.0);
        let mut params = engine.template.clone();
        params.set_audio_ctx(plan.audio_ctx as c_int);
        params.set_max_tokens(plan.max_tokens as c_int);
        self.state
            .full(params, &self.padded)
            .map_err(|error| EngineError(format!("an utterance was not decoded: {error}")))?;
        self.read()
    }
}

impl WhisperRecognizer {
    fn read(&mut self) -> Result<Raw, EngineError> {
        let first_special = self.engine.context.token_eot();
        let mut bytes = Vec::new();
        let mut raw = Raw::default();
        let mut sum_logprob = 0.0;
        for segment in self.state.as_iter() {
            let tokens = (0..segment.n_tokens()).filter_map(|idx| segment.get_token(idx));
            for token in tokens.filter(|token| token.token_id() < first_special) {
                let text = token
                    .to_bytes()
                    .map_err(|error| EngineError(format!("a token has no text: {error}")))?;
                bytes.extend_from_slice(text);
                sum_logprob += token.token_data().plog;
                raw.n_tokens += 1;
            }
        }
        if raw.n_tokens > 0 {
            raw.mean_logprob = sum_logprob / raw.n_tokens as f32;
            // A step of the decoder, and only a doubtful text is dropped for it.
            if raw.mean_logprob < NO_SPEECH_LOGPROB_BELOW {
                raw.no_speech = self.no_speech()?;
            }
        }
        raw.text = decode(&bytes);
        Ok(raw)
    }

    /// The probability that nobody speaks, as the reference code defines it: of the no-speech
    /// token, right after the first token of the prompt.
    ///
    /// whisper.cpp 1.8.3 offers one with each segment, but reads it from a row of its buffer that
    /// still holds the last step of the state's *previous* utterance: another caller's.
    fn no_speech(&mut self) -> Result<f32, EngineError> {
        let failed = |error| EngineError(format!("the no-speech step failed: {error}"));
        let context = &self.engine.context;
        self.state.decode(&[context.token_sot()], 0, 1).map_err(failed)?;
        let logits = self.state.get_logits().map_err(failed)?;
        Ok(probability(logits, context.token_nosp().unsigned_abs() as usize))
    }
}

/// Probability of one of several logits.
fn probability(logits: &[f32], idx: usize) -> f32 {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - max).exp()).sum();
    logits.get(idx).map_or(0.0, |logit| (logit - max).exp() / sum)
}

/// Most Chinese characters are written as two tokens that are no text on their own: their bytes
/// are joined before they are read. What is still no character is left out.
fn decode(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace(char::REPLACEMENT_CHARACTER, "")
}

#[cfg(test)]
mod tests;
