//! What the signal path costs for each second of a call: `cargo bench --bench audio`.
//!
//! Decoding and resampling run inline on the network threads, which holds only while a 20 ms frame
//! stays far below 500 µs.

#![expect(clippy::unwrap_used, reason = "a bench that cannot run has nothing to say")]

use divan::{Bencher, counter::ItemsCount};
use pretriage::audio::{Decoder, Encoding, Format, g711, pitch, resample::Resampler};
use std::f32::consts::TAU;

/// One gateway frame.
const FRAME_SECONDS: f32 = 0.02;

fn main() {
    divan::main();
}

/// One second of a tone.
fn tone(rate_hz: u32) -> Vec<f32> {
    (0..rate_hz).map(|n| 0.3 * (TAU * 220.0 * n as f32 / rate_hz as f32).sin()).collect()
}

/// One second of bytes in one of the wire's encodings.
fn bytes(encoding: Encoding, rate_hz: u32) -> Vec<u8> {
    let samples = tone(rate_hz).into_iter().map(|sample| (sample * 32_767.0) as i16);
    match encoding {
        Encoding::Linear16 => samples.flat_map(i16::to_le_bytes).collect(),
        Encoding::Mulaw => samples.map(g711::to_mulaw).collect(),
        Encoding::Alaw => samples.map(g711::to_alaw).collect(),
    }
}

/// Frames of 20 ms through decoder and resampler, as a stream brings them.
#[divan::bench(args = [
    (Encoding::Mulaw, 8_000),
    (Encoding::Alaw, 8_000),
    (Encoding::Linear16, 16_000),
    (Encoding::Linear16, 48_000),
])]
fn decode_second(bencher: Bencher<'_, '_>, (encoding, rate_hz): (Encoding, u32)) {
    let bytes = bytes(encoding, rate_hz);
    let frame_bytes = (rate_hz as f32 * FRAME_SECONDS) as usize * encoding.sample_bytes();
    let format = Format { encoding, rate_hz, channels: 1, caller_channel: 0 };
    let mut decoder = Decoder::new(format).unwrap();
    let mut out = Vec::new();
    bencher.counter(ItemsCount::new(rate_hz)).bench_local(|| {
        out.clear();
        for frame in bytes.chunks(frame_bytes) {
            decoder.push(frame, &mut out).unwrap();
        }
        out.len()
    });
}

/// The resampler alone. 11,111 Hz takes the slower filter for odd rates.
#[divan::bench(args = [8_000, 11_111, 44_100])]
fn resample_second(bencher: Bencher<'_, '_>, rate_hz: u32) {
    let samples = tone(rate_hz);
    let mut resampler = Resampler::new(rate_hz).unwrap();
    let mut out = Vec::new();
    bencher.counter(ItemsCount::new(rate_hz)).bench_local(|| {
        out.clear();
        resampler.push(&samples, &mut out).unwrap();
        out.len()
    });
}

/// The pitch of one second of speech: recordings only.
#[divan::bench]
fn pitch_second(bencher: Bencher<'_, '_>) {
    let samples = tone(16_000);
    bencher.bench_local(|| pitch::median_hz(&samples));
}

/// What other benches are measured in: a fixed piece of arithmetic that only the machine can change.
#[divan::bench]
fn yardstick(bencher: Bencher<'_, '_>) {
    let samples = tone(16_000);
    bencher.bench_local(|| {
        let turns = samples.iter().map(|sample| (sample * 3.0).sin());
        turns.fold(0.0_f32, |sum, turn| sum.mul_add(0.5, turn))
    });
}
