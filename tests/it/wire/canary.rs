//! Law 4, from outside: marked secrets go through whole calls and through the commands, and no sink
//! of the process shows them: not the messages to the gateway, the log at any level, the metrics,
//! the text of a panic.

use super::harness::{self, Gateway, Script, call_config, serve, silence, speech};
use pretriage::{
    decision::card,
    telemetry,
    transcript::EngineError,
    wire::proto::{CallConfig, Caller},
};
use std::{
    collections::VecDeque,
    io::Write,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};

/// Set for the process that the calls run in.
const CHILD: &str = "PRETRIAGE_CANARY";
/// The last line of a child that came to its end.
const DONE: &str = "all canaries have sung";
/// What the recogniser panics over.
const PANICS: &str = "panic ";

/// Digits that stand nowhere else, one number for each kind of secret.
const SECRETS: [&str; 7] = [
    "18634297051",
    "440305196708234915",
    "6217003296185740",
    "075586423197",
    "73915826",
    "84927163",
    "29461857",
];

/// Whole calls, utterance by utterance.
fn calls() -> Vec<Vec<String>> {
    let [mobile, id, card, landline, code, password, other] = SECRETS;
    let halves = mobile.split_at(5);
    vec![
        vec![format!("我的手机号是{}登录不上", spoken(mobile))],
        vec![format!("喂 我的手机号是{}", telephone(halves.0)), telephone(halves.1)],
        vec![format!("身份证{}实名过不了", spoken(id)), format!("是{id}")],
        vec!["我先说一下卡号是".to_owned(), format!("{} 提现不到账", spoken(card))],
        vec![format!("座机{landline}"), format!("打{}", spoken(landline))],
        vec![format!("验证码刚才发给我的是{}", spoken(code)), format!("{code}是验证码")],
        vec![format!("我的密码是{}", spoken(password)), format!("密码 嗯 {password}")],
        vec![format!("{PANICS}密码是{}", spoken(other))],
        vec![format!("{PANICS}密码是{other}")],
    ]
}

fn with_numerals(digits: &str, numerals: &str) -> String {
    let numerals: Vec<char> = numerals.chars().collect();
    let digits = digits.chars().filter_map(|digit| digit.to_digit(10));
    digits.map(|digit| numerals[digit as usize]).collect()
}

fn spoken(digits: &str) -> String {
    with_numerals(digits, "零一二三四五六七八九")
}

fn telephone(digits: &str) -> String {
    with_numerals(digits, "零幺二三四五六七八九")
}

/// Every way in which a part of a secret may show, but for its last two digits.
fn traces(secret: &str) -> Vec<String> {
    const SOUNDS: [&str; 10] = ["ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"];
    /// Times and ports have as many written digits as they like; so few spoken ones are no chance.
    const WRITTEN: usize = 6;
    const SPOKEN: usize = 3;
    let kept = &secret[..secret.len() - 2];
    let parts = |length: usize| (0..=kept.len() - length).map(move |at| &kept[at..at + length]);
    let sounds = |part: &str| {
        let digits = part.chars().filter_map(|digit| digit.to_digit(10));
        digits.map(|digit| SOUNDS[digit as usize]).collect::<Vec<_>>().join(" ")
    };
    let written = if kept.len() > WRITTEN { WRITTEN + 1 } else { WRITTEN };
    let mut traces: Vec<String> = parts(written.min(kept.len())).map(str::to_owned).collect();
    traces.extend(parts(SPOKEN).map(spoken));
    traces.extend(parts(SPOKEN).map(telephone));
    traces.extend(parts(SPOKEN).map(sounds));
    traces
}

/// A log line without its time stamp, whose microseconds may be any six digits.
fn without_time(line: &str) -> &str {
    match line.split_once(' ') {
        Some((time, rest)) if time.parse::<jiff::Timestamp>().is_ok() => rest,
        _ => line,
    }
}

