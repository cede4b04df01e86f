//! The real service, told by SIGHUP to read its files again.
#![cfg(unix)]

use super::cli::wav;
use pretriage::wire::{
    client,
    proto::{
        AudioFormat, CallConfig, ConverseRequest, GetServiceInfoRequest, Profile,
        ReloadProfileRequest, audio_format::Encoding, converse_request::Request,
        converse_response::Response,
    },
};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

/// A machine that is busy may take long; a line that never comes must end the test all the same.
const PATIENCE: Duration = Duration::from_secs(120);

struct Running {
    child: Child,
    out: mpsc::Receiver<String>,
    log: mpsc::Receiver<String>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(from: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::sync_channel(1_024);
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Reads on until a line holds all words; answers with all lines up to it.
#[track_caller]
fn until(lines: &mpsc::Receiver<String>, words: &[&str]) -> Vec<String> {
    let mut seen = Vec::new();
    loop {
        let line = lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{words:?}: {seen:#?}"));
        seen.push(line);
        if words.iter().all(|word| seen[seen.len() - 1].contains(word)) {
            return seen;
        }
    }
}

impl Running {
    fn start(config: &Path) -> Self {
        let free = "127.0.0.1:0";
        let mut child = Command::new(env!("CARGO_BIN_EXE_pretriage"))
            .args(["serve", "--config", &config.to_string_lossy()])
            .args(["--listen", free, "--admin", free])
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = lines(child.stdout.take().unwrap());
        let log = lines(child.stderr.take().unwrap());
        Self { child, out, log }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }
}

#[tokio::test]
async fn a_hangup_brings_the_new_profile_and_a_bad_file_leaves_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let write = |name: &str, text: &str| std::fs::write(place(name), text).unwrap();
    let service_file = "[hotline]\nprofile = 'profile.toml'\n[wire]\nallow_reload = true\n";
    write("pretriage.toml", service_file);
    write("profile.toml", "number = '10100'\n");
    let mut running = Running::start(&place("pretriage.toml"));
    let said = until(&running.out, &["listening on "]);
    let address = said[0].trim_start_matches("listening on ").to_owned();
    let mut client = client::connect(&address).await.unwrap();
    let mut in_force = async || -> Profile {
        let info = client.get_service_info(GetServiceInfoRequest {}).await.unwrap();
        info.into_inner().profile.unwrap()
    };
    let first = in_force().await;
    assert_eq!((first.number.as_str(), first.checksum.len()), ("10100", 64));

    write("profile.toml", "number = '10200'\n");
    running.signal(Signal::HUP);
    let second = loop {
        let profile = in_force().await;
        if profile != first {
            break profile;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(second.number, "10200");
    until(&running.log, &["INFO", "read again", &first.checksum, &second.checksum]);

    write("profile.toml", "number = ''\n[call.timers]\nstep_ms = 1\nstepms = 2\n");
    running.signal(Signal::HUP);
    let log = until(&running.log, &["ERROR", "the old one stays", &second.checksum]).join("\n");
    for key in ["key=number", "key=call.timers.step_ms", "key=call.timers.stepms"] {
        assert!(log.contains(key), "{key}: {log}");
    }
    assert!(log.contains("did you mean step_ms?"), "{log}");
    assert_eq!(in_force().await, second);

    // By request, with a value that only a restart can take.
    write("profile.toml", "number = '10300'\n");
    write("pretriage.toml", &format!("{service_file}max_calls = 7\n"));
    let mut operator = client::connect(&address).await.unwrap();
    let answer = operator.reload_profile(ReloadProfileRequest {}).await.unwrap().into_inner();
    assert!(answer.accepted, "{answer:?}");
    assert_eq!(answer.needs_restart, ["wire.max_calls"]);
    until(&running.log, &["WARN", "wire.max_calls", "needs a restart"]);
    assert_eq!(in_force().await.number, "10300");

    drop((client, operator));
    running.signal(Signal::TERM);
    until(&running.out, &["stopped"]);
    assert!(running.child.wait().unwrap().success());
}

#[tokio::test]
async fn a_recording_that_was_replaced_is_heard_after_a_reload() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("pretriage.toml");
    let text =
        "[prompt]\nfolder = '.'\nprefetch = ['linear16/8000']\n[wire]\nallow_reload = true\n";
    std::fs::write(&config, text).unwrap();
    let record = |seconds: usize| {
        let samples: Vec<u8> = (0..8_000 * seconds)
            .flat_map(|n| if n / 20 % 2 == 0 { 3_000_i16 } else { -3_000 }.to_le_bytes())
            .collect();
        let bytes = wav(1, 8_000, samples.len() as u32, &samples);
        std::fs::write(folder.path().join("greeting.wav"), bytes).unwrap();
    };
    record(1);
    let running = Running::start(&config);
    let said = until(&running.out, &["listening on "]);
    let mut client = client::connect(said[0].trim_start_matches("listening on ")).await.unwrap();
    for (seconds, expected) in [(1, 16_000), (2, 32_000)] {
        record(seconds);
        let answer = client.reload_profile(ReloadProfileRequest {}).await.unwrap().into_inner();
        assert!(answer.accepted && answer.needs_restart.is_empty(), "{answer:?}");
        let audio = AudioFormat {
            encoding: Encoding::Linear16 as i32,
            sample_rate_hz: 8_000,
            channels: 1,
            caller_channel: 0,
        };
        let call = CallConfig { audio: Some(audio), ..CallConfig::default() };
        let request = ConverseRequest { request: Some(Request::Config(call)) };
        let answers = client.converse(tokio_stream::iter([request])).await.unwrap();
        let mut answers = answers.into_inner();
        let greeting = loop {
            let message = answers.message().await.unwrap().unwrap();
            if let Some(Response::Prompt(prompt)) = message.response {
                break prompt;
            }
        };
        assert_eq!(greeting.audio.len(), expected, "{}", greeting.id);
    }
}
