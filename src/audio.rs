//! The audio room: bytes in, 16 kHz mono samples out; and samples back to a call's bytes.
//!
//! It decodes G.711 and linear PCM in any chunking, obeys a RIFF header where a client sends one
//! by mistake, picks the caller's channel, resamples, and measures level and quality. It refuses
//! to know what speech is and where the bytes came from; its samples go down to `speech`.

pub mod clip;
pub mod comfort;
pub mod decode;
pub mod dtmf;
pub mod g711;
pub mod level;
pub mod line;
pub mod mixup;
pub mod pitch;
pub mod resample;
pub mod riff;
pub mod spectrum;
#[cfg(test)]
pub(crate) mod voice;
pub mod wav;

pub use decode::Decoder;

/// The one rate of everything below this room: what the speech model and the voice activity
/// detector were trained on.
pub const RATE_HZ: u32 = 16_000;

/// Milliseconds of one frame, as the voice activity detector wants it.
pub const FRAME_MS: u32 = 16;

/// Samples of one frame.
pub const FRAME_SAMPLES: usize = (RATE_HZ * FRAME_MS / 1_000) as usize;

/// The slowest rate that carries telephone speech.
pub const MIN_RATE_HZ: u32 = 8_000;

/// The fastest rate of a stream: the fastest that media gateways offer.
pub const MAX_STREAM_RATE_HZ: u32 = 48_000;

/// The fastest rate of a file: studio recorders.
pub const MAX_FILE_RATE_HZ: u32 = 192_000;

/// The most channels of one stream or file; conference recorders stay far below.
pub const MAX_CHANNELS: u16 = 32;

/// How samples are written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Signed 16-bit, little endian.
    Linear16,
    /// G.711 µ-law, one byte a sample.
    Mulaw,
    /// G.711 A-law, one byte a sample.
    Alaw,
}

impl Encoding {
    /// Bytes of one sample of one channel.
    #[must_use]
    pub const fn sample_bytes(self) -> usize {
        match self {
            Self::Linear16 => 2,
            Self::Mulaw | Self::Alaw => 1,
        }
    }
}

/// What a stream's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// How samples are written.
    pub encoding: Encoding,
    /// Samples a second of each channel.
    pub rate_hz: u32,
    /// Interleaved channels.
    pub channels: u16,
    /// Which of them the caller is on, counted from 0.
    pub caller_channel: u16,
}

impl Format {
    /// Checks the bounds of a stream's format.
    ///
    /// # Errors
    /// Names the first field that is out of bounds.
    pub fn check(&self, max_rate_hz: u32) -> Result<(), Error> {
        if !(MIN_RATE_HZ..=max_rate_hz).contains(&self.rate_hz) {
            return Err(Error::Rate { rate_hz: self.rate_hz, max_rate_hz });
        }
        if !(1..=MAX_CHANNELS).contains(&self.channels) {
            return Err(Error::Channels(self.channels));
        }
        if self.caller_channel >= self.channels {
            return Err(Error::CallerChannel {
                caller_channel: self.caller_channel,
                channels: self.channels,
            });
        }
        Ok(())
    }
}

/// Audio that cannot be read.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what each one is")]
pub enum Error {
    #[error("sample rate {rate_hz} Hz is outside {MIN_RATE_HZ} to {max_rate_hz} Hz")]
    Rate { rate_hz: u32, max_rate_hz: u32 },
    #[error("{0} channels are outside 1 to {MAX_CHANNELS}")]
    Channels(u16),
    #[error("channel {caller_channel} is asked for, but there are {channels}, counted from 0")]
    CallerChannel { caller_channel: u16, channels: u16 },
    #[error("not a WAV file: {0}")]
    NotWav(&'static str),
    #[error("WAV format tag {tag} with {bits} bits is not supported (PCM, float and G.711 are)")]
    WavFormat { tag: u16, bits: u16 },
    #[error("the WAV header is cut off")]
    WavHeaderCut,
    #[error("the WAV header is longer than {0} bytes")]
    WavHeaderTooLong(usize),
    #[error("the WAV header declares {declared} bytes of samples, but {present} are there")]
    WavLength { declared: u64, present: u64 },
    #[error("the WAV file holds no samples")]
    WavEmpty,
    #[error("the WAV samples cannot be read: {0}")]
    WavSamples(#[source] hound::Error),
    #[error("cannot read the file: {0}")]
    Io(#[from] std::io::Error),
    #[error("no resampler from {from_hz} Hz to {to_hz} Hz: {why}")]
    Resampler { from_hz: u32, to_hz: u32, why: String },
    #[error("longer than {0} seconds")]
    TooLong(u32),
}