#[track_caller]
fn assert_clean(sink: &str, text: &str) {
    assert!(!text.is_empty(), "{sink} was looked at");
    for secret in SECRETS {
        for trace in traces(secret) {
            let line = text.lines().map(without_time).find(|line| line.contains(&trace));
            assert!(line.is_none(), "{sink} shows {trace} of {secret}: {line:?}");
        }
    }
}

#[test]
fn a_secret_that_shows_is_found() {
    for text in ["a 1863429 b", "messages: 三四二", "pinyin:qi san jiu", "幺零零"] {
        let shown = SECRETS.iter().flat_map(|secret| traces(secret));
        let found = shown.into_iter().any(|trace| text.contains(&trace));
        assert_eq!(found, text != "幺零零", "{text}");
    }
}

#[test]
fn no_sink_of_a_service_shows_a_secret() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["wire::canary::calls_in_a_process_of_their_own", "--exact", "--nocapture"])
        .env(CHILD, "1")
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stdout.contains(DONE), "{stdout}{stderr}");
    for proof in [
        "[手机号**",
        "[身份证号**",
        "[银行卡号**",
        "[验证码**]",
        "[密码**]",
        "no_secrets-",
        "pretriage_",
    ] {
        assert!(stdout.contains(proof), "{proof} is not in {stdout}");
    }
    assert!(stderr.contains("TRACE") && stderr.contains("internal failure at"), "{stderr}");
    assert_clean("stdout", &stdout);
    assert_clean("stderr", &stderr);
}

/// Runs only where the test above asks for it: logs and panics belong to a whole process.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "what the gateway gets is what the other test reads")]
async fn calls_in_a_process_of_their_own() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    telemetry::guard_panics();
    let log = telemetry::Config { level: "trace".to_owned(), ..telemetry::Config::default() };
    telemetry::install(&log).unwrap();
    for utterances in calls() {
        let n_utterances = utterances.len();
        let service = serve(&saying(utterances)).await;
        let caller = Some(Caller { number: SECRETS[0].to_owned(), ..Caller::default() });
        let config = CallConfig { caller, interim_results: true, ..call_config() };
        let gateway = Gateway::call(&mut service.client().await, config).await.unwrap();
        for _ in 0..n_utterances {
            gateway.audio(&speech(900)).await;
            gateway.audio(&silence(1_500)).await;
        }
        let ending = gateway.end().await;
        println!("{ending:?}");
        // In a header the card is hexadecimal or percent-encoded, where nothing would be found.
        let sent = ending.decision.card.clone().unwrap_or_default();
        let uui = card::read_sip(&sent.sip_uui).unwrap();
        println!("{uui:?} {:?}", card::read_header(&sent.sip_header).unwrap());
        for path in ["/metrics", "/ready", "/live"] {
            println!("{}", service.page(path).await.1);
        }
        service.shutdown.raise();
        println!("{:?}", service.serving.await.unwrap());
    }
    println!("{DONE}");
}

/// An engine that says one utterance after the other, or panics over it.
fn saying(utterances: Vec<String>) -> harness::Script {
    let left = Mutex::new(VecDeque::from(utterances));
    let script: Script = Arc::new(move |_| {
        let next = left.lock().unwrap().pop_front();
        match next {
            Some(text) if text.starts_with(PANICS) => panic!("{text} has no end"),
            Some(text) => Ok(text),
            None => Err(EngineError("nothing is left to say".to_owned())),
        }
    });
    script
}

#[test]
fn no_command_for_texts_shows_a_secret() {
    let lines: Vec<String> =
        calls().iter().map(|call| call.join(" ").replace(PANICS, "")).collect();
    let input = lines.join("\n");
    for args in [&["redact"][..], &["classify"], &["classify", "--json"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_pretriage"))
            .args(args)
            .env("RUST_LOG", "trace")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert_eq!(stdout.lines().count(), lines.len());
        assert_clean(&args.join(" "), &stdout);
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
