//! A recording of a call drives the same call again.
//!
//! Each input is given at the position at which the call had it. The engine's answers are taken
//! from the recording, because they are inputs too: another machine may round them differently,
//! and only what the call was really told gives the same decision bit for bit. With an engine the
//! utterances are heard again instead, which shows what another model would have made of them.

use super::Error;
use crate::{
    audio::{Decoder, RATE_HZ},
    call::{Call, Event, Host, Step, Ticket, Told, Utterance},
    speech::FRAME_SAMPLES,
    tape::{self, Difference, Entry, Fault, Header, Input, Line, Reader},
    transcript::{Failure, Pool, Transcript},
};
use serde_json::Value;
use std::{
    collections::VecDeque,
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Samples that are decoded and not given yet. The door holds less than a frame back, and a line
/// of audio is at most two seconds of G.711.
const MAX_WAITING: usize = 4 * RATE_HZ as usize;

/// Samples that a call is given while an utterance waits for its answer: the door stops within one
/// slice, which is 128 ms of G.711.
const MAX_UNANSWERED: usize = RATE_HZ as usize / 4;

/// A recording that was opened.
#[derive(Debug)]
pub struct Recording {
    path: PathBuf,
    header: Header,
    reader: Reader<BufReader<File>>,
}

/// What came of a replay.
#[derive(Debug)]
pub struct Replay {
    /// The decision that was recorded, as [`tape::ending`] writes it.
    pub recorded: Value,
    /// The decision now; `null` where the call would go on.
    pub replayed: Value,
}

impl Replay {
    /// What is not the same; nothing where the decisions are equal bit for bit.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        tape::differences(&self.recorded, &self.replayed)
    }
}

impl Recording {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// When it cannot be read or is no recording of this version.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let path = path.to_owned();
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) => return Err(Error::Path { path, why: error.to_string() }),
        };
        match Reader::open(BufReader::new(file)) {
            Ok((header, reader)) => Ok(Self { path, header, reader }),
            Err(source) => Err(Error::Tape { path, source }),
        }
    }

    /// What the recording says of itself.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Takes the call again and tells what it tells.
    ///
    /// # Errors
    /// When a line cannot be; what was told before stays told.
    pub fn replay(
        self,
        host: Arc<Host>,
        engine: Option<&Pool>,
        tell: impl FnMut(&Told),
    ) -> Result<Replay, Error> {
        let Self { path, header, mut reader } = self;
        let ended = play(&header, &mut reader, host, engine, tell);
        ended.map_err(|source| Error::Tape { path, source })
    }
}

fn play<R: std::io::BufRead>(
    header: &Header,
    reader: &mut Reader<R>,
    host: Arc<Host>,
    engine: Option<&Pool>,
    tell: impl FnMut(&Told),
) -> Result<Replay, tape::Error> {
    let decoder = Decoder::new(header.format).map_err(|error| reader.error(error.into()))?;
    let mut player = Player {
        call: Call::open(host, header.setup.clone()),
        decoder,
        waiting: VecDeque::new(),
        n_given: 0,
        n_unanswered: 0,
        asked: None,
        interim: None,
        engine,
        tell,
        replayed: Value::Null,
    };
    player.follow();
    let mut recorded = Value::Null;
    while let Some(line) = reader.next_line()? {
        let ending = player.take(line).map_err(|fault| reader.error(fault))?;
        recorded = ending.unwrap_or(recorded);
    }
    Ok(Replay { recorded, replayed: player.replayed })
}

/// One call on its way.
struct Player<'a, T> {
    call: Call,
    decoder: Decoder,
    /// Decoded, and not given to the call yet; nothing where nothing was sent.
    waiting: VecDeque<Option<f32>>,
    n_given: u64,
    /// Samples given since an utterance waits for its answer.
    n_unanswered: usize,
    asked: Option<(Ticket, Utterance)>,
    /// What the call would listen into while it is being spoken.
    interim: Option<(Ticket, Utterance)>,
    engine: Option<&'a Pool>,
    tell: T,
    replayed: Value,
}

