//! What `check-config` says to whoever wrote the file.

use super::cli::{pretriage, stderr, stdout};
use std::process::Output;

/// Checks a profile, without the folder's name in what is said.
fn check(profile: &str, args: &[&str]) -> (Output, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pretriage.toml");
    std::fs::write(&path, "[hotline]\nprofile = 'shop.toml'\n").unwrap();
    std::fs::write(folder.path().join("shop.toml"), profile).unwrap();
    let path = path.to_string_lossy();
    let output = pretriage(&[&["check-config", "--config", &path], args].concat());
    let said = stderr(&output).replace(&format!("{}/", folder.path().display()), "");
    (output, said)
}

#[test]
fn the_summary_is_short_enough_to_check() {
    let path = format!("{}/hotline/examples/secondhand.toml", env!("CARGO_MANIFEST_DIR"));
    let (output, said) = check(&std::fs::read_to_string(path).unwrap(), &[]);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(said, "the configuration is without fault\n");
    let told = stdout(&output);
    let checksum = told.lines().find(|line| line.starts_with("checksum  ")).unwrap();
    assert_eq!(checksum.len(), "checksum  ".len() + 64);
    insta::assert_snapshot!(told.replace(checksum, "checksum  SHA-256"), @r#"
    number    400-555-0100
    checksum  SHA-256
    hours     09:00-21:00 Asia/Shanghai, enforced, 3 days without service
    account   -> queue used-account
    content   -> queue used-goods
    finance   -> queue used-trade
    human     -> queue used-duty
    prompts   72
    menu      account (5), content (6), finance (6)
    guidance  account.password_reset (3), account.phone_change (3), account.profile (2), content.publish (2), finance.auto_renew (2), finance.invoice (2)
    faq       6
    voices    none: the gateway speaks
    "#);
}

#[test]
fn every_fault_says_what_is_wrong_what_is_allowed_and_what_was_meant() {
    let (output, said) = check(
        "numbr = '10100'\n\
         [decision.thresholds]\nroute = 'high'\nconfirm = 2\n\
         [decision.hours]\nopen = '25:00'\ntime_zone = 'China'\nholidays = ['2027-02-30', '2027-02-06', 5]\n\
         [decision.account]\nqueue = ''\npriority = 0\n\
         [decision.human]\nqueue = ''\n\
         [call.prompts.greting]\ntext = '您好'\n\
         [call.prompts.routed]\ntext = ' '\n\
         [call.prompts.confirm]\ntext = '您说的是{what}吗'\n\
         [call.desks]\nfinanc = '财务'\n\
         [call.menu.account.keys]\n0 = 'account.banned'\n7 = 'account.baned'\n8 = 'finance.refund'\n\
         [call.topics.account.banned]\nsays = '封号'\n\
         [call.topics.'content.remved']\nsays = '下架'\n\
         [[call.faq]]\nid = 'hours'\nasked = ['几点']\n\
         [[call.faq]]\nid = 'a b'\nasked = '几点'\nanswer = '九点'\n",
        &[],
    );
    assert_eq!(output.status.code(), Some(64));
    assert!(output.stdout.is_empty());
    insta::assert_snapshot!(said, @r#"
    shop.toml: call.faq.0.answer: is missing
    shop.toml: call.faq.1.asked: is the text "几点", must be a list in [ ]
    shop.toml: call.prompts.greting: is no key of this table; did you mean greeting? allowed: greeting, go_on, ask_again, ask_keys, no_input, no_input_keys, which, confirm, summed_up, step_waiting, is_it_solved, anything_else, offer_human, take_your_time, noisy_line, quiet_line, dead_line, routed, handoff, solved, wait, no_secrets
    shop.toml: call.topics.account: must have its topic in quotes: [call.topics."account.banned"]
    shop.toml: decision.hours.holidays.0: parsed date is not valid: parameter 'day' for `2027-02` is invalid, must be in range `1..=28`; write YYYY-MM-DD in quotes, such as "2027-02-06"
    shop.toml: decision.hours.holidays.2: is 5, must be a date string; write YYYY-MM-DD in quotes, such as "2027-02-06"
    shop.toml: decision.hours.open: failed to parse two digit integer as hour: parameter 'hour' is not in the required range of 0..=23; write HH:MM in quotes, such as "08:00"
    shop.toml: decision.thresholds.route: is the text "high", must be a number
    shop.toml: numbr: is no key of this table; did you mean number? allowed: complete, number, decision, call
    shop.toml: decision.thresholds.confirm: is 2, must be 0 to 1
    shop.toml: decision.thresholds.confirm: is 2, must not be above route, 0.7
    shop.toml: decision.hours.time_zone: must be a name of the IANA list, such as Asia/Shanghai
    shop.toml: decision.account.queue: names no queue, so no topic of this desk has one: account.login_failed, account.verification_code, account.security_check, account.password_reset, account.stolen, account.banned, account.real_name, account.phone_change, account.cancel, account.minor_mode, account.profile
    shop.toml: decision.account.priority: is 0, must be 1 (first) to 9 (last)
    shop.toml: decision.human.queue: names no queue: whoever wants a person would reach nobody
    shop.toml: call.prompts.confirm.text: has the placeholder {what}, which is not filled here; filled: {topic}
    shop.toml: call.prompts.routed.text: has no text: the caller would hear nothing
    shop.toml: call.desks.financ: financ is no desk; did you mean finance? allowed: account, content, finance
    shop.toml: call.menu.account.keys.0: must be one key, 1 to 9 (0 is always a person)
    shop.toml: call.menu.account.keys.7: account.baned is no topic; did you mean account.banned? allowed: account.login_failed, account.verification_code, account.security_check, account.password_reset, account.stolen, account.banned, account.real_name, account.phone_change, account.cancel, account.minor_mode, account.profile
    shop.toml: call.menu.account.keys.8: finance.refund is no topic of the desk account
    shop.toml: call.topics.content.remved: content.remved is no topic; did you mean content.removed? allowed: content.removed, content.review, content.limited, content.infringement, content.report, content.live, content.publish
    shop.toml: call.faq.1.id: must be letters, digits, - and _ only
    "#);
}

#[test]
fn a_profile_that_stands_alone_is_told_what_it_lacks() {
    let text = pretriage::config::DEFAULT_PROFILE;
    let without = |key: &str, text: &str| {
        let mut table: toml::Table = text.parse().unwrap();
        let (above, last) = key.rsplit_once('.').unwrap();
        let mut at = &mut table;
        for key in above.split('.') {
            at = at[key].as_table_mut().unwrap();
        }
        at.remove(last).unwrap();
        toml::to_string(&table).unwrap()
    };
    let text = without("decision.finance.queue", &format!("complete = true\n{text}"));
    let text = without("call.prompts.wait", &without("call.prompts.greeting.text", &text));
    let (output, said) = check(&text, &[]);
    assert_eq!(output.status.code(), Some(64));
    let mut faults: Vec<&str> = said.lines().collect();
    faults.sort_unstable();
    assert_eq!(
        faults,
        [
            "shop.toml: call.prompts.greeting.text: is missing",
            "shop.toml: call.prompts.wait: is missing",
            "shop.toml: decision.finance.queue: is missing",
        ]
    );
}

#[test]
fn what_is_legal_but_dangerous_is_a_warning_by_key() {
    let long = "再见。".repeat(43);
    let (output, said) = check(
        &format!(
            "number = '10100'\n\
         [decision.thresholds]\nhuman = 0.9\nroute = 0.45\n\
         [decision.hours]\nenforce = true\n\
         [decision.human]\nqueue = 'content'\n\
         [call]\nfaq = []\n\
         [call.prompts.greeting]\ntext = '您好，请说。'\nbarge_in = false\n\
         [call.prompts.solved]\ntext = '{long}'\n\
         [call.topics.'account.banned']\nprepare = '请准备好您的密码。'\n"
        ),
        &[],
    );
    assert_eq!(output.status.code(), Some(0), "{said}");
    insta::assert_snapshot!(said, @r#"
    warning: call.prompts.greeting.text: tells callers neither of 转人工 nor of key 0 (零)
    warning: call.prompts.greeting.barge_in: is false: nobody can ask for a person before its end (key 0 still works)
    warning: decision.human.queue: is also the queue of decision.content, which the hours close: a call outside them is handed to a queue that nobody works on
    warning: decision.thresholds.human: is above 0.5: many a wish for a person will not be believed
    warning: decision.thresholds.route: is below 0.5: callers are routed on a guess
    warning: prompt solved: takes some 34 s to say: nobody keeps it in mind
    warning: call.topics.account.banned.prepare: has callers make a password or a code ready: nobody may ask for one
    warning: call.faq: is empty: common questions are all handed on
    warning: number: is another company's than the built-in one, but prepare.account.login_failed, guide.account.minor_mode.1, guide.account.minor_mode.2 and 27 more are still the built-in texts; write your own, or `complete = true` to take none over
    the configuration is without fault
    "#);
}

#[test]
fn json_has_the_same_keys_with_and_without_faults() {
    let read = |output: &Output| -> serde_json::Value {
        assert_eq!(stdout(output).lines().count(), 1);
        serde_json::from_str(&stdout(output)).unwrap()
    };
    let (output, _) = check("number = '10100'\ncall.faq = []\n", &["--json"]);
    assert_eq!(output.status.code(), Some(0));
    let good = read(&output);
    assert_eq!(good["summary"]["number"], "10100");
    assert_eq!(good["summary"]["queues"]["finance"], "finance");
    assert_eq!(good["summary"]["checksum"].as_str().unwrap().len(), 64);
    assert_eq!(good["warnings"][0]["key"], "call.faq");
    assert_eq!(good["faults"], serde_json::json!([]));
    let (output, _) = check("numbr = '10100'\n", &["--json"]);
    assert_eq!(output.status.code(), Some(64));
    let bad = read(&output);
    assert_eq!(bad["faults"][0]["key"], "numbr");
    assert!(bad["faults"][0]["what"].as_str().unwrap().contains("did you mean number?"));
    assert!(bad["summary"].is_null());
    let keys = |it: &serde_json::Value| it.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&good), keys(&bad));
}

#[test]
fn all_that_is_in_force_is_there_on_request_and_can_be_read_back() {
    let (output, _) = check("number = '10100'\n", &["--full"]);
    let table: toml::Table = stdout(&output).parse().unwrap();
    assert_eq!(table["profile"]["number"].as_str(), Some("10100"));
    assert!(table.contains_key("wire"));
}

#[test]
fn a_file_of_faults_alone_does_not_take_for_ever() {
    let lines: String = (0..20_000).map(|n| format!("key{n} = 1\n")).collect();
    let (output, said) = check(&lines, &[]);
    assert_eq!(output.status.code(), Some(64));
    assert!(said.lines().count() <= 101 && said.contains("more than 100 faults"), "{said}");
}

#[test]
fn the_same_values_have_the_same_checksum_whatever_the_file_looks_like() {
    let checksum = |profile: &str| {
        let (output, _) = check(profile, &[]);
        stdout(&output).lines().find(|line| line.starts_with("checksum")).unwrap().to_owned()
    };
    let plain = checksum("number = '10100'\n[decision.hours]\nenforce = true\n");
    assert_eq!(
        plain,
        checksum("# A comment.\ndecision.hours.enforce = true\nnumber = \"10100\"\n")
    );
    assert_ne!(plain, checksum("number = '10101'\n[decision.hours]\nenforce = true\n"));
}
