//! How much of Whisper's 30 s window an utterance gets, and how much text it may become.
//!
//! Pure arithmetic on the model's manifest. It is here that no tail is lost: the engine silently
//! drops what does not fit its window, so an utterance that does not fit is refused.

use super::EngineError;
use crate::model::{Tokens, Window};

/// Samples of one encoder position: 20 ms at 16 kHz.
const POSITION_SAMPLES: usize = 320;
/// Milliseconds of one encoder position.
const POSITION_MS: usize = 20;
/// Samples a millisecond at 16 kHz.
const MS_SAMPLES: usize = 16;

/// What one utterance is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Encoder positions.
    pub(super) audio_ctx: usize,
    /// Tokens that may be written.
    pub(super) max_tokens: usize,
}

/// Plans the window for `n_samples` samples at 16 kHz in a model of `n_audio_ctx` positions.
pub(super) fn plan(
    window: &Window,
    tokens: &Tokens,
    n_audio_ctx: usize,
    n_samples: usize,
) -> Result<Plan, EngineError> {
    let ms = |ms: u32| ms as usize;
    let longest_ctx = n_audio_ctx.min(ms(window.max_ms) / POSITION_MS);
    let longest = longest_ctx * POSITION_SAMPLES;
    if n_samples > longest {
        return Err(EngineError(format!(
            "an utterance of {} ms does not fit the model's window of {} ms: split it before",
            n_samples / MS_SAMPLES,
            longest / MS_SAMPLES,
        )));
    }
    let with_margin = n_samples + ms(window.margin_ms) * MS_SAMPLES;
    let wanted = with_margin.max(ms(window.min_ms) * MS_SAMPLES);
    let step = ms(window.step_ms) / POSITION_MS;
    let audio_ctx = wanted.div_ceil(POSITION_SAMPLES).next_multiple_of(step).min(longest_ctx);
    debug_assert!(audio_ctx * POSITION_SAMPLES >= n_samples, "the window cuts the utterance");
    let max_tokens = (n_samples * ms(tokens.per_second)).div_ceil(1_000 * MS_SAMPLES);
    Ok(Plan { audio_ctx, max_tokens: max_tokens + ms(tokens.extra) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FullWindow, Manifest};
    use proptest::prelude::*;

    const OURS: Window = Window {
        margin_ms: 500,
        min_ms: 1_000,
        max_ms: 15_000,
        step_ms: 20,
        full_window: FullWindow::Degraded,
    };
    const TOKENS: Tokens = Tokens { per_second: 12, extra: 8 };

    #[test]
    fn half_a_second_of_speech_gets_the_shortest_window() {
        let plan = plan(&OURS, &TOKENS, 1_500, 8_000).unwrap();
        assert_eq!(plan, Plan { audio_ctx: 50, max_tokens: 14 });
    }

    #[test]
    fn the_window_is_the_utterance_and_its_margin() {
        let plan = plan(&OURS, &TOKENS, 1_500, 5 * 16_000 + 1).unwrap();
        assert_eq!(plan, Plan { audio_ctx: 276, max_tokens: 69 });
    }

    #[test]
    fn official_models_get_at_least_512_positions_in_steps_of_256() {
        let official = Manifest::official("ggml-base.bin".as_ref(), "", 0);
        let audio_ctx = |seconds: usize| {
            plan(&official.window, &official.tokens, 1_500, seconds * 16_000).unwrap().audio_ctx
        };
        assert_eq!([1, 5, 8, 12, 30].map(audio_ctx), [512, 512, 768, 768, 1_500]);
    }

    #[test]
    fn audio_longer_than_the_window_is_refused_and_not_cut() {
        let error = plan(&OURS, &TOKENS, 1_500, 15_001 * 16).unwrap_err();
        assert!(error.to_string().contains("15001 ms"), "{error}");
        assert!(error.to_string().contains("15000 ms"), "{error}");
    }

    proptest! {
        #[test]
        fn the_window_always_covers_the_samples(
            n_samples in 0_usize..500_000,
            n_audio_ctx in 50_usize..=1_500,
            step_ms in 20_u32..6_000,
            max_ms in 1_000_u32..=30_000,
        ) {
            let window = Window { step_ms, max_ms, ..OURS };
            if let Ok(plan) = plan(&window, &TOKENS, n_audio_ctx, n_samples) {
                prop_assert!(plan.audio_ctx * POSITION_SAMPLES >= n_samples);
                prop_assert!(plan.audio_ctx <= n_audio_ctx);
            }
        }
    }
}
