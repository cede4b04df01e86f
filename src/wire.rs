//! Door A: the gRPC service.
//!
//! One stream drives one [`crate::call::Call`]; recordings that come in one request take the same
//! way. This room holds every tonic and prost type, the limits of the network side and the drain;
//! it refuses to know what is said and how it is decided. Decisions go back out by the stream and
//! are counted in `metrics`.

mod accept;
mod admin;
mod admission;
mod arrival;
pub mod client;
mod config;
mod convert;
mod forecast;
mod hotline;
mod inbox;
mod ledger;
mod outbox;
mod recorder;
mod server;
mod service;
mod session;
mod taped;
mod transcriber;

pub use config::Config;
pub use hotline::{Fault, Fresh, Hotline, Reloaded, Reloader, Source};
pub use server::{Drained, Model, Rooms, Server};

use std::net::SocketAddr;

/// The generated messages and service. Their contract is `proto/pretriage/v1/pretriage.proto`.
#[allow(missing_docs, clippy::all, clippy::wildcard_enum_match_arm, reason = "generated code")]
pub mod proto {
    tonic::include_proto!("pretriage.v1");

    /// The service's own description, for reflection.
    pub(super) const DESCRIPTORS: &[u8] = tonic::include_file_descriptor_set!("pretriage");
}

/// The service cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is taken or not ours.
    #[error("cannot listen on {address} (config key {key})")]
    Bind {
        /// The address as configured.
        address: SocketAddr,
        /// The config key that holds it.
        key: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// Calls cannot be recorded there.
    #[error("cannot record calls to {folder} (wire.record_to)")]
    RecordTo {
        /// The folder as configured.
        folder: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The reflection data of the build is broken.
    #[error("cannot serve reflection")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// Nothing can be counted.
    #[error(transparent)]
    Metrics(#[from] crate::metrics::Error),
    /// The connection layer failed.
    #[error("the gRPC server failed")]
    Serve(#[from] tonic::transport::Error),
    /// Nobody said where a changed profile comes from.
    #[error("this service has no profile to read again")]
    NoSource,
    /// A bound of ours.
    #[error("open calls still hold {0} older profiles; try again when some of them have ended")]
    TooManyHeld(usize),
    /// A panic, or the end of the process.
    #[error("reading the profile again was cut off")]
    ReloadLost,
    /// The admin port failed.
    #[error("the admin server failed")]
    Admin(#[source] std::io::Error),
}
