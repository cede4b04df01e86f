//! Who may open a call: one slot a call, taken at open without waiting, and only while the engine
//! will be able to answer all of them.
//!
//! An early and cheap no is worth more to a gateway than a call that starves: it hands the caller
//! to a human at once.

use super::forecast::Forecast;
use crate::{
    metrics::{self, OpenCall},
    shutdown::Signal,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;
use tonic::{Code, Status, metadata::MetadataValue};
use tonic_types::{ErrorDetails, StatusExt};

/// When a refused gateway may try again: about how long a fast call takes to end.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Counts slots.
#[derive(Debug)]
pub(super) struct Admission {
    open: Arc<watch::Sender<usize>>,
    limits: Limits,
    forecast: Arc<Forecast>,
    draining: Signal,
}

/// How much is let in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) max_calls: usize,
    /// How many workers the calls may be foretold to keep busy.
    pub(super) max_busy_workers: f64,
}

/// The right to one call; given back when dropped.
#[derive(Debug)]
pub(super) struct Slot {
    open: Arc<watch::Sender<usize>>,
    _counted: OpenCall,
}

impl Admission {
    pub(super) fn new(limits: Limits, forecast: Arc<Forecast>, draining: Signal) -> Self {
        Self { open: Arc::new(watch::Sender::new(0)), limits, forecast, draining }
    }

    /// Takes a slot.
    pub(super) fn admit(&self) -> Result<Slot, Status> {
        if self.draining.is_raised() {
            metrics::refused("draining");
            return Err(Status::unavailable("the service is stopping"));
        }
        let open_calls = self.open_calls();
        let busy = self.forecast.busy_workers(open_calls + 1).unwrap_or_default();
        // A lone call is always let in: from calls alone is learnt that they have become cheaper.
        if open_calls > 0 && busy > self.limits.max_busy_workers {
            return Err(no_room(
                "load",
                "the engine could not answer one more call in time".to_owned(),
            ));
        }
        let max_calls = self.limits.max_calls;
        let taken = self.open.send_if_modified(|n_open| {
            let free = *n_open < max_calls;
            *n_open += usize::from(free);
            free
        });
        if !taken {
            return Err(no_room("no_slot", format!("all {max_calls} slots are taken")));
        }
        Ok(Slot { open: Arc::clone(&self.open), _counted: OpenCall::new() })
    }

    /// Calls that hold a slot now.
    pub(super) fn open_calls(&self) -> usize {
        *self.open.borrow()
    }

    /// Waits until all slots are given back.
    pub(super) async fn emptied(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.open.subscribe().wait_for(|n_open| *n_open == 0).await;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.open.send_modify(|n_open| *n_open -= 1);
    }
}

/// Refuses, and says when to try again: for people in the text, for clients in the details.
pub(super) fn no_room(why: &'static str, text: String) -> Status {
    metrics::refused(why);
    let details = ErrorDetails::with_retry_info(Some(RETRY_AFTER));
    let mut status = Status::with_error_details(Code::ResourceExhausted, text, details);
    let after_ms = RETRY_AFTER.as_millis() as u64;
    status.metadata_mut().insert("grpc-retry-pushback-ms", MetadataValue::from(after_ms));
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Limits = Limits { max_calls: 1, max_busy_workers: 1.7 };

    fn admission(limits: Limits, draining: Signal) -> Admission {
        Admission::new(limits, Arc::default(), draining)
    }

    #[test]
    fn a_call_that_the_engine_could_not_answer_in_time_is_refused_at_open() {
        let admission = admission(Limits { max_calls: 100, ..ONE }, Signal::new());
        let slots: Vec<_> = (0..10).map(|_| admission.admit().unwrap()).collect();
        // Ten calls take 1.6 workers, so an eleventh is one too many.
        admission.forecast.learn(Duration::from_secs(100), Duration::from_secs(16));
        let refusal = admission.admit().unwrap_err();
        assert_eq!(refusal.code(), Code::ResourceExhausted);
        assert!(refusal.get_details_retry_info().is_some());
        drop(slots);
        assert!(admission.admit().is_ok());
    }

    #[test]
    fn a_lone_call_is_let_in_however_dear_calls_have_been_and_teaches_better() {
        let admission = admission(Limits { max_calls: 100, ..ONE }, Signal::new());
        // More than all workers for a single call.
        admission.forecast.learn(Duration::from_secs(100), Duration::from_secs(500));
        let lone = admission.admit().unwrap();
        assert_eq!(admission.admit().unwrap_err().code(), Code::ResourceExhausted);
        admission.forecast.learn(Duration::from_secs(6_000), Duration::from_secs(60));
        assert!(admission.admit().is_ok());
        drop(lone);
    }

    #[test]
    fn a_slot_is_taken_until_it_is_dropped() {
        let admission = admission(ONE, Signal::new());
        let slot = admission.admit().unwrap();
        assert_eq!(admission.open_calls(), 1);
        let refusal = admission.admit().unwrap_err();
        assert_eq!(refusal.code(), Code::ResourceExhausted);
        assert_eq!(refusal.get_details_retry_info().unwrap().retry_delay, Some(RETRY_AFTER));
        assert_eq!(refusal.metadata().get("grpc-retry-pushback-ms").unwrap(), "1000");
        drop(slot);
        assert!(admission.admit().is_ok());
    }

    #[test]
    fn nobody_is_admitted_while_draining() {
        let draining = Signal::new();
        let admission = admission(ONE, draining.clone());
        draining.raise();
        assert_eq!(admission.admit().unwrap_err().code(), Code::Unavailable);
    }
}
