//! One recording drives one call.

use super::{
    Error,
    source::{self, Channel, Source},
};
use crate::{
    audio::decode::Mended,
    call::{Call, Event, Host, Overrides, Setup, Step, Told, Warning},
    decision::Decision,
    transcript::Pool,
};
use jiff::Timestamp;
use std::{path::Path, sync::Arc, time::Duration};

/// Where recordings come in.
#[derive(Debug)]
pub struct Door {
    /// What all calls share.
    pub host: Arc<Host>,
    /// The engine.
    pub pool: Arc<Pool>,
    /// Which channel the caller is on.
    pub channel: Option<Channel>,
    /// When the calls are taken to begin; `None` counts as open.
    pub at: Option<Timestamp>,
}

/// What came of one recording.
#[derive(Debug)]
pub struct Triage {
    /// Everything that was told, in order; the decision is the last.
    pub events: Vec<Told>,
    /// How long the recording is.
    pub audio_seconds: f64,
    /// Whether the channel seems to carry both sides of a conversation.
    pub two_voices: bool,
    /// Time that utterances waited for the engine.
    pub queue_wait: Duration,
    /// Time that the engine took.
    pub decode: Duration,
}

impl Triage {
    /// The end of the call.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        self.events.iter().rev().find_map(|told| {
            if let Event::Decision(decision) = &told.event { Some(&**decision) } else { None }
        })
    }

    /// Everything that was heard, masked, joined by spaces.
    #[must_use]
    pub fn transcript(&self) -> String {
        // The card knows better than the events what is a secret: it has heard the whole call.
        self.decision().map_or_else(String::new, |decision| decision.card.heard.join(" "))
    }

    /// What is wrong with the recording.
    pub fn warnings(&self) -> impl Iterator<Item = &Warning> {
        self.events.iter().filter_map(|told| {
            if let Event::Warning(warning) = &told.event { Some(warning) } else { None }
        })
    }
}

impl Door {
    /// Takes one recording through a whole call.
    ///
    /// # Errors
    /// When the recording cannot be read; then nothing of it is decided.
    pub fn triage(&self, path: &Path) -> Result<Triage, Error> {
        let mut source = Source::open(path, self.channel)?;
        // Nobody speaks any more, so there is nothing to listen into.
        let timers = Overrides { interim_ms: Some(0), ..Overrides::default() };
        let setup = Setup { plays_prompts: false, opened_at: self.at, timers, ..Setup::default() };
        let mut run = Run {
            call: Call::open(Arc::clone(&self.host), setup),
            pool: &self.pool,
            triage: Triage {
                events: Vec::new(),
                audio_seconds: source.seconds(),
                two_voices: source::two_voices(path, self.channel, &self.host.speech)?,
                queue_wait: Duration::ZERO,
                decode: Duration::ZERO,
            },
        };
        if source.channels() > 1 && self.channel.is_none() {
            let text = format!(
                "{} channels, and the first one is heard; name the caller's with --channel",
                source.channels()
            );
            run.call.warn(Warning { code: "channels", text });
        }
        let mut samples = Vec::new();
        run.carry_out();
        while !run.call.is_over() && source.read(&mut samples)? {
            let mut after = &samples[..];
            if let Some(Mended { at, mixup }) = source.take_mended() {
                let (before, rest) = samples.split_at(at);
                run.hear(before);
                run.call.warn(mixup.into());
                after = rest;
            }
            run.hear(after);
        }
        run.call.hang_up();
        run.carry_out();
        if run.triage.decision().is_none() {
            return Err(Error::Undecided(path.to_owned()));
        }
        Ok(run.triage)
    }
}

/// One call on its way.
struct Run<'a> {
    call: Call,
    pool: &'a Pool,
    triage: Triage,
}

impl Run<'_> {
    fn hear(&mut self, samples: &[f32]) {
        self.call.push_audio(samples);
        self.carry_out();
    }

    /// Carries out the call's steps until it has none.
    fn carry_out(&mut self) {
        while let Some(step) = self.call.poll() {
            match step {
                // The rest of the file is there already: nothing is won by working ahead.
                Step::Prepare(..) | Step::ListenIn(..) | Step::Discard(_) => {}
                Step::Transcribe(ticket, utterance) => {
                    let pending =
                        self.pool.submit(utterance.samples, utterance.prompt, utterance.has_speech);
                    let result = pending.and_then(|pending| {
                        let answer = pending.wait();
                        self.triage.queue_wait += answer.timing.queue_wait;
                        self.triage.decode += answer.timing.decode;
                        answer.result
                    });
                    self.call.transcribed(ticket, result);
                }
                Step::Tell(told) => self.triage.events.push(told),
            }
        }
    }
}
