//! Gateways that break the contract, and an engine that breaks.

use super::harness::{
    Gateway, Script, always, call_config, config, pool, rooms, serve, serve_with, silence, speech,
};
use pretriage::{
    shutdown::Signal,
    transcript::{self, EngineError, Pool, Raw, Recognizer},
    wire::{
        Config, Server,
        proto::{AudioFormat, CallConfig, ConverseRequest, converse_request::Request},
    },
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tonic::Code;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

const REFUSED: (&str, Option<Code>) = ("handoff protocol_error", Some(Code::InvalidArgument));

#[tokio::test(flavor = "multi_thread")]
async fn a_first_message_that_is_not_the_config_is_a_protocol_error() {
    let service = serve(&always("")).await;
    let mut client = service.client().await;
    for first in [Request::Audio(vec![0; 160]), Request::Dtmf("1".to_owned())] {
        let gateway = Gateway::open(&mut client).await.unwrap();
        gateway.send(first).await;
        let ending = gateway.ended().await;
        ending.check(REFUSED.0, REFUSED.1);
        assert_eq!(ending.messages, []);
    }
    let nothing = Gateway::open(&mut client).await.unwrap();
    nothing.end().await.check(REFUSED.0, REFUSED.1);
    let empty = Gateway::open(&mut client).await.unwrap();
    empty.sender.send(ConverseRequest { request: None }).await.unwrap();
    empty.ended().await.check(REFUSED.0, REFUSED.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_config_is_a_protocol_error() {
    let service = serve(&always("")).await;
    let gateway = Gateway::call(&mut service.client().await, call_config()).await.unwrap();
    gateway.send(Request::Config(call_config())).await;
    gateway.ended().await.check(REFUSED.0, REFUSED.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn audio_that_cannot_be_is_a_protocol_error_that_says_why() {
    let service = serve(&always("")).await;
    let mut client = service.client().await;
    let good = call_config().audio.unwrap();
    let bad = [
        (AudioFormat { encoding: 0, ..good }, "encoding 0 is unknown"),
        (AudioFormat { encoding: 77, ..good }, "encoding 77 is unknown"),
        (AudioFormat { sample_rate_hz: 0, ..good }, "sample rate 0 Hz"),
        (AudioFormat { sample_rate_hz: 96_000, ..good }, "sample rate 96000 Hz"),
        (AudioFormat { channels: 0, ..good }, "0 channels"),
        (AudioFormat { caller_channel: 3, ..good }, "channel 3"),
    ];
    for (audio, why) in bad {
        let config = CallConfig { audio: Some(audio), ..call_config() };
        let ending = Gateway::call(&mut client, config).await.unwrap().ended().await;
        ending.check(REFUSED.0, REFUSED.1);
        let status = ending.status.unwrap();
        assert!(status.message().contains(why), "{}", status.message());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_over_the_limit_is_a_protocol_error() {
    let service = serve(&always("")).await;
    let gateway = Gateway::call(&mut service.client().await, call_config()).await.unwrap();
    gateway.send(Request::Audio(vec![0xff; Config::default().max_message_bytes + 1])).await;
    gateway.ended().await.check(REFUSED.0, REFUSED.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_cannot_be_obeyed_is_a_protocol_error() {
    let service = serve(&always("")).await;
    let gateway = Gateway::call(&mut service.client().await, call_config()).await.unwrap();
    gateway.send(Request::Audio(b"RIFF\0\0\0\0AVI LIST".to_vec())).await;
    gateway.ended().await.check(REFUSED.0, REFUSED.1);
}

/// Dies at the first utterance and cannot be built again.
struct Mortal(Arc<AtomicBool>);

impl Recognizer for Mortal {
    fn recognize(&mut self, _: &[f32]) -> Result<Raw, EngineError> {
        self.0.store(true, Ordering::SeqCst);
        panic!("the engine dies, as the test wants");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_engine_is_a_hand_off_and_health_turns() {
    let dead = Arc::new(AtomicBool::new(false));
    let workers = transcript::Config { workers: 1, ..transcript::Config::default() };
    let pool = Pool::start(workers, move || {
        if dead.load(Ordering::SeqCst) {
            return Err(EngineError("gone".to_owned()));
        }
        Ok(Box::new(Mortal(Arc::clone(&dead))))
    });
    let service = serve_with(config(), pool.unwrap()).await;
    let mut health = HealthClient::new(service.channel().await);
    let request = HealthCheckRequest { service: "pretriage.v1.Triage".to_owned() };
    let mut states = health.watch(request).await.unwrap().into_inner();
    let first = states.message().await.unwrap().unwrap();
    // The first look may come before the service has reported itself.
    if first.status() != ServingStatus::Serving {
        assert_eq!(states.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    }
    assert!(service.page("/ready").await.0.contains("200"));

    let gateway = Gateway::call(&mut service.client().await, call_config()).await.unwrap();
    gateway.audio(&speech(900)).await;
    gateway.audio(&silence(1_000)).await;
    gateway.ended().await.check("handoff engine_failed", None);
    assert_eq!(states.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
    let (status, body) = service.page("/ready").await;
    assert!(status.contains("503") && body.contains("engine"), "{status} {body}");
    assert!(service.page("/live").await.0.contains("200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_names_the_address_and_the_key() {
    let script: Script = always("");
    let service = serve(&script).await;
    let taken = Config { listen: service.address, ..config() };
    let error = Server::bind(taken, rooms(pool(&script)), Signal::new()).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains(&service.address.to_string()) && text.contains("wire.listen"), "{text}");
    let taken = Config { admin: Some(service.admin), ..config() };
    let error = Server::bind(taken, rooms(pool(&script)), Signal::new()).await.unwrap_err();
    assert!(error.to_string().contains("wire.admin"), "{error}");
}
