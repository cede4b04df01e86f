//! One stream drives one call.
//!
//! The session carries messages to the call and the call's steps out: events to the gateway,
//! utterances to the workers. It holds what the call must not know: the clock of this machine, the
//! network and their limits. Whatever goes wrong here becomes the call's decision.

mod fault;
mod opening;
#[cfg(test)]
mod tests;

use fault::{Fault, stream_fault};

use super::{
    Config,
    arrival::Arrival,
    convert::{self, ProtocolError, Request},
    forecast::Forecast,
    hotline::{Hotline, Reloader},
    inbox::{Inbox, Input},
    ledger::Ledger,
    outbox::Outbox,
    proto::{ConverseRequest, ConverseResponse, converse_response},
    recorder::Recorder,
    taped::Taped,
    transcriber::{Answered, Transcriber},
};
use crate::{
    audio::{Format, decode::Note},
    call::{Call, Event, Step, Told, WRONG_RATE, Warning},
    decision::{Decision, Reason},
    metrics,
    prompt::{self, Voice, Voices},
    shutdown::Signal,
    transcript::Pool,
};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until};
use tokio_stream::{Stream, StreamExt};
use tonic::Status;
use tracing::{Instrument, debug, info, info_span};

/// After this long without audio the gateway is taken to suppress silence: twice what a jitter
/// buffer may hold back.
const SILENCE_SUPPRESSED: Duration = Duration::from_secs(1);

/// Inputs that the call takes before keys are looked at again: less than 200 ms of audio, about a
/// millisecond of work.
const INPUTS_A_TURN: usize = 10;

/// What the sessions of one server share.
#[derive(Debug)]
pub(super) struct Floor {
    pub(super) config: Config,
    /// What calls are opened with.
    pub(super) hotline: Arc<Reloader>,
    pub(super) pool: Arc<Pool>,
    pub(super) recorder: Recorder,
    /// Learns from every call that ends.
    pub(super) forecast: Arc<Forecast>,
    /// Raised when calls that are still open must end.
    pub(super) expired: Signal,
}

/// Runs one stream from its first message to its decision.
pub(super) async fn run<S>(floor: Arc<Floor>, mut inbound: S, outbox: Outbox)
where
    S: Stream<Item = Result<ConverseRequest, Status>> + Unpin,
{
    let arrived = opening::arrive(&floor, &mut inbound, &outbox).await;
    let span = info_span!("call", call_id = %arrived.call_id);
    async {
        match arrived.opened {
            Ok((opening, inbox)) => {
                let call = Call::open(Arc::clone(&arrived.hotline.host), opening.setup.clone());
                let tape = floor.recorder.begin(&arrived.call_id, &opening, &arrived.hotline.host);
                let mut session = Session {
                    call: Taped::new(call, tape),
                    call_id: arrived.call_id,
                    inbox,
                    outbox,
                    transcriber: Transcriber::new(Arc::clone(&floor.pool)),
                    ledger: Ledger::new(),
                    taught: Default::default(),
                    arrival: Arrival::new(&opening.format),
                    interim_results: opening.setup.wants_interim,
                    voices: arrived.hotline.voices.clone(),
                    _hotline: arrived.hotline,
                    plays_prompts: opening.setup.plays_prompts,
                    format: opening.format,
                    last_message: Instant::now(),
                    last_audio: Instant::now(),
                    last_sent: Instant::now(),
                    is_open: true,
                    decision: None,
                };
                session.begin(opening.knows_language);
                let fault = session.carry(&floor, &mut inbound).await.err();
                session.end(&floor, fault).await;
            }
            Err(fault) => opening::refuse(&arrived.hotline, &fault, outbox),
        }
    }
    .instrument(span)
    .await;
}

#[derive(Debug)]
struct Session {
    call: Taped,
    call_id: String,
    inbox: Inbox,
    outbox: Outbox,
    transcriber: Transcriber,
    ledger: Ledger,
    /// How much of the call, and of the engine's work for it, the forecast knows.
    taught: (Duration, Duration),
    arrival: Arrival,
    interim_results: bool,
    voices: Voices,
    /// Counted as long as the call is open.
    _hotline: Arc<Hotline>,
    /// There is a caller at the other end, who hears prompts and may be silent.
    plays_prompts: bool,
    format: Format,
    last_message: Instant,
    last_audio: Instant,
    last_sent: Instant,
    /// The gateway may still send.
    is_open: bool,
    decision: Option<(Duration, Box<Decision>)>,
}

impl Session {
    fn begin(&mut self, knows_language: bool) {
        if !knows_language {
            self.call.give_up(Reason::Language);
        }
        self.follow();
    }

