//! Claims about where audio comes from, with real programs that every system has.

use super::*;
use crate::audio::Encoding;
use std::{
    path::Path,
    time::{Duration, Instant as Wall},
};

const ALAW: Format = Format { encoding: Encoding::Alaw, rate_hz: 8_000 };

/// 16-bit mono of a square wave.
fn wav(rate_hz: u32, n_samples: usize) -> Vec<u8> {
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + 2 * n_samples as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(rate_hz.to_le_bytes());
    bytes.extend((2 * rate_hz).to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend((2 * n_samples as u32).to_le_bytes());
    bytes.extend((0..n_samples).flat_map(|n| {
        let value: i16 = if n / 20 % 2 == 0 { 3_000 } else { -3_000 };
        value.to_le_bytes()
    }));
    bytes
}

/// A folder with a WAV file of 500 ms, `spoken.wav`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("spoken.wav"), wav(16_000, 8_000)).unwrap();
    folder
}

/// A shell that runs `script` in `folder`; `$1` are the words, `$2` the file.
fn shell(folder: &Path, script: &str) -> Config {
    let script = format!("cd '{}'; {script}", folder.display());
    let parts = ["/bin/sh", "-c", &script, "sh", "{text}"];
    Config { command: parts.map(str::to_owned).to_vec(), wait_ms: 5_000, ..Config::default() }
}

fn shell_with_file(folder: &Path, script: &str) -> Config {
    let mut config = shell(folder, script);
    config.command.push("{out}".to_owned());
    config
}

async fn ask(voices: &Voices, text: &str) -> Answer {
    voices.ask(&text.into(), Pace::Normal, ALAW).unwrap().answer().await
}

/// The message of a prompt that cannot be made.
async fn failure(config: Config) -> String {
    let voices = Voices::new(config, Vec::new());
    assert_eq!(ask(&voices, "您好").await, Answer::Nothing);
    assert_eq!(voices.counts().failed, 1);
    let shared = voices.shared.as_ref().unwrap();
    let key = Key { text: "您好".into(), pace: Pace::Normal, format: ALAW };
    shared.make(&key).await.unwrap_err().to_string()
}

#[tokio::test]
async fn what_was_spoken_once_is_kept() {
    let folder = folder();
    let config = shell(folder.path(), "echo \"$1\" >> said; cat spoken.wav");
    let voices = Voices::new(config, Vec::new());
    let Answer::Made(audio) = ask(&voices, "您好").await else { panic!("not made") };
    assert_eq!(audio.len(), 4_000);
    assert_eq!(ask(&voices, "您好").await, Answer::Kept(audio));
    let slow = voices.ask(&"您好".into(), Pace::Slow, ALAW).unwrap().answer().await;
    assert!(matches!(slow, Answer::Made(_)), "another pace is another prompt");
    assert_eq!(voices.counts(), Counts { hits: 1, made: 2, failed: 0 });
    assert_eq!(std::fs::read_to_string(folder.path().join("said")).unwrap(), "您好\n您好\n");
}

#[tokio::test]
async fn two_calls_at_once_are_one_run() {
    let folder = folder();
    let config = shell(folder.path(), "echo >> said; sleep 0.2; cat spoken.wav");
    let voices = Voices::new(config, Vec::new());
    let (one, other) = tokio::join!(ask(&voices, "您好"), ask(&voices, "您好"));
    assert!(matches!((one, other), (Answer::Made(a), Answer::Made(b)) if a == b));
    assert_eq!(std::fs::read(folder.path().join("said")).unwrap(), b"\n");
}

#[tokio::test]
async fn a_file_that_the_command_writes_is_read() {
    let folder = folder();
    let config = shell_with_file(folder.path(), "cp spoken.wav \"$2\"; echo chatter");
    let answer = ask(&Voices::new(config, Vec::new()), "您好").await;
    assert_eq!(answer.audio().map(<[u8]>::len), Some(4_000));
    let silent = shell_with_file(folder.path(), "true");
    assert_eq!(failure(silent).await, "the command gave no audio");
}

#[tokio::test]
async fn a_command_that_fails_says_why() {
    let folder = folder();
    let cases = [
        ("echo no such voice >&2; cat spoken.wav; exit 3", "3): no such voice"),
        ("true", "the command gave no audio"),
        ("echo garbage", "what the command gave cannot be used: not a WAV file"),
        ("head -c 5000 spoken.wav", "declares 16000 bytes"),
        ("kill -9 $$", "signal: 9"),
    ];
    for (script, expected) in cases {
        let message = failure(shell(folder.path(), script)).await;
        assert!(message.contains(expected), "{script}: {message}");
    }
    let missing = Config { command: vec!["/nowhere/say".to_owned()], ..Config::default() };
    assert!(failure(missing).await.contains("/nowhere/say cannot be started"));
    let long = Config { max_seconds: 1, ..shell(folder.path(), "cat long.wav") };
    std::fs::write(folder.path().join("long.wav"), wav(8_000, 8_001)).unwrap();
    assert!(failure(long).await.contains("longer than 1 seconds"));
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "whether a program is killed takes real time")]
async fn a_command_that_hangs_is_killed_with_all_that_it_started() {
    let folder = folder();
    let script = "(sleep 1; echo alive > witness) & sleep 600";
    let config = Config { timeout_ms: 200, ..shell(folder.path(), script) };
    let begun = Wall::now();
    let message = failure(config).await;
    assert_eq!(message, "the command did not end within 200 ms and was killed");
    assert!(begun.elapsed() < Duration::from_secs(20));
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert!(!folder.path().join("witness").exists());
}

