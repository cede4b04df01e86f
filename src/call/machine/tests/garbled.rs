//! Audio that was read in a wrong way: nothing of it is believed, and a person is still reachable.

use super::*;

const WISH: &str = "say 我充值的钱一直没有到账\nsilence 1500\n";

fn warned(code: &'static str) -> Rig {
    let mut rig = Rig::new(Setup::default());
    rig.audio(&voice(900));
    rig.call.warn(Warning { code, text: String::new() });
    rig.drain();
    rig
}

#[test]
fn what_began_before_the_mending_is_not_believed_and_what_follows_is() {
    let mut rig = warned(CODEC_MIXUP);
    rig.run(WISH);
    assert_eq!(rig.n_decisions, 0, "{:?}", rig.told);
    rig.run(WISH);
    assert_eq!(rig.told.last().unwrap(), "route understood finance finance");
}

#[test]
fn at_a_wrong_rate_nothing_is_believed_and_the_line_is_bad() {
    let mut rig = warned(WRONG_RATE);
    rig.run(&WISH.repeat(3));
    let last = rig.told.last().unwrap();
    assert!(last.starts_with("handoff bad_line"), "{:?}", rig.told);
    let mut silent = warned(WRONG_RATE);
    silent.run("silence 30000");
    assert!(silent.told.last().unwrap().starts_with("handoff bad_line"), "{:?}", silent.told);
}

#[test]
fn keys_and_the_wish_for_a_person_count_all_the_same() {
    for code in [CODEC_MIXUP, WRONG_RATE] {
        for script in ["key 0", "silence 1500\nsay 转人工\nsilence 1500"] {
            let mut rig = warned(code);
            rig.run(script);
            assert_eq!(rig.told.last().unwrap(), "handoff human_wish human human", "{script}");
        }
    }
}
