//! Time, without a network: streams in memory, a clock that moves when nobody has work.

use super::*;
use crate::{
    call::sample::host,
    transcript::{self, EngineError, Raw, Recognizer},
    wire::{
        outbox::Item,
        proto::{self, ClientEvent, HangUp, client_event, converse_request::Request as Wire},
    },
};
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    task::JoinHandle,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;

/// Nobody speaks in these tests, so nobody is asked.
struct Deaf;

impl Recognizer for Deaf {
    fn recognize(&mut self, _: &[f32]) -> Result<Raw, EngineError> {
        Err(EngineError("deaf".to_owned()))
    }
}

fn floor() -> Arc<Floor> {
    let workers = transcript::Config { workers: 1, ..transcript::Config::default() };
    let pool = Pool::start(workers, || Ok(Box::new(Deaf))).unwrap();
    let expired = Signal::new();
    let (voices, checksum) = Default::default();
    let hotline = Hotline { host: host(), voices, checksum };
    Arc::new(Floor {
        config: Config::default(),
        hotline: Arc::new(Reloader::new(hotline, None)),
        pool: Arc::new(pool),
        recorder: Recorder::default(),
        forecast: Arc::default(),
        expired,
    })
}

struct Gateway {
    sender: Sender<Result<ConverseRequest, Status>>,
    receiver: Receiver<Item>,
    session: JoinHandle<()>,
}

impl Gateway {
    fn connect(floor: &Arc<Floor>) -> Self {
        let (sender, inbound) = mpsc::channel(8);
        let (outbox, receiver) = Outbox::new(floor.config.outbox_messages).unwrap();
        let session = run(Arc::clone(floor), ReceiverStream::new(inbound), outbox);
        Self { sender, receiver, session: tokio::spawn(session) }
    }

    async fn send(&self, request: Wire) {
        self.sender.send(Ok(ConverseRequest { request: Some(request) })).await.unwrap();
    }

    async fn configure(&self, change: impl FnOnce(&mut proto::CallConfig)) {
        let mut config = proto::CallConfig {
            audio: Some(proto::AudioFormat {
                encoding: proto::audio_format::Encoding::Mulaw as i32,
                sample_rate_hz: 8_000,
                channels: 1,
                caller_channel: 0,
            }),
            ..proto::CallConfig::default()
        };
        change(&mut config);
        self.send(Wire::Config(config)).await;
    }

