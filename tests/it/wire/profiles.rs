//! Every profile that is shipped works, in a call.

use super::harness::{Gateway, always, call_config, config, pool, rooms_of, serve_rooms, speech};
use pretriage::{
    config::{Profile, Settings},
    intent::{Category, Topic},
    prompt::{Pace, ssml},
    wire::proto::{converse_request::Request, converse_response::Response},
};
use std::path::{Path, PathBuf};

/// What only the built-in profile may say.
const BUILT_IN_NAMES: [&str; 2] = ["抖音", "950201"];

fn files() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("hotline")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    assert!(files.len() >= 2, "{files:?}");
    files
}

/// As the service reads it: named by its own file.
fn load(path: &Path) -> Settings {
    let folder = tempfile::tempdir().unwrap();
    let service = folder.path().join("pretriage.toml");
    std::fs::write(&service, format!("[hotline]\nprofile = '{}'\n", path.display())).unwrap();
    Settings::load(Some(&service)).unwrap_or_else(|faults| panic!("{faults}"))
}

fn is_built_in(path: &Path) -> bool {
    path.ends_with("hotline/default.toml")
}

#[test]
fn every_shipped_profile_is_complete_and_gives_no_warning() {
    for path in files() {
        let settings = load(&path);
        assert_eq!(settings.warnings(), [], "{}", path.display());
        let Profile { complete, call, .. } = &settings.profile;
        assert!(*complete || is_built_in(&path), "{}", path.display());
        assert_eq!(call.menu.len(), 3);
        assert!(call.faq.len() >= 5 && call.topics.len() >= 15, "{}", path.display());
        assert!(Topic::ALL.iter().filter(|topic| !call.steps(**topic).is_empty()).count() >= 5);
        for (key, text) in call.spoken() {
            assert!(ssml(text, Pace::Slow).contains("<speak"), "{key}");
        }
    }
}

#[test]
fn no_profile_says_what_belongs_to_another_company() {
    for path in files().into_iter().filter(|path| !is_built_in(path)) {
        let profile = load(&path).profile;
        let said = profile.call.spoken().map(|(_, text)| text.to_owned());
        let said =
            said.chain([profile.number.clone()]).chain(profile.call.desks.clone().into_values());
        for text in said.chain(
            // Where a topic has no words of its own, the title stands in: those are the first
            // company's.
            Topic::ALL.iter().map(|topic| profile.call.topic_name(*topic).to_owned()),
        ) {
            assert!(!BUILT_IN_NAMES.iter().any(|name| text.contains(name)), "{text}");
        }
        for topic in Topic::ALL.iter().filter(|topic| topic.category().is_desk()) {
            let says = profile.call.guidance(*topic).map(|guidance| guidance.says.as_str());
            assert!(says.is_some_and(|says| !says.is_empty()), "{topic}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_under_each_profile_is_answered_in_its_words_and_goes_to_its_queue() {
    for path in files() {
        let profile = load(&path).profile;
        let (number, script, policy) =
            (profile.number.clone(), profile.call.clone(), profile.decision.clone());
        let service = serve_rooms(config(), rooms_of(profile, pool(&always("我要退款")))).await;
        let mut client = service.client().await;
        let gateway = Gateway::call(&mut client, call_config()).await.unwrap();
        gateway.audio(&speech(900)).await;
        let ending = gateway.end().await;
        ending.check("route understood", None);
        assert_eq!(ending.decision.queue, policy.finance.queue);
        assert_eq!(ending.decision.site, policy.finance.site);
        let texts: Vec<&str> = ending
            .messages
            .iter()
            .filter_map(|message| match &message.response {
                Some(Response::Prompt(prompt)) => Some(prompt.text.as_str()),
                _ => None,
            })
            .collect();
        assert!(texts[0].contains(&number), "{texts:?}");
        assert_eq!(texts[1], script.topics["finance.refund"].prepare);
        assert!(texts[2].contains(script.desk_name(Category::Finance)), "{texts:?}");

        // By keys alone: the first topic of the first desk.
        let gateway = Gateway::call(&mut client, call_config()).await.unwrap();
        gateway.send(Request::Dtmf("11".to_owned())).await;
        let ending = gateway.ended().await;
        ending.check("route key_pressed", None);
        assert_eq!(ending.decision.topic, script.menu["account"].keys["1"]);
        assert_eq!(ending.decision.queue, policy.account.queue);
    }
}
