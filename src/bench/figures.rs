//! What was measured, as it is written down.

use serde::Serialize;

/// The figures of one measurement: the object that `pretriage bench` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Calls at one time.
    pub calls: usize,
    /// How long they were made, in seconds.
    pub seconds: u64,
    /// How long the measurement took: the last calls are taken to their end.
    pub elapsed_seconds: f64,
    /// Which part of a call is speech.
    pub speech_share: f64,
    /// Calls that were decided.
    pub decisions: u64,
    /// Samples that were sent before the first words and did not count: what is lost moves the place
    /// where the service heard them.
    pub lost_samples: u64,
    /// Calls that were refused at open.
    pub refused: u64,
    /// Calls that ended without a decision, refused ones apart.
    pub undecided: u64,
    /// From the moment that the audio was sent on which the decision rests, until it came.
    pub decision_ms: Spread,
    /// From the first word until the first transcript.
    pub first_partial_ms: Spread,
    /// CPU time of the service; nothing where it runs elsewhere.
    pub server_cpu_seconds: Option<f64>,
    /// CPU time of the gateways.
    pub client_cpu_seconds: Option<f64>,
    /// CPU time of the service's engine threads.
    pub engine_cpu_seconds: Option<f64>,
    /// The part of it whose work was thrown away.
    pub discarded_engine_cpu_seconds: Option<f64>,
    /// The most memory that the service held, looked at every second.
    pub rss_bytes: Option<u64>,
    /// The speech model.
    pub model: String,
    /// Of the sources that this program was built from.
    pub commit: &'static str,
}

/// How times are spread, in milliseconds. All zero where there was none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    /// Half of them are below.
    pub p50: f64,
    /// 95 of 100 are below.
    pub p95: f64,
    /// 99 of 100 are below.
    pub p99: f64,
    /// The longest.
    pub max: f64,
}

impl Spread {
    /// Sorts times in milliseconds.
    #[must_use]
    pub fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        // Nearest rank.
        let at = |share: f64| {
            let rank = (share * times.len() as f64).ceil() as usize;
            times.get(rank.saturating_sub(1)).map_or(0.0, |ms| (ms * 100.0).round() / 100.0)
        };
        Self { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_takes_the_nearest_rank() {
        let spread = Spread::of((1..=100).rev().map(f64::from).collect());
        assert_eq!(spread, Spread { p50: 50.0, p95: 95.0, p99: 99.0, max: 100.0 });
        assert_eq!(Spread::of(vec![7.0]), Spread { p50: 7.0, p95: 7.0, p99: 7.0, max: 7.0 });
        assert_eq!(Spread::of(Vec::new()), Spread::default());
    }
}
