//! Which tensors a Whisper model of given sizes has, and how many bytes each takes.
//!
//! The names are the parameter names of the reference implementation; shapes are in ggml's order,
//! fastest first, as whisper.cpp's loader creates them.

use super::Header;
use std::collections::HashMap;

/// How weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightType {
    /// 32-bit floats: vectors only.
    F32,
    /// 16-bit floats.
    F16,
    /// 16-bit brain floats.
    Bf16,
    /// 4 bits.
    Q4_0,
    /// 4 bits and an offset.
    Q4_1,
    /// 5 bits.
    Q5_0,
    /// 5 bits and an offset.
    Q5_1,
    /// 8 bits.
    Q8_0,
    /// 2 bits, super-blocks.
    Q2K,
    /// 3 bits, super-blocks.
    Q3K,
    /// 4 bits, super-blocks.
    Q4K,
    /// 5 bits, super-blocks.
    Q5K,
    /// 6 bits, super-blocks.
    Q6K,
}

/// ggml's numbers: type, `ftype` of a file, its type id, weights a block, bytes a block.
const TYPES: [(WeightType, u32, u32, u32, u32); 13] = [
    (WeightType::F32, 0, 0, 1, 4),
    (WeightType::F16, 1, 1, 1, 2),
    (WeightType::Q4_0, 2, 2, 32, 18),
    (WeightType::Q4_1, 3, 3, 32, 20),
    (WeightType::Q8_0, 7, 8, 32, 34),
    (WeightType::Q5_0, 8, 6, 32, 22),
    (WeightType::Q5_1, 9, 7, 32, 24),
    (WeightType::Q2K, 10, 10, 256, 84),
    (WeightType::Q3K, 11, 11, 256, 110),
    (WeightType::Q4K, 12, 12, 256, 144),
    (WeightType::Q5K, 13, 13, 256, 176),
    (WeightType::Q6K, 14, 14, 256, 210),
    (WeightType::Bf16, 24, 30, 1, 2),
];

impl WeightType {
    /// The types that a file may declare. Not 32-bit floats: whisper.cpp's convolution aborts the
    /// process on them.
    pub(super) fn from_ftype(ftype: u32) -> Option<Self> {
        Self::of_files().find(|row| row.1 == ftype).map(|row| row.0)
    }

    fn of_files() -> impl Iterator<Item = (Self, u32, u32, u32, u32)> {
        TYPES.into_iter().filter(|row| row.0 != Self::F32)
    }

    fn row(self) -> (Self, u32, u32, u32, u32) {
        // Every type has its row; the first stands in to keep the function total.
        TYPES.into_iter().find(|row| row.0 == self).unwrap_or(TYPES[0])
    }

    /// Every type that a file may declare, with its `ftype`.
    #[cfg(test)]
    pub(crate) fn all() -> Vec<(Self, u32)> {
        Self::of_files().map(|row| (row.0, row.1)).collect()
    }

    /// ggml's number of the type, as it stands before each tensor.
    pub(crate) fn type_id(self) -> u32 {
        self.row().2
    }

    /// How many weights are stored together; every row of a matrix is a multiple of it.
    pub(super) fn block_len(self) -> u32 {
        self.row().3
    }
}

/// One tensor as it must stand in the file.
pub(crate) struct Shape {
    /// Fastest first, 1 where there is no such dimension.
    pub(crate) dims: [u32; 4],
    pub(crate) weights: WeightType,
}

impl Shape {
    pub(crate) fn n_bytes(&self) -> u64 {
        let (_, _, _, block_len, block_bytes) = self.weights.row();
        let n_weights: u64 = self.dims.iter().copied().map(u64::from).product();
        n_weights / u64::from(block_len) * u64::from(block_bytes)
    }
}

/// Every tensor that whisper.cpp will ask for, by name.
pub(crate) fn tensors(header: &Header) -> HashMap<String, Shape> {
    let n_state = header.n_state;
    let matrix = header.weights;
    // whisper.cpp never quantises convolutions.
    let conv = WeightType::F16;
    let mut tensors = HashMap::new();
    let mut put = |name: String, dims: &[u32], weights| {
        let mut shape = Shape { dims: [1; 4], weights };
        shape.dims[..dims.len()].copy_from_slice(dims);
        tensors.insert(name, shape);
    };
    let f32 = WeightType::F32;
    put("encoder.positional_embedding".into(), &[n_state, header.n_audio_ctx], f32);
    put("encoder.conv1.weight".into(), &[3, header.n_mels, n_state], conv);
    put("encoder.conv1.bias".into(), &[1, n_state], f32);
    put("encoder.conv2.weight".into(), &[3, n_state, n_state], conv);
    put("encoder.conv2.bias".into(), &[1, n_state], f32);
    put("decoder.positional_embedding".into(), &[n_state, header.n_text_ctx], f32);
    put("decoder.token_embedding.weight".into(), &[n_state, header.n_vocab], matrix);
    for norm in ["encoder.ln_post", "decoder.ln"] {
        put(format!("{norm}.weight"), &[n_state], f32);
        put(format!("{norm}.bias"), &[n_state], f32);
    }
    for (side, n_layers, attentions) in [
        ("encoder", header.n_audio_layer, &["attn"][..]),
        ("decoder", header.n_text_layer, &["attn", "cross_attn"]),
    ] {
        for block in (0..n_layers).map(|layer| format!("{side}.blocks.{layer}")) {
            for attention in attentions {
                put(format!("{block}.{attention}_ln.weight"), &[n_state], f32);
                put(format!("{block}.{attention}_ln.bias"), &[n_state], f32);
                for part in ["query", "key", "value", "out"] {
                    let part_name = format!("{block}.{attention}.{part}");
                    put(format!("{part_name}.weight"), &[n_state, n_state], matrix);
                    // A bias on the keys would not change the attention, so Whisper has none.
                    if part != "key" {
                        put(format!("{part_name}.bias"), &[n_state], f32);
                    }
                }
            }
            put(format!("{block}.mlp_ln.weight"), &[n_state], f32);
            put(format!("{block}.mlp_ln.bias"), &[n_state], f32);
            put(format!("{block}.mlp.0.weight"), &[n_state, 4 * n_state], matrix);
            put(format!("{block}.mlp.0.bias"), &[4 * n_state], f32);
            put(format!("{block}.mlp.2.weight"), &[4 * n_state, n_state], matrix);
            put(format!("{block}.mlp.2.bias"), &[n_state], f32);
        }
    }
    tensors
}
