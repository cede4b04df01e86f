//! A changed profile under running calls.

use super::harness::{Gateway, Service, always, call_config, config, pool, rooms, run};
use pretriage::{
    call::Host,
    config::{Settings, Summary},
    decision::Policy,
    prompt::Voices,
    shutdown::Signal,
    wire::{
        Config, Fault, Fresh, Hotline, Server, Source,
        proto::{
            self, GetServiceInfoRequest, ReloadProfileRequest, ReloadProfileResponse,
            converse_request::Request, converse_response::Response, triage_client::TriageClient,
        },
    },
};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};
use tonic::{Code, transport::Channel};

/// The operator's files: `pretriage.toml` names `profile.toml`.
#[derive(Debug)]
struct Files {
    folder: tempfile::TempDir,
    busy: AtomicBool,
    n_read: AtomicUsize,
}

impl Files {
    fn new() -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pretriage.toml"), "hotline.profile = 'profile.toml'\n")
            .unwrap();
        let files = Self { folder, busy: AtomicBool::new(false), n_read: AtomicUsize::new(0) };
        files.write("");
        Arc::new(files)
    }

    fn service_file(&self) -> PathBuf {
        self.folder.path().join("pretriage.toml")
    }

    fn write(&self, profile: &str) {
        std::fs::write(self.folder.path().join("profile.toml"), profile).unwrap();
    }

    fn summary(&self) -> Summary {
        Settings::load(Some(&self.service_file())).unwrap().summary()
    }
}

impl Source for Files {
    fn read(&self, running: &Hotline) -> Result<Fresh, Vec<Fault>> {
        assert!(!self.busy.swap(true, Ordering::SeqCst), "two reloads at a time");
        let loaded = Settings::load(Some(&self.service_file()));
        self.n_read.fetch_add(1, Ordering::SeqCst);
        self.busy.store(false, Ordering::SeqCst);
        let profile = loaded
            .map_err(|faults| {
                let faults = faults.0.into_iter();
                faults
                    .map(|it| Fault { file: it.file, key: it.key, what: it.what })
                    .collect::<Vec<_>>()
            })?
            .profile;
        let checksum = profile.checksum();
        let host = Host::new(
            profile.number,
            profile.call,
            Policy::new(profile.decision),
            running.host.classifier.clone(),
            running.host.speech.clone(),
        );
        let hotline = Hotline { host: Arc::new(host), voices: Voices::default(), checksum };
        Ok(Fresh { hotline, needs_restart: vec!["wire.max_calls".to_owned()] })
    }
}

async fn serve(files: &Arc<Files>, allow_reload: bool) -> Service {
    let shutdown = Signal::new();
    let config = Config { allow_reload, ..config() };
    let server =
        Server::bind(config, rooms(pool(&always("转人工"))), shutdown.clone()).await.unwrap();
    let source: Arc<dyn Source> = Arc::<Files>::clone(files);
    run(server.with_source(files.summary().checksum, source), shutdown)
}

async fn reload(client: &mut TriageClient<Channel>) -> ReloadProfileResponse {
    client.reload_profile(ReloadProfileRequest {}).await.unwrap().into_inner()
}

async fn in_force(client: &mut TriageClient<Channel>) -> proto::Profile {
    let info = client.get_service_info(GetServiceInfoRequest {}).await.unwrap();
    info.into_inner().profile.unwrap()
}

/// The next prompt's text.
async fn prompt(gateway: &mut Gateway) -> String {
    loop {
        let message = gateway.answers.message().await.unwrap().unwrap();
        if let Some(Response::Prompt(prompt)) = message.response {
            return prompt.text;
        }
    }
}

