//! The RIFF/WAVE header, read from bytes that arrive in any pieces.
//!
//! Serves both doors: streams whose client sends a WAV header although raw audio was declared, and
//! files, whose header is checked here before hound or the G.711 table reads the samples. It only
//! finds and checks the header; samples are `decode`'s and `wav`'s.

use super::{Encoding, Error};

/// How far into the bytes the samples may start. Real headers are below 200 bytes, broadcast
/// recorders write some kilobytes of notes; beyond this it is an attack or no header.
pub const MAX_HEADER_BYTES: usize = 64 * 1024;

/// Data lengths that stand for "not known yet", written where the output is a pipe: by ffmpeg, by
/// others, by sox 14.4.
const UNKNOWN_LENGTHS: [u32; 3] = [u32::MAX, 0x7FFF_FFFF, 0x7FFF_F000];

const TAG_PCM: u16 = 1;
const TAG_FLOAT: u16 = 3;
const TAG_ALAW: u16 = 6;
const TAG_MULAW: u16 = 7;
const TAG_EXTENSIBLE: u16 = 0xFFFE;

/// What a header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The format tag; for EXTENSIBLE files the one inside.
    pub tag: u16,
    /// Interleaved channels.
    pub channels: u16,
    /// Samples a second of each channel.
    pub rate_hz: u32,
    /// Bits a sample.
    pub bits: u16,
    /// Bytes of one sample of each channel, as the header has it.
    pub frame_bytes: u16,
    /// Where the samples start, in bytes from the first of the file.
    pub data_start: usize,
    /// Bytes of samples; `None` where the writer did not know.
    pub data_bytes: Option<u64>,
}

impl Header {
    /// The encoding, where a stream could carry it as raw bytes.
    #[must_use]
    pub fn encoding(&self) -> Option<Encoding> {
        match (self.tag, self.bits) {
            (TAG_PCM, 16) => Some(Encoding::Linear16),
            (TAG_MULAW, 8) => Some(Encoding::Mulaw),
            (TAG_ALAW, 8) => Some(Encoding::Alaw),
            _ => None,
        }
    }

    /// Whether the samples are of a kind that this program reads.
    ///
    /// # Errors
    /// Names the tag and the bits.
    pub fn check_kind(&self) -> Result<(), Error> {
        let known = match self.tag {
            TAG_PCM => matches!(self.bits, 8 | 16 | 24 | 32),
            TAG_FLOAT => self.bits == 32,
            TAG_ALAW | TAG_MULAW => self.bits == 8,
            _ => false,
        };
        known.then_some(()).ok_or(Error::WavFormat { tag: self.tag, bits: self.bits })
    }
}

/// What the bytes so far are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// Not a RIFF file: raw samples from the first byte on.
    Raw,
    /// Too few bytes to tell, or the header goes on.
    More,
    /// A complete header.
    Found(Header),
}

/// Reads the header at the start of `bytes`.
///
/// # Errors
/// When the bytes begin as a RIFF file but cannot be one.
pub fn scan(bytes: &[u8]) -> Result<Scan, Error> {
    let n_magic = bytes.len().min(4);
    if bytes[..n_magic] != b"RIFF"[..n_magic] {
        return Ok(Scan::Raw);
    }
    if bytes.len() < 12 {
        return Ok(Scan::More);
    }
    if &bytes[8..12] != b"WAVE" {
        return Err(Error::NotWav("a RIFF file of another kind"));
    }
    let mut at = 12;
    let mut format = None;
    loop {
        let Some(chunk) = bytes.get(at..at + 8) else { return more(at) };
        let length = u32_at(chunk, 4);
        let body = at + 8;
        match &chunk[..4] {
            b"data" => {
                let Some((tag, channels, rate_hz, frame_bytes, bits)) = format else {
                    return Err(Error::NotWav("its samples come before their format"));
                };
                let known = !UNKNOWN_LENGTHS.contains(&length);
                let data_bytes = known.then_some(u64::from(length));
                return Ok(Scan::Found(Header {
                    tag,
                    channels,
                    rate_hz,
                    bits,
                    frame_bytes,
                    data_start: body,
                    data_bytes,
                }));
            }
            b"fmt " => {
                if length < 16 {
                    return Err(Error::NotWav("its format chunk is too short"));
                }
                let n_read = (length as usize).min(26);
                let Some(fmt) = bytes.get(body..body + n_read) else { return more(body) };
                let tag = match u16_at(fmt, 0) {
                    // The true tag leads the sub-format's GUID (WAVEFORMATEXTENSIBLE).
                    TAG_EXTENSIBLE if fmt.len() == 26 => u16_at(fmt, 24),
                    tag => tag,
                };
                let (channels, rate_hz) = (u16_at(fmt, 2), u32_at(fmt, 4));
                format = Some((tag, channels, rate_hz, u16_at(fmt, 12), u16_at(fmt, 14)));
            }
            _ => {}
        }
        // Chunks are padded to an even length.
        at = body + length as usize + (length as usize & 1);
        if at > MAX_HEADER_BYTES {
            return Err(Error::WavHeaderTooLong(MAX_HEADER_BYTES));
        }
    }
}

/// Asks for more bytes, unless the header is already longer than any real one.
fn more(at: usize) -> Result<Scan, Error> {
    if at > MAX_HEADER_BYTES {
        Err(Error::WavHeaderTooLong(MAX_HEADER_BYTES))
    } else {
        Ok(Scan::More)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header() -> Vec<u8> {
        let mut bytes = b"RIFF\x24\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0".to_vec();
        bytes.extend([7, 0, 2, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 8, 0]);
        bytes.extend(b"data\x10\0\0\0");
        bytes
    }

    #[test]
    fn a_header_is_found_only_once_it_is_whole() {
        let bytes = header();
        for cut in 1..bytes.len() {
            assert_eq!(scan(&bytes[..cut]).unwrap(), Scan::More, "{cut} bytes");
        }
        let Scan::Found(found) = scan(&bytes).unwrap() else { panic!("no header") };
        assert_eq!((found.channels, found.rate_hz, found.data_start), (2, 8_000, bytes.len()));
        assert_eq!(found.encoding(), Some(Encoding::Mulaw));
    }

    #[test]
    fn bytes_that_are_no_header_are_raw() {
        assert_eq!(scan(b"RIFE").unwrap(), Scan::Raw);
        assert_eq!(scan(&[0]).unwrap(), Scan::Raw);
    }

    #[test]
    fn a_header_without_end_is_refused() {
        let mut bytes = b"RIFF\0\0\0\0WAVE".to_vec();
        bytes.extend(b"junk\0\0\x20\0");
        assert!(matches!(scan(&bytes), Err(Error::WavHeaderTooLong(_))));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_scan_panic(tail in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = scan(&tail);
            let mut bytes = b"RIFF\0\0\0\0WAVEfmt ".to_vec();
            bytes.extend(tail);
            let _ = scan(&bytes);
        }
    }
}
