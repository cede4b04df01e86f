//! Calls that are recorded come to the same decision when they are replayed.

use super::harness::{
    Ending, Gateway, Service, always, call_config, config, gated, pool, rooms, serve_rooms,
    silence, speech,
};
use pretriage::{
    call::Host,
    offline::Recording,
    wire::{
        Config,
        proto::{
            CallConfig, Caller, ClientEvent, PromptFinished, TriageRecordingRequest,
            client_event::Event, converse_request::Request, converse_response::Response,
        },
    },
};
use std::{path::Path, sync::Arc};
use tempfile::TempDir;
use tonic::Code;

/// A service that records, what its calls share, and the folder.
async fn recording(script: &super::harness::Script) -> (Service, Arc<Host>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let rooms = rooms(pool(script));
    let host = Arc::clone(&rooms.host);
    let config = Config { record_to: Some(folder.path().to_owned()), ..config() };
    (serve_rooms(config, rooms).await, host, folder)
}

/// A caller who hears prompts.
fn played(call_id: &str) -> CallConfig {
    CallConfig { call_id: call_id.to_owned(), no_playback: false, ..call_config() }
}

async fn event(gateway: &Gateway, event: Event) {
    gateway.send(Request::Event(ClientEvent { event: Some(event) })).await;
}

async fn prompt_finished(gateway: &Gateway, id: &str) {
    event(gateway, Event::PromptFinished(PromptFinished { prompt_id: id.to_owned() })).await;
}

/// Ends the service, so that all that was recorded is there.
async fn stop(service: Service) {
    service.shutdown.raise();
    service.serving.await.unwrap();
}

/// Replays a file; answers with the reason, which is the recorded one.
#[track_caller]
fn replay(folder: &Path, name: &str, host: &Arc<Host>) -> String {
    let recording = Recording::open(&folder.join(name)).unwrap();
    assert_eq!(recording.header().profile_sha256, host.checksum());
    assert_eq!(recording.header().model, "script");
    let replay = recording.replay(Arc::clone(host), None, |_| {}).unwrap();
    assert_eq!(replay.differences(), []);
    replay.replayed["reason"].as_str().unwrap().to_owned()
}

