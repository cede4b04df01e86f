//! A stream's bytes to 16 kHz mono samples.
//!
//! Bytes come in any pieces, also half a sample at a time. A RIFF header at the start is obeyed
//! even where raw audio was declared, because its samples would otherwise be heard as noise; a
//! [`Note`] tells the gateway. Bytes that are not written as declared are read as what they are,
//! from where that is sure (see [`super::mixup`]). Output goes to the call.

use super::{
    Error, Format, MAX_STREAM_RATE_HZ,
    mixup::{Mixup, Reading, Watch},
    resample::Resampler,
    riff::{self, Scan},
};

/// Something about the stream that its sender should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The stream began with a RIFF header; its format replaced the declared one.
    RiffHeader(Format),
}

/// Where a stream was found not to be written as declared, and how it is read from there on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mended {
    /// How many of the samples that the push appended come before that; a push that appended to
    /// other samples counts those too.
    pub at: usize,
    /// What was found.
    pub mixup: Mixup,
}

/// Decodes one stream.
#[derive(Debug)]
pub struct Decoder {
    format: Format,
    /// How the samples are read: as declared, or as was found.
    reading: Reading,
    watch: Watch,
    resampler: Resampler,
    /// Bytes that may be the start of a header; `None` once that is settled.
    opening: Option<Vec<u8>>,
    /// The bytes of a frame that is not whole yet.
    split_frame: Vec<u8>,
    /// The caller's channel at the stream's rate; kept to spare an allocation a message.
    mono: Vec<f32>,
    note: Option<Note>,
    mended: Option<Mended>,
}

impl Decoder {
    /// Makes a decoder for a declared format.
    ///
    /// # Errors
    /// When the format is out of bounds.
    pub fn new(format: Format) -> Result<Self, Error> {
        format.check(MAX_STREAM_RATE_HZ)?;
        Ok(Self {
            format,
            reading: Reading::Plain(format.encoding),
            watch: Watch::new(format),
            resampler: Resampler::new(format.rate_hz)?,
            opening: Some(Vec::new()),
            split_frame: Vec::new(),
            mono: Vec::new(),
            note: None,
            mended: None,
        })
    }

