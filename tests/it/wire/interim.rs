//! What a gateway is told while the caller is still speaking.

use super::harness::{
    Gateway, Service, always, call_config, config, gated, pool_of, rooms_of, serve_rooms, silence,
    speech,
};
use pretriage::{
    config::{DEFAULT_PROFILE, Profile},
    wire::proto::{
        CallConfig, Timers, Transcript, TriageRecordingRequest, converse_request::Request,
        converse_response::Response,
    },
};

/// A profile that lets calls end early.
async fn hasty(text: &'static str) -> Service {
    let mut profile: Profile = toml::from_str(DEFAULT_PROFILE).unwrap();
    profile.decision.thresholds.early = 0.8;
    serve_rooms(config(), rooms_of(profile, pool_of(2, &always(text)))).await
}

async fn patient(text: &'static str) -> Service {
    let profile: Profile = toml::from_str(DEFAULT_PROFILE).unwrap();
    serve_rooms(config(), rooms_of(profile, pool_of(2, &always(text)))).await
}

fn wanting() -> CallConfig {
    CallConfig { interim_results: true, ..call_config() }
}

/// Reads up to the next transcript.
async fn transcript(gateway: &mut Gateway) -> Transcript {
    loop {
        let message = gateway.answers.message().await.unwrap().unwrap();
        if let Some(Response::Transcript(transcript)) = message.response {
            return transcript;
        }
    }
}

fn is_so_far(response: &Option<Response>) -> bool {
    matches!(response, Some(Response::Transcript(it)) if !it.is_final)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_so_far_comes_before_the_caller_has_finished() {
    let service = patient("我的订单退款一直没有到账").await;
    let mut gateway = Gateway::call(&mut service.client().await, wanting()).await.unwrap();
    gateway.audio(&speech(1_600)).await;
    // Nothing more is sent until it came.
    let so_far = transcript(&mut gateway).await;
    assert_eq!((so_far.is_final, so_far.stability), (false, 0.0));
    assert_eq!(so_far.text, "我的订单退款一直没有到账");
    let verdict = gateway.answers.message().await.unwrap().unwrap().response;
    assert!(matches!(verdict, Some(Response::Verdict(_))), "{verdict:?}");
    gateway.audio(&silence(1_000)).await;
    let whole = transcript(&mut gateway).await;
    assert_eq!((whole.is_final, whole.stability), (true, 1.0));
    assert_eq!(whole.start_ms, so_far.start_ms);
    assert!(whole.end_ms > so_far.end_ms);
    gateway.ended().await.check("route understood", None);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_neither_unasked_nor_where_the_call_says_never() {
    let service = patient("我的订单退款一直没有到账").await;
    let never = Timers { interim_ms: Some(0), ..Timers::default() };
    for config in [call_config(), CallConfig { timers: Some(never), ..wanting() }] {
        let gateway = Gateway::call(&mut service.client().await, config).await.unwrap();
        gateway.audio(&speech(2_600)).await;
        let ending = gateway.end().await;
        assert!(!ending.messages.iter().any(|message| is_so_far(&message.response)));
    }
    let recording = [speech(2_600), silence(1_000)].concat();
    let request = TriageRecordingRequest { config: Some(wanting()), recording };
    let answer = service.client().await.triage_recording(request).await.unwrap().into_inner();
    assert!(!answer.events.iter().any(|event| is_so_far(&event.response)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clear_wish_ends_the_call_in_mid_sentence_where_the_profile_allows_it() {
    let service = hasty("我要转人工客服").await;
    let mut gateway = Gateway::call(&mut service.client().await, wanting()).await.unwrap();
    // Each second is heard before the next is spoken.
    gateway.audio(&speech(1_600)).await;
    assert!(!transcript(&mut gateway).await.is_final);
    gateway.audio(&speech(1_000)).await;
    let ending = gateway.ended().await;
    ending.check("handoff human_wish", None);
    assert_eq!(ending.decision.card.as_ref().unwrap().heard, ["我要转人工客服"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_never_waits_behind_it() {
    let (script, mut gate) = gated("转人工");
    let profile: Profile = toml::from_str(DEFAULT_PROFILE).unwrap();
    let service = serve_rooms(config(), rooms_of(profile, pool_of(2, &script))).await;
    let mut client = service.client().await;
    let talker = Gateway::call(&mut client, wanting()).await.unwrap();
    talker.audio(&speech(1_600)).await;
    // The first worker listens in; the second is there for whoever finishes.
    gate.entered.recv().await.unwrap();
    let other = Gateway::call(&mut client, wanting()).await.unwrap();
    talker.audio(&speech(1_200)).await;
    other.audio(&speech(900)).await;
    other.send(Request::Audio(silence(1_000))).await;
    gate.entered.recv().await.unwrap();
    gate.leave.send(()).unwrap();
    gate.leave.send(()).unwrap();
    other.ended().await.check("handoff human_wish", None);
    drop(gate);
    talker.end().await.check("handoff human_wish", None);
}
