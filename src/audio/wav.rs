//! WAV files, read block by block.
//!
//! The only file that names hound, which reads integer and float PCM; G.711 files are read through
//! the tables, since hound has none. Everything the header claims is checked against the file
//! before a sample is read, so a lying header costs no memory. hound is then shown a plain header
//! of what was found: its own reader refuses lengths that are not known yet (ffmpeg and recorders
//! that were killed write those) and format chunks of uncommon length.

use super::{
    Encoding, Error, MAX_CHANNELS, MAX_FILE_RATE_HZ, MIN_RATE_HZ, g711,
    riff::{self, Header, Scan},
};
use std::{
    fs::File,
    io::{BufReader, Chain, Cursor, Read, Seek, SeekFrom},
    path::Path,
};

/// The most bytes of samples: the format counts them, and 36 bytes of header, in 32 bits.
const MAX_DATA_BYTES: u64 = u32::MAX as u64 - 36;

/// A recording that is being read, from a file or from bytes in memory.
#[derive(Debug)]
pub struct Reader<R: Read = File> {
    header: Header,
    n_frames: u64,
    n_frames_left: u64,
    source: Source<R>,
}

/// hound behind a plain header, then the file from its first sample on.
type Linear<R> = hound::WavReader<Chain<Cursor<Vec<u8>>, BufReader<R>>>;

enum Source<R: Read> {
    Linear(Box<Linear<R>>),
    G711(BufReader<R>, &'static [i16; 256]),
}

impl<R: Read> std::fmt::Debug for Source<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Linear(_) => "Linear",
            Self::G711(..) => "G711",
        })
    }
}

impl Reader {
    /// Opens a file and checks all that its header claims.
    ///
    /// # Errors
    /// Says what is wrong with the file; the path is the caller's to add.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path)?;
        let file_bytes = file.metadata()?.len();
        Self::new(file, file_bytes)
    }
}

impl<R: Read + Seek> Reader<R> {
    /// Reads what is `file_bytes` long and checks all that its header claims.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn new(mut file: R, file_bytes: u64) -> Result<Self, Error> {
        let header = read_header(&mut file)?;
        check(&header)?;
        // A pipe says that it has no bytes.
        let present = file_bytes.saturating_sub(header.data_start as u64);
        let data_bytes = match header.data_bytes {
            Some(declared) if declared > present => {
                return Err(Error::WavLength { declared, present });
            }
            Some(declared) => declared,
            None => present,
        };
        if data_bytes > MAX_DATA_BYTES {
            return Err(Error::NotWav("it is longer than 4 GiB"));
        }
        let frame_bytes = u64::from(header.channels) * u64::from(header.bits / 8);
        let n_frames = data_bytes / frame_bytes;
        if n_frames == 0 {
            return Err(Error::WavEmpty);
        }
        file.seek(SeekFrom::Start(header.data_start as u64))?;
        let file = BufReader::new(file);
        let source = match header.encoding() {
            Some(Encoding::Mulaw) => Source::G711(file, &g711::MULAW),
            Some(Encoding::Alaw) => Source::G711(file, &g711::ALAW),
            Some(Encoding::Linear16) | None => {
                let plain = plain_header(&header, (n_frames * frame_bytes) as u32);
                let wav = hound::WavReader::new(Cursor::new(plain).chain(file));
                Source::Linear(Box::new(wav.map_err(Error::WavSamples)?))
            }
        };
        Ok(Self { header, n_frames, n_frames_left: n_frames, source })
    }

    /// Interleaved channels.
    #[must_use]
    pub fn channels(&self) -> u16 {
        self.header.channels
    }

    /// Samples a second of each channel.
    #[must_use]
    pub fn rate_hz(&self) -> u32 {
        self.header.rate_hz
    }

    /// How the bytes could be streamed as they are; `None` for 8, 24, 32 bit and float files.
    #[must_use]
    pub fn encoding(&self) -> Option<Encoding> {
        self.header.encoding()
    }

    /// Frames of the whole file.
    #[must_use]
    pub fn n_frames(&self) -> u64 {
        self.n_frames
    }

    /// Replaces `out` by the bytes of the next frames as a stream would carry them, at most
    /// `max_frames`; only where [`Reader::encoding`] says that they can be. Empty at the end.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn read_bytes(&mut self, max_frames: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        out.clear();
        let n_frames = self.n_frames_left.min(max_frames as u64);
        self.n_frames_left -= n_frames;
        let n_samples = n_frames as usize * usize::from(self.header.channels);
        match &mut self.source {
            Source::G711(file, _) => {
                out.resize(n_samples, 0);
                file.read_exact(out)?;
            }
            Source::Linear(wav) => {
                for sample in wav.samples::<i16>().take(n_samples) {
                    out.extend(sample.map_err(Error::WavSamples)?.to_le_bytes());
                }
            }
        }
        Ok(())
    }

    /// Replaces `out` by the next interleaved samples, at most `max_frames` frames. Empty at the
    /// end of the file.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn read(&mut self, max_frames: usize, out: &mut Vec<f32>) -> Result<(), Error> {
        out.clear();
        let n_frames = self.n_frames_left.min(max_frames as u64);
        self.n_frames_left -= n_frames;
        let n_samples = n_frames as usize * usize::from(self.header.channels);
        match &mut self.source {
            Source::G711(file, table) => {
                let mut bytes = vec![0; n_samples];
                file.read_exact(&mut bytes)?;
                out.extend(
                    bytes.iter().map(|byte| f32::from(table[usize::from(*byte)]) / 32_768.0),
                );
            }
            Source::Linear(wav) => match wav.spec().sample_format {
                hound::SampleFormat::Float => {
                    for sample in wav.samples::<f32>().take(n_samples) {
                        let sample = sample.map_err(Error::WavSamples)?;
                        // A float file may hold anything; not-a-number would poison the filters.
                        out.push(if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 });
                    }
                }
                hound::SampleFormat::Int => {
                    let full_scale = f64::from(1_u32 << (self.header.bits - 1));
                    for sample in wav.samples::<i32>().take(n_samples) {
                        let sample = f64::from(sample.map_err(Error::WavSamples)?);
                        out.push((sample / full_scale) as f32);
                    }
                }
            },
        }
        Ok(())
    }
}

