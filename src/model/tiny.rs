//! A Whisper model made of noise, for tests: one layer each way, 64 wide, random weights.
//!
//! It hears nothing and writes nonsense, but whisper.cpp runs it as it runs any other, and its
//! nonsense depends on every sample: whatever leaks from one utterance into the next shows.

use super::{
    Loaded, Manifest, digest,
    ggml::{self, Header, WeightType},
};
use std::sync::OnceLock;

const N_WORDS: u32 = 50_257;
const N_FFT: u32 = 201;
const F16: u32 = 1;

/// Where the parts of the file begin.
pub(crate) const MELS_AT: usize = 12 * 4;
/// The count of words.
pub(crate) const WORDS_AT: usize = MELS_AT + 8 + (80 * N_FFT * 4) as usize;
/// The first tensor: every word but the last, the space, is one character of three bytes.
pub(crate) const TENSORS_AT: usize = WORDS_AT + 4 + N_WORDS as usize * 7 - 2;

/// The sizes of the model.
pub(crate) const HEADER: Header = Header {
    n_vocab: 51_865,
    n_audio_ctx: 1_500,
    n_state: 64,
    n_head: 1,
    n_audio_layer: 1,
    n_text_ctx: 64,
    n_text_layer: 1,
    n_mels: 80,
    weights: WeightType::F16,
};

/// The file.
pub(crate) fn bytes() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let mut noise = Noise(1);
        write(&HEADER, F16, |name, shape, file| {
            // Strong enough that what was heard outweighs the last token written.
            let scale = if name.contains("embedding") { 0.3 } else { 0.5 };
            let is_norm = name.contains("ln") && name.ends_with("weight");
            for _ in 0..shape.dims.iter().product() {
                let weight = match () {
                    () if is_norm => 1.0,
                    () if name.ends_with("bias") => 0.0,
                    () => noise.next() * scale,
                };
                if shape.weights == WeightType::F32 {
                    file.extend_from_slice(&weight.to_le_bytes());
                } else {
                    file.extend_from_slice(&half(weight).to_le_bytes());
                }
            }
        })
    })
}

/// A file of another type, or with another number of mel bands, whose weights are all nought.
pub(crate) fn zeros(weights: WeightType, ftype: u32, n_mels: u32) -> Vec<u8> {
    // 256 is the longest block of any type.
    let header = Header { n_state: 256, n_head: 4, weights, n_mels, ..HEADER };
    write(&header, ftype, |_, shape, file| {
        file.resize(file.len() + shape.n_bytes() as usize, 0);
    })
}

/// A manifest for a file.
pub(crate) fn manifest(bytes: &[u8]) -> String {
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
        digest(bytes),
        bytes.len(),
    )
}

/// The file as the loader would give it.
pub(crate) fn loaded(bytes: &[u8]) -> Loaded {
    Loaded {
        bytes: bytes.to_vec(),
        manifest: Manifest::parse(&manifest(bytes)).unwrap(),
        sha256: digest(bytes),
        header: ggml::check(bytes).unwrap(),
    }
}

fn write(
    header: &Header,
    ftype: u32,
    mut fill: impl FnMut(&str, &ggml::layout::Shape, &mut Vec<u8>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let put = |file: &mut Vec<u8>, number: u32| file.extend_from_slice(&number.to_le_bytes());
    let Header { n_vocab, n_audio_ctx, n_state, n_head, n_text_ctx, n_mels, .. } = *header;
    let numbers = [
        [0x6767_6d6c, n_vocab, n_audio_ctx, n_state, n_head, header.n_audio_layer],
        [n_text_ctx, n_state, n_head, header.n_text_layer, n_mels, ftype],
    ];
    numbers.iter().flatten().for_each(|number| put(&mut file, *number));
    put(&mut file, n_mels);
    put(&mut file, N_FFT);
    for (mel, bin) in (0..n_mels).flat_map(|mel| (0..N_FFT).map(move |bin| (mel, bin))) {
        // Each band hears two or three neighbouring bins.
        let weight = if bin * n_mels / N_FFT == mel { 0.02_f32 } else { 0.0 };
        file.extend_from_slice(&weight.to_le_bytes());
    }
    put(&mut file, N_WORDS);
    for word_idx in 0..N_WORDS - 1 {
        let character = char::from_u32(0x4e00 + word_idx % 20_000).unwrap();
        put(&mut file, 3);
        file.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    put(&mut file, 1);
    file.push(b' ');
    let mut tensors: Vec<_> = ggml::layout::tensors(header).into_iter().collect();
    tensors.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, shape) in tensors {
        let n_dims = shape.dims.iter().rposition(|dim| *dim != 1).unwrap() + 1;
        put(&mut file, n_dims as u32);
        put(&mut file, name.len() as u32);
        put(&mut file, shape.weights.type_id());
        shape.dims[..n_dims].iter().for_each(|dim| put(&mut file, *dim));
        file.extend_from_slice(name.as_bytes());
        fill(&name, &shape, &mut file);
    }
    file
}

/// To a 16-bit float, cut and not rounded; what is too small becomes nought.
fn half(number: f32) -> u16 {
    let bits = number.to_bits();
    let exponent = ((bits >> 23) & 0xff) as i32 - 127 + 15;
    if exponent <= 0 {
        0
    } else {
        (bits >> 16 & 0x8000 | (exponent as u32) << 10 | bits >> 13 & 0x3ff) as u16
    }
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
