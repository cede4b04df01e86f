use super::*;
use std::sync::OnceLock;

fn filter() -> &'static Filter {
    static FILTER: OnceLock<Filter> = OnceLock::new();
    FILTER.get_or_init(|| Filter::load().unwrap())
}

fn apply(text: &str, prompt: &str) -> Transcript {
    let raw = Raw { text: text.to_owned(), mean_logprob: -0.5, no_speech: 0.0, n_tokens: 5 };
    filter().apply(&raw, prompt)
}

#[track_caller]
fn is_kept(text: &str, expected: &str) {
    let transcript = apply(text, "");
    assert_eq!((transcript.text.as_str(), transcript.dropped), (expected, None));
}

#[track_caller]
fn is_dropped(text: &str, dropped: Dropped) {
    let transcript = apply(text, "");
    assert_eq!((transcript.text.as_str(), transcript.dropped), ("", Some(dropped)), "{text}");
    assert_eq!(transcript.confidence, 0.0);
}

#[test]
fn traditional_becomes_simplified_and_marks_go() {
    is_kept(" 我的賬號，登錄不了！ ", "我的账号登录不了");
    is_kept("我 要 提 現。", "我要提现");
    is_kept("充了3.5万 , 没到 VIP plus 账户", "充了3.5万没到VIP plus账户");
}

#[test]
fn an_empty_text_means_that_nobody_spoke() {
    for text in ["", " ", "。。。", "♪♪", "(…)"] {
        is_dropped(text, Dropped::NoSpeech);
    }
}

#[test]
fn the_engines_doubt_drops_a_text_only_with_both_signs() {
    let drop = |no_speech, mean_logprob| {
        let raw = Raw { text: "那个视频".to_owned(), mean_logprob, no_speech, n_tokens: 4 };
        filter().apply(&raw, "").dropped
    };
    assert_eq!(drop(0.9, -1.5), Some(Dropped::NoSpeech));
    assert_eq!(drop(0.9, -0.5), None);
    assert_eq!(drop(0.1, -1.5), None);
}

#[test]
fn phantom_lines_are_dropped_whole_and_in_part() {
    for text in [
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "請不吝點贊 訂閱 轉發 打賞支持明鏡與點點欄目",
        "订阅转发打赏支持明镜",
        "请不吝点赞订阅",
        "字幕由Amara.org社群提供",
        "字幕由 AMARA.ORG 社群提供",
        "字幕by索兰娅",
        "中文字幕志愿者 杨茜茜",
        "谢谢观看",
        "優優獨播劇場——YoYo Television Series Exclusive",
    ] {
        is_dropped(text, Dropped::Phantom);
    }
}

#[test]
fn callers_who_use_a_phantoms_words_are_heard() {
    for text in [
        "我要中文字幕",
        "字幕由于什么原因不显示",
        "我打赏的钱能退吗",
        "点赞订阅数不对",
        "视频的字幕被改了",
        "谢谢",
        "谢谢观看我视频的人变少了为什么",
    ] {
        is_kept(text, text);
    }
}

#[test]
fn loops_are_dropped_and_impatience_is_not() {
    is_dropped(&"我要提现".repeat(4), Dropped::Repetition);
    is_dropped(&"的".repeat(20), Dropped::Repetition);
    is_dropped(&format!("你好{}", "账号被封".repeat(6)), Dropped::Repetition);
    is_dropped("的是的一次一直播一直播一直播一直播一直播一下", Dropped::Repetition);
    for text in ["对对对", "喂喂喂喂喂", "好的好的好的好的", "人工人工人工", "不是不是我说的是提现"]
    {
        is_kept(text, text);
    }
}

const PROMPT: &str = "您好，欢迎致电客户服务热线，请问您要咨询账户问题、内容问题还是财务问题？\
                      您也可以说转人工。";

#[test]
fn the_prompts_echo_is_dropped() {
    for text in
        ["欢迎致电客户服务热线", "请问您要资询账户问题内容问题还是", "欢迎致電客戶服務熱線請問"]
    {
        assert_eq!(apply(text, PROMPT).dropped, Some(Dropped::PromptEcho), "{text}");
        assert_eq!(apply(text, "").dropped, None, "{text}");
    }
}

#[test]
fn answers_with_the_prompts_words_are_heard() {
    for text in ["账户问题", "内容问题", "我的账户问题是登录不了密码", "财务"]
    {
        assert_eq!(apply(text, PROMPT).dropped, None, "{text}");
    }
}

#[test]
fn a_wish_for_a_human_is_never_dropped() {
    for text in ["转人工", "人工", "我要转人工", "您也可以说转人工", "真人客服"]
    {
        assert_eq!(apply(text, PROMPT).dropped, None, "{text}");
    }
    is_kept(&"转人工".repeat(9), &"转人工".repeat(9));
    let raw =
        Raw { text: "轉人工".to_owned(), mean_logprob: -3.0, no_speech: 0.99, n_tokens: 3 };
    assert_eq!(filter().apply(&raw, PROMPT).text, "转人工");
}

#[test]
fn confidence_is_the_tokens_mean_probability() {
    assert!((apply("提现", "").confidence - 0.606_53).abs() < 1e-4);
    for mean_logprob in [f32::NAN, f32::NEG_INFINITY] {
        assert_eq!(confidence(mean_logprob), 0.0);
    }
    assert_eq!(confidence(0.1), 1.0);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_filters_panic(text in ".{0,300}", prompt in ".{0,300}") {
        let _ = apply(&text, &prompt);
    }

    #[test]
    fn what_is_kept_is_not_changed_by_filtering_again(text in "[\\PC]{0,40}") {
        let once = apply(&text, "");
        if once.dropped.is_none() {
            proptest::prop_assert_eq!(apply(&once.text, "").text, once.text);
        }
    }
}
