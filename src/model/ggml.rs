//! Reads a Whisper model file in ggml's format, all of it but the weights, before the engine does.
//!
//! whisper.cpp believes the file: a wrong count there is a write past a buffer, an abort of the
//! process or an endless allocation, none of which Rust can catch. So the same walk is done here
//! first, with every number held against the others and the end of the file: the engine sees
//! exactly the tensors that it will ask for, each once, in the shape and type it expects. This
//! file refuses to know what the weights mean.

use std::collections::HashSet;

pub(super) mod layout;

pub use layout::WeightType;

/// First four bytes of every file.
const MAGIC: u32 = 0x6767_6d6c;
/// Token ids of the multilingual models up to large-v2; whisper.cpp derives the special tokens
/// from it, so any other number writes past its tables (#4059).
const N_VOCAB: u32 = 51_865;
/// Large-v3 and turbo know one language more.
const N_VOCAB_V3: u32 = 51_866;
/// The English-only models.
const N_VOCAB_ENGLISH: u32 = 51_864;
/// Words before the special tokens in every multilingual model. The engine would name missing ones
/// `[_extra_token_…]` and write that into texts.
const N_TEXT_WORDS: u32 = 50_257;
/// whisper.cpp looks this word up to suppress it, and throws through C where there is none.
const SPACE: &[u8] = b" ";
/// Bins of the spectrum that whisper.cpp makes: 400 samples a frame.
const N_FFT: u32 = 201;
/// Where the header says how many mel bands there are: the eleventh of its twelve numbers.
const N_MELS_AT: usize = 10 * 4;
/// Where the mel filters begin: behind the header and their own two sizes.
const FILTERS_AT: usize = (12 + 2) * 4;
/// 30 s; the engine pads every spectrum to it.
const MAX_AUDIO_CTX: u32 = 1_500;
/// Tokens a window may hold in the official models; 16 is what prompt and answer need at least.
const TEXT_CTX: std::ops::RangeInclusive<u32> = 16..=448;
/// Twice the widest official model.
const MAX_STATE: u32 = 2_560;
/// Twice the deepest official model.
const MAX_LAYERS: u32 = 64;
/// Longest entry of the vocabulary; the longest official one has 128 bytes.
const MAX_WORD_BYTES: u32 = 512;
/// Longest tensor name; the longest that exists has 40 bytes.
const MAX_NAME_BYTES: u32 = 64;
/// ggml stores the version of a quantisation in the thousands.
const QUANTIZATION_VERSION_FACTOR: u32 = 1_000;

/// The sizes that a file declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Number of token ids.
    pub n_vocab: u32,
    /// Positions of the encoder, 20 ms each.
    pub n_audio_ctx: u32,
    /// Width of encoder and decoder.
    pub n_state: u32,
    /// Attention heads.
    pub n_head: u32,
    /// Layers of the encoder.
    pub n_audio_layer: u32,
    /// Positions of the decoder.
    pub n_text_ctx: u32,
    /// Layers of the decoder.
    pub n_text_layer: u32,
    /// Mel bands.
    pub n_mels: u32,
    /// How the matrices are stored.
    pub weights: WeightType,
}

/// What is wrong with a file, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The first bytes are not ggml's.
    #[error("it does not begin like a ggml file")]
    NotGgml,
    /// The file ends early.
    #[error("it is cut short at byte {offset}, inside {what}")]
    CutShort {
        /// Where the missing piece begins.
        offset: usize,
        /// What is missing.
        what: String,
    },
    /// A number that no usable model has.
    #[error("{what} is {value}, which no usable model has ({wanted})")]
    Implausible {
        /// Which number.
        what: &'static str,
        /// What the file says.
        value: u32,
        /// What would be usable.
        wanted: &'static str,
    },
    /// A weight that is infinite or not a number.
    #[error("{what} hold something that is no number at byte {offset}")]
    NoNumber {
        /// Whose weight.
        what: &'static str,
        /// Where it stands.
        offset: usize,
    },
    /// The word that the engine cannot do without.
    #[error("its vocabulary has no space")]
    NoSpace,
    /// An English-only model cannot hear Mandarin.
    #[error("it is an English-only model; a multilingual one is needed")]
    EnglishOnly,
    /// A tensor that is wrong.
    #[error("tensor {name:?} at byte {offset} {fault}")]
    Tensor {
        /// Its name, as far as it is one.
        name: String,
        /// Where its entry begins.
        offset: usize,
        /// What is wrong with it.
        fault: String,
    },
    /// A tensor that the engine will ask for.
    #[error("tensor {0:?} is missing")]
    MissingTensor(String),
}

