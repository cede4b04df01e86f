//! The commands as a script uses them: stdout, stderr, exit code.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Output, Stdio},
};

pub(super) fn pretriage(args: &[&str]) -> Output {
    with_input(args, b"")
}

fn with_input(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pretriage"))
        .args(args)
        .env_remove("RUST_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // Written beside the reading, or both sides would wait for ever on full pipes.
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

pub(super) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(super) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn sample(name: &str) -> String {
    format!("{}/tests/data/calls/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A one-channel 16-bit header; `bytes` of samples are declared.
pub(super) fn wav(channels: u16, rate_hz: u32, declared: u32, samples: &[u8]) -> Vec<u8> {
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0".to_vec();
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate_hz.to_le_bytes());
    bytes.extend((rate_hz.wrapping_mul(2)).to_le_bytes());
    bytes.extend([2, 0, 16, 0]);
    bytes.extend(b"data");
    bytes.extend(declared.to_le_bytes());
    bytes.extend(samples);
    bytes
}

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let help = stdout(&pretriage(&["--help"]));
    for word in [
        "serve",
        "triage",
        "transcribe",
        "call",
        "bench",
        "replay",
        "classify",
        "redact",
        "model",
        "check-config",
        "64",
    ] {
        assert!(help.contains(word), "{word} is not in the help");
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    assert_eq!(pretriage(&["triage"]).status.code(), Some(2));
    assert_eq!(pretriage(&["dance"]).status.code(), Some(2));
}

#[test]
fn of_six_recordings_five_bad_ones_are_five_messages_and_one_result() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_string_lossy().into_owned()
    };
    let paths = [
        write("zero_rate.wav", &wav(1, 0, 4, &[0; 4])),
        write("zero_channels.wav", &wav(0, 8_000, 4, &[0; 4])),
        write("lying_length.wav", &wav(1, 8_000, 4_000_000, &[0; 4])),
        write("cut_header.wav", &wav(1, 8_000, 4, &[0; 4])[..30]),
        write("text.wav", b"this is not a recording at all"),
        sample("human_short.wav"),
    ];
    let mut args = vec!["triage", "--json"];
    args.extend(paths.iter().map(String::as_str));
    let output = pretriage(&args);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output).lines().count(), 1, "{}", stdout(&output));
    let messages = stderr(&output);
    assert_eq!(messages.lines().count(), 5, "{messages}");
    for path in &paths[..5] {
        assert!(messages.contains(path.as_str()), "{path} is not named in {messages}");
    }
}