    /// Decodes bytes and appends samples to `out`.
    ///
    /// # Errors
    /// When the stream begins with a header that cannot be obeyed.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<f32>) -> Result<(), Error> {
        let Some(mut opening) = self.opening.take() else { return self.decode(bytes, out) };
        opening.extend_from_slice(bytes);
        match riff::scan(&opening)? {
            Scan::Raw => self.decode(&opening, out),
            Scan::More => {
                self.opening = Some(opening);
                Ok(())
            }
            Scan::Found(header) => {
                self.obey(&header)?;
                self.decode(&opening[header.data_start..], out)
            }
        }
    }

    /// Ends the stream: appends what the filter still holds. Half a sample at the end is dropped.
    ///
    /// # Errors
    /// As [`Decoder::push`].
    pub fn flush(&mut self, out: &mut Vec<f32>) -> Result<(), Error> {
        if let Some(opening) = self.opening.take() {
            self.decode(&opening, out)?;
        }
        self.resampler.flush(out)
    }

    /// Takes what the sender should know, once.
    pub fn take_note(&mut self) -> Option<Note> {
        self.note.take()
    }

    /// Takes what was found in the last push, once in a stream.
    pub fn take_mended(&mut self) -> Option<Mended> {
        self.mended.take()
    }

    fn obey(&mut self, header: &riff::Header) -> Result<(), Error> {
        let encoding =
            header.encoding().ok_or(Error::WavFormat { tag: header.tag, bits: header.bits })?;
        let caller_channel = self.format.caller_channel.min(header.channels.saturating_sub(1));
        let (rate_hz, channels) = (header.rate_hz, header.channels);
        let format = Format { encoding, rate_hz, channels, caller_channel };
        format.check(MAX_STREAM_RATE_HZ)?;
        self.resampler = Resampler::new(rate_hz)?;
        self.format = format;
        self.reading = Reading::Plain(encoding);
        self.watch = Watch::new(format);
        self.note = Some(Note::RiffHeader(format));
        Ok(())
    }

    /// Reads bytes, in pieces that end where it may be found out what they are.
    fn decode(&mut self, mut bytes: &[u8], out: &mut Vec<f32>) -> Result<(), Error> {
        while let Some(room) = self.watch.room() {
            let (piece, rest) = bytes.split_at(room.min(bytes.len()));
            let mixup = self.watch.push(piece);
            self.read(piece, out)?;
            bytes = rest;
            if let Some(mixup) = mixup {
                self.reading = mixup.found;
                self.mended = Some(Mended { at: out.len(), mixup });
            }
            if bytes.is_empty() {
                return Ok(());
            }
        }
        self.read(bytes, out)
    }

    fn read(&mut self, bytes: &[u8], out: &mut Vec<f32>) -> Result<(), Error> {
        let frame_bytes = self.reading.sample_bytes() * usize::from(self.format.channels);
        let mut bytes = bytes;
        self.mono.clear();
        if !self.split_frame.is_empty() {
            let n_missing = (frame_bytes - self.split_frame.len()).min(bytes.len());
            let (head, rest) = bytes.split_at(n_missing);
            self.split_frame.extend_from_slice(head);
            bytes = rest;
            if self.split_frame.len() < frame_bytes {
                return Ok(());
            }
            self.mono.push(self.sample(&self.split_frame));
            self.split_frame.clear();
        }
        let frames = bytes.chunks_exact(frame_bytes);
        self.split_frame.extend_from_slice(frames.remainder());
        let mut mono = std::mem::take(&mut self.mono);
        mono.extend(frames.map(|frame| self.sample(frame)));
        self.mono = mono;
        self.resampler.push(&self.mono, out)
    }

    /// The caller's sample of one frame.
    fn sample(&self, frame: &[u8]) -> f32 {
        let at = usize::from(self.format.caller_channel) * self.reading.sample_bytes();
        f32::from(self.reading.sample(&frame[at..])) / 32_768.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::{Encoding, g711};
    use proptest::prelude::*;

    fn format(encoding: Encoding, channels: u16, caller_channel: u16) -> Format {
        Format { encoding, rate_hz: 16_000, channels, caller_channel }
    }

    fn decode(format: Format, pieces: &[&[u8]]) -> Vec<f32> {
        let mut decoder = Decoder::new(format).unwrap();
        let mut out = Vec::new();
        for piece in pieces {
            decoder.push(piece, &mut out).unwrap();
        }
        decoder.flush(&mut out).unwrap();
        out
    }

    #[test]
    fn the_named_channel_is_the_one_that_is_heard() {
        let bytes = [1, 0, 0, 0x40, 2, 0, 0, 0xC0];
        assert_eq!(decode(format(Encoding::Linear16, 2, 1), &[&bytes]), [0.5, -0.5]);
    }

    #[test]
    fn a_riff_header_in_a_raw_stream_is_recognised_and_obeyed() {
        let mut bytes = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0".to_vec();
        bytes.extend([6, 0, 1, 0, 0x80, 0x3E, 0, 0, 0x80, 0x3E, 0, 0, 1, 0, 8, 0]);
        bytes.extend(b"data\x02\0\0\0");
        bytes.extend([0xAA, 0x2A]);
        let mut decoder = Decoder::new(format(Encoding::Linear16, 2, 1)).unwrap();
        let mut out = Vec::new();
        for byte in &bytes {
            decoder.push(&[*byte], &mut out).unwrap();
        }
        assert_eq!(out, [0.984_375, -0.984_375]);
        assert!(matches!(decoder.take_note(), Some(Note::RiffHeader(f)) if f.channels == 1));
    }

    #[test]
    fn formats_out_of_bounds_are_refused_by_name() {
        let bad = [
            Format { rate_hz: 0, ..format(Encoding::Alaw, 1, 0) },
            Format { rate_hz: 96_000, ..format(Encoding::Alaw, 1, 0) },
            format(Encoding::Alaw, 0, 0),
            format(Encoding::Alaw, 2, 2),
        ];
        for format in bad {
            assert!(Decoder::new(format).is_err(), "{format:?}");
        }
    }

    #[test]
    fn alaw_declared_as_mulaw_is_read_as_alaw_from_where_that_is_sure() {
        let voice = crate::audio::voice::voice(6_000);
        let linear: Vec<i16> = voice.iter().map(|sample| (sample * 32_767.0) as i16).collect();
        let bytes: Vec<u8> = linear.iter().copied().map(g711::to_alaw).collect();
        let right = decode(format(Encoding::Alaw, 1, 0), &[&bytes]);
        for cut in [77, 1_024, bytes.len()] {
            let mut decoder = Decoder::new(format(Encoding::Mulaw, 1, 0)).unwrap();
            let (mut out, mut found) = (Vec::new(), None);
            for piece in bytes.chunks(cut) {
                decoder.push(piece, &mut out).unwrap();
                found = found.or(decoder.take_mended());
            }
            let Mended { at, mixup } = found.unwrap();
            assert_eq!(mixup.found, Reading::Plain(Encoding::Alaw));
            assert!(at < 2 * 16_000, "{at}");
            assert_eq!(out[at..], right[at..]);
        }
    }

    proptest! {
        #[test]
        fn any_split_of_the_bytes_gives_the_same_samples(
            bytes in prop::collection::vec(any::<u8>(), 0..400),
            cuts in prop::collection::vec(0_usize..9, 1..80),
            channels in 1_u16..4,
        ) {
            let format = format(Encoding::Linear16, channels, channels - 1);
            let mut pieces = Vec::new();
            let mut rest = bytes.as_slice();
            for cut in cuts {
                let (piece, tail) = rest.split_at(cut.min(rest.len()));
                pieces.push(piece);
                rest = tail;
            }
            pieces.push(rest);
            prop_assert_eq!(decode(format, &pieces), decode(format, &[&bytes]));
        }
    }
}