const KEYS: &str = "number = '10100'\n[call.prompts.ask_keys]\ntext = '新的按键，人工请按零。'\n\
                    [call.prompts.handoff]\ntext = '新的转接。'\n[decision.human]\nqueue = 'new'\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_open_call_keeps_its_profile_to_its_end_and_a_new_call_has_the_new_one() {
    let files = Files::new();
    let service = serve(&files, true).await;
    let mut client = service.client().await;
    let old = in_force(&mut client).await;
    assert_eq!(
        (old.checksum.as_str(), old.number.as_str()),
        (&*files.summary().checksum, "950201")
    );

    let mut before = Gateway::call(&mut client, call_config()).await.unwrap();
    assert!(prompt(&mut before).await.contains("950201"));
    files.write(KEYS);
    let answer = reload(&mut client).await;
    assert!(answer.accepted && answer.faults.is_empty(), "{answer:?}");
    assert_eq!(answer.previous.unwrap(), old);
    assert_eq!(answer.needs_restart, ["wire.max_calls"]);
    let new = in_force(&mut client).await;
    assert_eq!(answer.profile.unwrap(), new);
    assert_eq!((new.checksum.as_str(), new.number.as_str()), (&*files.summary().checksum, "10100"));
    assert_ne!(new.checksum, old.checksum);

    let mut after = Gateway::call(&mut client, call_config()).await.unwrap();
    assert!(prompt(&mut after).await.contains("10100"));
    for (gateway, keys, handoff, queue) in [
        (before, "账号问题请按一", "马上为您转接人工客服", "human"),
        (after, "新的按键", "新的转接。", "new"),
    ] {
        let mut gateway = gateway;
        gateway.send(Request::Dtmf("#".to_owned())).await;
        assert!(prompt(&mut gateway).await.contains(keys));
        gateway.send(Request::Dtmf("0".to_owned())).await;
        assert!(prompt(&mut gateway).await.contains(handoff));
        let ending = gateway.ended().await;
        ending.check("handoff human_wish", None);
        assert_eq!(ending.decision.queue, queue);
    }
    let (_, metrics) = service.page("/metrics").await;
    assert!(metrics.contains("pretriage_profile_reloads_total{result=\"accepted\"}"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_is_refused_with_every_fault_and_the_old_profile_stays() {
    let files = Files::new();
    let service = serve(&files, true).await;
    let mut client = service.client().await;
    let old = in_force(&mut client).await;
    let bad = "numbr = '10100'\n[call.prompts.greeting]\ntext = ''\n[decision.finance]\nqueue = ' '\n\
               priority = 77\n[call.topics.'account.baned']\nsays = 'x'\n";
    for (profile, keys) in [
        (
            bad,
            &[
                "numbr",
                "decision.finance.queue",
                "decision.finance.priority",
                "call.prompts.greeting.text",
                "call.topics.account.baned",
            ][..],
        ),
        ("number = '10100\n", &["(file)"]),
        ("\0\u{1}", &["(file)"]),
        ("complete = true\n", &["number", "decision", "call"]),
    ] {
        files.write(profile);
        let answer = reload(&mut client).await;
        assert!(!answer.accepted);
        let found: Vec<&str> = answer.faults.iter().map(|fault| fault.key.as_str()).collect();
        assert_eq!(found, keys, "{profile}");
        for fault in &answer.faults {
            assert!(fault.file.ends_with("profile.toml") && !fault.what.is_empty(), "{fault:?}");
        }
        assert_eq!(answer.profile.unwrap(), old);
        assert_eq!(in_force(&mut client).await, old);
    }
    std::fs::remove_file(files.service_file()).unwrap();
    assert!(!reload(&mut client).await.accepted);
    let mut gateway = Gateway::call(&mut client, call_config()).await.unwrap();
    assert!(prompt(&mut gateway).await.contains("950201"));
    let (_, metrics) = service.page("/metrics").await;
    assert!(metrics.contains("pretriage_profile_reloads_total{result=\"refused\"}"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_reload_is_told_so_and_no_file_is_read() {
    let files = Files::new();
    let service = serve(&files, Config::default().allow_reload).await;
    let mut client = service.client().await;
    let old = in_force(&mut client).await;
    files.write(KEYS);
    let refusal = client.reload_profile(ReloadProfileRequest {}).await.unwrap_err();
    assert_eq!(refusal.code(), Code::PermissionDenied);
    assert!(refusal.message().contains("wire.allow_reload"), "{refusal:?}");
    assert_eq!(files.n_read.load(Ordering::SeqCst), 0);
    assert_eq!(in_force(&mut client).await, old);
}

#[tokio::test(flavor = "multi_thread")]
async fn reloads_at_one_time_are_taken_one_after_the_other() {
    let files = Files::new();
    let service = serve(&files, true).await;
    files.write(KEYS);
    let mut reloads = Vec::new();
    for _ in 0..8 {
        let mut client = service.client().await;
        reloads.push(tokio::spawn(async move { reload(&mut client).await }));
    }
    let mut n_changed = 0;
    for reload in reloads {
        let answer = reload.await.unwrap();
        assert!(answer.accepted);
        n_changed += usize::from(answer.previous != answer.profile);
    }
    // The first one found the change, and the others found nothing new.
    assert_eq!((n_changed, files.n_read.load(Ordering::SeqCst)), (1, 8));
}

#[tokio::test(flavor = "multi_thread")]
async fn old_profiles_that_calls_still_hold_are_bounded() {
    let files = Files::new();
    let service = serve(&files, true).await;
    let mut client = service.client().await;
    let mut calls = Vec::new();
    let refusal = loop {
        let mut gateway = Gateway::call(&mut client, call_config()).await.unwrap();
        gateway.ready().await;
        calls.push(gateway);
        files.write(&format!("number = '1010{}'\n", calls.len()));
        match client.reload_profile(ReloadProfileRequest {}).await {
            Ok(answer) => assert!(answer.into_inner().accepted && calls.len() < 100),
            Err(refusal) => break refusal,
        }
    };
    assert_eq!(refusal.code(), Code::ResourceExhausted, "{refusal:?}");
    let stays = in_force(&mut client).await;
    for gateway in calls {
        gateway.end().await.check("handoff no_input", None);
    }
    service.is_empty().await;
    let answer = reload(&mut client).await;
    assert!(answer.accepted && answer.previous.unwrap() == stays);
    assert_eq!(in_force(&mut client).await.checksum, files.summary().checksum);
}
