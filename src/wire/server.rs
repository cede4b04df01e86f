//! Binds, serves, drains.
//!
//! The order of the drain: not ready → no new connections, no new calls → open calls go on → at
//! the end of the grace they are handed off → the decisions are given a moment to leave. tonic's
//! own graceful end waits for every connection for ever, so each stage has its own limit here.

use super::{
    Config, Error, accept, admin,
    admission::{Admission, Limits, no_room},
    forecast::Forecast,
    hotline::{Hotline, Reloader, Source},
    proto::{self, triage_server::TriageServer},
    recorder::Recorder,
    service::Service,
    session::Floor,
};
use crate::{call::Host, metrics, prompt::Voices, shutdown::Signal, transcript::Pool};
use axum::{
    extract::Request,
    middleware::{self, Next},
    routing::Router,
};
use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore};
use tonic::{server::NamedService, service::Routes};
use tonic_health::{ServingStatus, server::HealthReporter};
use tracing::{info, warn};

/// The method whose messages may be as long as a recording.
const TRIAGE_RECORDING: &str = "/pretriage.v1.Triage/TriageRecording";

/// Recordings that are received and worked on at one time. Each may be held in memory whole.
const MAX_RECORDINGS: usize = 4;

/// What a recording's request holds beside the recording.
const CONFIG_BYTES: usize = 64 * 1024;

/// How often the workers' health is looked at. An orchestrator asks every few seconds.
const HEALTH_INTERVAL: Duration = Duration::from_millis(500);

/// What connections get to send the last decisions after the last call has ended.
const FLUSH: Duration = Duration::from_secs(1);

/// The rooms that the service works with.
#[derive(Debug)]
pub struct Rooms {
    /// What all calls share.
    pub host: Arc<Host>,
    /// The workers.
    pub pool: Arc<Pool>,
    /// What prompts sound like.
    pub voices: Voices,
    /// For [`proto::ServiceInfo`].
    pub model: Model,
}

/// The speech model, as told to gateways.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Of its file, in hexadecimal.
    pub sha256: String,
}

/// The service, bound to its ports.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    admin: Option<(TcpListener, SocketAddr)>,
    metrics: metrics::Handle,
    floor: Floor,
    admission: Arc<Admission>,
    model: Model,
    shutdown: Signal,
}

/// How the drain went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Calls that did not end by themselves within the grace and were handed off.
    pub handed_off: usize,
    /// Calls that could not even be handed off.
    pub cut: usize,
}

/// Whether new calls should be sent here.
#[derive(Clone, Debug)]
pub(super) struct Readiness {
    pool: Arc<Pool>,
    draining: Signal,
}

impl Readiness {
    /// Returns what is wrong, in one word for an operator.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if self.draining.is_raised() {
            Some("draining")
        } else if self.pool.health().is_ready() {
            None
        } else {
            Some("engine")
        }
    }
}

impl Server {
    /// Takes the ports. Calls are answered from [`Server::serve`] on; those that come before wait.
    ///
    /// # Errors
    /// When a port is taken, metrics cannot be collected or calls cannot be recorded.
    pub async fn bind(config: Config, rooms: Rooms, shutdown: Signal) -> Result<Self, Error> {
        let metrics = metrics::install()?;
        let recorder = config.record_to.as_deref();
        let recorder = Recorder::new(recorder, config.max_calls, rooms.model.clone());
        let recorder = recorder.map_err(|source| Error::RecordTo {
            folder: config.record_to.clone().unwrap_or_default(),
            source,
        })?;
        let (listener, address) = listen(config.listen, "wire.listen").await?;
        let admin = match config.admin {
            Some(address) => Some(listen(address, "wire.admin").await?),
            None => None,
        };
        let Rooms { host, pool, voices, model } = rooms;
        let share = f64::from(config.max_load_percent) / 100.0;
        let max_busy_workers = pool.health().alive as f64 * share;
        let limits = Limits { max_calls: config.max_calls, max_busy_workers };
        let forecast = Arc::<Forecast>::default();
        let admission = Arc::new(Admission::new(limits, Arc::clone(&forecast), shutdown.clone()));
        let hotline = Hotline { host, voices, checksum: String::new() };
        let hotline = Arc::new(Reloader::new(hotline, None));
        let floor = Floor { config, hotline, pool, recorder, forecast, expired: Signal::new() };
        Ok(Self { listener, address, admin, metrics, floor, admission, model, shutdown })
    }

    /// Names the profile in force, and says where a changed one comes from.
    #[must_use]
    pub fn with_source(mut self, checksum: String, source: Arc<dyn Source>) -> Self {
        self.floor.hotline = Arc::new(self.floor.hotline.with_source(checksum, source));
        self
    }

    /// Reads the profile again when told to.
    #[must_use]
    pub fn reloader(&self) -> Arc<Reloader> {
        Arc::clone(&self.floor.hotline)
    }

    /// Where gateways connect.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Where the admin port is, if there is one.
    #[must_use]
    pub fn admin_addr(&self) -> Option<SocketAddr> {
        self.admin.as_ref().map(|(_, address)| *address)
    }

