//! One recording as 16 kHz mono blocks: the caller's channel, resampled.
//!
//! What a stream could carry as it is goes through the decoder of streams, so that both doors find
//! the same in the same bytes.

use super::Error;
use crate::{
    audio::{
        self, Decoder, Format, MAX_STREAM_RATE_HZ, RATE_HZ, decode::Mended, pitch::Voices,
        resample::Resampler, wav,
    },
    speech::{self, Segmenter, Sign},
};
use std::path::{Path, PathBuf};

/// Frames read at a time: a quarter of a second at 48 kHz.
const BLOCK_FRAMES: usize = 12_000;

/// Which channel of a recording the caller is on, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channel(pub u16);

impl std::str::FromStr for Channel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "left" => Ok(Self(0)),
            "right" => Ok(Self(1)),
            number => number
                .parse()
                .map(Self)
                .map_err(|_| "expected left, right or a channel number counted from 0".to_owned()),
        }
    }
}

/// A recording that is being read.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    reader: wav::Reader,
    way: Way,
    ended: bool,
}

/// How blocks become samples.
#[derive(Debug)]
enum Way {
    /// Bytes, as a stream carries them.
    Stream { decoder: Box<Decoder>, bytes: Vec<u8> },
    /// Samples of other kinds, or at higher rates.
    File { resampler: Resampler, channel: usize, block: Vec<f32>, mono: Vec<f32> },
}

impl Source {
    /// Opens a recording. Without a channel the first one is heard.
    ///
    /// # Errors
    /// When the file cannot be read or has no such channel; the error names the file.
    pub fn open(path: &Path, channel: Option<Channel>) -> Result<Self, Error> {
        let fault = |source| Error::Audio { path: path.to_owned(), source };
        let reader = wav::Reader::open(path).map_err(fault)?;
        let Channel(caller_channel) = channel.unwrap_or(Channel(0));
        let channels = reader.channels();
        if caller_channel >= channels {
            return Err(fault(audio::Error::CallerChannel { caller_channel, channels }));
        }
        let rate_hz = reader.rate_hz();
        let way = match reader.encoding().filter(|_| rate_hz <= MAX_STREAM_RATE_HZ) {
            Some(encoding) => {
                let format = Format { encoding, rate_hz, channels, caller_channel };
                let decoder = Box::new(Decoder::new(format).map_err(fault)?);
                Way::Stream { decoder, bytes: Vec::new() }
            }
            None => {
                let resampler = Resampler::new(rate_hz).map_err(fault)?;
                let (block, mono) = (Vec::new(), Vec::new());
                Way::File { resampler, channel: usize::from(caller_channel), block, mono }
            }
        };
        Ok(Self { path: path.to_owned(), reader, way, ended: false })
    }

    /// Interleaved channels of the file.
    #[must_use]
    pub fn channels(&self) -> u16 {
        self.reader.channels()
    }

    /// How long the recording is.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.reader.n_frames() as f64 / f64::from(self.reader.rate_hz())
    }

    /// Replaces `out` by the next samples; answers whether there were any.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn read(&mut self, out: &mut Vec<f32>) -> Result<bool, Error> {
        out.clear();
        while out.is_empty() && !self.ended {
            self.read_block(out)
                .map_err(|source| Error::Audio { path: self.path.clone(), source })?;
        }
        Ok(!out.is_empty())
    }

    /// Takes where in the last samples the file was found not to be written as it says.
    pub fn take_mended(&mut self) -> Option<Mended> {
        match &mut self.way {
            Way::Stream { decoder, .. } => decoder.take_mended(),
            Way::File { .. } => None,
        }
    }

    fn read_block(&mut self, out: &mut Vec<f32>) -> Result<(), audio::Error> {
        match &mut self.way {
            Way::Stream { decoder, bytes } => {
                self.reader.read_bytes(BLOCK_FRAMES, bytes)?;
                self.ended = bytes.is_empty();
                if self.ended { decoder.flush(out) } else { decoder.push(bytes, out) }
            }
            Way::File { resampler, channel, block, mono } => {
                self.reader.read(BLOCK_FRAMES, block)?;
                self.ended = block.is_empty();
                if self.ended {
                    return resampler.flush(out);
                }
                let channels = usize::from(self.reader.channels());
                mono.clear();
                mono.extend(block.iter().skip(*channel).step_by(channels));
                resampler.push(mono, out)
            }
        }
    }
}

/// How much of a recording is searched for a second voice: an agent speaks within minutes.
const SEARCHED_SAMPLES: usize = 300 * RATE_HZ as usize;

/// Says whether the caller's channel seems to carry a second voice as well.
///
/// # Errors
/// As [`Source::open`] and [`Source::read`].
pub fn two_voices(
    path: &Path,
    channel: Option<Channel>,
    speech: &speech::Config,
) -> Result<bool, Error> {
    let mut source = Source::open(path, channel)?;
    let mut segmenter = Segmenter::new(speech);
    let mut voices = Voices::default();
    let (mut samples, mut n_searched) = (Vec::new(), 0);
    while n_searched < SEARCHED_SAMPLES && source.read(&mut samples)? {
        n_searched += samples.len();
        segmenter.push(&samples);
        while let Some(sign) = segmenter.next_sign() {
            if let Sign::Final(segment) = sign {
                voices.push(&segment.samples);
            }
        }
    }
    Ok(voices.are_two())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::{Encoding, g711, mixup::Reading, voice::voice};

    #[test]
    fn a_file_that_is_not_written_as_its_header_says_is_read_as_what_it_is() {
        let voice = voice(6_000);
        let spoken: Vec<u8> =
            voice.iter().map(|sample| g711::to_alaw((sample * 32_767.0) as i16)).collect();
        // The header says µ-law.
        let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x07\0\x01\0".to_vec();
        bytes.extend([RATE_HZ, RATE_HZ].map(u32::to_le_bytes).concat());
        bytes.extend(b"\x01\0\x08\0data");
        bytes.extend((spoken.len() as u32).to_le_bytes());
        bytes.extend(&spoken);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let mut source = Source::open(file.path(), None).unwrap();
        let (mut block, mut samples, mut mended) = (Vec::new(), Vec::<f32>::new(), None);
        while source.read(&mut block).unwrap() {
            if let Some(Mended { at, mixup }) = source.take_mended() {
                mended = Some((samples.len() + at, mixup.found));
            }
            samples.extend(&block);
        }
        let (at, found) = mended.unwrap();
        assert_eq!(found, Reading::Plain(Encoding::Alaw));
        let right = |byte: &u8| f32::from(g711::ALAW[usize::from(*byte)]) / 32_768.0;
        assert!(spoken[at..].iter().map(right).eq(samples[at..].iter().copied()));
    }
}