    /// Carries messages and steps until the call has decided.
    async fn carry<S>(&mut self, floor: &Floor, inbound: &mut S) -> Result<(), Fault>
    where
        S: Stream<Item = Result<ConverseRequest, Status>> + Unpin,
    {
        let reader = self.outbox.reader();
        while self.decision.is_none() {
            let has_room = self.outbox.has_room();
            let reads = self.is_open && self.inbox.has_room() && has_room;
            let feeds = !self.inbox.is_empty() && !self.call.is_awaiting() && has_room;
            if !reads && self.is_open {
                // What we do not read cannot be late.
                self.last_message = Instant::now();
                self.arrival.paused();
            }
            if self.inbox.holds_audio() {
                self.last_audio = Instant::now();
            }
            let stalls = !self.outbox.is_empty() && !self.outbox.awaits_voice();
            if !stalls {
                self.last_sent = Instant::now();
            }
            let fills = self.plays_prompts && reads && !self.inbox.holds_audio();
            tokio::select! {
                biased;
                () = floor.expired.raised() => return Err(Fault::Expired),
                sent = self.outbox.send_one(), if !self.outbox.is_empty() => {
                    sent?;
                    self.last_sent = Instant::now();
                }
                () = reader.gone() => return Err(Fault::Broken),
                message = inbound.next(), if reads => self.receive(message)?,
                Answered { ticket, answer, is_turn } = self.transcriber.answer() => {
                    let begun = Instant::now();
                    self.call.transcribed(ticket, answer.result);
                    if is_turn {
                        self.ledger.understood(answer.timing, begun.elapsed());
                        self.teach(&floor.forecast);
                    }
                    self.follow();
                }
                // Yields, so that neither keys nor other calls wait for a long message.
                () = tokio::task::yield_now(), if feeds => self.feed()?,
                () = sleep_until(self.last_audio + SILENCE_SUPPRESSED), if fills => {
                    self.inbox.push_silence(SILENCE_SUPPRESSED);
                    self.last_audio += SILENCE_SUPPRESSED;
                }
                () = sleep_until(self.last_sent + floor.config.stall()), if stalls => {
                    return Err(Fault::Stalled);
                }
                () = sleep_until(self.last_message + floor.config.idle()), if !self.call.is_awaiting() => {
                    return Err(Fault::Idle);
                }
            }
        }
        Ok(())
    }

    fn receive(&mut self, message: Option<Result<ConverseRequest, Status>>) -> Result<(), Fault> {
        self.last_message = Instant::now();
        match message {
            None => {
                self.is_open = false;
                self.inbox.close();
            }
            Some(Err(status)) => return Err(stream_fault(&status)),
            Some(Ok(message)) => match convert::request(message)? {
                Request::Audio(bytes) => {
                    self.last_audio = self.last_message;
                    self.ledger.audio_came();
                    let speed = self.arrival.came(self.last_message, bytes.len());
                    if let Some(speed) = speed.filter(|_| self.plays_prompts) {
                        self.call.warn(wrong_rate(&self.format, speed));
                        self.follow();
                    }
                    self.inbox.push_audio(&bytes);
                }
                Request::Keys(keys, unknown) => {
                    for key in keys {
                        self.call.push_key(key);
                    }
                    if !unknown.is_empty() {
                        let text = format!("{} characters are no keys", unknown.chars().count());
                        self.call.warn(Warning { code: "unknown_key", text });
                    }
                    self.follow();
                }
                Request::PromptFinished(id) => self.inbox.prompt_finished(id),
                Request::HangUp => self.inbox.close(),
                Request::Nothing => {}
            },
        }
        Ok(())
    }

    /// Gives the call what waits for it.
    fn feed(&mut self) -> Result<(), Fault> {
        for _ in 0..INPUTS_A_TURN {
            if self.call.is_awaiting() || self.decision.is_some() {
                break;
            }
            let input = self.inbox.next(self.call.tape()).map_err(ProtocolError::from)?;
            if let Some(Note::RiffHeader(found)) = self.inbox.take_note() {
                self.call.warn(riff_header(&self.format, &found));
            }
            match input {
                Some(Input::Samples(samples)) => self.call.push_audio(&samples),
                Some(Input::Silence(n_samples)) => self.call.push_silence(n_samples),
                Some(Input::Mended(mixup)) => self.call.warn(mixup.into()),
                Some(Input::PromptFinished(id)) => self.call.prompt_finished(&id),
                Some(Input::HangUp) => self.call.hang_up(),
                None => break,
            }
            self.follow();
        }
        Ok(())
    }

