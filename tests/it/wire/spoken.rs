//! What a gateway is given to play.

use super::harness::{
    Gateway, Service, always, call_config, config, pool, rooms, serve, serve_rooms, silence, speech,
};
use pretriage::{
    prompt::{self, Fixed, Voices},
    wire::{
        Config, Rooms,
        proto::{
            AudioFormat, CallConfig, TriageRecordingRequest, audio_format::Encoding,
            converse_request::Request, converse_response::Response,
        },
    },
};

/// A folder with two seconds of sound, stereo at 44.1 kHz in 8 bits.
fn recording() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let n_bytes = 2 * 2 * 44_100_u32;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + n_bytes).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    bytes.extend(44_100_u32.to_le_bytes());
    bytes.extend(88_200_u32.to_le_bytes());
    bytes.extend(b"\x02\0\x08\0data");
    bytes.extend(n_bytes.to_le_bytes());
    bytes.extend((0..n_bytes).map(|n| if n / 200 % 2 == 0 { 150 } else { 106 }));
    std::fs::write(folder.path().join("spoken.wav"), bytes).unwrap();
    folder
}

async fn service(folder: &tempfile::TempDir, script: &str, wait_ms: u64) -> Service {
    let script = format!("cd '{}'; {script}", folder.path().display());
    let command = ["/bin/sh", "-c", &script, "sh", "{text}"].map(str::to_owned).to_vec();
    let voice = prompt::Config { command, wait_ms, ..prompt::Config::default() };
    let rooms = rooms(pool(&always("转人工")));
    let voices = Voices::new(voice, Vec::<Fixed>::new());
    // A gateway that is to wait for a voice must not be taken for one that does not read.
    let config = Config { stall_ms: 100, drain_grace_ms: 100, ..config() };
    serve_rooms(config, Rooms { voices, ..rooms }).await
}

/// A call in A-law whose prompts are heard: names of its events, and the audio of its prompts.
async fn call(service: &Service, config: CallConfig) -> (Vec<&'static str>, Vec<usize>) {
    let gateway = Gateway::call(&mut service.client().await, config).await.unwrap();
    // The key ends the call however far the greeting is.
    gateway.send(Request::Dtmf("0".to_owned())).await;
    let ending = gateway.ended().await;
    ending.check("handoff human_wish", None);
    let (mut names, mut audio) = (Vec::new(), Vec::new());
    for message in ending.messages {
        match message.response {
            Some(Response::Ready(_)) => names.push("ready"),
            Some(Response::Prompt(prompt)) => {
                names.push("prompt");
                assert!(prompt.ssml.starts_with("<speak "), "{}", prompt.ssml);
                audio.push(prompt.audio.len());
            }
            other => panic!("{other:?}"),
        }
    }
    (names, audio)
}

fn alaw() -> CallConfig {
    let audio = AudioFormat {
        encoding: Encoding::Alaw as i32,
        sample_rate_hz: 8_000,
        channels: 1,
        caller_channel: 0,
    };
    CallConfig { audio: Some(audio), no_playback: false, ..CallConfig::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_given_its_prompts_in_its_own_format() {
    let folder = recording();
    let service = service(&folder, "sleep 0.4; cat spoken.wav", 5_000).await;
    let (names, audio) = call(&service, alaw()).await;
    assert_eq!(names, ["ready", "prompt", "prompt"]);
    assert_eq!(audio, [16_000, 16_000]);
    let wide = AudioFormat {
        encoding: Encoding::Linear16 as i32,
        sample_rate_hz: 48_000,
        channels: 2,
        caller_channel: 1,
    };
    let (_, audio) = call(&service, CallConfig { audio: Some(wide), ..alaw() }).await;
    assert_eq!(audio, [192_000, 192_000]);
    let (_, metrics) = service.page("/metrics").await;
    assert!(metrics.contains("pretriage_prompt_audio_total{how=\"made\"}"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_that_is_slow_holds_nothing_up_and_changes_no_order() {
    let folder = recording();
    let script = "while [ ! -e go ]; do sleep 0.05; done; cat spoken.wav";
    let service = service(&folder, script, 30).await;
    let (names, audio) = call(&service, alaw()).await;
    assert_eq!(names, ["ready", "prompt", "prompt"]);
    assert_eq!(audio, [0, 0]);
    std::fs::write(folder.path().join("go"), "").unwrap();
    // It was spoken to its end all the same, once for all calls.
    while call(&service, alaw()).await.1 != [16_000, 16_000] {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_must_end_waits_for_no_voice() {
    let folder = recording();
    let service = service(&folder, "sleep 600", 5_000).await;
    let mut gateway = Gateway::call(&mut service.client().await, alaw()).await.unwrap();
    gateway.ready().await;
    service.shutdown.raise();
    let ending = gateway.ended().await;
    ending.check("handoff deadline", None);
    let prompts = ending.messages.iter().filter(|message| {
        matches!(&message.response, Some(Response::Prompt(prompt)) if prompt.audio.is_empty())
    });
    assert_eq!(prompts.count(), ending.messages.len());
    assert!(!ending.messages.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_that_fails_leaves_the_words() {
    let folder = recording();
    let service = service(&folder, "exit 1", 5_000).await;
    assert_eq!(call(&service, alaw()).await.1, [0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_hears_prompts_there_is_no_audio() {
    let folder = recording();
    let service = service(&folder, "cat spoken.wav", 5_000).await;
    let (_, audio) = call(&service, CallConfig { no_playback: true, ..alaw() }).await;
    assert_eq!(audio, [0, 0]);
    let recording = [speech(900), silence(1_000)].concat();
    let request = TriageRecordingRequest { config: Some(call_config()), recording };
    let answer = service.client().await.triage_recording(request).await.unwrap().into_inner();
    let prompts: Vec<_> = answer
        .events
        .into_iter()
        .filter_map(|event| match event.response {
            Some(Response::Prompt(prompt)) => Some(prompt),
            _ => None,
        })
        .collect();
    assert!(!prompts.is_empty());
    assert!(prompts.iter().all(|it| it.audio.is_empty() && it.ssml.starts_with("<speak ")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_without_a_voice_sends_words_alone() {
    let service = serve(&always("转人工")).await;
    assert_eq!(call(&service, alaw()).await.1, [0, 0]);
}