impl<T: FnMut(&Told)> Player<'_, T> {
    /// Takes one line; answers with the decision that was recorded when it comes.
    fn take(&mut self, Line { at, entry }: Line) -> Result<Option<Value>, Fault> {
        self.give(at)?;
        let input = match entry {
            Entry::Input(input) => input,
            Entry::Decision(recorded) => {
                // An engine that heard something else may still owe an answer.
                while !self.call.is_over() && self.hear_again() {}
                return Ok(Some(recorded));
            }
        };
        if self.call.is_over() {
            return Ok(None);
        }
        match input {
            Input::Audio(bytes) => self.decode(|decoder, out| decoder.push(&bytes, out))?,
            Input::AudioEnd => self.decode(Decoder::flush)?,
            Input::Silence(n_samples) => {
                self.waiting.extend(std::iter::repeat_n(None, n_samples as usize));
            }
            Input::Key(key) => self.call.push_key(key),
            Input::PromptFinished(id) => self.call.prompt_finished(&id),
            Input::HangUp => self.call.hang_up(),
            Input::Warning(warning) => self.call.warn(warning),
            Input::GiveUp(reason) => self.call.give_up(reason),
            Input::Answer(ticket, result) => self.answer(ticket, result)?,
        }
        self.follow();
        if self.waiting.len() > MAX_WAITING { Err(Fault::Unused) } else { Ok(None) }
    }

    fn decode(
        &mut self,
        work: impl FnOnce(&mut Decoder, &mut Vec<f32>) -> Result<(), crate::audio::Error>,
    ) -> Result<(), Fault> {
        let mut samples = Vec::new();
        work(&mut self.decoder, &mut samples)?;
        self.waiting.extend(samples.into_iter().map(Some));
        Ok(())
    }

    /// Gives the call its samples up to a position.
    fn give(&mut self, at: u64) -> Result<(), Fault> {
        while self.n_given < at && !self.call.is_over() {
            if self.call.is_awaiting() && self.n_unanswered >= MAX_UNANSWERED {
                // Another engine's words can make another call, which the recording cannot answer.
                if !self.hear_again() {
                    return Err(Fault::Unanswered);
                }
                continue;
            }
            let wanted = usize::try_from(at - self.n_given).unwrap_or(usize::MAX);
            let n_most = wanted.min(FRAME_SAMPLES);
            let n_unsent = self.waiting.iter().take(n_most).take_while(|it| it.is_none()).count();
            let samples: Vec<f32> = match n_unsent {
                0 => self.waiting.iter().take(n_most).map_while(|it| *it).collect(),
                _ => Vec::new(),
            };
            let n_samples = n_unsent + samples.len();
            if n_samples == 0 {
                return Err(Fault::Beyond { at, end: self.n_given });
            }
            self.waiting.drain(..n_samples);
            self.n_given += n_samples as u64;
            self.n_unanswered += n_samples;
            match n_unsent {
                0 => self.call.push_audio(&samples),
                _ => self.call.push_silence(n_unsent),
            }
            self.follow();
        }
        Ok(())
    }

    /// Answers as recorded, or as the engine hears it now. What the machine did to the call, no
    /// time or no engine, stays as it was.
    fn answer(&mut self, ticket: Ticket, result: Result<Transcript, Failure>) -> Result<(), Fault> {
        if let Some((ticket, utterance)) = self.interim.take_if(|(interim, _)| *interim == ticket) {
            let again = self.engine.filter(|_| result.is_ok()).map(|it| hear(it, utterance));
            self.call.transcribed(ticket, again.unwrap_or(result));
            return Ok(());
        }
        match (&self.asked, self.engine) {
            (Some((asked, _)), None) if *asked == ticket => {
                self.asked = None;
                self.call.transcribed(ticket, result);
                Ok(())
            }
            (_, None) => Err(Fault::Ticket(ticket)),
            (Some((asked, _)), Some(_)) if result.is_err() => {
                let asked = *asked;
                self.asked = None;
                self.call.transcribed(asked, result);
                Ok(())
            }
            (_, Some(_)) => {
                self.hear_again();
                Ok(())
            }
        }
    }

    /// Lets the engine hear what waits for an answer; answers whether it could.
    fn hear_again(&mut self) -> bool {
        let Some(engine) = self.engine else { return false };
        let Some((ticket, utterance)) = self.asked.take() else { return false };
        self.call.transcribed(ticket, hear(engine, utterance));
        self.follow();
        true
    }

    fn follow(&mut self) {
        while let Some(step) = self.call.poll() {
            match step {
                // Working ahead wins nothing where the answers are there, or can be waited for.
                Step::Prepare(..) | Step::Discard(_) => {}
                Step::ListenIn(ticket, utterance) => self.interim = Some((ticket, utterance)),
                Step::Transcribe(ticket, utterance) => {
                    self.n_unanswered = 0;
                    self.asked = Some((ticket, utterance));
                }
                Step::Tell(told) => {
                    if let Event::Decision(decision) = &told.event {
                        self.replayed = tape::ending(told.offset, decision);
                    }
                    (self.tell)(&told);
                }
            }
        }
    }
}

fn hear(engine: &Pool, utterance: Utterance) -> Result<Transcript, Failure> {
    let Utterance { samples, prompt, has_speech } = utterance;
    engine.submit(samples, prompt, has_speech).and_then(|pending| pending.wait().result)
}

#[cfg(test)]
mod tests;
