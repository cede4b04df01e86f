//! What a model says about its own use: `NAME.toml` beside the file.
//!
//! How long a window it may be given, how many tokens it may write, which confidence is doubtful.
//! These belong to the weights, not to the operator, so they travel with the file. The manifest
//! refuses to know how the engine obeys; `transcript` reads it.

use serde::Deserialize;
use std::path::Path;

/// The longest window of Whisper's architecture, in milliseconds.
pub const MAX_WINDOW_MS: u32 = 30_000;

/// The whole manifest.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Short name.
    pub name: String,
    /// Version of the weights.
    pub version: String,
    /// The file as stored, beside the manifest.
    pub file: String,
    /// SHA-256 of the decompressed file, in hexadecimal.
    pub sha256: String,
    /// Size of the decompressed file.
    pub bytes: u64,
    /// Licence of the weights.
    pub license: String,
    /// Language that the engine is told.
    pub language: String,
    /// How long a window the model may be given.
    pub window: Window,
    /// How many tokens an utterance may have.
    pub tokens: Tokens,
    /// What its probabilities mean.
    pub confidence: Confidence,
}

/// How long a window the model may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Silence that the window adds after the samples.
    pub margin_ms: u32,
    /// The shortest window.
    pub min_ms: u32,
    /// The longest window that the model was trained for; no utterance may be longer.
    pub max_ms: u32,
    /// Windows are rounded up to a multiple of this; one encoder position where it is not given.
    #[serde(default = "one_position_ms")]
    pub step_ms: u32,
    /// What the full 30 s window does to the model.
    pub full_window: FullWindow,
}

/// One position of Whisper's encoder is 20 ms.
const fn one_position_ms() -> u32 {
    20
}

/// What the full 30 s window does to the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FullWindow {
    /// It hears as well as in a short one.
    Exact,
    /// It hears worse: it was trained on short windows.
    Degraded,
}

/// How many tokens an utterance may have. A budget bounds the time that a loop can cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// For each second of samples.
    pub per_second: u32,
    /// On top.
    pub extra: u32,
}

/// What the model's probabilities mean.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confidence {
    /// A mean token log-probability below this is doubtful.
    pub doubtful_logprob: f32,
}

impl Manifest {
    /// Reads a manifest and checks that its numbers make sense together.
    ///
    /// # Errors
    /// One line that names the key.
    pub fn parse(text: &str) -> Result<Self, String> {
        let manifest: Self =
            toml::from_str(text).map_err(|fault| fault.to_string().trim_end().to_owned())?;
        let Window { margin_ms, min_ms, max_ms, step_ms, .. } = manifest.window;
        let is_hex = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let laws = [
            (is_hex(&manifest.sha256), "sha256: must be 64 hexadecimal digits"),
            (manifest.bytes > 0, "bytes: must not be 0"),
            (manifest.language == "zh", "language: must be \"zh\""),
            (max_ms <= MAX_WINDOW_MS, "window.max_ms: must be at most 30000"),
            (0 < min_ms && min_ms <= max_ms, "window.min_ms: must be from 1 to window.max_ms"),
            (margin_ms < max_ms, "window.margin_ms: must be less than window.max_ms"),
            (step_ms >= one_position_ms(), "window.step_ms: must be at least 20"),
            (step_ms <= MAX_WINDOW_MS, "window.step_ms: must be at most 30000"),
            (manifest.tokens.extra > 0, "tokens.extra: must not be 0"),
            (manifest.tokens.extra <= 224, "tokens.extra: must be at most 224"),
            (manifest.tokens.per_second <= 50, "tokens.per_second: must be at most 50"),
            (
                manifest.confidence.doubtful_logprob <= 0.0,
                "confidence.doubtful_logprob: must not be above 0",
            ),
        ];
        match laws.iter().find(|(holds, _)| !holds) {
            Some((_, fault)) => Err((*fault).to_owned()),
            None => Ok(manifest),
        }
    }

    /// What is assumed of an official Whisper file without a manifest.
    ///
    /// Stock weights were only ever trained on 30 s windows: below some 300 positions they loop
    /// (whisper.cpp #1117), and with a short margin they repeat sentences. 512 positions at
    /// least, 128 of margin, in steps of 256, is what the public reports agree on. 10 tokens a
    /// second are about twice the rate of brisk Mandarin.
    #[must_use]
    pub fn official(path: &Path, sha256: &str, bytes: u64) -> Self {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self {
            name: file.clone(),
            version: "unknown".to_owned(),
            file,
            sha256: sha256.to_owned(),
            bytes,
            license: "unknown".to_owned(),
            language: "zh".to_owned(),
            window: Window {
                margin_ms: 128 * one_position_ms(),
                min_ms: 512 * one_position_ms(),
                max_ms: MAX_WINDOW_MS,
                step_ms: 256 * one_position_ms(),
                full_window: FullWindow::Exact,
            },
            tokens: Tokens { per_second: 10, extra: 8 },
            // Whisper's own threshold (`logprob_threshold` of the reference code).
            confidence: Confidence { doubtful_logprob: -1.0 },
        }
    }

    /// Name and version on one line.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}