    /// Reads to the end: the reason of the one decision, where it was made, and the status.
    async fn ending(mut self) -> (proto::decision::Reason, u64, Option<Code>) {
        let (mut decisions, mut status) = (Vec::new(), None);
        while let Some(item) = self.receiver.recv().await {
            match item {
                Ok(message) => {
                    assert!(decisions.is_empty(), "nothing follows the decision");
                    if let Some(converse_response::Response::Decision(decision)) = message.response
                    {
                        decisions.push((decision.reason(), message.offset_ms));
                    }
                }
                Err(error) => status = Some(error.code()),
            }
        }
        self.session.await.unwrap();
        assert_eq!(decisions.len(), 1);
        let (reason, offset_ms) = decisions[0];
        (reason, offset_ms, status)
    }
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_sends_nothing_is_silence_and_ends_in_no_input() {
    let gateway = Gateway::connect(&floor());
    let begun = Instant::now();
    gateway.configure(|_| {}).await;
    let floor_is_kept = gateway.sender.clone();
    let (reason, offset_ms, status) = gateway.ending().await;
    drop(floor_is_kept);
    assert_eq!((reason, status), (proto::decision::Reason::NoInput, None));
    // The call's time is the time that passed, to the second that is filled in at once.
    let passed_ms = begun.elapsed().as_millis() as u64;
    assert!(passed_ms.abs_diff(offset_ms) <= 1_000, "{passed_ms} ms passed, {offset_ms} heard");
}

#[tokio::test(start_paused = true)]
async fn a_recording_that_stops_coming_is_given_up_and_not_filled_in() {
    let gateway = Gateway::connect(&floor());
    gateway.configure(|config| config.no_playback = true).await;
    let sender = gateway.sender.clone();
    let ending = gateway.ending().await;
    drop(sender);
    assert_eq!(ending, (proto::decision::Reason::StreamBroken, 0, None));
}

#[tokio::test(start_paused = true)]
async fn a_stream_without_a_first_message_is_given_up() {
    let gateway = Gateway::connect(&floor());
    let sender = gateway.sender.clone();
    let ending = gateway.ending().await;
    drop(sender);
    assert_eq!(ending, (proto::decision::Reason::StreamBroken, 0, None));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_ends_before_its_config_is_a_protocol_error() {
    let Gateway { receiver, session, .. } = Gateway::connect(&floor());
    let gateway = Gateway { sender: mpsc::channel(1).0, receiver, session };
    let ending = gateway.ending().await;
    assert_eq!(ending, (proto::decision::Reason::ProtocolError, 0, Some(Code::InvalidArgument)));
}

#[tokio::test(start_paused = true)]
async fn a_language_that_is_not_known_is_decided_at_once() {
    let gateway = Gateway::connect(&floor());
    gateway.configure(|config| config.language = "en-US".to_owned()).await;
    assert_eq!(gateway.ending().await, (proto::decision::Reason::Language, 0, None));
}

#[tokio::test(start_paused = true)]
async fn a_hang_up_waits_for_the_audio_before_it() {
    let gateway = Gateway::connect(&floor());
    gateway.configure(|config| config.no_playback = true).await;
    gateway.send(Wire::Audio(vec![0xff; 8_000])).await;
    let event = Some(client_event::Event::HangUp(HangUp {}));
    gateway.send(Wire::Event(ClientEvent { event })).await;
    let (reason, offset_ms, status) = gateway.ending().await;
    assert_eq!((reason, status), (proto::decision::Reason::NoInput, None));
    assert!((1_000..1_010).contains(&offset_ms), "{offset_ms}");
}

#[tokio::test(start_paused = true)]
async fn a_broken_stream_is_a_decision_too() {
    let gateway = Gateway::connect(&floor());
    gateway.configure(|_| {}).await;
    let broken = Status::from_error(Box::new(std::io::Error::other("reset")));
    gateway.sender.send(Err(broken)).await.unwrap();
    assert_eq!(gateway.ending().await.0, proto::decision::Reason::StreamBroken);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_drain_hands_open_calls_off() {
    let floor = floor();
    let gateway = Gateway::connect(&floor);
    gateway.configure(|_| {}).await;
    floor.expired.raise();
    let ending = gateway.ending().await;
    assert_eq!(ending, (proto::decision::Reason::Deadline, 0, None));
}

#[tokio::test(start_paused = true)]
async fn keys_that_are_none_are_a_warning_and_zero_is_a_human() {
    let gateway = Gateway::connect(&floor());
    gateway.configure(|_| {}).await;
    gateway.send(Wire::Dtmf("x".to_owned())).await;
    gateway.send(Wire::Dtmf("0".to_owned())).await;
    assert_eq!(gateway.ending().await.0, proto::decision::Reason::HumanWish);
}

#[tokio::test(start_paused = true)]
async fn audio_at_double_speed_is_a_wrong_rate_and_a_bad_line() {
    let mut gateway = Gateway::connect(&floor());
    gateway.configure(|_| {}).await;
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    for _ in 0..600 {
        ticks.tick().await;
        gateway
            .send(Wire::Audio([0xfb, 0xfb, 0xfb, 0xfb, 0x7b, 0x7b, 0x7b, 0x7b].repeat(40)))
            .await;
    }
    let event = Some(client_event::Event::HangUp(HangUp {}));
    gateway.send(Wire::Event(ClientEvent { event })).await;
    let mut warnings = Vec::new();
    while let Some(item) = gateway.receiver.recv().await {
        match item.unwrap().response {
            Some(converse_response::Response::Warning(warning)) => warnings.push(warning.code),
            Some(converse_response::Response::Decision(decision)) => {
                assert_eq!(decision.reason(), proto::decision::Reason::BadLine);
            }
            _ => {}
        }
    }
    assert_eq!(warnings, ["wrong_rate"]);
}
