//! The end of the process, with calls open.

use super::harness::{Gateway, always, call_config, config, pool, serve, serve_with, speech};
use pretriage::wire::{Config, Drained};
use tonic::Code;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

#[tokio::test(flavor = "multi_thread")]
async fn open_calls_finish_and_new_ones_are_refused() {
    let service = serve(&always("转人工")).await;
    let mut client = service.client().await;
    let mut gateway = Gateway::call(&mut client, call_config()).await.unwrap();
    gateway.ready().await;
    service.shutdown.raise();
    let (status, body) = service.page("/ready").await;
    assert!(status.contains("503") && body.contains("draining"), "{status} {body}");
    let refusal = Gateway::call(&mut client, call_config()).await.err().unwrap();
    // By the service, or by the client's own library, which was told that its connection is going
    // and says so as CANCELLED or INTERNAL. Each is a status without a decision.
    let refused = [Code::Unavailable, Code::Cancelled, Code::Internal];
    assert!(refused.contains(&refusal.code()), "{refusal:?}");
    gateway.audio(&speech(900)).await;
    gateway.end().await.check("handoff human_wish", None);
    drop(client);
    assert_eq!(service.serving.await.unwrap(), Drained { handed_off: 0, cut: 0 });
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_outlive_the_grace_are_handed_off() {
    let config = Config { drain_grace_ms: 50, ..config() };
    let service = serve_with(config, pool(&always("转人工"))).await;
    let mut client = service.client().await;
    let mut calls = Vec::new();
    for _ in 0..3 {
        let mut gateway = Gateway::call(&mut client, call_config()).await.unwrap();
        gateway.ready().await;
        calls.push(gateway);
    }
    // A stream that has not even sent its config.
    calls.push(Gateway::open(&mut client).await.unwrap());
    service.shutdown.raise();
    for call in calls {
        call.ended().await.check("handoff deadline", None);
    }
    assert_eq!(service.serving.await.unwrap(), Drained { handed_off: 4, cut: 0 });
}

#[tokio::test(flavor = "multi_thread")]
async fn health_turns_and_a_watcher_does_not_hold_up_the_end() {
    let service = serve(&always("")).await;
    let mut health = HealthClient::new(service.channel().await);
    let request = HealthCheckRequest { service: String::new() };
    let mut states = health.watch(request).await.unwrap().into_inner();
    assert_eq!(states.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    service.shutdown.raise();
    assert_eq!(states.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
    assert_eq!(service.serving.await.unwrap(), Drained { handed_off: 0, cut: 0 });
}
