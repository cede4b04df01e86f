//! The limits of the network side, each with its reason.

use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, path::PathBuf, time::Duration};

const LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 50_051);
const ADMIN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9_090);

/// What HTTP/2 allows as a window (RFC 9113, 6.9.2).
const MAX_WINDOW: u64 = (1 << 31) - 1;

/// The HTTP/2 default; below it the preface of ordinary clients already overflows.
const MIN_STREAM_WINDOW_BYTES: u32 = 4 * 1024;

/// Smallest message that holds a config and 20 ms of the widest audio (48 kHz, 16 bit, stereo).
const MIN_MESSAGE_BYTES: usize = 4 * 1024;

/// The `[wire]` table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where gateways connect. Loopback: what leaves the machine is the operator's choice.
    pub listen: SocketAddr,
    /// Where `/metrics`, `/ready` and `/live` are served; `""` in a file means nowhere.
    #[serde(with = "optional_address")]
    pub admin: Option<SocketAddr>,
    /// Calls at one time. Far above what two cores transcribe, far below what memory holds
    /// (at most about 2 MiB a call).
    pub max_calls: usize,
    /// How much of the engine the open calls may be foretold to take, in per cent. A call beyond is
    /// refused at open, where the gateway can still hand it over, instead of answered late. Beyond
    /// 85 % a queue of random arrivals grows fast (M/D/c); what calls take is learnt while they run.
    pub max_load_percent: u32,
    /// Connections at one time. A gateway needs one for many calls.
    pub max_connections: usize,
    /// Streams of one connection. HTTP/2 clients open another connection beyond.
    pub max_streams_per_connection: u32,
    /// Bytes of one message of a stream: 8 s of 16 kHz audio; usual is 20 ms.
    pub max_message_bytes: usize,
    /// Bytes of one recording: an hour of 8 kHz audio in 16 bits.
    pub max_recording_bytes: usize,
    /// Bytes in flight towards us on one stream: 4 s of 8 kHz audio in 16 bits.
    pub stream_window_bytes: u32,
    /// Seconds of a call's audio that wait while the engine works. More is not read.
    pub inbox_seconds: u32,
    /// Messages that wait for a gateway that reads slowly.
    pub outbox_messages: usize,
    /// How long a gateway may stop reading before it loses its call.
    pub stall_ms: u64,
    /// How long a stream may stay without any message before the call is handed off.
    pub idle_ms: u64,
    /// How often a silent connection is asked whether it lives.
    pub keepalive_interval_ms: u64,
    /// How long the answer may take.
    pub keepalive_timeout_ms: u64,
    /// Whether `ReloadProfile` is obeyed. Off: the port asks nobody who they are, and every gateway
    /// reaches it; an operator on this machine has SIGHUP.
    pub allow_reload: bool,
    /// How long open calls may go on after SIGTERM. Orchestrators kill after 30 s.
    pub drain_grace_ms: u64,
    /// A folder in which every call is recorded, the caller's voice and words, unmasked; none
    /// without it. See `docs/recording.md`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_to: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: LISTEN,
            admin: Some(ADMIN),
            max_calls: 256,
            max_load_percent: 85,
            max_connections: 1_024,
            max_streams_per_connection: 256,
            max_message_bytes: 256 * 1024,
            max_recording_bytes: 64 * 1024 * 1024,
            stream_window_bytes: 64 * 1024,
            inbox_seconds: 20,
            outbox_messages: 256,
            stall_ms: 5_000,
            idle_ms: 60_000,
            keepalive_interval_ms: 20_000,
            keepalive_timeout_ms: 10_000,
            allow_reload: false,
            drain_grace_ms: 20_000,
            record_to: None,
        }
    }
}

