use super::*;

fn keys(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pretriage.toml");
    std::fs::write(&path, text).unwrap();
    match Settings::load(Some(&path)) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0.into_iter().map(|fault| fault.key).collect(),
    }
}

#[test]
fn the_defaults_are_without_fault() {
    let settings = Settings::load(None).unwrap();
    assert_eq!(settings.profile.number, "950201");
}

#[test]
fn every_fault_is_reported_at_once_by_key() {
    let found = keys(
        "[wire]\nmax_calls = \"many\"\nfoo = 1\n\
         [speech]\nthreshold = 7\nfinal_ms = true\n\
         [nonsense]\na = 1\n\
         [model]\nsha256 = \"ab\"\n",
    );
    for key in [
        "wire.max_calls",
        "wire.foo",
        "speech.threshold",
        "speech.final_ms",
        "nonsense",
        "model.sha256",
    ] {
        assert!(found.iter().any(|found| found == key), "{key} is not in {found:?}");
    }
    assert_eq!(found.len(), 6, "{found:?}");
}

#[test]
fn faults_of_the_profile_are_reported_together_with_those_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pretriage.toml");
    std::fs::write(&path, "[hotline]\nprofile = \"shop.toml\"\n[log]\nlevel = 3\n").unwrap();
    std::fs::write(
        folder.path().join("shop.toml"),
        "number = \"\"\n[decision.thresholds]\nroute = 3\n[call.prompts.greeting]\ntext = 1\n\
         [decision.hours]\nopen = \"25:00\"\n",
    )
    .unwrap();
    let faults = Settings::load(Some(&path)).unwrap_err();
    let keys: Vec<&str> = faults.0.iter().map(|fault| fault.key.as_str()).collect();
    for key in [
        "log.level",
        "number",
        "decision.thresholds.route",
        "call.prompts.greeting.text",
        "decision.hours.open",
    ] {
        assert!(keys.contains(&key), "{key} is not in {keys:?}");
    }
}

#[test]
fn a_profile_may_change_one_value_and_keep_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pretriage.toml");
    std::fs::write(&path, "[hotline]\nprofile = \"shop.toml\"\n").unwrap();
    std::fs::write(folder.path().join("shop.toml"), "number = \"10100\"\n").unwrap();
    let settings = Settings::load(Some(&path)).unwrap();
    assert_eq!(settings.profile.number, "10100");
    assert_eq!(settings.profile.decision.account.queue, "account");
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_a_fault() {
    assert!(Settings::load(Some(Path::new("/nowhere/pretriage.toml"))).is_err());
    assert_eq!(keys("this is [not toml"), ["(file)"]);
}

#[test]
fn the_effective_configuration_can_be_read_back() {
    let settings = Settings::load(None).unwrap();
    let table: toml::Table = settings.to_toml().parse().unwrap();
    assert!(table.contains_key("wire") && table.contains_key("profile"));
}

#[test]
fn prompts_that_are_always_the_same_are_known() {
    let fixed = Settings::load(None).unwrap().profile.fixed_prompts();
    let text = |key: &str| fixed.iter().find(|it| it.key == key).map(|it| it.text.as_str());
    assert!(text("greeting").unwrap().contains("950201"));
    assert!(text("handoff").is_some());
    assert!(text("routed").is_none() && text("wait").is_none());
}

#[test]
fn recordings_beside_the_profile_need_no_setting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pretriage.toml");
    let of = |text: &str| {
        std::fs::write(&path, text).unwrap();
        Settings::load(Some(&path)).unwrap().config.prompt.folder
    };
    assert_eq!(of(""), None);
    let hotline = folder.path().join("hotline");
    std::fs::create_dir_all(hotline.join("prompts")).unwrap();
    std::fs::create_dir_all(folder.path().join("prompts")).unwrap();
    assert_eq!(of(""), Some(hotline.join("prompts")));
    std::fs::write(folder.path().join("shop.toml"), "number = \"10100\"\n").unwrap();
    let shop = "[hotline]\nprofile = \"shop.toml\"\n";
    assert_eq!(of(shop), Some(folder.path().join("prompts")));
    assert_eq!(of("[prompt]\nfolder = \"mine\"\n"), Some(folder.path().join("mine")));
}

#[test]
fn the_folder_of_recordings_lies_beside_the_file_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pretriage.toml");
    std::fs::write(&path, "[prompt]\nfolder = \"prompts\"\n").unwrap();
    let settings = Settings::load(Some(&path)).unwrap();
    assert_eq!(settings.config.prompt.folder, Some(folder.path().join("prompts")));
    assert_eq!(
        keys("[prompt]\nwait_ms = 9000\ncommand = [\"say\"]\nprefetch = [\"opus\"]"),
        ["prompt.prefetch.0", "prompt.wait_ms", "prompt.command"]
    );
}
