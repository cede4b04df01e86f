//! What a call costs beside the engine, for ten seconds of it: `cargo bench --bench call`.
//!
//! Decoding, voice activity, keys, the watch of the line and the state machine run inline for every
//! call; together they may take 0.3 % of a core, 30 ms for the ten seconds.

#![expect(clippy::unwrap_used, reason = "a bench that cannot run has nothing to say")]

use divan::{Bencher, black_box};
use pretriage::{
    audio::{
        dtmf, level,
        line::{LineWatch, Turn},
        wav,
    },
    call::{Call, Host, Setup, Step},
    config::Settings,
    decision::Policy,
    intent::Classifier,
    speech::{self, FRAME_SAMPLES, Segmenter, vad},
    transcript::Transcript,
};
use std::{path::Path, sync::Arc};

const RATE_HZ: usize = 16_000;
const SECONDS: usize = 10;

fn main() {
    divan::main();
}

/// What is on the line.
const LINES: [&str; 2] = ["pauses", "speech"];

/// Ten seconds at 16 kHz: a line's own noise, or a caller who does not stop.
fn sound(name: &str) -> Vec<f32> {
    let mut seed = 1_u32;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        0.001 * (seed as f32 / u32::MAX as f32 - 0.5)
    };
    if name == "pauses" {
        return (0..SECONDS * RATE_HZ).map(|_| noise()).collect();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/calls/rate_16k.wav");
    let (mut reader, mut words) = (wav::Reader::open(&path).unwrap(), Vec::new());
    reader.read(usize::MAX >> 8, &mut words).unwrap();
    words.iter().copied().cycle().take(SECONDS * RATE_HZ).collect()
}

#[divan::bench(args = LINES)]
fn voice_activity(bencher: Bencher<'_, '_>, name: &str) {
    let (sound, mut detector) = (sound(name), vad::Detector::default());
    bencher.bench_local(|| {
        let frames = sound.as_chunks::<FRAME_SAMPLES>().0;
        frames.iter().map(|frame| detector.score(black_box(frame))).sum::<f32>()
    });
}

#[divan::bench(args = LINES)]
fn segments(bencher: Bencher<'_, '_>, name: &str) {
    let sound = sound(name);
    bencher.bench_local(|| {
        let mut segmenter = Segmenter::new(&speech::Config::default());
        segmenter.push(black_box(&sound));
        std::iter::from_fn(|| segmenter.next_sign()).count()
    });
}

#[divan::bench(args = LINES)]
fn keys_as_tones(bencher: Bencher<'_, '_>, name: &str) {
    let (sound, mut detector) = (sound(name), dtmf::Detector::default());
    bencher.bench_local(|| {
        for frame in sound.chunks(FRAME_SAMPLES) {
            black_box(detector.push(frame));
        }
    });
}

#[divan::bench(args = LINES)]
fn watch_of_the_line(bencher: Bencher<'_, '_>, name: &str) {
    let (sound, mut watch) = (sound(name), LineWatch::default());
    let turn = if name == "speech" { Turn::Speech } else { Turn::Pause };
    bencher.bench_local(|| {
        let frames = sound.as_chunks::<FRAME_SAMPLES>().0;
        frames.iter().filter_map(|frame| watch.push(black_box(frame), turn)).count()
    });
}

#[divan::bench(args = LINES)]
fn level_of(bencher: Bencher<'_, '_>, name: &str) {
    let sound = sound(name);
    bencher.bench_local(|| level::measure(black_box(&sound)));
}

/// All of it, as a door drives it; whatever is asked of the engine is answered at once.
#[divan::bench(args = LINES)]
fn whole_call(bencher: Bencher<'_, '_>, name: &str) {
    let (sound, settings) = (sound(name), Settings::load(None).unwrap());
    let host = Arc::new(Host::new(
        settings.profile.number.clone(),
        settings.profile.call.clone(),
        Policy::new(settings.profile.decision.clone()),
        Classifier::embedded().unwrap(),
        settings.config.speech.clone(),
    ));
    let text = "今天天气真不错".to_owned();
    let heard = Transcript { text, confidence: 0.9, dropped: None };
    bencher.bench_local(|| {
        let mut call = Call::open(Arc::clone(&host), Setup::default());
        for frame in sound.chunks(320) {
            call.push_audio(black_box(frame));
            while let Some(step) = call.poll() {
                if let Step::Transcribe(ticket, _) = step {
                    call.transcribed(ticket, Ok(heard.clone()));
                }
            }
        }
        call.is_over()
    });
}