#[test]
fn triage_json_has_every_key_of_the_contract() {
    let output = pretriage(&["triage", "--json", &sample("silence.wav")]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let object: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let mut keys: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    let mut expected = [
        "file",
        "transcript",
        "category",
        "topic",
        "urgent",
        "outcome",
        "queue",
        "reason",
        "confidence",
        "margin",
        "secondary",
        "due",
        "audio_seconds",
        "timings",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!(object["reason"], "no_input");
    assert!(object["transcript"].is_null());
}

#[test]
fn a_folder_is_walked_and_an_empty_one_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let empty = pretriage(&["triage", &folder.path().to_string_lossy()]);
    assert_eq!(empty.status.code(), Some(1));
    assert!(stderr(&empty).contains("no WAV file"), "{}", stderr(&empty));
    std::fs::create_dir(folder.path().join("deep")).unwrap();
    std::fs::copy(sample("silence.wav"), folder.path().join("deep/a.WAV")).unwrap();
    let output = pretriage(&["triage", "--json", &folder.path().to_string_lossy()]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stdout(&output).lines().count(), 1);
}

#[test]
fn a_channel_that_is_not_there_is_an_error_and_stereo_without_one_a_warning() {
    let stereo = sample("stereo_44k_right.wav");
    let output = pretriage(&["triage", "--json", "--channel", "5", &stereo]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("channel 5"), "{}", stderr(&output));
    let output = pretriage(&["triage", "--json", &stereo]);
    assert!(stderr(&output).contains("--channel"), "{}", stderr(&output));
}

#[test]
fn the_time_of_the_call_decides_whether_the_hotline_is_open() {
    let path = sample("human_short.wav");
    for (at, code) in [("2026-11-22T12:00", 0), ("2026-11-22T12:00:00+08:00", 0), ("noon", 1)] {
        let output = pretriage(&["triage", "--json", "--at", at, &path]);
        assert_eq!(output.status.code(), Some(code), "{at}: {}", stderr(&output));
    }
}

#[test]
fn classify_answers_each_line_with_one_line_in_order_empty_ones_too() {
    let output = with_input(&["classify", "--json"], "我要退款\n\n转人工\r\n你好".as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let categories: Vec<String> = stdout(&output)
        .lines()
        .map(|line| {
            let object: serde_json::Value = serde_json::from_str(line).unwrap();
            for key in ["text", "topic", "urgent", "confidence", "margin", "secondary", "evidence"]
            {
                assert!(object.get(key).is_some(), "{key} is missing");
            }
            object["category"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(categories, ["finance", "other", "human", "other"]);
}

#[test]
fn classify_measures_itself_on_labelled_lines_and_draws_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let lines = "topic\tforbidden\ttext\nfinance.withdrawal\taccount\t不是账号的事是提现没到账\n\
                 human.request\t-\t转人工\naccount.banned\t-\t我的号被封了\n";
    std::fs::write(place("lines.tsv"), lines).unwrap();
    let picture = place("lines.svg");
    let output = pretriage(&[
        "classify",
        "--eval",
        &place("lines.tsv"),
        "--picture",
        &picture,
        "--noise",
        "0",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(report["accuracy"]["lines"], 3);
    assert_eq!(report["confusion"]["human.request"]["human.request"], 1);
    for key in ["macro_f1", "calibration", "risk_coverage", "surest_wrong", "forbidden_chosen"] {
        assert!(!report[key].is_null(), "{key} is missing");
    }
    // Without errors in the text both reports say the same.
    assert_eq!(report["accuracy"], report["noised"]["accuracy"]);
    assert!(std::fs::read_to_string(&picture).unwrap().starts_with("<svg"));

    std::fs::write(place("bad.tsv"), "topic\ttext\nfinance\t钱\n").unwrap();
    for (file, words) in
        [("bad.tsv", "line 2: unknown topic \"finance\""), ("none.tsv", "No such file")]
    {
        let output = pretriage(&["classify", "--eval", &place(file)]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
        assert!(stdout(&output).is_empty());
    }
    let output = pretriage(&["classify", "--eval", &place("lines.tsv"), "--noise", "2"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn redact_masks_secrets_and_keeps_every_other_byte() {
    let input = "我的手机号是13800138000 对吧\r\n\n今天\t十一点\n\u{feff}ok\n没有换行".as_bytes();
    let output = with_input(&["redact"], input);
    let text = stdout(&output);
    assert!(!text.contains("13800138000"), "{text}");
    assert!(text.starts_with("我的手机号是["), "{text}");
    assert!(text.ends_with("对吧\r\n\n今天\t十一点\n\u{feff}ok\n没有换行"), "{text}");
    let broken = with_input(&["redact"], b"abc \xff\xfe def\n");
    assert_eq!(broken.stdout, b"abc \xff\xfe def\n");
}

#[test]
fn redact_answers_every_line_whatever_it_is() {
    let long = "密码是一三八 ".repeat(5_000);
    let lines: [&[u8]; 7] = [
        b"",
        b"\x00\x01\x1b[31m\x07\r",
        b"138\xff0013\xff8000 is broken",
        long.as_bytes(),
        "👨‍👩‍👧 كلمة السر שלום".as_bytes(),
        b"\xf0\x9f",
        b"no end",
    ];
    let output = with_input(&["redact"], &lines.join(&b'\n'));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let answers: Vec<&[u8]> = output.stdout.split(|byte| *byte == b'\n').collect();
    assert_eq!(answers.len(), lines.len());
    for untouched in [0, 1, 4, 5, 6] {
        assert_eq!(answers[untouched], lines[untouched]);
    }
    assert_eq!(answers[2], "[手机号**00] is broken".as_bytes());
    assert!(!String::from_utf8_lossy(answers[3]).contains("三八"));
}

#[test]
fn a_line_without_end_is_cut_and_said_so() {
    let line = "退".repeat(500_000);
    let output = with_input(&["classify"], line.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stdout(&output).lines().count(), 1);
    assert!(stderr(&output).contains("longer than"), "{}", stderr(&output));
}

#[test]
fn every_fault_of_the_configuration_is_named_before_a_port_is_bound() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.toml");
    std::fs::write(&path, "[wire]\nlisten = 5\nnonsense = 1\n[speech]\nthreshold = 9\n").unwrap();
    for command in ["serve", "check-config"] {
        let output = pretriage(&["--config", &path.to_string_lossy(), command]);
        assert_eq!(output.status.code(), Some(64), "{command}");
        assert!(output.stdout.is_empty());
        for key in ["wire.listen", "wire.nonsense", "speech.threshold"] {
            assert!(stderr(&output).contains(key), "{key}: {}", stderr(&output));
        }
    }
}

#[test]
fn what_prompts_will_lack_is_a_warning_by_key_and_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pretriage.toml");
    let check = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let output = pretriage(&["--config", &path.to_string_lossy(), "check-config"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stderr(&output)
    };
    let said = check(
        "[prompt]\nfolder = \"prompts\"\ncommand = [\"no-such-voice\", \"{text}\"]\n\
         prefetch = [\"alaw/8000\"]\n",
    );
    assert!(said.contains("warning: prompt.folder: ") && said.contains("prompts: "), "{said}");
    assert!(said.contains("warning: prompt.command: no-such-voice"), "{said}");
    assert!(!said.contains("prompt.prefetch"), "{said}");
    std::fs::create_dir(folder.path().join("prompts")).unwrap();
    std::fs::write(folder.path().join("prompts/greeting.wav"), b"RIFF").unwrap();
    std::fs::write(folder.path().join("prompts/routed.wav"), b"RIFF").unwrap();
    let said = check("[prompt]\nfolder = \"prompts\"\n");
    assert!(said.contains("greeting.wav: the WAV header is cut off"), "{said}");
    assert!(said.contains("routed.wav belongs to no prompt"), "{said}");
    let said = check(
        "[prompt]\ncommand = [\"sh\", \"-c\", \"echo no voice >&2; exit 4\", \"{text}\"]\n\
         prefetch = [\"mulaw/8000\"]\n",
    );
    assert!(said.contains("warning: prompt.prefetch: greeting as mulaw/8000: "), "{said}");
    assert!(said.contains("no voice"), "{said}");
}

#[test]
fn a_port_in_use_is_an_error_that_names_it() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = pretriage(&["serve", "--listen", &address, "--admin", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(70));
    assert!(stderr(&output).contains(&address), "{}", stderr(&output));
}

#[test]
fn a_model_that_is_missing_cut_or_none_at_all_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_string_lossy().into_owned()
    };
    let missing = folder.path().join("missing.bin").to_string_lossy().into_owned();
    let cut = write("cut.bin", &[0x6c, 0x6d, 0x67, 0x67, 0x99, 0xca]);
    let none = write("none.bin", b"GIF89a and so on");
    for path in [missing, cut, none] {
        let output = pretriage(&["triage", "--model", &path, &sample("silence.wav")]);
        assert_eq!(output.status.code(), Some(70), "{path}: {}", stderr(&output));
        assert!(stderr(&output).contains(&path), "{path}: {}", stderr(&output));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn transcribe_writes_each_of_its_formats() {
    let path = sample("account_password.wav");
    for (format, mark) in
        [("txt", "00:00:0"), ("json", "start_ms"), ("srt", " --> "), ("vtt", "WEBVTT")]
    {
        let output = pretriage(&["transcribe", "--format", format, &path]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(stdout(&output).contains(mark), "{format}: {}", stdout(&output));
    }
}

#[test]
fn nothing_of_the_engine_is_printed_beside_the_data() {
    let output = pretriage(&["triage", "--json", &sample("human_short.wav")]);
    assert_eq!(stderr(&output), "");
}

#[test]
fn the_model_that_is_built_in_is_sound() {
    let output = pretriage(&["model", "verify"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("sound"));
    assert!(stdout(&pretriage(&["model", "list"])).contains("built in"));
}

#[test]
fn bench_measures_a_service_of_its_own_and_says_it_in_one_object() {
    if std::env::var_os("PRETRIAGE_SLOW_TESTS").is_none() {
        return;
    }
    let args =
        ["bench", "--calls", "2", "--seconds", "1", "--speech-share", "0.6", "--keys", "0.5"];
    let output = pretriage(&args);
    assert!(output.status.success(), "{}", stderr(&output));
    let figures: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    for key in [
        "calls",
        "seconds",
        "elapsed_seconds",
        "speech_share",
        "decisions",
        "lost_samples",
        "refused",
        "decision_ms",
        "first_partial_ms",
        "server_cpu_seconds",
        "client_cpu_seconds",
        "engine_cpu_seconds",
        "discarded_engine_cpu_seconds",
        "rss_bytes",
        "model",
        "commit",
    ] {
        assert!(figures.get(key).is_some(), "{key} is missing in {figures}");
    }
    let number = |key: &str| figures[key].as_u64().unwrap();
    assert_eq!((number("calls"), number("lost_samples"), number("refused")), (2, 0, 0));
    assert!(number("decisions") >= 2, "{figures}");
    assert!(figures["decision_ms"]["p50"].as_f64().unwrap() > 0.0, "{figures}");
    assert!(figures["model"].as_str().unwrap().starts_with("pretriage-zh-tel"), "{figures}");
    assert!(figures["server_cpu_seconds"].as_f64().is_none_or(|seconds| seconds > 0.0));
}

/// A service with the built-in model that records into a folder; ends with the handle.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(folder: &str) -> Self {
        let free = "127.0.0.1:0";
        let mut child = Command::new(env!("CARGO_BIN_EXE_pretriage"))
            .args(["serve", "--listen", free, "--admin", free, "--record-to", folder])
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
        let address = first.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { child, address }
    }

    /// Lets it drain; answers with what it logged.
    fn stop(self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let output = self.child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stderr(&output)
    }
}

#[test]
fn a_recorded_call_replays_to_the_same_decision_and_a_changed_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let serving = Serving::start(&folder.path().to_string_lossy());
    let call = pretriage(&[
        "call",
        &sample("human_short.wav"),
        "--pace",
        "fast",
        "--addr",
        &serving.address,
        "--json",
    ]);
    assert_eq!(call.status.code(), Some(0), "{}", stderr(&call));
    let log = serving.stop();
    assert!(log.contains("unmasked"), "{log}");
    let files: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let file = files[0].as_str();

    let output = pretriage(&["replay", file]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert_eq!(stderr(&output), "");
    assert!(stdout(&output).contains("the same decision"), "{}", stdout(&output));
    let output = pretriage(&["replay", "--json", "--hear-again", file]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    // The events are those that the gateway was told, but for what only a gateway is.
    let (text, told) = (stdout(&output), stdout(&call));
    let (events, last) = text.trim_end().rsplit_once('\n').unwrap();
    let told: Vec<&str> = told.lines().filter(|line| !line.contains("\"latency\"")).collect();
    assert_eq!(events.lines().collect::<Vec<_>>(), told);
    let last: serde_json::Value = serde_json::from_str(last).unwrap();
    assert_eq!((&last["event"], &last["same"]), (&"replay".into(), &true.into()));

    let recorded = std::fs::read_to_string(file).unwrap();
    let write = |name: &str, text: &str| {
        std::fs::write(place(name), text).unwrap();
        place(name)
    };
    let other = write("other.jsonl", &recorded.replace("human_wish", "understood"));
    let output = pretriage(&["replay", &other]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.contains("reason: was \"understood\", is \"human_wish\""), "{text}");
    let cut = write("cut.jsonl", &recorded[..recorded.len() / 2]);
    let foreign = write("foreign.jsonl", &recorded.replace("\"profile_sha256\":\"", "&0"));
    let profile = recorded.replacen("\"profile_sha256\":\"", "\"profile_sha256\":\"0", 1);
    let profile = write("profile.jsonl", &profile);
    let output =
        pretriage(&["replay", &cut, &foreign, &profile, &place("none"), &sample("silence.wav")]);
    assert_eq!(output.status.code(), Some(1));
    let messages = stderr(&output);
    for (file, what) in [
        (&cut, "the recording is cut off here"),
        (&foreign, "line 1: this is no recording of a call"),
        (&profile, "warning: recorded with another profile"),
        (&place("none"), "No such file"),
        (&sample("silence.wav"), "line 1: this is no recording of a call"),
    ] {
        let named = |line: &str| line.starts_with(file.as_str()) && line.contains(what);
        assert!(messages.lines().any(named), "{file}: {what}: {messages}");
    }
    assert!(stdout(&output).contains("the same decision"), "another profile may decide alike");
}

#[test]
fn a_folder_that_cannot_be_recorded_to_is_refused_before_a_port_is_bound() {
    let nowhere = "/dev/null/recordings";
    let free = "127.0.0.1:0";
    let output = pretriage(&["serve", "--listen", free, "--admin", free, "--record-to", nowhere]);
    assert_eq!(output.status.code(), Some(70));
    assert!(stderr(&output).contains(nowhere), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
}