impl Config {
    /// Returns every fault, as the key and what is wrong with its value.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let mut check = |key: &'static str, value: u64, min: u64, max: u64| {
            if !(min..=max).contains(&value) {
                faults.push((key, format!("{value} is outside {min} to {max}")));
            }
        };
        const HOUR_MS: u64 = 3_600_000;
        check("max_calls", self.max_calls as u64, 1, 65_536);
        check("max_load_percent", self.max_load_percent.into(), 1, 1_000);
        check("max_connections", self.max_connections as u64, 1, 65_536);
        check("max_streams_per_connection", self.max_streams_per_connection.into(), 1, 65_536);
        let min_message = MIN_MESSAGE_BYTES as u64;
        check("max_message_bytes", self.max_message_bytes as u64, min_message, 16 << 20);
        check("max_recording_bytes", self.max_recording_bytes as u64, min_message, 1 << 30);
        let min_window = MIN_STREAM_WINDOW_BYTES.into();
        check("stream_window_bytes", self.stream_window_bytes.into(), min_window, MAX_WINDOW);
        check("inbox_seconds", self.inbox_seconds.into(), 1, 600);
        check("outbox_messages", self.outbox_messages as u64, 16, 65_536);
        check("stall_ms", self.stall_ms, 100, HOUR_MS);
        check("idle_ms", self.idle_ms, 1_000, HOUR_MS);
        check("keepalive_interval_ms", self.keepalive_interval_ms, 1_000, HOUR_MS);
        check("keepalive_timeout_ms", self.keepalive_timeout_ms, 1_000, HOUR_MS);
        check("drain_grace_ms", self.drain_grace_ms, 0, HOUR_MS);
        if self.record_to.as_ref().is_some_and(|folder| folder.as_os_str().is_empty()) {
            faults.push(("record_to", "must name a folder".to_owned()));
        }
        if self.admin == Some(self.listen) && self.listen.port() != 0 {
            faults.push(("admin", format!("{} is the address of listen too", self.listen)));
        }
        faults
    }

    /// The window of a whole connection: room for every stream's own, so that one that is not read
    /// cannot take the room of the others.
    pub(super) fn connection_window_bytes(&self) -> u32 {
        let wanted =
            u64::from(self.stream_window_bytes) * u64::from(self.max_streams_per_connection);
        u32::try_from(wanted.min(MAX_WINDOW)).unwrap_or(u32::MAX >> 1)
    }

    pub(super) const fn stall(&self) -> Duration {
        Duration::from_millis(self.stall_ms)
    }

    pub(super) const fn idle(&self) -> Duration {
        Duration::from_millis(self.idle_ms)
    }
}

/// TOML has no null: an empty string stands for "not served".
mod optional_address {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use std::net::SocketAddr;

    #[expect(clippy::ref_option, reason = "the signature that serde calls")]
    pub(super) fn serialize<S: Serializer>(
        address: &Option<SocketAddr>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match address {
            Some(address) => serializer.collect_str(address),
            None => serializer.serialize_str(""),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<SocketAddr>, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| D::Error::custom("not an address like 127.0.0.1:9090"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_have_no_fault() {
        assert_eq!(Config::default().faults(), []);
    }

    #[test]
    fn every_fault_is_named_by_its_key() {
        let config = Config { max_calls: 0, stall_ms: 1, admin: Some(LISTEN), ..Config::default() };
        let keys: Vec<_> = config.faults().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["max_calls", "stall_ms", "admin"]);
    }

    #[test]
    fn a_connection_has_room_for_all_its_streams() {
        let config = Config::default();
        assert_eq!(config.connection_window_bytes(), 256 * 64 * 1024);
    }

    #[test]
    fn an_empty_admin_address_means_none_and_survives_a_round_trip() {
        let config: Config = toml::from_str("admin = \"\"").unwrap();
        assert_eq!(config.admin, None);
        let text = toml::to_string(&config).unwrap();
        assert_eq!(toml::from_str::<Config>(&text).unwrap(), config);
        assert!(toml::from_str::<Config>("admin = \"nowhere\"").is_err());
        assert!(toml::from_str::<Config>("listn = \"127.0.0.1:1\"").is_err());
    }
}
