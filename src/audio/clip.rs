//! A whole recording, and the bytes that a call plays it from.
//!
//! Calls are heard sample by sample; a prompt is short and known as a whole, so it is read, brought
//! to an even level and encoded in one piece. It refuses to know what is said.

use super::{Encoding, Error, g711, level, resample::Resampler, wav::Reader};
use std::{
    io::{Cursor, Read, Seek},
    path::Path,
};

/// The level that prompts are brought to, in dBFS (root mean square). Telephone networks are planned
/// for active speech near −26 dBov (ITU-T G.100.1, P.56); a prompt is a little louder, since it is
/// heard over whatever surrounds the caller, and still has the 12 dB and more that peaks need.
pub const PROMPT_DBFS: f32 = -20.0;

/// Frames read at a time.
const BLOCK_FRAMES: usize = 4_096;

/// One channel of sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Clip {
    samples: Vec<f32>,
    rate_hz: u32,
}

impl Clip {
    /// Reads a WAV file; several channels are mixed to one.
    ///
    /// # Errors
    /// When the file is none that can be read or is longer than `max_seconds`.
    pub fn open(path: &Path, max_seconds: u32) -> Result<Self, Error> {
        Self::read(Reader::open(path)?, max_seconds)
    }

    /// Reads a WAV file that lies in memory.
    ///
    /// # Errors
    /// As [`Clip::open`].
    pub fn from_wav(bytes: &[u8], max_seconds: u32) -> Result<Self, Error> {
        Self::read(Reader::new(Cursor::new(bytes), bytes.len() as u64)?, max_seconds)
    }

    fn read<R: Read + Seek>(mut reader: Reader<R>, max_seconds: u32) -> Result<Self, Error> {
        let (rate_hz, channels) = (reader.rate_hz(), reader.channels());
        if reader.n_frames() > u64::from(max_seconds) * u64::from(rate_hz) {
            return Err(Error::TooLong(max_seconds));
        }
        let mut samples = Vec::with_capacity(reader.n_frames() as usize);
        let mut block = Vec::new();
        loop {
            reader.read(BLOCK_FRAMES, &mut block)?;
            if block.is_empty() {
                return Ok(Self { samples, rate_hz });
            }
            let frames = block.chunks_exact(usize::from(channels));
            samples.extend(frames.map(|frame| frame.iter().sum::<f32>() / f32::from(channels)));
        }
    }

    /// The clip as a call plays it, at an even level.
    ///
    /// # Errors
    /// When there is no filter to that rate.
    pub fn encode(&self, encoding: Encoding, rate_hz: u32) -> Result<Vec<u8>, Error> {
        let mut resampler = Resampler::between(self.rate_hz, rate_hz)?;
        let mut samples = Vec::new();
        resampler.push(&self.samples, &mut samples)?;
        resampler.flush(&mut samples)?;
        level::even_out_to(&mut samples, PROMPT_DBFS);
        Ok(encode(&samples, encoding))
    }
}

