//! Our own gateway: streams a recording to a service, for `pretriage call` and for tests.
//!
//! It behaves as a media gateway does: 20 ms messages, paced or as fast as the service takes them,
//! and reads answers back into the domain's words. It refuses to judge what the service decided.

use super::{
    convert::{self, Unreadable},
    proto::{
        self, ConverseRequest, ConverseResponse, converse_request::Request,
        converse_response::Response, triage_client::TriageClient,
    },
};
use crate::{
    audio::{self, Encoding, Format, MAX_STREAM_RATE_HZ, riff, wav},
    call::{Event, Told},
    decision::Decision,
};
use std::{path::Path, time::Duration};
use tokio::{
    sync::mpsc::{self, Sender},
    time::{Instant, sleep_until, timeout},
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Code, Status,
    transport::{Channel, Endpoint},
};

/// Messages between the reader of the file and the connection.
const IN_FLIGHT: usize = 8;

/// How long a connection may take. A service on the same continent answers within a second.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// What media gateways send.
pub const FRAME_MS: u32 = 20;

/// How fast a recording is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// As a caller speaks.
    #[default]
    Realtime,
    /// As fast as the service takes it.
    Fast,
}

/// How a recording is sent.
#[derive(Clone, Debug)]
pub struct Options {
    /// How fast.
    pub pace: Pace,
    /// Milliseconds of audio in one message.
    pub frame_ms: u32,
    /// Names the call; empty lets the service name it.
    pub call_id: String,
    /// Which channel is the caller.
    pub caller_channel: u16,
    /// Keys that the caller presses, in order, each at a position in the recording.
    pub keys: Vec<(Duration, String)>,
    /// Whether to be told what the caller has said so far, where the recording is sent as it was
    /// spoken.
    pub interim: bool,
    /// Whether there is somebody who hears prompts.
    pub plays_prompts: bool,
    /// For how long the stream stays open, and nothing is sent, after the recording.
    pub linger: Duration,
}

impl Default for Options {
    fn default() -> Self {
        let (pace, call_id, keys) = Default::default();
        Self {
            pace,
            frame_ms: FRAME_MS,
            call_id,
            caller_channel: 0,
            keys,
            interim: true,
            plays_prompts: false,
            linger: Duration::ZERO,
        }
    }
}

/// A recording as bytes that can be streamed.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// What the bytes mean.
    pub format: Format,
    /// The samples.
    pub bytes: Vec<u8>,
}

/// What the service decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The decision.
    pub decision: Decision,
    /// Where its time went, turn by turn.
    pub latency: Vec<proto::TurnLatency>,
}

/// The call had no decision. A gateway hands the caller to a human.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The recording cannot be read.
    #[error("cannot read the recording: {0}")]
    Recording(#[from] audio::Error),
    /// The address is none.
    #[error("\"{address}\" is no address like 127.0.0.1:50051")]
    Address {
        /// As given.
        address: String,
        /// What is wrong with it.
        #[source]
        source: tonic::transport::Error,
    },
    /// Nobody answers.
    #[error("cannot connect to {address}")]
    Connect {
        /// As given.
        address: String,
        /// What the system said.
        #[source]
        source: tonic::transport::Error,
    },
    /// The service ended the call with a status.
    #[error("the service answered {:?}: {}", .0.code(), .0.message())]
    Status(Box<Status>),
    /// The service ended the call without a word.
    #[error("the service ended the call without a decision")]
    NoDecision,
    /// The service says something that this version does not know.
    #[error("the service sent {0}")]
    Unreadable(#[from] Unreadable),
}

impl Error {
    /// Whether the service had no room for the call.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Status(status) if status.code() == Code::ResourceExhausted)
    }
}

/// A connection to a service; clones share it.
pub type Client = TriageClient<Channel>;

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        Self::Status(Box::new(status))
    }
}

impl Recording {
    /// Reads a WAV file. G.711 and 16-bit samples stay as they are; others become 16-bit.
    ///
    /// # Errors
    /// When the file cannot be read or its rate cannot be streamed.
    pub fn load(path: &Path, caller_channel: u16) -> Result<Self, audio::Error> {
        let mut reader = wav::Reader::open(path)?;
        let format = Format {
            encoding: reader.encoding().unwrap_or(Encoding::Linear16),
            rate_hz: reader.rate_hz(),
            channels: reader.channels(),
            caller_channel,
        };
        format.check(MAX_STREAM_RATE_HZ)?;
        let bytes = match reader.encoding() {
            Some(_) => payload(path)?,
            None => to_linear16(&mut reader)?,
        };
        Ok(Self { format, bytes })
    }
}

/// The samples' bytes as they are in the file, which was checked before.
fn payload(path: &Path) -> Result<Vec<u8>, audio::Error> {
    let mut bytes = std::fs::read(path)?;
    let riff::Scan::Found(header) = riff::scan(&bytes)? else {
        return Err(audio::Error::WavHeaderCut);
    };
    let mut samples = bytes.split_off(header.data_start.min(bytes.len()));
    if let Some(n_bytes) = header.data_bytes.and_then(|n_bytes| usize::try_from(n_bytes).ok()) {
        samples.truncate(n_bytes);
    }
    Ok(samples)
}

