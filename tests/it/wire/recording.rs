//! Recordings in one request, and our own gateway beside it.

use super::harness::{always, call_config, serve, silence, speech};
use pretriage::{
    audio::{Encoding, Format},
    call::Event,
    wire::{
        Config,
        client::{self, Options, Pace, Recording},
        proto::{TriageRecordingRequest, converse_response::Response, decision::Reason},
    },
};
use tonic::Code;

const MULAW: Format =
    Format { encoding: Encoding::Mulaw, rate_hz: 8_000, channels: 1, caller_channel: 0 };

/// A µ-law WAV file of these samples.
fn wav(samples: &[u8]) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WAVEfmt \x12\0\0\0\x07\0\x01\0".to_vec();
    file.extend(8_000_u32.to_le_bytes());
    file.extend(8_000_u32.to_le_bytes());
    file.extend(b"\x01\0\x08\0\0\0data");
    file.extend((samples.len() as u32).to_le_bytes());
    file.extend(samples);
    let n_bytes = file.len() as u32 - 8;
    file[4..8].copy_from_slice(&n_bytes.to_le_bytes());
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_and_a_stream_of_it_are_the_same_call() {
    let service = serve(&always("转人工")).await;
    let mut client = service.client().await;
    let bytes = [speech(900), silence(1_000)].concat();
    let request = TriageRecordingRequest { config: Some(call_config()), recording: bytes.clone() };
    let answer = client.triage_recording(request).await.unwrap().into_inner();
    let decision = answer.decision.unwrap();
    assert_eq!(decision.reason(), Reason::HumanWish);
    assert!(matches!(answer.events[0].response, Some(Response::Ready(_))));

    let recording = Recording { format: MULAW, bytes };
    let options = Options { pace: Pace::Fast, ..Options::default() };
    let mut told = Vec::new();
    let streamed = client::stream_recording(&mut client, recording, &options, |event, _| {
        told.push(event.clone());
    });
    let streamed = streamed.await.unwrap();
    assert_eq!(streamed.decision.reason.as_str(), "human_wish");
    assert_eq!(streamed.decision.queue, decision.queue);
    // The client asked for verdicts too.
    let said =
        told.iter().filter(|told| !matches!(told.event, Event::Verdict(_) | Event::Decision(_)));
    let offsets: Vec<u64> = said.map(|told| told.offset.as_millis() as u64).collect();
    assert_eq!(offsets, answer.events.iter().map(|event| event.offset_ms).collect::<Vec<_>>());
    assert!(matches!(told.last().unwrap().event, Event::Decision(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wav_file_needs_no_config_and_may_be_longer_than_a_message() {
    let service = serve(&always("转人工")).await;
    let mut client = service.client().await;
    let n_ms = Config::default().max_message_bytes / 8 + 2_000;
    let recording = wav(&[speech(900), silence(n_ms)].concat());
    assert!(recording.len() > Config::default().max_message_bytes);
    let request = TriageRecordingRequest { config: None, recording };
    let answer = client.triage_recording(request).await.unwrap().into_inner();
    assert_eq!(answer.decision.unwrap().reason(), Reason::HumanWish);
    let warned = answer.events.iter().any(|event| {
        matches!(&event.response, Some(Response::Warning(warning)) if warning.code == "riff_header")
    });
    assert!(warned);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_recording_are_refused() {
    let service = serve(&always("")).await;
    let mut client = service.client().await;
    let request = TriageRecordingRequest { config: None, recording: b"hello".to_vec() };
    let refusal = client.triage_recording(request).await.unwrap_err();
    assert_eq!(refusal.code(), Code::InvalidArgument);
    assert!(refusal.message().contains("config.audio is missing"), "{}", refusal.message());
    let request = TriageRecordingRequest { config: Some(call_config()), recording: Vec::new() };
    let answer = client.triage_recording(request).await.unwrap().into_inner();
    assert_eq!(answer.decision.unwrap().reason(), Reason::NoInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_at_the_address_is_an_error_that_names_it() {
    let error = client::connect("127.0.0.1:1").await.unwrap_err();
    assert_eq!(error.to_string(), "cannot connect to 127.0.0.1:1");
    assert!(client::connect("not an address").await.is_err());
}
