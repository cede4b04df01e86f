//! The model's file says in the engine what the reference implementation says.
//!
//! `tests/data/calls/reference.tsv` is what openai-whisper's own module wrote for whole sample calls
//! with the weights of the shipped file (`models/training/check_export.py --record`).

use pretriage::{
    audio::{resample::Resampler, wav::Reader},
    config::Settings,
    model,
    transcript::{Recognizer, whisper::Engine},
};
use std::{collections::BTreeMap, path::Path};

/// What a window may add to an utterance, in milliseconds; the last is the full 30 s.
const MARGINS_MS: [u32; 6] = [50, 300, 500, 1_000, 2_000, 30_000];

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/calls"))
}

/// A whole recording at 16 kHz.
fn samples(path: &Path) -> Vec<f32> {
    let mut reader = Reader::open(path).unwrap();
    let (mut read, mut samples) = (Vec::new(), Vec::new());
    reader.read(usize::MAX, &mut read).unwrap();
    let mut resampler = Resampler::new(reader.rate_hz()).unwrap();
    resampler.push(&read, &mut samples).unwrap();
    resampler.flush(&mut samples).unwrap();
    samples
}

#[test]
fn the_engine_writes_what_the_reference_writes_whatever_margin_the_window_adds() {
    let table = std::fs::read_to_string(folder().join("reference.tsv")).unwrap();
    let reference: BTreeMap<&str, &str> =
        table.lines().skip(1).filter_map(|line| line.split_once('\t')).collect();
    assert!(reference.len() >= 8 && reference.values().filter(|text| text.is_empty()).count() >= 2);
    let settings = Settings::load(None).unwrap();
    let mut loaded = model::load(&settings.model_source()).unwrap();
    loaded.manifest.window.max_ms = 30_000;
    for margin_ms in MARGINS_MS {
        loaded.manifest.window.margin_ms = margin_ms;
        let mut recognizer = Engine::load(&loaded).unwrap().recognizer().unwrap();
        for (file, text) in &reference {
            let raw = recognizer.recognize(&samples(&folder().join(file))).unwrap();
            assert_eq!(&raw.text, text, "{file} with a margin of {margin_ms} ms");
        }
    }
}
