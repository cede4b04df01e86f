//! The engine alone: the same words, cut and levelled beforehand, one recogniser a thread and nothing else.
//!
//! What a service adds to the engine's own work is the difference to this.

use super::{Error, Figures, Spread, caller::Words, load::Load, process, round};
use crate::{
    audio::{Decoder, level},
    speech::{self, Segmenter, Sign},
    transcript::{EngineError, Recognizer},
};
use fastrand::Rng;
use std::{
    thread,
    time::{Duration, Instant},
};

/// Calls whose words are taken, over and over.
const CALLS: usize = 16;

/// Runs the engine on `n_threads` threads for as long as the load says.
///
/// # Errors
/// When the built-in recordings cannot be read or a recogniser fails.
#[expect(clippy::disallowed_methods, reason = "a measurement of real time")]
pub fn bare(
    make: impl Fn() -> Result<Box<dyn Recognizer + Send>, EngineError> + Sync,
    n_threads: usize,
    speech: &speech::Config,
    load: &Load,
    model: String,
) -> Result<Figures, Error> {
    let utterances = utterances(speech, load)?;
    let before = process::cpu_seconds("self");
    let begun = Instant::now();
    let end = begun + Duration::from_secs(load.seconds);
    let work = |number: usize| {
        let mut recognizer = make()?;
        let mut times = Vec::new();
        for utterance in utterances.iter().cycle().skip(number) {
            let now = Instant::now();
            if now >= end {
                break;
            }
            recognizer.recognize(utterance)?;
            times.push(now.elapsed().as_secs_f64() * 1_000.0);
        }
        Ok::<_, EngineError>(times)
    };
    let times = thread::scope(|scope| {
        let workers: Vec<_> =
            (0..n_threads).map(|number| scope.spawn(move || work(number))).collect();
        let joined = workers.into_iter().map(|worker| {
            worker.join().unwrap_or_else(|_| Err(EngineError("the engine panicked".to_owned())))
        });
        joined.collect::<Result<Vec<_>, _>>()
    })?;
    let times = times.concat();
    let cpu = process::cpu_seconds("self").zip(before).map(|(now, before)| round(now - before));
    Ok(Figures {
        calls: n_threads,
        seconds: load.seconds,
        elapsed_seconds: round(begun.elapsed().as_secs_f64()),
        speech_share: 1.0,
        decisions: times.len() as u64,
        lost_samples: 0,
        refused: 0,
        undecided: 0,
        decision_ms: Spread::of(times),
        first_partial_ms: Spread::default(),
        server_cpu_seconds: cpu,
        client_cpu_seconds: None,
        engine_cpu_seconds: cpu,
        discarded_engine_cpu_seconds: Some(0.0),
        rss_bytes: process::resident_bytes("self"),
        model,
        commit: env!("PRETRIAGE_COMMIT"),
    })
}

/// The utterances of some calls, as a call gives them to the engine.
fn utterances(speech: &speech::Config, load: &Load) -> Result<Vec<Vec<f32>>, Error> {
    let (words, mut rng) = (Words::load()?, Rng::with_seed(load.seed));
    let habits = load.habits();
    let mut utterances = Vec::new();
    for _ in 0..CALLS {
        let recording = words.plan(&habits, &mut rng).recording;
        let (mut decoder, mut samples) = (Decoder::new(recording.format)?, Vec::new());
        decoder.push(&recording.bytes, &mut samples)?;
        decoder.flush(&mut samples)?;
        let mut segmenter = Segmenter::new(speech);
        segmenter.push(&samples);
        segmenter.flush();
        let segments = std::iter::from_fn(|| segmenter.next_sign()).filter_map(|sign| match sign {
            Sign::Final(segment) => Some(segment),
            Sign::Started(_) | Sign::Provisional(_) | Sign::Resumed => None,
        });
        for segment in segments.filter(|segment| segment.has_speech(speech)) {
            let mut samples = segment.samples.to_vec();
            level::even_out(&mut samples);
            utterances.push(samples);
        }
    }
    if utterances.is_empty() { Err(Error::Nothing(load.seconds)) } else { Ok(utterances) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{bench::Pattern, transcript::Raw};

    struct Deaf;

    impl Recognizer for Deaf {
        fn recognize(&mut self, samples: &[f32]) -> Result<Raw, EngineError> {
            assert!(samples.len() > 16_000, "a whole utterance");
            Ok(Raw::default())
        }
    }

    fn load(speech_share: f64) -> Load {
        Load {
            calls: 1,
            seconds: 1,
            speech_share,
            key_share: 0.0,
            hang_up_share: 0.0,
            frame_ms: 20,
            interim: false,
            is_mute: false,
            is_paced: true,
            pattern: Pattern::Closed,
            seed: 1,
        }
    }

    #[test]
    fn every_thread_takes_utterance_after_utterance() {
        let make = || Ok(Box::new(Deaf) as Box<dyn Recognizer + Send>);
        let figures =
            bare(make, 2, &speech::Config::default(), &load(0.9), "none".to_owned()).unwrap();
        assert!(figures.decisions > 100, "{figures:?}");
        assert_eq!(figures.calls, 2);
    }

    #[test]
    fn an_engine_that_fails_and_callers_who_say_nothing_are_errors() {
        let make = || Err(EngineError("no engine".to_owned()));
        let result = bare(make, 1, &speech::Config::default(), &load(0.9), String::new());
        assert!(matches!(result, Err(Error::Engine(_))), "{result:?}");
        let make = || Ok(Box::new(Deaf) as Box<dyn Recognizer + Send>);
        let result = bare(make, 1, &speech::Config::default(), &load(0.0), String::new());
        assert!(matches!(result, Err(Error::Nothing(_))), "{result:?}");
    }
}
