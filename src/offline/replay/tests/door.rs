//! A small door: does what the gRPC door does to a call and its recording, without a network.

use super::super::*;
use crate::{
    audio::{Encoding, Format, g711},
    call::{Key, Setup, sample},
    speech::voice::voice,
    tape::Scribe,
};
use std::sync::LazyLock;

pub(super) static HOST: LazyLock<Arc<Host>> = LazyLock::new(sample::host);

pub(super) fn header() -> Header {
    Header {
        pretriage: "0.1.0".to_owned(),
        model: "none".to_owned(),
        model_sha256: String::new(),
        profile_sha256: HOST.checksum(),
        call_id: "gw-7".to_owned(),
        recorded_at: "2026-11-22T12:00:00Z".parse().unwrap(),
        format: Format {
            encoding: Encoding::Mulaw,
            rate_hz: 8_000,
            channels: 1,
            caller_channel: 0,
        },
        setup: Setup { plays_prompts: true, wants_interim: true, ..Setup::default() },
    }
}

/// The detector doubts a voice that begins with the stream.
pub(super) const BREATH_MS: usize = 300;

/// What happens to a call.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Speak(usize),
    Quiet(usize),
    /// Silence that the door fills in.
    Fill(usize),
    Key(char),
    /// The last prompt was played.
    Played,
    /// The engine answers, if it was asked.
    Answer(&'static str),
    /// The engine has listened into what is being said, if it was asked to.
    Overhear(&'static str),
}

/// Does what the gRPC door does, without a network.
pub(super) struct Door {
    call: Call,
    scribe: Scribe,
    decoder: Decoder,
    /// Bytes a message.
    cut: usize,
    /// What waits for the call: bytes, or samples of silence.
    inbox: VecDeque<Result<Vec<u8>, usize>>,
    asked: Option<Ticket>,
    interim: Option<Ticket>,
    told: Vec<Told>,
}

impl Door {
    /// Takes one call; answers with what was told and the recording.
    pub(super) fn record(acts: &[Act], cut: usize) -> (Vec<Told>, Vec<u8>) {
        let header = header();
        let mut door = Self {
            call: Call::open(Arc::clone(&HOST), header.setup.clone()),
            scribe: Scribe::new(&header).unwrap(),
            decoder: Decoder::new(header.format).unwrap(),
            cut,
            inbox: VecDeque::new(),
            asked: None,
            interim: None,
            told: Vec::new(),
        };
        door.follow();
        for act in acts {
            door.act(act);
        }
        while door.asked.is_some() || !door.inbox.is_empty() {
            door.answer("转人工");
        }
        if !door.call.is_over() {
            let mut samples = Vec::new();
            door.decoder.flush(&mut samples).unwrap();
            door.scribe.input(Input::AudioEnd).unwrap();
            door.give(&samples);
        }
        while door.asked.is_some() {
            door.answer("转人工");
        }
        door.input(Input::HangUp, |call| call.hang_up());
        while door.asked.is_some() {
            door.answer("转人工");
        }
        let Some(Told { offset, event: Event::Decision(decision) }) = door.told.last() else {
            panic!("no decision");
        };
        door.scribe.decision(*offset, decision).unwrap();
        (door.told, door.scribe.take())
    }

    fn act(&mut self, act: &Act) {
        let mulaw = |samples: Vec<f32>| -> Vec<u8> {
            let linear = samples.iter().step_by(2).map(|sample| (sample * 32_767.0) as i16);
            linear.map(g711::to_mulaw).collect()
        };
        match act {
            Act::Speak(ms) => self.inbox.push_back(Ok(mulaw(voice(*ms)))),
            Act::Quiet(ms) => self.inbox.push_back(Ok(vec![0xff; ms * 8])),
            Act::Fill(ms) => self.inbox.push_back(Err(ms * 16)),
            Act::Key(key) => {
                let key = Key::new(*key).unwrap();
                self.input(Input::Key(key), |call| call.push_key(key));
            }
            Act::Played => {
                let id = self.told.iter().rev().find_map(|told| match &told.event {
                    Event::Prompt(prompt) => Some(prompt.id.clone()),
                    Event::Ready
                    | Event::SpeechStarted { .. }
                    | Event::SpeechEnded
                    | Event::Transcript(_)
                    | Event::Interim(_)
                    | Event::Verdict(_)
                    | Event::Warning(_)
                    | Event::Decision(_) => None,
                });
                let id = id.unwrap_or_default();
                self.input(Input::PromptFinished(id.clone()), |call| call.prompt_finished(&id));
            }
            Act::Answer(text) => return self.answer(text),
            Act::Overhear(text) => {
                if let Some(ticket) = self.interim.take() {
                    self.hear(ticket, text);
                }
            }
        }
        self.feed();
    }

    fn answer(&mut self, text: &str) {
        if let Some(ticket) = self.asked.take() {
            self.hear(ticket, text);
        }
        self.feed();
    }

    fn hear(&mut self, ticket: Ticket, text: &str) {
        let transcript = Transcript { text: text.to_owned(), confidence: 0.9, dropped: None };
        let input = Input::Answer(ticket, Ok(transcript.clone()));
        self.input(input, |call| call.transcribed(ticket, Ok(transcript)));
    }

    fn input(&mut self, input: Input, act: impl FnOnce(&mut Call)) {
        if !self.call.is_over() {
            self.scribe.input(input).unwrap();
            act(&mut self.call);
            self.follow();
        }
    }

    fn feed(&mut self) {
        while !self.call.is_awaiting() && !self.call.is_over() {
            let mut samples = Vec::new();
            match self.inbox.pop_front() {
                None => return,
                Some(Err(n_samples)) => {
                    let n_taken = n_samples.min(8 * FRAME_SAMPLES);
                    self.scribe.silence(n_taken).unwrap();
                    if n_samples > n_taken {
                        self.inbox.push_front(Err(n_samples - n_taken));
                    }
                    self.scribe.given(n_taken);
                    self.call.push_silence(n_taken);
                    self.follow();
                    continue;
                }
                Some(Ok(mut bytes)) => {
                    let rest = bytes.split_off(self.cut.min(bytes.len()));
                    self.decoder.push(&bytes, &mut samples).unwrap();
                    self.scribe.audio(&bytes).unwrap();
                    if !rest.is_empty() {
                        self.inbox.push_front(Ok(rest));
                    }
                }
            }
            self.give(&samples);
        }
        if self.call.is_over() {
            self.inbox.clear();
        }
    }

    fn give(&mut self, samples: &[f32]) {
        self.scribe.given(samples.len());
        self.call.push_audio(samples);
        self.follow();
    }

    fn follow(&mut self) {
        while let Some(step) = self.call.poll() {
            match step {
                Step::Transcribe(ticket, _) => self.asked = Some(ticket),
                Step::Tell(told) => self.told.push(told),
                Step::ListenIn(ticket, _) => self.interim = Some(ticket),
                Step::Discard(ticket) => {
                    self.interim.take_if(|interim| *interim == ticket);
                }
                Step::Prepare(..) => {}
            }
        }
        if self.call.is_over() {
            self.asked = None;
        }
    }
}
