use super::{sounds::*, *};
use proptest::prelude::*;
use std::f32::consts::TAU;

/// Every fault that is named, and the second at which it was.
fn faults_of(samples: &[f32], turn: Turn) -> Vec<(Fault, f32)> {
    watch(&mut LineWatch::default(), samples, turn)
}

fn watch(line: &mut LineWatch, samples: &[f32], turn: Turn) -> Vec<(Fault, f32)> {
    let frames = samples.as_chunks().0.iter().enumerate();
    let named = frames.map(|(at, frame)| (line.push(frame, turn), at as f32 * 0.016));
    named.filter_map(|(fault, at)| Some((fault?, at))).collect()
}

#[track_caller]
fn check_one(samples: &[f32], turn: Turn, fault: Fault, within_seconds: std::ops::Range<f32>) {
    match faults_of(samples, turn)[..] {
        [(named, at)] if named == fault && within_seconds.contains(&at) => {}
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn each_tone_is_named_by_its_second_or_third_repetition_over_every_encoding() {
    for encoding in ENCODINGS {
        let heard = |name, ms| through(encoding, &named(name, ms));
        check_one(&heard("busy", 6_000), Turn::Pause, Fault::BusyTone, 1.7..2.0);
        check_one(&heard("ring_back", 20_000), Turn::Pause, Fault::RingBack, 5.9..6.2);
        check_one(&heard("fax", 12_000), Turn::Pause, Fault::Fax, 3.9..4.2);
        let congested = cadence(450.0, 700, 700, 8_000);
        check_one(&through(encoding, &congested), Turn::Pause, Fault::BusyTone, 3.4..3.7);
        let answering = through(encoding, &cadence(2_100.0, 3_300, 1_000, 4_000));
        check_one(&answering, Turn::Pause, Fault::Fax, 2.4..2.7);
    }
}

#[test]
fn tones_at_the_edges_of_their_standards_are_named_and_others_are_not() {
    for hz in [428.0, 472.0] {
        check_one(&cadence(hz, 350, 350, 4_000), Turn::Pause, Fault::BusyTone, 1.7..2.0);
    }
    for hz in [1_065.0, 1_135.0] {
        check_one(&cadence(hz, 500, 3_000, 8_000), Turn::Pause, Fault::Fax, 3.9..4.2);
    }
    // A dial tone, a tone of another pitch, a slow and a fast cadence.
    for other in [
        cadence(450.0, 30_000, 0, 30_000),
        cadence(600.0, 350, 350, 10_000),
        cadence(450.0, 500, 500, 10_000),
        cadence(450.0, 200, 200, 10_000),
        cadence(1_100.0, 200, 3_000, 10_000),
    ] {
        assert_eq!(faults_of(&other, Turn::Speech), []);
    }
}

#[test]
fn music_is_named_within_eight_seconds_and_tones_and_noise_are_none() {
    for encoding in ENCODINGS {
        for turn in [Turn::Speech, Turn::Pause] {
            check_one(&through(encoding, &music(12_000)), turn, Fault::HoldMusic, 7.0..8.5);
        }
    }
    let chord = |n: usize| {
        let sum: f32 =
            [440.0, 554.0, 659.0].iter().map(|hz| (TAU * hz * n as f32 / 16_000.0).sin()).sum();
        0.1 * sum
    };
    assert_eq!(faults_of(&(0..320_000).map(chord).collect::<Vec<_>>(), Turn::Speech), []);
    assert_eq!(faults_of(&noise(3, 0.3).take(320_000).collect::<Vec<_>>(), Turn::Prompt).len(), 1);
}

#[test]
fn noise_is_measured_against_speech() {
    let hiss: Vec<f32> = noise(3, 0.05).take(80_000).collect();
    check_one(&hiss, Turn::Pause, Fault::Noise, 2.9..3.1);
    let quieter: Vec<f32> = noise(3, 0.025).take(80_000).collect();
    assert_eq!(faults_of(&quieter, Turn::Pause), []);
    let mut line = LineWatch::default();
    let loud: Vec<f32> = noise(5, 0.8).take(32_000).collect();
    assert_eq!(watch(&mut line, &loud, Turn::Speech), []);
    assert_eq!(watch(&mut line, &hiss, Turn::Pause), []);
    assert!(line.has_sound());
}

#[test]
fn a_dead_channel_is_named_over_every_encoding_and_a_quiet_line_is_not() {
    for encoding in ENCODINGS {
        let dead = through(encoding, &[0.0; 96_000]);
        check_one(&dead, Turn::Pause, Fault::OneSided, 3.9..4.2);
        // While a prompt plays, a gateway that suppresses silence may send nothing else.
        assert_eq!(faults_of(&dead, Turn::Prompt), []);
    }
    let quiet: Vec<f32> = noise(3, 0.002).take(480_000).collect();
    for encoding in ENCODINGS {
        assert_eq!(faults_of(&through(encoding, &quiet), Turn::Pause), []);
    }
}

#[test]
fn silence_between_words_is_no_fault_of_a_gateway_that_suppresses_it() {
    let mut line = LineWatch::default();
    let loud: Vec<f32> = noise(5, 0.3).take(32_000).collect();
    assert_eq!(watch(&mut line, &[0.0; 32_000], Turn::Pause), []);
    assert_eq!(watch(&mut line, &loud, Turn::Speech), []);
    assert_eq!(watch(&mut line, &[0.0; 480_000], Turn::Pause), []);
    assert!(!line.is_dead());
}

#[test]
fn a_line_that_falls_silent_is_named_later_and_lives_again_with_the_first_sound() {
    let mut line = LineWatch::default();
    let quiet: Vec<f32> = noise(3, 0.002).take(64_000).collect();
    assert_eq!(watch(&mut line, &quiet, Turn::Pause), []);
    assert_eq!(watch(&mut line, &[0.0; 120_000], Turn::Pause), []);
    assert_eq!(watch(&mut line, &[0.0; 16_000], Turn::Pause).len(), 1);
    assert!(line.is_dead());
    assert_eq!(watch(&mut line, &quiet, Turn::Pause), []);
    assert!(!line.is_dead());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn hostile_samples_do_no_harm(samples in prop::collection::vec(prop::num::f32::ANY, 5_000)) {
        faults_of(&samples, Turn::Speech);
        faults_of(&samples, Turn::Pause);
    }
}