/// Writes samples as bytes.
fn encode(samples: &[f32], encoding: Encoding) -> Vec<u8> {
    let linear = samples.iter().map(|sample| (sample * 32_767.0).round() as i16);
    match encoding {
        Encoding::Linear16 => linear.flat_map(i16::to_le_bytes).collect(),
        Encoding::Mulaw => linear.map(g711::to_mulaw).collect(),
        Encoding::Alaw => linear.map(g711::to_alaw).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::{Decoder, Format};
    use std::f32::consts::TAU;

    /// A WAV file of a tone on every channel.
    fn wav(tag: u16, bits: u16, channels: u16, rate_hz: u32, seconds: f32) -> Vec<u8> {
        let n_frames = (rate_hz as f32 * seconds) as usize;
        let mut data = Vec::new();
        for n in 0..n_frames {
            let value = 0.05 * (TAU * 440.0 * n as f32 / rate_hz as f32).sin();
            let linear = (value * 32_767.0) as i16;
            for _ in 0..channels {
                match (tag, bits) {
                    (1, 8) => data.push((128.0 + value * 127.0) as u8),
                    (1, 16) => data.extend(linear.to_le_bytes()),
                    (1, 24) => data.extend(&(i32::from(linear) << 8).to_le_bytes()[..3]),
                    (1, _) => data.extend((i32::from(linear) << 16).to_le_bytes()),
                    (6, _) => data.push(g711::to_alaw(linear)),
                    (7, _) => data.push(g711::to_mulaw(linear)),
                    _ => data.extend(value.to_le_bytes()),
                }
            }
        }
        let frame_bytes = channels * (bits / 8);
        let mut bytes = b"RIFF".to_vec();
        bytes.extend((36 + data.len() as u32).to_le_bytes());
        bytes.extend(b"WAVEfmt \x10\0\0\0");
        bytes.extend(tag.to_le_bytes());
        bytes.extend(channels.to_le_bytes());
        bytes.extend(rate_hz.to_le_bytes());
        bytes.extend((rate_hz * u32::from(frame_bytes)).to_le_bytes());
        bytes.extend(frame_bytes.to_le_bytes());
        bytes.extend(bits.to_le_bytes());
        bytes.extend(b"data");
        bytes.extend((data.len() as u32).to_le_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn a_file_of_every_kind_becomes_audio_of_every_kind_at_one_level() {
        let files = [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (6, 8), (7, 8)];
        for (n, (tag, bits)) in files.into_iter().enumerate() {
            let (channels, from_hz) = [(1, 8_000), (2, 22_050), (1, 44_100), (6, 48_000)][n % 4];
            let clip = Clip::from_wav(&wav(tag, bits, channels, from_hz, 0.5), 1).unwrap();
            for encoding in [Encoding::Linear16, Encoding::Mulaw, Encoding::Alaw] {
                for rate_hz in [8_000, 11_025, 16_000, 48_000] {
                    let bytes = clip.encode(encoding, rate_hz).unwrap();
                    let n_samples = bytes.len() / encoding.sample_bytes();
                    assert!(n_samples.abs_diff(rate_hz as usize / 2) <= 1, "{tag} {n_samples}");
                    let format = Format { encoding, rate_hz, channels: 1, caller_channel: 0 };
                    let mut heard = Vec::new();
                    let mut decoder = Decoder::new(format).unwrap();
                    decoder.push(&bytes, &mut heard).unwrap();
                    decoder.flush(&mut heard).unwrap();
                    let level = level::measure(&heard);
                    assert!((level.rms_dbfs - PROMPT_DBFS).abs() < 0.5, "{tag} {bits} {level:?}");
                    assert_eq!(level.clipped_share, 0.0);
                }
            }
        }
    }

    #[test]
    fn a_peak_is_never_clipped_for_loudness() {
        let mut samples = vec![0.001; 8_000];
        samples[4_000] = 1.0;
        let clip = Clip { samples, rate_hz: 8_000 };
        let bytes = clip.encode(Encoding::Linear16, 8_000).unwrap();
        assert_eq!(bytes[8_000..8_002], 32_767_i16.to_le_bytes());
        assert_eq!(bytes[..2], 33_i16.to_le_bytes());
    }

    #[test]
    fn a_clip_that_is_too_long_is_refused_before_it_is_read() {
        let long = wav(1, 16, 1, 8_000, 1.1);
        assert!(matches!(Clip::from_wav(&long, 1), Err(Error::TooLong(1))));
        assert!(Clip::from_wav(&long, 2).is_ok());
    }

    #[test]
    fn what_is_no_wav_is_refused() {
        assert!(matches!(Clip::from_wav(b"", 1), Err(Error::NotWav(_))));
        assert!(Clip::from_wav(b"garbage, as a script prints it", 1).is_err());
    }
}
