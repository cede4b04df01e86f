//! What the gateway sent and the call has not taken yet.
//!
//! Audio waits here while an utterance is with the engine, as the bytes that came: they are a
//! fraction of the samples they become. Bounded; whoever reads the stream stops when it is full,
//! and HTTP/2 then stops the gateway. Keys never wait here.

use super::recorder::Tape;
use crate::{
    audio::{
        self, Decoder, Format, MAX_STREAM_RATE_HZ, RATE_HZ,
        decode::{Mended, Note},
        mixup::Mixup,
    },
    speech::FRAME_SAMPLES,
    tape,
};
use prost::bytes::{Buf, BytesMut};
use std::{collections::VecDeque, time::Duration};

/// Things other than audio that may wait. A gateway reports a handful of prompts a call.
const MAX_ITEMS: usize = 64;

/// Samples of silence that the call takes in one go: 128 ms.
const SILENCE_SAMPLES: usize = 2_048;

/// Bytes that are decoded in one go: some 20 ms, so that little lies decoded.
const SLICE_BYTES: usize = 1_024;

/// What the call takes next.
#[derive(Debug, PartialEq)]
pub(super) enum Input {
    /// 16 kHz mono.
    Samples(Vec<f32>),
    /// Nothing was sent for so many samples.
    Silence(usize),
    /// The samples before this were read in a wrong way.
    Mended(Mixup),
    PromptFinished(String),
    HangUp,
}

#[derive(Debug)]
enum Item {
    Audio(BytesMut),
    /// Samples of silence that the gateway left out.
    Silence(usize),
    PromptFinished(String),
    HangUp,
}

/// What waits for the call.
#[derive(Debug)]
pub(super) struct Inbox {
    format: Format,
    /// Made for the first audio: a gateway that sends none needs none.
    decoder: Option<Decoder>,
    items: VecDeque<Item>,
    n_bytes: usize,
    max_bytes: usize,
    /// Decoded, less than a frame or a little more.
    samples: Vec<f32>,
    /// Where among them the stream was found not to be written as declared.
    mended: Option<Mended>,
    closed: bool,
    flushed: bool,
}

impl Inbox {
    /// Makes room for `seconds` of audio in this format.
    pub(super) fn new(format: Format, seconds: u32) -> Result<Self, audio::Error> {
        let frame_bytes = format.encoding.sample_bytes() * usize::from(format.channels);
        format.check(MAX_STREAM_RATE_HZ)?;
        Ok(Self {
            format,
            decoder: None,
            items: VecDeque::new(),
            n_bytes: 0,
            max_bytes: frame_bytes * format.rate_hz as usize * seconds as usize,
            samples: Vec::new(),
            mended: None,
            closed: false,
            flushed: false,
        })
    }