    /// Serves until the signal is raised, then drains.
    ///
    /// # Errors
    /// When the connection layer or the admin port fails.
    pub async fn serve(self) -> Result<Drained, Error> {
        let floor = Arc::new(self.floor);
        let config = &floor.config;
        floor.hotline.now().voices.prefetch();
        let readiness =
            Readiness { pool: Arc::clone(&floor.pool), draining: self.shutdown.clone() };
        let (reporter, health) = tonic_health::server::health_reporter();
        let health = health.max_decoding_message_size(config.max_message_bytes);
        let routes = routes(&floor, &self.admission, &self.model)?.add_service(health);
        let connections =
            accept::connections(self.listener, config.max_connections, self.shutdown.clone());
        let server = tonic::transport::Server::builder()
            .initial_stream_window_size(config.stream_window_bytes)
            .initial_connection_window_size(config.connection_window_bytes())
            .max_concurrent_streams(config.max_streams_per_connection)
            .http2_keepalive_interval(Some(Duration::from_millis(config.keepalive_interval_ms)))
            .http2_keepalive_timeout(Some(Duration::from_millis(config.keepalive_timeout_ms)))
            .add_routes(routes)
            .serve_with_incoming_shutdown(connections, self.shutdown.raised());

        let calls_are_over = Signal::new();
        let drained = async {
            let drained = drain(&self.shutdown, &floor, &self.admission).await;
            floor.recorder.settle(FLUSH).await;
            calls_are_over.raise();
            Ok(drained)
        };
        let served = async {
            // Connections that stay open (health watchers, idle gateways, clients that never
            // finished their handshake) are not waited for.
            let flushed = async {
                calls_are_over.raised().await;
                tokio::time::sleep(FLUSH).await;
            };
            tokio::select! {
                served = server => served.map_err(Error::from),
                () = flushed => Ok(()),
            }
        };
        let admin = serve_admin(self.admin, admin::routes(self.metrics.clone(), readiness.clone()));
        tokio::select! {
            ended = async { tokio::try_join!(drained, served) } => ended.map(|(drained, ())| drained),
            error = admin => Err(error),
            never = watch_health(&reporter, &readiness) => match never {},
        }
    }
}

async fn listen(
    address: SocketAddr,
    key: &'static str,
) -> Result<(TcpListener, SocketAddr), Error> {
    let failed = |source| Error::Bind { address, key, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Puts the services together. Only one method takes long messages, and only a few at a time.
fn routes(floor: &Arc<Floor>, admission: &Arc<Admission>, model: &Model) -> Result<Routes, Error> {
    let config = &floor.config;
    let service = Arc::new(Service {
        floor: Arc::clone(floor),
        admission: Arc::clone(admission),
        model: model.clone(),
    });
    let triage = TriageServer::from_arc(Arc::clone(&service))
        .max_decoding_message_size(config.max_message_bytes);
    let recordings = TriageServer::from_arc(service)
        .max_decoding_message_size(config.max_recording_bytes + CONFIG_BYTES);
    let places = Arc::new(Semaphore::new(MAX_RECORDINGS));
    let gate = middleware::from_fn(move |request: Request, next: Next| {
        let place = Arc::clone(&places).try_acquire_owned();
        async move {
            match place {
                Ok(_place) => next.run(request).await,
                Err(_) => no_room("no_recording_slot", "too many recordings at a time".to_owned())
                    .into_http(),
            }
        }
    });
    let recordings = Router::new().route_service(TRIAGE_RECORDING, recordings).layer(gate);
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(proto::DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let routes = Routes::new(triage)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?);
    Ok(Routes::from(routes.into_axum_router().merge(recordings)))
}

/// Waits for the signal and then for the calls, each stage with its limit.
async fn drain(shutdown: &Signal, floor: &Floor, admission: &Admission) -> Drained {
    shutdown.raised().await;
    let grace = Duration::from_millis(floor.config.drain_grace_ms);
    info!(open_calls = admission.open_calls(), grace_seconds = grace.as_secs_f64(), "draining");
    if tokio::time::timeout(grace, admission.emptied()).await.is_ok() {
        return Drained { handed_off: 0, cut: 0 };
    }
    let handed_off = admission.open_calls();
    warn!(calls = handed_off, "the grace is over: open calls are handed off");
    floor.expired.raise();
    // A session delivers its decision within the stall limit; a little more is for the scheduler.
    let limit = floor.config.stall() + FLUSH;
    let cut = match tokio::time::timeout(limit, admission.emptied()).await {
        Ok(()) => 0,
        Err(_) => admission.open_calls(),
    };
    if cut > 0 {
        warn!(calls = cut, "calls are cut off");
    }
    Drained { handed_off, cut }
}

/// Ends only with an error; without a port it never does.
async fn serve_admin(admin: Option<(TcpListener, SocketAddr)>, routes: Router) -> Error {
    let Some((listener, _)) = admin else { return std::future::pending().await };
    let ended = axum::serve(listener, routes).await;
    Error::Admin(ended.err().unwrap_or_else(|| std::io::Error::other("it ended")))
}

/// Keeps the health service true.
async fn watch_health(reporter: &HealthReporter, readiness: &Readiness) -> Infallible {
    let mut reported = None;
    loop {
        let fault = readiness.fault();
        let status =
            if fault.is_none() { ServingStatus::Serving } else { ServingStatus::NotServing };
        // Watchers are told of every report, so only a change is one.
        if reported.replace(status) != Some(status) {
            for service in ["", <TriageServer<Service> as NamedService>::NAME] {
                reporter.set_service_status(service, status).await;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(HEALTH_INTERVAL) => {}
            () = readiness.draining.raised(), if !readiness.draining.is_raised() => {}
        }
    }
}
