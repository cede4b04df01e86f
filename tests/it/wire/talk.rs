//! What a call sounds like on the wire when all is well.

use super::harness::{Gateway, always, call_config, gated, serve, silence, speech};
use pretriage::wire::proto::{
    CallConfig, ClientEvent, HangUp, QueueState, client_event::Event, converse_request::Request,
    converse_response::Response,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_for_a_person_is_one_decision_and_the_last_message() {
    let service = serve(&always("转人工")).await;
    let config = CallConfig { call_id: "gw-7".to_owned(), interim_results: true, ..call_config() };
    let gateway = Gateway::call(&mut service.client().await, config).await.unwrap();
    gateway.audio(&speech(900)).await;
    gateway.audio(&silence(1_000)).await;
    let ending = gateway.ended().await;
    ending.check("handoff human_wish", None);
    let names: Vec<&str> = ending
        .messages
        .iter()
        .filter_map(|message| message.response.as_ref())
        .map(|response| match response {
            Response::Ready(ready) => {
                assert_eq!(ready.call_id, "gw-7");
                "ready"
            }
            Response::SpeechStarted(_) => "speech_started",
            Response::SpeechEnded(_) => "speech_ended",
            Response::Transcript(transcript) => {
                assert_eq!(transcript.text, "转人工");
                assert!(transcript.end_ms - transcript.start_ms >= 900);
                "transcript"
            }
            Response::Prompt(_) => "prompt",
            Response::Verdict(_) => "verdict",
            Response::Warning(_) => "warning",
            Response::Decision(_) => "decision",
        })
        .collect();
    let expected = "ready prompt speech_started speech_ended transcript verdict prompt".split(' ');
    assert_eq!(names, expected.collect::<Vec<_>>());
    let decision = &ending.decision;
    assert_eq!((decision.category.as_str(), decision.topic.as_str()), ("human", "human.request"));
    assert_eq!(decision.card.as_ref().unwrap().heard, ["转人工"]);
    assert_eq!(decision.latency.len(), 1);
    assert!(decision.latency[0].commit_ms > 0.0);
    assert!(!decision.queue.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn verdicts_are_only_sent_to_who_asked_for_them() {
    let service = serve(&always("转人工")).await;
    let gateway = Gateway::call(&mut service.client().await, call_config()).await.unwrap();
    gateway.audio(&speech(900)).await;
    let ending = gateway.end().await;
    ending.check("handoff human_wish", None);
    let verdict = |message: &pretriage::wire::proto::ConverseResponse| {
        matches!(message.response, Some(Response::Verdict(_)))
    };
    assert!(!ending.messages.iter().any(verdict));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_hangs_up_at_once_said_nothing() {
    let service = serve(&always("转人工")).await;
    let mut client = service.client().await;
    let gateway = Gateway::call(&mut client, call_config()).await.unwrap();
    gateway.end().await.check("handoff no_input", None);
    let gateway = Gateway::call(&mut client, call_config()).await.unwrap();
    gateway.send(Request::Event(ClientEvent { event: Some(Event::HangUp(HangUp {})) })).await;
    gateway.ended().await.check("handoff no_input", None);
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_for_ever_ends_in_no_input() {
    let service = serve(&always("转人工")).await;
    let gateway = Gateway::call(&mut service.client().await, call_config()).await.unwrap();
    let sender = gateway.sender.clone();
    let talking = tokio::spawn(async move {
        let frame = silence(20);
        loop {
            let request = Some(Request::Audio(frame.clone()));
            if sender.send(pretriage::wire::proto::ConverseRequest { request }).await.is_err() {
                return;
            }
        }
    });
    gateway.ended().await.check("handoff no_input", None);
    talking.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_and_one_byte_messages_change_nothing() {
    let service = serve(&always("转人工")).await;
    let mut client = service.client().await;
    let bytes = [speech(900), silence(800)].concat();
    let whole = Gateway::call(&mut client, call_config()).await.unwrap();
    whole.audio(&bytes).await;
    let whole = whole.end().await;
    let crumbs = Gateway::call(&mut client, call_config()).await.unwrap();
    for byte in &bytes {
        crumbs.send(Request::Audio(vec![*byte])).await;
        if byte % 16 == 0 {
            crumbs.send(Request::Audio(Vec::new())).await;
        }
    }
    let crumbs = crumbs.end().await;
    crumbs.check("handoff human_wish", None);
    let texts = |messages: &[pretriage::wire::proto::ConverseResponse]| {
        messages
            .iter()
            .filter_map(|message| match &message.response {
                Some(Response::Transcript(it)) => Some((it.start_ms, it.end_ms, it.text.clone())),
                other => other.is_none().then(|| (0, 0, String::new())),
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(&crumbs.messages), texts(&whole.messages));
}

#[tokio::test(flavor = "multi_thread")]
async fn zero_reaches_a_human_while_the_engine_works() {
    let (script, mut gate) = gated("我要退款");
    let service = serve(&script).await;
    let gateway = Gateway::call(&mut service.client().await, call_config()).await.unwrap();
    gateway.audio(&speech(900)).await;
    gateway.audio(&silence(1_500)).await;
    gate.entered.recv().await.unwrap();
    gateway.send(Request::Dtmf("0".to_owned())).await;
    // The engine is still at it.
    gateway.ended().await.check("handoff human_wish", None);
    gate.leave.send(()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_are_not_used_yet_do_no_harm() {
    let service = serve(&always("转人工")).await;
    let gateway = Gateway::call(&mut service.client().await, call_config()).await.unwrap();
    let event = Some(Event::Queue(QueueState { wait_seconds: Some(9), agents_available: Some(1) }));
    gateway.send(Request::Event(ClientEvent { event })).await;
    gateway.send(Request::Event(ClientEvent { event: None })).await;
    gateway.audio(&speech(900)).await;
    gateway.end().await.check("handoff human_wish", None);
}
