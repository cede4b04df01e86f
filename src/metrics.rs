//! What is counted and timed: the one table of metric names.
//!
//! Rooms call plain functions; the names, units and bucket edges stand here and nowhere else. It
//! refuses to know what the numbers mean; the admin port of the wire door serves them as text.
//! No label ever holds what a caller said, a number or a call's name.

use metrics::{Unit, counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::{Mutex, PoisonError};

/// One row of the table.
#[derive(Debug)]
pub struct Metric {
    /// The name as it is scraped.
    pub name: &'static str,
    /// How it counts.
    pub kind: Kind,
    /// What one step of it is.
    pub unit: Unit,
    /// Label names; each has few values.
    pub labels: &'static [&'static str],
    /// One sentence for an operator.
    pub help: &'static str,
}

/// How a metric counts.
#[derive(Debug)]
pub enum Kind {
    /// Only ever grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Sorts values into buckets with these upper edges.
    Histogram(&'static [f64]),
}

const CALLS_TOTAL: &str = "pretriage_calls_total";
const OPEN_CALLS: &str = "pretriage_open_calls";
const REFUSED_TOTAL: &str = "pretriage_refused_total";
const QUEUE_SECONDS: &str = "pretriage_queue_seconds";
const INFERENCE_SECONDS: &str = "pretriage_inference_seconds";
const DISCARDED_SECONDS: &str = "pretriage_discarded_seconds";
const DECISION_SECONDS: &str = "pretriage_decision_seconds";
const REAL_TIME_FACTOR: &str = "pretriage_real_time_factor";
const DROPPED_TOTAL: &str = "pretriage_dropped_total";
const PROMPT_AUDIO_TOTAL: &str = "pretriage_prompt_audio_total";
const PROFILE_RELOADS_TOTAL: &str = "pretriage_profile_reloads_total";
const RECORDINGS_TOTAL: &str = "pretriage_recordings_total";
const BUILD_INFO: &str = "pretriage_build_info";

/// From one 20 ms frame, below which nobody can tell a difference, to 10 s, when a caller gives
/// up; densest around 0.2–1 s, where a pause in a conversation begins to feel long.
const PATIENCE_SECONDS: &[f64] =
    &[0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0];

/// Above 1 the engine is slower than speech.
const REAL_TIME_FACTORS: &[f64] = &[0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 5.0];

/// Every metric there is.
pub const TABLE: &[Metric] = &[
    Metric {
        name: CALLS_TOTAL,
        kind: Kind::Counter,
        unit: Unit::Count,
        labels: &["outcome", "reason"],
        help: "Calls that ended, by what was decided and why.",
    },
    Metric {
        name: OPEN_CALLS,
        kind: Kind::Gauge,
        unit: Unit::Count,
        labels: &[],
        help: "Calls that hold a slot now.",
    },
    Metric {
        name: REFUSED_TOTAL,
        kind: Kind::Counter,
        unit: Unit::Count,
        labels: &["why"],
        help: "Calls refused at open: no slot was free, or the service was stopping.",
    },
    Metric {
        name: QUEUE_SECONDS,
        kind: Kind::Histogram(PATIENCE_SECONDS),
        unit: Unit::Seconds,
        labels: &[],
        help: "How long an utterance waited for a worker.",
    },
    Metric {
        name: INFERENCE_SECONDS,
        kind: Kind::Histogram(PATIENCE_SECONDS),
        unit: Unit::Seconds,
        labels: &[],
        help: "How long the speech engine worked on one utterance.",
    },
    Metric {
        name: DISCARDED_SECONDS,
        kind: Kind::Histogram(PATIENCE_SECONDS),
        unit: Unit::Seconds,
        labels: &[],
        help: "The part of the engine's work that nobody took: the caller went on, or was gone.",
    },
    Metric {
        name: DECISION_SECONDS,
        kind: Kind::Histogram(PATIENCE_SECONDS),
        unit: Unit::Seconds,
        labels: &[],
        help: "From the end of the last utterance until the decision was sent.",
    },
    Metric {
        name: REAL_TIME_FACTOR,
        kind: Kind::Histogram(REAL_TIME_FACTORS),
        unit: Unit::Count,
        labels: &[],
        help: "Engine seconds for one second of an utterance.",
    },
    Metric {
        name: DROPPED_TOTAL,
        kind: Kind::Counter,
        unit: Unit::Count,
        labels: &["reason"],
        help: "Texts that were thrown away because nobody said them.",
    },
    Metric {
        name: PROMPT_AUDIO_TOTAL,
        kind: Kind::Counter,
        unit: Unit::Count,
        labels: &["how"],
        help: "Prompts by their audio: kept from before, made in time, too late, or none.",
    },
    Metric {
        name: PROFILE_RELOADS_TOTAL,
        kind: Kind::Counter,
        unit: Unit::Count,
        labels: &["result"],
        help: "Requests to read the profile again: accepted, refused for faults, or not allowed.",
    },
    Metric {
        name: RECORDINGS_TOTAL,
        kind: Kind::Counter,
        unit: Unit::Count,
        labels: &["how"],
        help: "Recordings of calls: kept, or given up because the disk failed or was too slow, or \
               the call too long.",
    },
    Metric {
        name: BUILD_INFO,
        kind: Kind::Gauge,
        unit: Unit::Count,
        labels: &["version"],
        help: "Always 1; the label says what runs.",
    },
];

/// Counts a call that ended.
pub fn call_ended(outcome: &'static str, reason: &'static str) {
    counter!(CALLS_TOTAL, "outcome" => outcome, "reason" => reason).increment(1);
}

/// Counts a prompt that went out, by how it got its audio.
pub fn prompt_audio(how: &'static str) {
    counter!(PROMPT_AUDIO_TOTAL, "how" => how).increment(1);
}

/// Counts a request to read the profile again.
pub fn profile_reload(result: &'static str) {
    counter!(PROFILE_RELOADS_TOTAL, "result" => result).increment(1);
}

/// Counts a recording of a call, by what became of it.
pub fn recording(how: &'static str) {
    counter!(RECORDINGS_TOTAL, "how" => how).increment(1);
}

/// Counts a call that was refused at open.
pub fn refused(why: &'static str) {
    counter!(REFUSED_TOTAL, "why" => why).increment(1);
}

/// Records how long an utterance waited for a worker.
pub fn queue_seconds(wait: f64) {
    histogram!(QUEUE_SECONDS).record(wait);
}

/// Records how long the engine worked on an utterance of `audio` seconds.
pub fn inference_seconds(decode: f64, audio: f64) {
    histogram!(INFERENCE_SECONDS).record(decode);
    if audio > 0.0 {
        histogram!(REAL_TIME_FACTOR).record(decode / audio);
    }
}

/// Records work of the engine that nobody took.
pub fn discarded_seconds(decode: f64) {
    histogram!(DISCARDED_SECONDS).record(decode);
}

/// Records the time from the end of the last utterance until the decision was sent.
pub fn decision_seconds(wait: f64) {
    histogram!(DECISION_SECONDS).record(wait);
}

/// Counts a text that was thrown away.
pub fn dropped(reason: &'static str) {
    counter!(DROPPED_TOTAL, "reason" => reason).increment(1);
}

/// A call that holds a slot: counted from `new` until it is dropped.
#[derive(Debug)]
pub struct OpenCall(());

impl OpenCall {
    /// Counts one more open call.
    #[must_use]
    pub fn new() -> Self {
        gauge!(OPEN_CALLS).increment(1.0);
        Self(())
    }
}

impl Default for OpenCall {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        gauge!(OPEN_CALLS).decrement(1.0);
    }
}

