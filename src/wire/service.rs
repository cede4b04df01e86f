//! The methods of the service. A recording is a stream that is already here.

use super::{
    Config, Error, Model,
    admission::{Admission, Slot},
    convert,
    outbox::{Item, Outbox},
    proto::{
        self, ConverseRequest, ConverseResponse, converse_request::Request as Wire,
        converse_response, triage_server::Triage,
    },
    session::{self, Floor},
};
use crate::metrics;
use std::sync::Arc;
use tokio::sync::mpsc::Receiver;
use tokio_stream::{Stream, wrappers::ReceiverStream};
use tonic::{Code, Request, Response, Status, Streaming};

/// What a recording is taken for where its header is to say it.
const ASSUMED_FORMAT: proto::AudioFormat = proto::AudioFormat {
    encoding: proto::audio_format::Encoding::Linear16 as i32,
    sample_rate_hz: 8_000,
    channels: 1,
    caller_channel: 0,
};

/// A recording is given to its call in pieces of this size, as from a stream.
const PIECE_BYTES: usize = 64 * 1024;

/// Answers the methods.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) floor: Arc<Floor>,
    pub(super) admission: Arc<Admission>,
    pub(super) model: Model,
}

impl Service {
    fn start<S>(&self, slot: Slot, inbound: S) -> Result<Receiver<Item>, Status>
    where
        S: Stream<Item = Result<ConverseRequest, Status>> + Send + Unpin + 'static,
    {
        let (outbox, receiver) = Outbox::new(self.floor.config.outbox_messages)
            .ok_or_else(|| Status::internal("no room for answers"))?;
        let floor = Arc::clone(&self.floor);
        tokio::spawn(async move {
            session::run(floor, inbound, outbox).await;
            drop(slot);
        });
        Ok(receiver)
    }
}

#[tonic::async_trait]
impl Triage for Service {
    type ConverseStream = ReceiverStream<Item>;

    async fn converse(
        &self,
        request: Request<Streaming<ConverseRequest>>,
    ) -> Result<Response<Self::ConverseStream>, Status> {
        let slot = self.admission.admit()?;
        let receiver = self.start(slot, request.into_inner())?;
        Ok(Response::new(ReceiverStream::new(receiver)))
    }

    async fn triage_recording(
        &self,
        request: Request<proto::TriageRecordingRequest>,
    ) -> Result<Response<proto::TriageRecordingResponse>, Status> {
        let slot = self.admission.admit()?;
        let proto::TriageRecordingRequest { config, recording } = request.into_inner();
        let mut config = config.unwrap_or_default();
        config.no_playback = true;
        // Nobody is still speaking.
        config.timers.get_or_insert_default().interim_ms = Some(0);
        if config.audio.is_none() && recording.starts_with(b"RIFF") {
            config.audio = Some(ASSUMED_FORMAT);
        }
        let inbound = tokio_stream::iter(pieces(config, recording));
        let mut receiver = self.start(slot, inbound)?;
        let (mut events, mut answer) = (Vec::new(), None);
        while let Some(item) = receiver.recv().await {
            match item? {
                ConverseResponse {
                    response: Some(converse_response::Response::Decision(decision)),
                    ..
                } => answer = Some(decision),
                event => events.push(event),
            }
        }
        let decision = answer.ok_or_else(|| Status::internal("the call ended undecided"))?;
        let answer = proto::TriageRecordingResponse { events, decision: Some(*decision) };
        Ok(Response::new(answer))
    }

    async fn get_service_info(
        &self,
        _: Request<proto::GetServiceInfoRequest>,
    ) -> Result<Response<proto::ServiceInfo>, Status> {
        Ok(Response::new(proto::ServiceInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            model: Some(proto::Model {
                name: self.model.name.clone(),
                sha256: self.model.sha256.clone(),
            }),
            limits: Some(limits(&self.floor.config)),
            open_calls: u32::try_from(self.admission.open_calls()).unwrap_or(u32::MAX),
            profile: Some(convert::profile(&self.floor.hotline.now())),
        }))
    }

    async fn reload_profile(
        &self,
        _: Request<proto::ReloadProfileRequest>,
    ) -> Result<Response<proto::ReloadProfileResponse>, Status> {
        if !self.floor.config.allow_reload {
            metrics::profile_reload("not_allowed");
            let text = "the service's file does not say `wire.allow_reload = true`";
            return Err(Status::permission_denied(text));
        }
        let reloaded = self.floor.hotline.reload().await.map_err(|error| {
            let is_bound = matches!(error, Error::TooManyHeld(_));
            let code = if is_bound { Code::ResourceExhausted } else { Code::Internal };
            Status::new(code, error.to_string())
        })?;
        Ok(Response::new(convert::reloaded(reloaded)))
    }
}

/// The messages that a gateway would have sent.
fn pieces(
    config: proto::CallConfig,
    recording: Vec<u8>,
) -> impl Iterator<Item = Result<ConverseRequest, Status>> {
    let mut taken = 0;
    let pieces = std::iter::from_fn(move || {
        let end = recording.len().min(taken + PIECE_BYTES);
        let piece = (taken < end).then(|| recording[taken..end].to_vec());
        taken = end;
        piece
    });
    std::iter::once(Wire::Config(config))
        .chain(pieces.map(Wire::Audio))
        .map(|request| Ok(ConverseRequest { request: Some(request) }))
}

fn limits(config: &Config) -> proto::Limits {
    let duration = |time: std::time::Duration| prost_types::Duration::try_from(time).ok();
    proto::Limits {
        max_calls: u32::try_from(config.max_calls).unwrap_or(u32::MAX),
        max_message_bytes: config.max_message_bytes as u64,
        max_recording_bytes: config.max_recording_bytes as u64,
        max_streams_per_connection: config.max_streams_per_connection,
        stall_limit: duration(config.stall()),
        idle_limit: duration(config.idle()),
    }
}
