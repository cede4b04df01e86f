//! Many calls, slow readers, fast senders, gateways that vanish.

use super::harness::{
    Gateway, always, call_config, config, gated, pool, serve, serve_with, silence, speech,
};
use pretriage::wire::{
    Config,
    proto::{
        CallConfig, ConverseRequest, Timers, converse_request::Request, triage_client::TriageClient,
    },
};
use std::time::Duration;
use tonic::{Code, transport::Endpoint};
use tonic_types::StatusExt;

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_calls_at_a_time_get_one_decision_each() {
    let service = serve(&always("转人工")).await;
    let client = service.client().await;
    let bytes = [speech(900), silence(800)].concat();
    let calls: Vec<_> = (0..32)
        .map(|_| {
            let (mut client, bytes) = (client.clone(), bytes.clone());
            tokio::spawn(async move {
                let gateway = Gateway::call(&mut client, call_config()).await.unwrap();
                gateway.audio(&bytes).await;
                gateway.end().await
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap().check("handoff human_wish", None);
    }
    service.is_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_beyond_the_slots_is_refused_and_told_when_to_come_back() {
    let config = Config { max_calls: 1, ..config() };
    let service = serve_with(config, pool(&always("转人工"))).await;
    let mut client = service.client().await;
    let mut first = Gateway::call(&mut client, call_config()).await.unwrap();
    first.ready().await;
    let refusal = Gateway::call(&mut client, call_config()).await.err().unwrap();
    assert_eq!(refusal.code(), Code::ResourceExhausted);
    assert!(refusal.get_details_retry_info().unwrap().retry_delay.is_some());
    assert!(refusal.metadata().contains_key("grpc-retry-pushback-ms"));
    first.end().await.check("handoff no_input", None);
    service.is_empty().await;
    assert!(Gateway::call(&mut client, call_config()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_vanishes_frees_its_slot_and_leaves_a_decision_in_the_books() {
    let service = serve(&always("转人工")).await;
    // A runtime of its own, whose sockets are closed when it dies.
    let vanish = || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let gateway = runtime.block_on(async {
            let mut client = service.client().await;
            let mut gateway = Gateway::call(&mut client, call_config()).await.unwrap();
            gateway.ready().await;
            gateway.audio(&speech(400)).await;
            gateway
        });
        drop(runtime);
        drop(gateway);
    };
    std::thread::scope(|scope| scope.spawn(vanish).join().unwrap());
    service.is_empty().await;
    let (_, metrics) = service.page("/metrics").await;
    let counted = "pretriage_calls_total{outcome=\"handoff\",reason=\"stream_broken\"}";
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_reader_loses_its_call_and_nobody_elses() {
    let config = Config { stall_ms: 200, outbox_messages: 16, ..config() };
    let service = serve_with(config, pool(&always("转人工"))).await;
    // A window this small is full after a few messages.
    let endpoint = Endpoint::from_shared(format!("http://{}", service.address)).unwrap();
    let channel = endpoint.initial_stream_window_size(1_024).connect().await.unwrap();
    let mut client = TriageClient::new(channel);
    let stalled = Gateway::call(&mut client, call_config()).await.unwrap();
    let sender = stalled.sender.clone();
    // Each is answered by a warning that nobody reads.
    let talking = tokio::spawn(async move {
        let request = || Some(Request::Dtmf("x".to_owned()));
        while sender.send(ConverseRequest { request: request() }).await.is_ok() {}
    });
    let honest = Gateway::call(&mut client, call_config()).await.unwrap();
    honest.audio(&speech(900)).await;
    honest.end().await.check("handoff human_wish", None);
    service.is_empty().await;
    talking.abort();
    // Who reads again finds the decision.
    stalled.ended().await.check("handoff stream_broken", Some(Code::Unavailable));
}

#[tokio::test(flavor = "multi_thread")]
async fn audio_faster_than_real_time_is_held_back_and_all_of_it_heard() {
    const AUDIO_MS: usize = 120_000;
    let (script, mut gate) = gated("");
    let config = Config { inbox_seconds: 1, ..config() };
    let service = serve_with(config, pool(&script)).await;
    let timers = Timers { no_input_ms: Some(60_000), ..Timers::default() };
    let config = CallConfig { timers: Some(timers), ..call_config() };
    let gateway = Gateway::call(&mut service.client().await, config).await.unwrap();
    let sender = gateway.sender.clone();
    let bytes = [speech(900), silence(AUDIO_MS - 900)].concat();
    let n_messages = bytes.len() / 4_000;
    let talking = tokio::spawn(async move {
        for frame in bytes.chunks(4_000) {
            let request = Some(Request::Audio(frame.to_vec()));
            sender.send(ConverseRequest { request }).await.unwrap();
        }
    });
    gate.entered.recv().await.unwrap();
    // While the engine is held up, only the inbox, the window and the sockets can fill.
    let all = tokio::time::timeout(Duration::from_millis(300), talking);
    assert!(all.await.is_err(), "{n_messages} messages were taken without being heard");
    drop(gate.leave);
    let ending = gateway.end().await;
    ending.check("handoff non_speech", None);
    assert_eq!(ending.offset_ms, AUDIO_MS as u64);
}
