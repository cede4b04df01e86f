//! What holds in every call, whatever happened in it.

use super::*;
use proptest::prelude::*;

/// Words that lead into every question that the dialog knows, and out of it.
const SAYINGS: [&str; 16] = [
    "我忘记密码了怎么改",
    "自动续费怎么关",
    "这个号码是官方的吗",
    "我今年七十多了不会弄",
    "我的号",
    "我那个东西",
    "再说一遍",
    "说慢一点",
    "等一下",
    "返回",
    "好了",
    "不是",
    "对",
    "嗯嗯嗯",
    "喂",
    "我想问一下因为",
];

/// One random thing that can happen to a call.
fn happening() -> impl Strategy<Value = String> {
    prop_oneof![
        (100_usize..3_000).prop_map(|ms| format!("silence {ms}")),
        (100_usize..1_500).prop_map(|ms| format!("noise {ms}")),
        (prop::sample::select(vec!["dead", "ring_back", "music", "busy", "fax"]), 500_usize..9_000)
            .prop_map(|(sound, ms)| format!("{sound} {ms}")),
        Just("mumble".to_owned()),
        prop::sample::select(SAYINGS.to_vec()).prop_map(|text| format!("say {text}")),
        prop::sample::select(vec!['1', '2', '4', '*', '#']).prop_map(|key| format!("key {key}")),
        prop::sample::select(vec!['1', '2', '4', '*', '#']).prop_map(|key| format!("tone {key}")),
        Just("played greeting-1".to_owned()),
        Just("played nonsense".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_call_ends_in_exactly_one_decision(
        happenings in prop::collection::vec(happening(), 0..8),
        plays_prompts: bool,
    ) {
        let mut rig = Rig::new(Setup { plays_prompts, ..Setup::default() });
        for happening in &happenings {
            rig.run(happening);
        }
        rig.run("hangup");
        prop_assert_eq!(rig.n_decisions, 1);
        prop_assert!(rig.call.is_over());
    }

    /// Law 1, spoken: within one utterance from the wish to the hand-off.
    #[test]
    fn a_wish_for_a_person_is_granted_at_any_moment(
        happenings in prop::collection::vec(happening(), 0..7),
        wish in prop::sample::select(vec!["转人工", "我要找人工客服", "仁工", "给我转仁工服务"]),
        plays_prompts: bool,
        elderly: bool,
    ) {
        let needs = crate::call::Needs { elderly, ..Default::default() };
        let mut rig = Rig::new(Setup { plays_prompts, needs, ..Setup::default() });
        for happening in &happenings {
            rig.run(happening);
        }
        // What was said before has been heard, so that the wish is an utterance of its own.
        rig.run("silence 1500");
        if !rig.call.is_over() {
            rig.answers.clear();
            rig.run(&format!("say {wish}\nsilence 1500"));
            prop_assert!(rig.call.is_over(), "{:?}", rig.told);
            let last = rig.told.last().unwrap();
            prop_assert!(last.starts_with("handoff human_wish"), "{:?}", rig.told);
        }
    }

    #[test]
    fn key_zero_reaches_a_person_at_any_moment(
        happenings in prop::collection::vec(happening(), 0..6),
        plays_prompts: bool,
        in_band: bool,
    ) {
        let mut rig = Rig::new(Setup { plays_prompts, ..Setup::default() });
        for happening in &happenings {
            rig.run(happening);
        }
        let was_over = rig.call.is_over();
        rig.run(if in_band { "tone 0" } else { "key 0" });
        prop_assert!(rig.call.is_over());
        if !was_over {
            let last = rig.told.last().unwrap();
            prop_assert_eq!(last, "handoff human_wish human human");
        }
    }
}