fn to_linear16(reader: &mut wav::Reader) -> Result<Vec<u8>, audio::Error> {
    const BLOCK_FRAMES: usize = 4_096;
    let (mut bytes, mut block) = (Vec::new(), Vec::new());
    loop {
        reader.read(BLOCK_FRAMES, &mut block)?;
        if block.is_empty() {
            return Ok(bytes);
        }
        // `as` saturates at full scale.
        let samples = block.iter().map(|sample| (sample * 32_768.0).round() as i16);
        bytes.extend(samples.flat_map(i16::to_le_bytes));
    }
}

/// Connects to a service.
///
/// # Errors
/// When the address is none or nobody answers there.
pub async fn connect(address: &str) -> Result<Client, Error> {
    let endpoint = Endpoint::from_shared(format!("http://{address}"))
        .map_err(|source| Error::Address { address: address.to_owned(), source })?
        .connect_timeout(CONNECT_LIMIT)
        .tcp_nodelay(true);
    let channel = endpoint
        .connect()
        .await
        .map_err(|source| Error::Connect { address: address.to_owned(), source })?;
    Ok(TriageClient::new(channel))
}

/// Asks which speech model the service hears with.
///
/// # Errors
/// When the service does not answer.
pub async fn model(client: &mut Client) -> Result<String, Error> {
    let info = client.get_service_info(proto::GetServiceInfoRequest {}).await?.into_inner();
    Ok(info.model.unwrap_or_default().name)
}

/// Streams a recording as one call and returns what was decided. `on_event` sees everything that
/// the service says, as it says it, the decision too, and how long after the first message it came.
///
/// # Errors
/// When the call ends without a decision.
pub async fn stream_recording(
    client: &mut Client,
    recording: Recording,
    options: &Options,
    mut on_event: impl FnMut(&Told, Duration),
) -> Result<Answer, Error> {
    let (sender, receiver) = mpsc::channel(IN_FLIGHT);
    let config = config(&recording.format, options);
    let begun = Instant::now();
    let mut on_event = |told: &Told| on_event(told, begun.elapsed());
    let sending = tokio::spawn(send(sender, config, recording, options.clone(), begun));
    let answer = listen(client, receiver, &mut on_event).await;
    sending.abort();
    answer
}

async fn listen(
    client: &mut Client,
    requests: mpsc::Receiver<ConverseRequest>,
    on_event: &mut impl FnMut(&Told),
) -> Result<Answer, Error> {
    let mut answers = client.converse(ReceiverStream::new(requests)).await?.into_inner();
    let mut answer = None;
    loop {
        match answers.message().await {
            Ok(Some(message)) => {
                let told = convert::read_event(&message)?;
                on_event(&told);
                if let (Event::Decision(decision), Some(latency)) = (told.event, latency(message)) {
                    answer = Some(Answer { decision: *decision, latency });
                }
            }
            Ok(None) => return answer.ok_or(Error::NoDecision),
            // The decision counts, whatever comes after it.
            Err(status) => return answer.ok_or(Error::from(status)),
        }
    }
}

fn latency(message: ConverseResponse) -> Option<Vec<proto::TurnLatency>> {
    let Some(Response::Decision(decision)) = message.response else { return None };
    Some(decision.latency)
}

fn config(format: &Format, options: &Options) -> proto::CallConfig {
    let is_listened_into = options.interim && options.pace == Pace::Realtime;
    let never = proto::Timers { interim_ms: Some(0), ..proto::Timers::default() };
    proto::CallConfig {
        call_id: options.call_id.clone(),
        audio: Some(proto::AudioFormat {
            encoding: convert::encoding(format.encoding),
            sample_rate_hz: format.rate_hz,
            channels: format.channels.into(),
            caller_channel: format.caller_channel.into(),
        }),
        interim_results: true,
        timers: (!is_listened_into).then_some(never),
        no_playback: !options.plays_prompts,
        ..proto::CallConfig::default()
    }
}

/// Sends all of it; ends early when the service has decided.
async fn send(
    sender: Sender<ConverseRequest>,
    config: proto::CallConfig,
    recording: Recording,
    options: Options,
    begun: Instant,
) {
    let format = &recording.format;
    let frame_bytes = format.encoding.sample_bytes() * usize::from(format.channels);
    let frame_time = Duration::from_millis(options.frame_ms.max(1).into());
    let n_frames = (format.rate_hz as usize * options.frame_ms as usize / 1_000).max(1);
    let mut keys = options.keys.into_iter().peekable();
    let first = std::iter::once((Duration::ZERO, Request::Config(config)));
    let frames = recording
        .bytes
        .chunks(n_frames * frame_bytes)
        .zip(1_u32..)
        .map(|(frame, nth)| (frame_time * nth, Request::Audio(frame.to_vec())));
    for (due, request) in first.chain(frames) {
        if options.pace == Pace::Realtime {
            sleep_until(begun + due).await;
        }
        let frame = std::iter::once(request);
        // And what was pressed while it was spoken.
        let pressed = std::iter::from_fn(|| keys.next_if(|(at, _)| *at <= due));
        for request in frame.chain(pressed.map(|(_, keys)| Request::Dtmf(keys))) {
            if sender.send(ConverseRequest { request: Some(request) }).await.is_err() {
                return;
            }
        }
    }
    // Whoever has the decision already does not wait.
    let _ = timeout(options.linger, sender.closed()).await;
}
