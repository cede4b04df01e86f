//! What the engine takes for the worst that can be on a line: `cargo bench --bench content`.
//!
//! Loops, noise and a monologue may cost no more than three times what speech costs, second for second:
//! nobody else's call is to wait for them. Each piece is cut and levelled as a call does it, without asking
//! whether anybody speaks, so that noise reaches the engine at all.

#![expect(clippy::unwrap_used, reason = "a bench that cannot run has nothing to say")]

use divan::{Bencher, black_box, counter::ItemsCount};
use pretriage::{
    audio::{level, wav},
    model::{self, Source},
    transcript::{Recognizer, whisper::Engine},
};
use std::{
    path::Path,
    sync::{Arc, LazyLock},
};

const RATE_HZ: usize = 16_000;
const SECONDS: usize = 6;

/// The longest utterance: a longer one is split (`speech.max_utterance_ms`).
const LONGEST_SECONDS: usize = 12;

static ENGINE: LazyLock<Arc<Engine>> =
    LazyLock::new(|| Engine::load(&model::load(&Source::Embedded).unwrap()).unwrap());

fn main() {
    divan::main();
}

/// What is on the line, and for how long.
const CONTENT: [(&str, usize); 7] = [
    ("speech", SECONDS),
    ("monologue", LONGEST_SECONDS),
    ("loop", SECONDS),
    ("babble", SECONDS),
    ("noise", SECONDS),
    ("chord", SECONDS),
    ("clipped", SECONDS),
];

/// A sample call at 16 kHz.
fn words() -> Vec<f32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/calls/rate_16k.wav");
    let (mut reader, mut words) = (wav::Reader::open(&path).unwrap(), Vec::new());
    reader.read(usize::MAX >> 8, &mut words).unwrap();
    words
}

fn sound(name: &str, seconds: usize) -> Vec<f32> {
    let n_samples = seconds * RATE_HZ;
    let words = words();
    let spoken = || words.iter().copied().cycle();
    let mut seed = 1_u32;
    let noise = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        0.3 * (seed as f32 / u32::MAX as f32 - 0.5)
    });
    let mut sound: Vec<f32> = match name {
        // Half a second of it, again and again: what makes a recogniser repeat itself.
        "loop" => words[RATE_HZ..3 * RATE_HZ / 2].iter().copied().cycle().take(n_samples).collect(),
        "babble" => {
            let voices: [_; 4] = std::array::from_fn(|nth| spoken().skip(nth * 9_973));
            let mut voices = voices;
            let all = std::iter::repeat_with(|| voices.iter_mut().filter_map(Iterator::next).sum());
            all.take(n_samples).collect()
        }
        "noise" => noise.take(n_samples).collect(),
        "chord" => {
            let tone =
                |at: usize, hz: f32| (std::f32::consts::TAU * hz * at as f32 / 16_000.0).sin();
            (0..n_samples)
                .map(|at| 0.1 * (tone(at, 262.0) + tone(at, 330.0) + tone(at, 392.0)))
                .collect()
        }
        "clipped" => spoken().map(|it| (30.0 * it).clamp(-1.0, 1.0)).take(n_samples).collect(),
        _ => spoken().take(n_samples).collect(),
    };
    level::even_out(&mut sound);
    sound
}

/// One second of it is one item.
#[divan::bench(args = CONTENT, sample_count = 40)]
fn a_second_of(bencher: Bencher<'_, '_>, (name, seconds): (&str, usize)) {
    let (sound, mut recognizer) = (sound(name, seconds), ENGINE.recognizer().unwrap());
    bencher
        .counter(ItemsCount::new(seconds))
        .bench_local(|| recognizer.recognize(black_box(&sound)).unwrap());
}