    /// Whether the stream may be read on.
    pub(super) fn has_room(&self) -> bool {
        self.n_bytes < self.max_bytes && self.items.len() < MAX_ITEMS
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether audio that really came waits here.
    pub(super) fn holds_audio(&self) -> bool {
        self.n_bytes > 0
    }

    pub(super) fn push_audio(&mut self, bytes: &[u8]) {
        if self.closed || bytes.is_empty() {
            return;
        }
        self.n_bytes += bytes.len();
        // Tiny messages must not cost more than their bytes.
        match self.items.back_mut() {
            Some(Item::Audio(waiting)) => waiting.extend_from_slice(bytes),
            _ => self.items.push_back(Item::Audio(BytesMut::from(bytes))),
        }
    }

    /// Fills in for a gateway that sends nothing while nobody speaks.
    pub(super) fn push_silence(&mut self, time: Duration) {
        let n_samples = time.as_millis() as usize * RATE_HZ as usize / 1_000;
        match self.items.back_mut() {
            Some(Item::Silence(waiting)) => *waiting += n_samples,
            _ => self.push(Item::Silence(n_samples)),
        }
    }

    pub(super) fn prompt_finished(&mut self, id: String) {
        self.push(Item::PromptFinished(id));
    }

    /// The caller is gone, after all that waits.
    pub(super) fn close(&mut self) {
        self.push(Item::HangUp);
        self.closed = true;
    }

    fn push(&mut self, item: Item) {
        if !self.closed {
            self.items.push_back(item);
        }
    }

    /// Takes what is next; `None` until more comes. The tape is told of every sound on its way.
    pub(super) fn next(&mut self, tape: &mut Tape) -> Result<Option<Input>, audio::Error> {
        loop {
            if let Some(Mended { at, mixup }) = self.mended.take() {
                if at == 0 {
                    return Ok(Some(Input::Mended(mixup)));
                }
                self.mended = Some(Mended { at: 0, mixup });
                let after = self.samples.split_off(at);
                return Ok(Some(Input::Samples(std::mem::replace(&mut self.samples, after))));
            }
            if self.samples.len() >= FRAME_SAMPLES {
                return Ok(Some(Input::Samples(std::mem::take(&mut self.samples))));
            }
            match self.items.pop_front() {
                None => return Ok(None),
                Some(Item::Audio(mut bytes)) => {
                    let slice = &bytes[..bytes.len().min(SLICE_BYTES)];
                    let n_taken = slice.len();
                    let decoder = match &mut self.decoder {
                        Some(decoder) => decoder,
                        none => none.insert(Decoder::new(self.format)?),
                    };
                    decoder.push(slice, &mut self.samples)?;
                    tape.audio(slice);
                    self.mended = decoder.take_mended();
                    bytes.advance(n_taken);
                    self.n_bytes -= n_taken;
                    if !bytes.is_empty() {
                        self.items.push_front(Item::Audio(bytes));
                    }
                }
                Some(Item::HangUp) if !self.flushed => {
                    if let Some(decoder) = &mut self.decoder {
                        decoder.flush(&mut self.samples)?;
                    }
                    tape.input(|| tape::Input::AudioEnd);
                    self.flushed = true;
                    self.items.push_front(Item::HangUp);
                }
                // What is decoded came before what happened next.
                Some(item) if !self.samples.is_empty() => {
                    self.items.push_front(item);
                    return Ok(Some(Input::Samples(std::mem::take(&mut self.samples))));
                }
                Some(Item::Silence(n_samples)) => {
                    let n_taken = n_samples.min(SILENCE_SAMPLES);
                    tape.silence(n_taken);
                    if n_samples > n_taken {
                        self.items.push_front(Item::Silence(n_samples - n_taken));
                    }
                    return Ok(Some(Input::Silence(n_taken)));
                }
                Some(Item::PromptFinished(id)) => return Ok(Some(Input::PromptFinished(id))),
                Some(Item::HangUp) => return Ok(Some(Input::HangUp)),
            }
        }
    }

    /// Takes what the gateway's operator should know of the audio.
    pub(super) fn take_note(&mut self) -> Option<Note> {
        self.decoder.as_mut().and_then(Decoder::take_note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::Encoding;

    fn inbox(seconds: u32) -> Inbox {
        let format = Format {
            encoding: Encoding::Linear16,
            rate_hz: 16_000,
            channels: 1,
            caller_channel: 0,
        };
        Inbox::new(format, seconds).unwrap()
    }

    fn drain(inbox: &mut Inbox) -> (usize, Vec<Input>) {
        let (mut n_samples, mut others) = (0, Vec::new());
        while let Some(input) = inbox.next(&mut Tape::default()).unwrap() {
            match input {
                Input::Samples(ref samples) => n_samples += samples.len(),
                Input::Silence(n_unsent) => n_samples += n_unsent,
                Input::Mended(_) | Input::PromptFinished(_) | Input::HangUp => others.push(input),
            }
        }
        (n_samples, others)
    }

    #[test]
    fn nothing_is_lost_however_small_the_messages() {
        let mut inbox = inbox(20);
        for _ in 0..6_401 {
            inbox.push_audio(&[0]);
            inbox.push_audio(&[]);
        }
        inbox.close();
        assert_eq!(drain(&mut inbox), (3_200, vec![Input::HangUp]));
    }

    #[test]
    fn events_keep_their_place_between_the_audio() {
        let mut inbox = inbox(20);
        inbox.push_audio(&[0; 100]);
        inbox.prompt_finished("greeting-1".to_owned());
        inbox.push_silence(Duration::from_secs(1));
        assert_eq!(inbox.next(&mut Tape::default()).unwrap(), Some(Input::Samples(vec![0.0; 50])));
        let finished = Input::PromptFinished("greeting-1".to_owned());
        assert_eq!(inbox.next(&mut Tape::default()).unwrap(), Some(finished));
        let (n_samples, others) = drain(&mut inbox);
        assert_eq!((n_samples, others), (16_000, vec![]));
    }

    #[test]
    fn a_full_inbox_says_so_and_nothing_follows_a_hang_up() {
        let mut inbox = inbox(1);
        inbox.push_audio(&[0; 31_999]);
        assert!(inbox.has_room());
        inbox.push_audio(&[0; 1]);
        assert!(!inbox.has_room());
        inbox.close();
        inbox.push_audio(&[0; 32]);
        inbox.prompt_finished("late-1".to_owned());
        assert_eq!(drain(&mut inbox), (16_000, vec![Input::HangUp]));
    }
}