/// Metrics cannot be collected.
#[derive(Debug, thiserror::Error)]
#[error("cannot install the metrics recorder")]
pub struct Error(#[source] metrics_exporter_prometheus::BuildError);

/// Reads what was counted.
#[derive(Clone, Debug)]
pub struct Handle(PrometheusHandle);

impl Handle {
    /// Returns all metrics in Prometheus' text format.
    #[must_use]
    pub fn render(&self) -> String {
        // Moves samples into buckets; without it they pile up between two scrapes.
        self.0.run_upkeep();
        self.0.render()
    }
}

/// The recorder is one for the process, so that a second installation returns the first.
static INSTALLED: Mutex<Option<Handle>> = Mutex::new(None);

/// Begins to collect. Without it every function above does nothing.
///
/// # Errors
/// When another library has installed a recorder of its own.
pub fn install() -> Result<Handle, Error> {
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*installed {
        return Ok(handle.clone());
    }
    let mut builder = PrometheusBuilder::new();
    for metric in TABLE {
        if let Kind::Histogram(edges) = metric.kind {
            let matcher = Matcher::Full(metric.name.to_owned());
            builder = builder.set_buckets_for_metric(matcher, edges).map_err(Error)?;
        }
    }
    let handle = Handle(builder.install_recorder().map_err(Error)?);
    for Metric { name, kind, unit, help, .. } in TABLE {
        match kind {
            Kind::Counter => metrics::describe_counter!(*name, *unit, *help),
            Kind::Gauge => metrics::describe_gauge!(*name, *unit, *help),
            Kind::Histogram(_) => metrics::describe_histogram!(*name, *unit, *help),
        }
    }
    gauge!(BUILD_INFO, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    *installed = Some(handle.clone());
    Ok(handle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_prefixed_and_end_in_their_unit() {
        let names: HashSet<_> = TABLE.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), TABLE.len());
        for metric in TABLE {
            assert!(metric.name.starts_with("pretriage_"), "{}", metric.name);
            let suffix = match metric.kind {
                Kind::Counter => "_total",
                Kind::Histogram(_) if metric.unit == Unit::Seconds => "_seconds",
                Kind::Gauge | Kind::Histogram(_) => "",
            };
            assert!(metric.name.ends_with(suffix), "{}", metric.name);
        }
    }

    #[test]
    fn installing_twice_is_one_recorder() {
        let first = install().unwrap();
        let second = install().unwrap();
        dropped("phantom");
        queue_seconds(0.03);
        let text = second.render();
        assert!(text.contains("pretriage_dropped_total{reason=\"phantom\"}"), "{text}");
        assert!(text.contains("pretriage_queue_seconds_bucket{le=\"0.05\"}"), "{text}");
        assert!(text.contains("pretriage_build_info{version="), "{text}");
        assert!(first.render().contains("# HELP pretriage_dropped_total"));
    }
}
