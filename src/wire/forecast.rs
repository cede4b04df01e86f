//! How much engine a call takes, learnt from the calls so far, and so whether one more fits.
//!
//! Calls are not alike, but many of them are: what the engine worked for the last of them, divided by
//! their length, is what the next will ask of it. A call teaches with each utterance and at its end, so
//! that a rush of first callers is known for what it is before the first of them has gone. Recordings
//! count by their length too, however fast they were taken. It refuses to know clocks and workers.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// After so many seconds of calls half of what was seen is forgotten: some fifty calls.
const HALF_LIFE_SECONDS: f64 = 600.0;

/// With fewer seconds of calls behind it nothing is foretold: some six calls.
const ENOUGH_SECONDS: f64 = 60.0;

/// What was seen lately. Locked when a call opens and when it ends, never on the audio path.
#[derive(Debug, Default)]
pub(super) struct Forecast(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    call_seconds: f64,
    engine_seconds: f64,
}

impl Forecast {
    /// A call has come so much further, and the engine has worked so long for that.
    pub(super) fn learn(&self, length: Duration, engine: Duration) {
        let mut seen = self.seen();
        let kept = 0.5_f64.powf(length.as_secs_f64() / HALF_LIFE_SECONDS);
        seen.call_seconds = seen.call_seconds * kept + length.as_secs_f64();
        seen.engine_seconds = seen.engine_seconds * kept + engine.as_secs_f64();
    }

    /// How many workers so many calls will keep busy, as far as that can be told.
    pub(super) fn busy_workers(&self, calls: usize) -> Option<f64> {
        let seen = self.seen();
        (seen.call_seconds >= ENOUGH_SECONDS)
            .then(|| seen.engine_seconds / seen.call_seconds * calls as f64)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls of ten seconds, each of which takes so much engine a second.
    fn calls(forecast: &Forecast, n_calls: u32, share: f64) {
        for _ in 0..n_calls {
            forecast.learn(Duration::from_secs(10), Duration::from_secs_f64(10.0 * share));
        }
    }

    #[test]
    fn nothing_is_foretold_from_a_few_calls() {
        let forecast = Forecast::default();
        calls(&forecast, 3, 0.02);
        assert_eq!(forecast.busy_workers(100), None);
    }

    #[test]
    fn more_calls_take_more_of_the_same() {
        let forecast = Forecast::default();
        calls(&forecast, 30, 0.02);
        let busy = forecast.busy_workers(100).unwrap();
        assert!((busy - 2.0).abs() < 0.01, "{busy}");
    }

    #[test]
    fn other_callers_are_noticed_after_a_hundred_calls() {
        let forecast = Forecast::default();
        calls(&forecast, 600, 0.01);
        calls(&forecast, 150, 0.05);
        assert!(forecast.busy_workers(100).unwrap() > 4.0);
    }
}
