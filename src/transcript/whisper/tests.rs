use super::*;
use crate::model::{
    ggml::WeightType,
    tiny::{self, Noise},
};
use std::{sync::OnceLock, thread};

fn engine() -> &'static Arc<Engine> {
    static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::load(&tiny::loaded(tiny::bytes())).unwrap())
}

/// A tone in noise, different for each seed; `n_ms` long.
fn voice(seed: u64, n_ms: usize) -> Vec<f32> {
    let mut noise = Noise(seed);
    let step = 0.02 + 0.05 * seed as f32;
    let tone = |idx: usize| (idx as f32 * step).sin() * (idx as f32 * step / 90.0).sin();
    (0..n_ms * 16).map(|idx| 0.3 * tone(idx) + 0.02 * noise.next()).collect()
}

/// What a state writes that nobody used before.
fn fresh(samples: &[f32]) -> Raw {
    engine().recognizer().unwrap().recognize(samples).unwrap()
}

#[test]
fn the_noise_model_writes_something_that_depends_on_what_it_hears() {
    let (a, b) = (fresh(&voice(1, 2_300)), fresh(&voice(2, 2_300)));
    assert!(a.n_tokens > 5, "{a:?}");
    assert_ne!(a, b, "otherwise the tests below could not see a leak");
    assert_ne!(a.text, b.text);
    assert!(a.no_speech > 0.0 && a.no_speech < 1.0 && a.no_speech != b.no_speech, "{a:?}");
}

/// T1, T13: the key/value caches and the text context of a state outlive an utterance.
#[test]
fn one_callers_audio_never_changes_anothers_text() {
    let (a, b) = (voice(1, 1_300), voice(2, 7_900));
    let (fresh_a, fresh_b) = (fresh(&a), fresh(&b));
    let mut pooled = engine().recognizer().unwrap();
    for _ in 0..2 {
        // Text and probabilities, to the last bit.
        assert_eq!(pooled.recognize(&a).unwrap(), fresh_a);
        assert_eq!(pooled.recognize(&b).unwrap(), fresh_b);
        assert_eq!(pooled.recognize(&a).unwrap(), fresh_a);
    }
}

#[test]
fn calls_that_decode_at_the_same_time_never_touch() {
    let voices: Vec<_> = (1..=4).map(|seed| voice(seed, 900 * seed as usize)).collect();
    let alone: Vec<_> = voices.iter().map(|samples| fresh(samples)).collect();
    thread::scope(|scope| {
        for first in 0..3 {
            let (voices, alone) = (&voices, &alone);
            scope.spawn(move || {
                let mut pooled = engine().recognizer().unwrap();
                for idx in (first..first + 4).map(|idx| idx % 4) {
                    assert_eq!(pooled.recognize(&voices[idx]).unwrap(), alone[idx]);
                }
            });
        }
    });
}

/// T7: whisper.cpp reads past buffers of less than 201 samples.
#[test]
fn audio_of_any_shortness_is_heard_without_reading_past_it() {
    let mut pooled = engine().recognizer().unwrap();
    for n_samples in [0, 1, 200, 201, 1_600] {
        let samples = vec![0.1; n_samples];
        let raw = pooled.recognize(&samples).unwrap();
        assert_eq!(raw, fresh(&samples), "{n_samples} samples");
    }
}

/// T10: an assertion in whisper.cpp ends the process; 32-bit floats are such a case.
#[test]
fn every_type_of_weights_that_passes_the_check_runs() {
    for (weights, ftype) in WeightType::all() {
        // Loading ends with an utterance.
        Engine::load(&tiny::loaded(&tiny::zeros(weights, ftype, 80))).unwrap();
    }
}

/// T14: the binding's own spectrum is for 80 bands; large-v3 has 128.
#[test]
fn models_of_128_bands_run() {
    Engine::load(&tiny::loaded(&tiny::zeros(WeightType::F16, 1, 128))).unwrap();
}

/// `audio_ctx` smaller than the audio loses its tail without an error.
#[test]
fn audio_longer_than_the_window_is_refused_and_no_tail_is_lost() {
    let mut pooled = engine().recognizer().unwrap();
    let error = pooled.recognize(&voice(1, 15_001)).unwrap_err();
    assert!(error.to_string().contains("15001 ms does not fit"), "{error}");
    let longest = voice(1, 15_000);
    let mut cut = longest.clone();
    cut[14_900 * 16..].fill(0.0);
    let (whole, cut) = (pooled.recognize(&longest).unwrap(), pooled.recognize(&cut).unwrap());
    assert_ne!(whole, cut, "the last 100 ms of the longest utterance are heard");
}

#[test]
fn samples_that_are_no_numbers_spoil_nothing() {
    let mut samples = voice(1, 1_300);
    samples[7_000..7_003].copy_from_slice(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY]);
    let mut silenced = samples.clone();
    silenced[7_000..7_003].fill(0.0);
    assert_eq!(fresh(&samples), fresh(&silenced));
}

#[test]
fn the_text_stays_within_its_budget() {
    // The noise model never ends on its own: 12 a second and 8, and one that whisper.cpp adds.
    assert!(fresh(&voice(3, 1_000)).n_tokens <= 21);
}

/// Tokens are pieces of characters: 录 comes as two.
#[test]
fn characters_that_span_tokens_are_put_together() {
    let [first, second] = ["录".as_bytes()[..2].to_vec(), "录".as_bytes()[2..].to_vec()];
    assert_eq!(decode(&[&first, &second, "屏".as_bytes()].concat()), "录屏");
    assert_eq!(decode(&[&first, "屏".as_bytes(), &second].concat()), "屏");
}

/// `no_speech_probability` is another caller's (see `WhisperRecognizer::no_speech`).
/// T2, T3, T4, T5, T8, T12: calls of whisper-rs that do nothing, crash or corrupt memory.
#[test]
fn the_treacherous_calls_of_the_binding_are_not_used() {
    let source = include_str!("../whisper.rs");
    for call in [
        "enable_vad",
        "set_vad",
        "abort_callback",
        "set_grammar",
        "tokenize",
        "lang_detect",
        "detect_language",
        "set_language",
        "set_initial_prompt",
        "WhisperVad",
        "no_speech_probability",
        "unsafe",
    ] {
        assert!(!source.contains(call), "{call}");
    }
}
