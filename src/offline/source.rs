//! One recording as 16 kHz mono blocks: the caller's channel, resampled.

use super::Error;
use crate::{
    audio::{self, RATE_HZ, pitch::Voices, resample::Resampler, wav},
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
    resampler: Resampler,
    channel: usize,
    block: Vec<f32>,
    mono: Vec<f32>,
    ended: bool,
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
        Ok(Self {
            path: path.to_owned(),
            resampler: Resampler::new(reader.rate_hz()).map_err(fault)?,
            reader,
            channel: usize::from(caller_channel),
            block: Vec::new(),
            mono: Vec::new(),
            ended: false,
        })
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

    fn read_block(&mut self, out: &mut Vec<f32>) -> Result<(), audio::Error> {
        self.reader.read(BLOCK_FRAMES, &mut self.block)?;
        if self.block.is_empty() {
            self.ended = true;
            return self.resampler.flush(out);
        }
        let channels = usize::from(self.reader.channels());
        self.mono.clear();
        self.mono.extend(self.block.iter().skip(self.channel).step_by(channels));
        self.resampler.push(&self.mono, out)
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