fn reason(ending: &Ending) -> String {
    ending.decision.reason().as_str_name().to_ascii_lowercase()
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_in_the_middle_of_everything_come_back_where_they_were() {
    let (script, mut gate) = gated("我要退款");
    let (service, host, folder) = recording(&script).await;
    let mut client = service.client().await;
    let config = CallConfig {
        caller: Some(Caller {
            attributes: [("age".to_owned(), "71".to_owned())].into(),
            ..Caller::default()
        }),
        ..played("keys")
    };
    let gateway = Gateway::call(&mut client, config).await.unwrap();
    prompt_finished(&gateway, "greeting-1").await;
    prompt_finished(&gateway, "nonsense").await;
    gateway.audio(&speech(900)).await;
    gateway.send(Request::Dtmf("9x*".to_owned())).await;
    gateway.audio(&silence(1_000)).await;
    gate.entered.recv().await.unwrap();
    // The utterance is with the engine.
    gateway.send(Request::Dtmf("2".to_owned())).await;
    gateway.audio(&silence(300)).await;
    gate.leave.send(()).unwrap();
    // Whichever is first now, the answer or the key: it is first in the recording too.
    gateway.send(Request::Dtmf("#0".to_owned())).await;
    let ending = gateway.ended().await;
    stop(service).await;
    assert_eq!(replay(folder.path(), "keys.jsonl", &host), reason(&ending));
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_that_was_filled_in_is_replayed_as_silence() {
    let (service, host, folder) = recording(&always("转人工")).await;
    let mut client = service.client().await;
    let gateway = Gateway::call(&mut client, played("quiet")).await.unwrap();
    prompt_finished(&gateway, "greeting-1").await;
    // The gateway sends nothing while nobody speaks.
    gateway.audio(&speech(900)).await;
    let ending = gateway.ended().await;
    ending.check("handoff human_wish", None);
    stop(service).await;
    let text = std::fs::read_to_string(folder.path().join("quiet.jsonl")).unwrap();
    assert!(text.contains("{\"silence\":"), "{text}");
    assert_eq!(replay(folder.path(), "quiet.jsonl", &host), "human_wish");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_end_badly_are_recorded_to_their_end() {
    let (service, host, folder) = recording(&always("转人工")).await;
    let mut client = service.client().await;
    let gateway = Gateway::call(&mut client, played("twice")).await.unwrap();
    gateway.audio(&speech(500)).await;
    gateway.send(Request::Config(call_config())).await;
    gateway.ended().await.check("handoff protocol_error", Some(Code::InvalidArgument));
    let config = CallConfig { language: "en-GB".to_owned(), ..played("foreign") };
    let gateway = Gateway::call(&mut client, config).await.unwrap();
    gateway.ended().await.check("handoff language", None);
    let gateway = Gateway::call(&mut client, played("header")).await.unwrap();
    gateway.audio(&silence(100)).await;
    gateway.end().await.check("handoff no_input", None);
    let gateway = Gateway::call(&mut client, played("riff")).await.unwrap();
    gateway.send(Request::Audio(b"RIFF\0\0\0\0AVI LIST".to_vec())).await;
    gateway.ended().await.check("handoff protocol_error", Some(Code::InvalidArgument));
    let mut gateway = Gateway::call(&mut client, played("broken")).await.unwrap();
    gateway.ready().await;
    drop(gateway);
    service.is_empty().await;
    // Never opened, never recorded.
    let nothing = Gateway::open(&mut client).await.unwrap();
    nothing.end().await;
    stop(service).await;
    for (name, reason) in [
        ("twice.jsonl", "protocol_error"),
        ("foreign.jsonl", "language"),
        ("header.jsonl", "no_input"),
        ("riff.jsonl", "protocol_error"),
    ] {
        assert_eq!(replay(folder.path(), name, &host), reason, "{name}");
    }
    // Whether the end of a stream or its loss is noticed first, it is a decision.
    let reason = replay(folder.path(), "broken.jsonl", &host);
    assert!(["stream_broken", "no_input"].contains(&reason.as_str()), "{reason}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_one_name_each_have_their_file_and_recordings_in_one_request_too() {
    let (service, host, folder) = recording(&always("转人工")).await;
    let mut client = service.client().await;
    let bytes = [speech(900), silence(1_000)].concat();
    for _ in 0..2 {
        let config = CallConfig { call_id: "../../gw 7".to_owned(), ..call_config() };
        let gateway = Gateway::call(&mut client, config).await.unwrap();
        gateway.audio(&bytes).await;
        gateway.end().await.check("handoff human_wish", None);
    }
    let config = CallConfig { call_id: "whole".to_owned(), ..call_config() };
    let request = TriageRecordingRequest { config: Some(config), recording: bytes };
    client.triage_recording(request).await.unwrap();
    stop(service).await;
    for name in ["______gw_7.jsonl", "______gw_7-2.jsonl", "whole.jsonl"] {
        assert_eq!(replay(folder.path(), name, &host), "human_wish", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_gone_costs_no_call_anything() {
    let (service, _, folder) = recording(&always("转人工")).await;
    folder.close().unwrap();
    let gateway = Gateway::call(&mut service.client().await, call_config()).await.unwrap();
    gateway.audio(&speech(900)).await;
    let ending = gateway.end().await;
    ending.check("handoff human_wish", None);
    assert!(ending.messages.iter().any(|it| matches!(it.response, Some(Response::Transcript(_)))));
    while !service.page("/metrics").await.1.contains("pretriage_recordings_total{how=\"failed\"}") {
        tokio::task::yield_now().await;
    }
}