fn read_header<R: Read>(file: &mut R) -> Result<Header, Error> {
    let mut bytes = Vec::new();
    file.by_ref().take(riff::MAX_HEADER_BYTES as u64 + 8).read_to_end(&mut bytes)?;
    if bytes.is_empty() {
        return Err(Error::NotWav("it is empty"));
    }
    match riff::scan(&bytes)? {
        Scan::Found(header) => Ok(header),
        Scan::More => Err(Error::WavHeaderCut),
        Scan::Raw => Err(Error::NotWav("no RIFF header")),
    }
}

fn check(header: &Header) -> Result<(), Error> {
    header.check_kind()?;
    if !(MIN_RATE_HZ..=MAX_FILE_RATE_HZ).contains(&header.rate_hz) {
        return Err(Error::Rate { rate_hz: header.rate_hz, max_rate_hz: MAX_FILE_RATE_HZ });
    }
    if !(1..=MAX_CHANNELS).contains(&header.channels) {
        return Err(Error::Channels(header.channels));
    }
    // 24 bits in 4 bytes: writers do not agree on which 3 of them count.
    if header.encoding().is_none() && header.frame_bytes > header.channels * (header.bits / 8) {
        return Err(Error::WavFormat { tag: header.tag, bits: header.bits });
    }
    Ok(())
}

/// The shortest header of these samples.
fn plain_header(header: &Header, data_bytes: u32) -> Vec<u8> {
    let frame_bytes = header.channels * (header.bits / 8);
    let byte_rate = header.rate_hz * u32::from(frame_bytes);
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((data_bytes + 36).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0");
    bytes.extend(header.tag.to_le_bytes());
    bytes.extend(header.channels.to_le_bytes());
    bytes.extend(header.rate_hz.to_le_bytes());
    bytes.extend(byte_rate.to_le_bytes());
    bytes.extend(frame_bytes.to_le_bytes());
    bytes.extend(header.bits.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(data_bytes.to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests;
