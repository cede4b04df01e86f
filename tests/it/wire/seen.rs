//! What an operator sees from outside.

use super::harness::{Gateway, always, call_config, serve, speech};
use pretriage::wire::{Config, proto::GetServiceInfoRequest};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

#[tokio::test(flavor = "multi_thread")]
async fn reflection_lists_the_service() {
    let service = serve(&always("")).await;
    let mut client = ServerReflectionClient::new(service.channel().await);
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let answers = client.server_reflection_info(tokio_stream::iter([request])).await.unwrap();
    let answer = answers.into_inner().message().await.unwrap().unwrap();
    let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response else {
        panic!("{answer:?}");
    };
    let names: Vec<String> = list.service.into_iter().map(|service| service.name).collect();
    for name in ["pretriage.v1.Triage", "grpc.health.v1.Health"] {
        assert!(names.iter().any(|found| found == name), "{names:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_says_what_it_is() {
    let service = serve(&always("")).await;
    let mut client = service.client().await;
    let mut gateway = Gateway::call(&mut client, call_config()).await.unwrap();
    gateway.ready().await;
    let info = client.get_service_info(GetServiceInfoRequest {}).await.unwrap().into_inner();
    assert_eq!(info.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(info.model.unwrap().name, "script");
    assert_eq!(info.open_calls, 1);
    assert_eq!(info.limits.unwrap().max_calls as usize, Config::default().max_calls);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_counted_and_its_words_are_not_in_the_metrics() {
    let service = serve(&always("转人工")).await;
    let gateway = Gateway::call(&mut service.client().await, call_config()).await.unwrap();
    gateway.audio(&speech(900)).await;
    gateway.end().await.check("handoff human_wish", None);
    service.is_empty().await;
    let (status, metrics) = service.page("/metrics").await;
    assert!(status.contains("200"));
    for name in [
        "pretriage_calls_total{outcome=\"handoff\",reason=\"human_wish\"}",
        "pretriage_open_calls ",
        "pretriage_queue_seconds_count",
        "pretriage_inference_seconds_count",
        "pretriage_decision_seconds_count",
        "pretriage_real_time_factor_count",
        "pretriage_build_info{",
    ] {
        assert!(metrics.contains(name), "{name} is not in\n{metrics}");
    }
    assert!(!metrics.contains("人工"));
}
