//! The first message, and the call that never opened.
//!
//! A stream that was accepted ends in a decision even where its first message is not a config.

use super::{Fault, Floor, decision_message, record, stream_fault};
use crate::{
    call::{Call, Event, Setup, Step},
    wire::{
        convert::{self, Opening, ProtocolError},
        hotline::Hotline,
        inbox::Inbox,
        outbox::Outbox,
        proto::{ConverseRequest, converse_request::Request},
    },
};
use jiff::Timestamp;
use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio_stream::{Stream, StreamExt};
use tonic::Status;
use tracing::debug;

/// Distinguishes the calls of one process from those of the one before it.
static PROCESS_STARTED: LazyLock<i64> = LazyLock::new(|| Timestamp::now().as_millisecond());
static N_UNNAMED: AtomicU64 = AtomicU64::new(0);

/// A stream after its first message.
pub(super) struct Arrived {
    pub(super) call_id: String,
    /// What the call has to its end, whatever is reloaded meanwhile.
    pub(super) hotline: Arc<Hotline>,
    pub(super) opened: Result<(Opening, Inbox), Fault>,
}

/// Waits for the config.
pub(super) async fn arrive<S>(floor: &Floor, inbound: &mut S, outbox: &Outbox) -> Arrived
where
    S: Stream<Item = Result<ConverseRequest, Status>> + Unpin,
{
    let reader = outbox.reader();
    let first = tokio::select! {
        biased;
        () = floor.expired.raised() => Err(Fault::Expired),
        () = reader.gone() => Err(Fault::Broken),
        message = inbound.next() => Ok(message),
        () = tokio::time::sleep(floor.config.idle()) => Err(Fault::Idle),
    };
    let hotline = floor.hotline.now();
    let opened = first.and_then(|message| open(floor, &hotline, message));
    let named = opened.as_ref().ok().and_then(|(opening, _)| opening.call_id.clone());
    Arrived { call_id: named.unwrap_or_else(make_up_id), hotline, opened }
}

fn open(
    floor: &Floor,
    hotline: &Hotline,
    message: Option<Result<ConverseRequest, Status>>,
) -> Result<(Opening, Inbox), Fault> {
    let message = match message {
        None => return Err(ProtocolError::Ended.into()),
        Some(Err(status)) => return Err(stream_fault(&status)),
        Some(Ok(message)) => message,
    };
    let Some(Request::Config(config)) = message.request else {
        return Err(ProtocolError::NoConfig.into());
    };
    let now = hotline.host.policy.keeps_hours().then(Timestamp::now);
    let opening = convert::open(config, now)?;
    let inbox = Inbox::new(opening.format, floor.config.inbox_seconds);
    let inbox = inbox.map_err(ProtocolError::from)?;
    Ok((opening, inbox))
}

/// Ends a call that never opened: its decision and nothing else.
pub(super) fn refuse(hotline: &Hotline, fault: &Fault, outbox: Outbox) {
    debug!(%fault, "the call is not opened");
    let mut call = Call::open(Arc::clone(&hotline.host), Setup::default());
    call.give_up(fault.reason());
    while let Some(step) = call.poll() {
        if let Step::Tell(told) = step
            && let Event::Decision(decision) = told.event
        {
            record(&decision, Duration::ZERO, 0);
            let last = decision_message(told.offset, &decision, Vec::new());
            return outbox.finish(last, fault.status());
        }
    }
}

fn make_up_id() -> String {
    format!("call-{:x}-{}", *PROCESS_STARTED, N_UNNAMED.fetch_add(1, Ordering::Relaxed) + 1)
}