/// Walks through a whole file and holds it against itself.
///
/// # Errors
/// The first fault.
pub fn check(bytes: &[u8]) -> Result<Header, Fault> {
    let mut reader = Reader { bytes, offset: 0 };
    if reader.u32("the magic number").ok() != Some(MAGIC) {
        return Err(Fault::NotGgml);
    }
    let header = read_header(&mut reader)?;
    check_mel_filters(&mut reader, &header)?;
    skip_vocabulary(&mut reader, &header)?;
    check_tensors(&mut reader, &header)?;
    Ok(header)
}

fn read_header(reader: &mut Reader<'_>) -> Result<Header, Fault> {
    let mut next = |what: &'static str, wanted: &'static str, holds: &dyn Fn(u32) -> bool| {
        let value = reader.u32(what)?;
        if holds(value) { Ok(value) } else { Err(Fault::Implausible { what, value, wanted }) }
    };
    let n_vocab = next("n_vocab", "51865 or 51866", &|n| {
        [N_VOCAB, N_VOCAB_V3, N_VOCAB_ENGLISH].contains(&n)
    })?;
    if n_vocab == N_VOCAB_ENGLISH {
        return Err(Fault::EnglishOnly);
    }
    let layers = |n: u32| (1..=MAX_LAYERS).contains(&n);
    let n_audio_ctx = next("n_audio_ctx", "50 to 1500", &|n| (50..=MAX_AUDIO_CTX).contains(&n))?;
    let n_state = next("n_audio_state", "a multiple of 32 up to 2560", &|n| {
        (32..=MAX_STATE).contains(&n) && n % 32 == 0
    })?;
    let n_head = next("n_audio_head", "a divisor of n_audio_state", &|n| {
        n != 0 && n <= n_state && n_state % n == 0
    })?;
    let n_audio_layer = next("n_audio_layer", "1 to 64", &layers)?;
    let n_text_ctx = next("n_text_ctx", "16 to 448", &|n| TEXT_CTX.contains(&n))?;
    // Cross-attention multiplies the one with the other.
    next("n_text_state", "the same as n_audio_state", &|n| n == n_state)?;
    next("n_text_head", "the same as n_audio_head", &|n| n == n_head)?;
    let n_text_layer = next("n_text_layer", "1 to 64", &layers)?;
    let n_mels = next("n_mels", "80 or 128", &|n| n == 80 || n == 128)?;
    let ftype = reader.u32("ftype")?;
    let weights =
        WeightType::from_ftype(ftype % QUANTIZATION_VERSION_FACTOR).ok_or(Fault::Implausible {
            what: "ftype",
            value: ftype,
            wanted: "a type of weights that whisper.cpp reads",
        })?;
    if n_state % weights.block_len() != 0 {
        return Err(Fault::Implausible {
            what: "n_audio_state",
            value: n_state,
            wanted: "a multiple of the block length of its quantised weights",
        });
    }
    Ok(Header {
        n_vocab,
        n_audio_ctx,
        n_state,
        n_head,
        n_audio_layer,
        n_text_ctx,
        n_text_layer,
        n_mels,
        weights,
    })
}

/// The mel filters of a file that passed [`check`]: 201 weights for each band, one a bin of the
/// spectrum.
#[must_use]
pub fn mel_filters(bytes: &[u8]) -> Vec<f32> {
    let weights = bytes.get(FILTERS_AT..).unwrap_or_default().as_chunks::<4>().0;
    let n_mels = bytes.get(N_MELS_AT..).and_then(|rest| rest.first_chunk::<4>());
    let n_mels = n_mels.map_or(0, |number| u32::from_le_bytes(*number));
    let n_weights = n_mels as usize * N_FFT as usize;
    weights.iter().take(n_weights).map(|it| f32::from_le_bytes(*it)).collect()
}

