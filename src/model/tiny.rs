//! A Whisper model made of noise, for tests: one layer each way, 64 wide, random weights.
//!
//! It hears nothing and writes nonsense, but whisper.cpp runs it as it runs any other, and its
//! nonsense depends on every sample: whatever leaks from one utterance into the next shows.

use super::{Loaded, Manifest, digest, ggml};
use std::sync::OnceLock;

const N_STATE: u32 = 64;
const N_VOCAB: u32 = 51_865;
const N_WORDS: u32 = 50_257;
const N_AUDIO_CTX: u32 = 1_500;
const N_MELS: u32 = 80;
const N_FFT: u32 = 201;
/// magic; then `n_vocab`, `n_audio_ctx`, width, heads, layers, `n_text_ctx`, width, heads, layers,
/// `n_mels`, `ftype` (0: all weights are 32-bit floats).
const HEADER: [u32; 12] =
    [0x6767_6d6c, N_VOCAB, N_AUDIO_CTX, N_STATE, 1, 1, 64, N_STATE, 1, 1, N_MELS, 0];

/// Where the parts of the file begin.
pub(crate) const MELS_AT: usize = 12 * 4;
/// The count of words.
pub(crate) const WORDS_AT: usize = MELS_AT + 8 + (N_MELS * N_FFT * 4) as usize;
/// The first tensor: every word but the last, which is empty, is one character of three bytes.
pub(crate) const TENSORS_AT: usize = WORDS_AT + 4 + N_WORDS as usize * 7 - 3;

/// The file.
pub(crate) fn bytes() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(write)
}

/// A manifest for the file.
pub(crate) fn manifest() -> String {
    format!(
        r#"
        name = "tiny"
        version = "0"
        file = "tiny.bin"
        sha256 = "{}"
        bytes = {}
        license = "Apache-2.0"
        language = "zh"
        [window]
        margin_ms = 500
        min_ms = 1000
        max_ms = 15000
        full_window = "degraded"
        [tokens]
        per_second = 12
        extra = 8
        [confidence]
        doubtful_logprob = -1.0
        "#,
        digest(bytes()),
        bytes().len(),
    )
}

/// The file as the loader would give it.
pub(crate) fn loaded() -> Loaded {
    Loaded {
        bytes: bytes().to_vec(),
        manifest: Manifest::parse(&manifest()).unwrap(),
        sha256: digest(bytes()),
        header: ggml::check(bytes()).unwrap(),
    }
}

fn write() -> Vec<u8> {
    let mut file = Vec::new();
    let put = |file: &mut Vec<u8>, number: u32| file.extend_from_slice(&number.to_le_bytes());
    let mut noise = Noise(1);
    HEADER.iter().for_each(|number| put(&mut file, *number));
    put(&mut file, N_MELS);
    put(&mut file, N_FFT);
    for idx in 0..N_MELS * N_FFT {
        // Each band hears two or three neighbouring bins.
        let (mel, bin) = (idx / N_FFT, idx % N_FFT);
        let weight = if bin * N_MELS / N_FFT == mel { 0.02_f32 } else { 0.0 };
        file.extend_from_slice(&weight.to_le_bytes());
    }
    put(&mut file, N_WORDS);
    for word_idx in 0..N_WORDS - 1 {
        let character = char::from_u32(0x4e00 + word_idx % 20_000).unwrap();
        put(&mut file, 3);
        file.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    put(&mut file, 0);
    let header = ggml::Header {
        n_vocab: N_VOCAB,
        n_audio_ctx: N_AUDIO_CTX,
        n_state: N_STATE,
        n_head: 1,
        n_audio_layer: 1,
        n_text_ctx: 64,
        n_text_layer: 1,
        n_mels: N_MELS,
        weights: ggml::WeightType::F32,
    };
    let mut tensors: Vec<_> = ggml::layout::tensors(&header).into_iter().collect();
    tensors.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, shape) in tensors {
        let n_dims = shape.dims.iter().rposition(|dim| *dim != 1).unwrap() + 1;
        put(&mut file, n_dims as u32);
        put(&mut file, name.len() as u32);
        put(&mut file, shape.weights.type_id());
        shape.dims[..n_dims].iter().for_each(|dim| put(&mut file, *dim));
        file.extend_from_slice(name.as_bytes());
        for _ in 0..shape.n_bytes() / 4 {
            let weight = if name.contains("ln") && name.ends_with("weight") {
                1.0
            } else if name.ends_with("bias") {
                0.0
            } else {
                // Strong enough that what was heard outweighs the last token written.
                noise.next() * if name.contains("embedding") { 0.3 } else { 0.5 }
            };
            file.extend_from_slice(&weight.to_le_bytes());
        }
    }
    file
}

/// Deterministic noise, −1 to 1: xorshift (Marsaglia 2003).
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    pub(crate) fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / 8_388_608.0 - 1.0
    }
}
