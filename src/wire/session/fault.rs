//! Why a session ends other than by its call's decision, and what the gateway is told.

use super::super::{convert::ProtocolError, outbox::Gone};
use crate::decision::Reason;
use std::error::Error as _;
use tonic::{Code, Status};

/// Why a session ends other than by the call's own decision.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    #[error("the stream broke")]
    Broken,
    #[error("the gateway stopped reading")]
    Stalled,
    #[error("nothing came for too long")]
    Idle,
    #[error("the service is stopping")]
    Expired,
}

impl Fault {
    pub(super) const fn reason(&self) -> Reason {
        match self {
            Self::Protocol(_) => Reason::ProtocolError,
            Self::Broken | Self::Stalled | Self::Idle => Reason::StreamBroken,
            Self::Expired => Reason::Deadline,
        }
    }

    /// What follows the decision.
    pub(super) fn status(&self) -> Option<Status> {
        match self {
            Self::Protocol(error) => Some(Status::invalid_argument(error.to_string())),
            Self::Stalled => Some(Status::unavailable(self.to_string())),
            Self::Broken | Self::Idle | Self::Expired => None,
        }
    }
}

impl From<Gone> for Fault {
    fn from(_: Gone) -> Self {
        Self::Broken
    }
}

/// Tells a message that cannot be read from a stream that broke: only the second has a cause
/// outside the message.
pub(super) fn stream_fault(status: &Status) -> Fault {
    let unreadable = matches!(
        status.code(),
        Code::Internal | Code::OutOfRange | Code::ResourceExhausted | Code::Unimplemented
    );
    if unreadable && status.source().is_none() {
        Fault::Protocol(ProtocolError::Unreadable(status.message().to_owned()))
    } else {
        Fault::Broken
    }
}