fn check_mel_filters(reader: &mut Reader<'_>, header: &Header) -> Result<(), Fault> {
    const WHAT: &str = "the mel filters";
    for (what, value, expected, wanted) in [
        ("the mel filters' n_mel", reader.u32(WHAT)?, header.n_mels, "the same as n_mels"),
        ("the mel filters' n_fft", reader.u32(WHAT)?, N_FFT, "201"),
    ] {
        if value != expected {
            return Err(Fault::Implausible { what, value, wanted });
        }
    }
    reader.take(u64::from(header.n_mels) * u64::from(N_FFT) * 4, || WHAT.to_owned())?;
    match mel_filters(reader.bytes).iter().position(|weight| !weight.is_finite()) {
        Some(idx) => Err(Fault::NoNumber { what: WHAT, offset: FILTERS_AT + 4 * idx }),
        None => Ok(()),
    }
}

fn skip_vocabulary(reader: &mut Reader<'_>, header: &Header) -> Result<(), Fault> {
    let n_words = reader.u32("the vocabulary")?;
    if !(N_TEXT_WORDS..=header.n_vocab).contains(&n_words) {
        return Err(Fault::Implausible {
            what: "the number of words in the vocabulary",
            value: n_words,
            wanted: "50257 to n_vocab",
        });
    }
    let mut has_space = false;
    for word_idx in 0..n_words {
        let value = reader.u32("the vocabulary")?;
        if value > MAX_WORD_BYTES {
            return Err(Fault::Implausible {
                what: "the length of a word in the vocabulary",
                value,
                wanted: "at most 512 bytes",
            });
        }
        let word =
            reader.take(u64::from(value), || format!("word {word_idx} of the vocabulary"))?;
        has_space |= word == SPACE;
    }
    if has_space { Ok(()) } else { Err(Fault::NoSpace) }
}

fn check_tensors(reader: &mut Reader<'_>, header: &Header) -> Result<(), Fault> {
    let expected = layout::tensors(header);
    let mut seen = HashSet::new();
    while reader.offset < reader.bytes.len() {
        let offset = reader.offset;
        let fault =
            |name: &str, fault: String| Fault::Tensor { name: name.to_owned(), offset, fault };
        let n_dims = reader.u32("a tensor's number of dimensions")?;
        let n_name = reader.u32("the length of a tensor's name")?;
        let type_id = reader.u32("a tensor's type")?;
        if !(1..=4).contains(&n_dims) {
            return Err(fault("", format!("has {n_dims} dimensions instead of 1 to 4")));
        }
        if n_name > MAX_NAME_BYTES {
            return Err(fault("", format!("has a name of {n_name} bytes, more than any")));
        }
        let mut dims = [1; 4];
        for dim in dims.iter_mut().take(n_dims as usize) {
            *dim = reader.u32("a tensor's dimensions")?;
        }
        let name = reader.take(u64::from(n_name), || "a tensor's name".to_owned())?;
        let name = String::from_utf8_lossy(name);
        let Some(shape) = expected.get(name.as_ref()) else {
            return Err(fault(&name, "is not one that whisper knows".to_owned()));
        };
        if dims != shape.dims {
            return Err(fault(&name, format!("has shape {dims:?} instead of {:?}", shape.dims)));
        }
        if type_id != shape.weights.type_id() {
            let wanted = shape.weights.type_id();
            return Err(fault(&name, format!("is of ggml type {type_id} instead of {wanted}")));
        }
        if !seen.insert(name.to_string()) {
            return Err(fault(&name, "comes twice".to_owned()));
        }
        reader.take(shape.n_bytes(), || format!("the weights of tensor {name:?}"))?;
    }
    // The order of the map is not that of the file: name the first by the alphabet, always the
    // same one.
    match expected.keys().filter(|name| !seen.contains(*name)).min() {
        Some(missing) => Err(Fault::MissingTensor(missing.clone())),
        None => Ok(()),
    }
}

/// A position in the file that cannot leave it.
struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n_bytes: u64, what: impl FnOnce() -> String) -> Result<&'a [u8], Fault> {
        let rest = &self.bytes[self.offset..];
        match usize::try_from(n_bytes).ok().and_then(|n_bytes| rest.get(..n_bytes)) {
            Some(taken) => {
                self.offset += taken.len();
                Ok(taken)
            }
            None => Err(Fault::CutShort { offset: self.offset, what: what() }),
        }
    }

    fn u32(&mut self, what: &'static str) -> Result<u32, Fault> {
        let taken = self.take(4, || what.to_owned())?;
        Ok(taken.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte)))
    }
}