    /// Carries the call's steps out.
    fn follow(&mut self) {
        while let Some(step) = self.call.poll() {
            match step {
                Step::Prepare(ticket, utterance) => self.transcriber.prepare(ticket, utterance),
                Step::ListenIn(ticket, utterance) => self.transcriber.listen_in(ticket, utterance),
                Step::Discard(ticket) => self.transcriber.discard(ticket),
                Step::Transcribe(ticket, utterance) => {
                    self.ledger.speech_ended();
                    self.transcriber.transcribe(ticket, utterance);
                }
                Step::Tell(told) => self.tell(told),
            }
        }
    }

    fn tell(&mut self, told: Told) {
        if let Event::Transcript(heard) = &told.event {
            let (start, end) = (heard.start.as_secs_f64(), heard.end.as_secs_f64());
            let dropped = heard.dropped.map(|why| why.as_str());
            debug!(start, end, confidence = heard.confidence, dropped, "segment");
        }
        if let Some(message) = convert::event(&told, &self.call_id)
            && (self.interim_results
                || !matches!(told.event, Event::Verdict(_) | Event::Interim(_)))
        {
            let voice = self.voice(&told.event);
            self.outbox.push(message, voice);
        }
        if let Event::Decision(decision) = told.event {
            self.decision = Some((told.offset, decision));
        }
    }

    /// Tells what the call has taken since it was told last.
    fn teach(&mut self, forecast: &Forecast) {
        let (position, decoded) = (self.call.position(), self.ledger.decoded());
        forecast.learn(position - self.taught.0, decoded - self.taught.1);
        self.taught = (position, decoded);
    }

    /// Asks for a prompt's audio, in the format of the call, where somebody will hear it.
    fn voice(&self, event: &Event) -> Option<Voice> {
        let Event::Prompt(prompt) = event else { return None };
        let Format { encoding, rate_hz, .. } = self.format;
        let format = prompt::Format { encoding, rate_hz };
        self.plays_prompts
            .then(|| self.voices.ask(&prompt.text, convert::pace(prompt), format))
            .flatten()
    }

    /// Ends the call if it has not ended itself, and delivers the decision if anybody reads.
    async fn end(mut self, floor: &Floor, fault: Option<Fault>) {
        if let Some(fault) = &fault {
            debug!(%fault, "the call is given up");
            self.call.give_up(fault.reason());
            self.follow();
        }
        let Some((offset, decision)) = self.decision.take() else { return };
        record(&decision, self.call.position(), self.ledger.n_turns());
        self.teach(&floor.forecast);
        self.call.close(offset, &decision);
        let last = decision_message(offset, &decision, self.ledger.close());
        // A gateway that does not read now gets at least the decision, if it ever reads again.
        let unread = !matches!(fault, Some(Fault::Stalled | Fault::Broken));
        if unread {
            // The stall limit is for the gateway: what waits for a voice is given that first.
            if fault.is_none() {
                tokio::select! {
                    biased;
                    () = floor.expired.raised() => {}
                    () = self.outbox.voiced() => {}
                }
            }
            self.outbox.hush();
            let _ = tokio::time::timeout(floor.config.stall(), self.outbox.flush()).await;
        }
        self.outbox.finish(last, fault.and_then(|fault| fault.status()));
    }
}

fn decision_message(
    offset: Duration,
    decision: &Decision,
    latency: Vec<super::proto::TurnLatency>,
) -> ConverseResponse {
    let decision = convert::decision(decision, latency);
    ConverseResponse {
        offset_ms: offset.as_millis() as u64,
        response: Some(converse_response::Response::Decision(Box::new(decision))),
    }
}

/// Counts the call and writes its one line. Never a word of the caller.
fn record(decision: &Decision, heard: Duration, n_turns: usize) {
    let (outcome, reason) = (decision.outcome.as_str(), decision.reason.as_str());
    let category = decision.category.map_or("none", |category| category.as_str());
    metrics::call_ended(outcome, reason);
    let audio_seconds = heard.as_secs_f64();
    info!(outcome, reason, category, audio_seconds, turns = n_turns, "call ended");
}

fn riff_header(declared: &Format, found: &Format) -> Warning {
    let text = format!(
        "the audio begins with a RIFF header: {} Hz, {} channels are read instead of the declared \
         {} Hz, {} channels",
        found.rate_hz, found.channels, declared.rate_hz, declared.channels
    );
    Warning { code: "riff_header", text }
}

fn wrong_rate(declared: &Format, speed: f64) -> Warning {
    let text = format!(
        "the audio comes {speed} times as fast as declared: its rate is not {} Hz, or its encoding \
         or channels are others; what is heard is not believed",
        declared.rate_hz
    );
    Warning { code: WRONG_RATE, text }
}
