//! whisper.cpp: the only file that names it.
//!
//! One context with the weights is shared; each worker owns one state and runs it on its own
//! thread. whisper.cpp's own loop over a recording is not used: it computes the spectrum slowly and
//! brings fallbacks, beams, text contexts and time stamps along, each of which could multiply the
//! work of an utterance or carry one caller's words to another. Here an utterance is one spectrum,
//! one encode, and one greedy pass of the decoder. It refuses to know what a call is; its raw text
//! goes to the filters.

mod choice;

use super::{
    EngineError, Raw, Recognizer,
    filter::NO_SPEECH_LOGPROB_BELOW,
    mel::{self, Mel},
    window,
};
use crate::model::{Loaded, Tokens, Window, ggml};
use std::{os::raw::c_int, sync::Arc};
use whisper_rs::{
    FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperError,
    WhisperState, WhisperTokenId,
};

/// The loaded model, shared by all workers.
#[derive(Debug)]
pub struct Engine {
    context: WhisperContext,
    mel: Mel,
    window: Window,
    tokens: Tokens,
    n_audio_ctx: usize,
    /// The most tokens of one text: half the decoder's positions, less its prompt (whisper.cpp).
    max_tokens: usize,
    /// Start, language, task, no time stamps.
    prompt: [WhisperTokenId; 4],
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
        let language = whisper_rs::get_lang_id("zh")
            .ok_or_else(|| EngineError("whisper.cpp does not know Chinese".to_owned()))?;
        let prompt = [
            context.token_sot(),
            context.token_lang(language),
            context.token_transcribe(),
            context.token_not(),
        ];
        let engine = Arc::new(Self {
            context,
            mel: Mel::new(&ggml::mel_filters(&model.bytes)),
            window: model.manifest.window,
            tokens: model.manifest.tokens,
            n_audio_ctx: model.header.n_audio_ctx as usize,
            max_tokens: model.header.n_text_ctx as usize / 2 - prompt.len(),
            prompt,
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
        Ok(WhisperRecognizer {
            engine: self.clone(),
            state,
            audio_ctx: None,
            padded: Vec::new(),
            bands: Vec::new(),
            scratch: mel::Scratch::default(),
        })
    }
}

/// One state of the engine.
#[derive(Debug)]
pub struct WhisperRecognizer {
    engine: Arc<Engine>,
    state: WhisperState,
    /// The window that the state is set to.
    audio_ctx: Option<usize>,
    /// These are kept between utterances for their memory alone; overwritten each time.
    padded: Vec<f32>,
    bands: Vec<f32>,
    scratch: mel::Scratch,
}

impl Recognizer for WhisperRecognizer {
    fn recognize(&mut self, samples: &[f32]) -> Result<Raw, EngineError> {
        let engine = self.engine.clone();
        let plan = window::plan(&engine.window, &engine.tokens, engine.n_audio_ctx, samples.len())?;
        self.padded.clear();
        // A sample that is no number would make the whole spectrum none.
        self.padded.extend(samples.iter().map(|&it| if it.is_finite() { it } else { 0.0 }));
        // The binding's own spectrum reads past buffers of less than 201 samples (T7).
        self.padded.resize(samples.len().max(mel::FRAME), 0.0);
        let failed = |error| EngineError(format!("an utterance was not decoded: {error}"));
        self.encode(plan.audio_ctx).map_err(failed)?;
        let written = self.write(plan.max_tokens.min(engine.max_tokens - 1)).map_err(failed)?;
        self.read(&written)
    }
}

/// A token and the natural logarithm of its probability.
type Written = (WhisperTokenId, f32);

impl WhisperRecognizer {
    /// Runs the encoder on the padded samples, in a window of so many positions.
    fn encode(&mut self, audio_ctx: usize) -> Result<(), WhisperError> {
        if self.audio_ctx != Some(audio_ctx) {
            self.audio_ctx = None;
            self.set_window(audio_ctx)?;
            self.audio_ctx = Some(audio_ctx);
        }
        // The binding takes spectra of 80 bands only (T14).
        if self.engine.mel.n_bands() == 80 {
            let (mel, scratch) = (&self.engine.mel, &mut self.scratch);
            mel.spectrum(&self.padded, 2 * audio_ctx, scratch, &mut self.bands);
            self.state.set_mel(&self.bands)?;
        } else {
            self.state.pcm_to_mel(&self.padded, 1)?;
        }
        self.state.encode(0, 1)
    }

    /// whisper.cpp takes the length of its window only with a recording, in its own loop. Told to
    /// stop at 100 ms of it the loop sets the window, finds too little left to begin, and ends.
    fn set_window(&mut self, audio_ctx: usize) -> Result<(), WhisperError> {
        let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
        params.set_n_threads(1);
        params.set_no_context(true);
        params.set_print_progress(false);
        params.set_audio_ctx(audio_ctx as c_int);
        params.set_duration_ms(100);
        self.state.full(params, &[0.0; mel::FRAME])
    }

    /// Runs the decoder greedily, one pass, up to the end of the text or to one token more than so
    /// many, as whisper.cpp counts.
    fn write(&mut self, max_tokens: usize) -> Result<Vec<Written>, WhisperError> {
        let prompt = self.engine.prompt;
        let [begin @ .., last] = &prompt;
        // The binding shows the probabilities behind the first token of a batch only.
        self.state.decode(begin, 0, 1)?;
        let mut next = *last;
        let mut written = Vec::new();
        while written.len() <= max_tokens {
            self.state.decode(&[next], begin.len() + written.len(), 1)?;
            let end = self.engine.context.token_eot();
            // Behind the end of the text stand the tokens that are none.
            let texts = end.unsigned_abs() as usize;
            let logits = self.state.get_logits()?;
            let chosen = choice::best(logits.get(..=texts).unwrap_or(logits));
            let Some((token, logprob)) = chosen.filter(|(token, _)| *token < texts) else { break };
            next = token as WhisperTokenId;
            written.push((next, logprob));
        }
        Ok(written)
    }

    fn read(&mut self, written: &[Written]) -> Result<Raw, EngineError> {
        let mut bytes = Vec::new();
        for (token, _) in written {
            let text = self.engine.context.token_to_bytes(*token);
            let text =
                text.map_err(|error| EngineError(format!("a token has no text: {error}")))?;
            bytes.extend_from_slice(text);
        }
        let mut raw = Raw { n_tokens: written.len(), text: decode(&bytes), ..Raw::default() };
        if raw.n_tokens > 0 {
            let sum: f32 = written.iter().map(|(_, logprob)| logprob).sum();
            raw.mean_logprob = sum / raw.n_tokens as f32;
            // A step of the decoder, and only a doubtful text is dropped for it.
            if raw.mean_logprob < NO_SPEECH_LOGPROB_BELOW {
                raw.no_speech = self.no_speech()?;
            }
        }
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
        Ok(choice::probability(logits, context.token_nosp().unsigned_abs() as usize))
    }
}

/// Most Chinese characters are written as two tokens that are no text on their own: their bytes
/// are joined before they are read. What is still no character is left out.
fn decode(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace(char::REPLACEMENT_CHARACTER, "")
}

#[cfg(test)]
mod tests;