#[tokio::test]
async fn a_command_that_writes_without_end_is_killed() {
    let folder = folder();
    let printed = shell(folder.path(), "head -c 1000000000 /dev/zero");
    let message = failure(printed).await;
    assert!(message.contains("more than 16777216 bytes"), "{message}");
    let written = shell_with_file(folder.path(), "head -c 20000000 /dev/zero > \"$2\"; sleep 600");
    let message = failure(written).await;
    assert!(message.contains("more than 16777216 bytes"), "{message}");
    // Complaints without end hold nobody up.
    let loud = shell(folder.path(), "head -c 3000000 /dev/zero >&2; cat spoken.wav");
    assert_eq!(ask(&Voices::new(loud, Vec::new()), "您好").await.audio().unwrap().len(), 4_000);
}

#[tokio::test]
async fn a_prompt_does_not_wait_for_long_and_is_there_the_next_time() {
    let folder = folder();
    let script = "while [ ! -e go ]; do sleep 0.05; done; cat spoken.wav";
    let config = Config { wait_ms: 20, ..shell(folder.path(), script) };
    let voices = Voices::new(config, Vec::new());
    assert_eq!(ask(&voices, "您好").await, Answer::Late);
    std::fs::write(folder.path().join("go"), "").unwrap();
    while voices.counts().made == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(matches!(ask(&voices, "您好").await, Answer::Kept(_)));
}

fn greeting() -> Vec<Fixed> {
    vec![Fixed { key: "greeting".to_owned(), text: "您好".to_owned() }]
}

#[tokio::test]
async fn a_recording_goes_before_the_command_but_only_for_its_own_words() {
    let folder = folder();
    std::fs::write(folder.path().join("greeting.wav"), wav(44_100, 44_100)).unwrap();
    let recordings = Some(folder.path().to_owned());
    let both = Config { folder: recordings.clone(), ..shell(folder.path(), "cat spoken.wav") };
    let voices = Voices::new(both, greeting());
    assert_eq!(ask(&voices, "您好").await.audio().unwrap().len(), 8_000);
    assert_eq!(ask(&voices, "再见").await.audio().unwrap().len(), 4_000);
    let alone = Config { folder: recordings, wait_ms: 5_000, ..Config::default() };
    let voices = Voices::new(alone.clone(), greeting());
    assert_eq!(ask(&voices, "您好").await.audio().unwrap().len(), 8_000);
    assert_eq!(ask(&voices, "再见").await, Answer::Nothing);
    // A broken recording is spoken by the command, where there is one.
    std::fs::write(folder.path().join("greeting.wav"), b"RIFF").unwrap();
    assert_eq!(ask(&Voices::new(alone.clone(), greeting()), "您好").await, Answer::Nothing);
    let command = shell(folder.path(), "cat spoken.wav").command;
    let voices = Voices::new(Config { command, ..alone }, greeting());
    assert_eq!(ask(&voices, "您好").await.audio().unwrap().len(), 4_000);
}

#[tokio::test]
async fn what_is_always_said_can_be_made_ready() {
    let folder = folder();
    let config = Config { prefetch: vec![ALAW], ..shell(folder.path(), "cat spoken.wav") };
    let voices = Voices::new(config, greeting());
    voices.prefetch();
    while voices.counts().made == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(matches!(ask(&voices, "您好").await, Answer::Kept(_)));
    assert_eq!(voices.rehearse().await, []);
    let broken = Config { prefetch: vec![ALAW], ..shell(folder.path(), "exit 1") };
    let lacks = Voices::new(broken, greeting()).rehearse().await;
    assert!(lacks[0].what.starts_with("greeting as alaw/8000: the command failed"), "{lacks:?}");
}

#[test]
fn everything_that_will_be_missing_is_found_before_a_call_comes() {
    let folder = folder();
    let path = Some(OsStr::new("/bin:/usr/bin"));
    let lacks = |config: &Config| -> Vec<String> {
        let found = Voices::lacks(config, &greeting(), path);
        found.into_iter().map(|lack| format!("{}: {}", lack.key, lack.what)).collect()
    };
    std::fs::write(folder.path().join("greeting.wav"), b"RIFF").unwrap();
    std::fs::write(folder.path().join("notes.txt"), b"").unwrap();
    let config = Config {
        folder: Some(folder.path().to_owned()),
        command: vec!["no-such-program".to_owned(), "{text}".to_owned()],
        ..Config::default()
    };
    let found = lacks(&config);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("folder: ") && found[0].contains("greeting.wav: the WAV header"));
    assert!(found[1].contains("spoken.wav belongs to no prompt"));
    assert!(found[2].starts_with("command: no-such-program"));
    let config = Config { folder: Some("/nowhere".into()), ..shell(folder.path(), "") };
    assert!(matches!(&lacks(&config)[..], [one] if one.starts_with("folder: /nowhere: ")));
    let config = Config { prefetch: vec![ALAW], ..Config::default() };
    assert!(matches!(&lacks(&config)[..], [one] if one.starts_with("prefetch: ")));
}

#[tokio::test]
async fn without_a_voice_nothing_is_asked_for() {
    assert!(Voices::default().ask(&"您好".into(), Pace::Normal, ALAW).is_none());
    assert_eq!(Voices::new(Config::default(), greeting()).counts(), Counts::default());
}
