//! A service in this process, an engine that follows a script, and a gateway.

use super::voice::voice;
use pretriage::{
    audio::{comfort::ComfortNoise, g711},
    call::Host,
    config::{DEFAULT_PROFILE, Profile},
    decision::Policy,
    intent::Classifier,
    prompt::Voices,
    shutdown::Signal,
    speech,
    transcript::{self, EngineError, Pool, Raw, Recognizer},
    wire::{
        Config, Drained, Model, Rooms, Server,
        proto::{
            self, AudioFormat, CallConfig, ConverseRequest, ConverseResponse, Decision,
            audio_format::Encoding, converse_request::Request, converse_response::Response,
            triage_client::TriageClient,
        },
    },
};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, mpsc as blocking},
};
use tokio::{
    sync::mpsc::{self, Sender},
    task::JoinHandle,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Code, Status, Streaming,
    transport::{Channel, Endpoint},
};

/// What the engine does with an utterance.
pub(super) type Script = Arc<dyn Fn(&[f32]) -> Result<String, EngineError> + Send + Sync>;

struct Scripted(Script);

impl Recognizer for Scripted {
    fn recognize(&mut self, samples: &[f32]) -> Result<Raw, EngineError> {
        let text = (self.0)(samples)?;
        Ok(Raw { n_tokens: text.chars().count(), text, mean_logprob: -0.05, no_speech: 0.0 })
    }
}

/// An engine that hears the same in everything.
pub(super) fn always(text: &'static str) -> Script {
    Arc::new(move |_| Ok(text.to_owned()))
}

/// An engine that stops at each utterance until it is let go.
pub(super) struct Gate {
    pub(super) entered: mpsc::UnboundedReceiver<()>,
    pub(super) leave: blocking::Sender<()>,
}

#[expect(clippy::disallowed_methods, reason = "a test has a handful of utterances")]
pub(super) fn gated(text: &'static str) -> (Script, Gate) {
    let (enter, entered) = mpsc::unbounded_channel();
    let (leave, left) = blocking::channel::<()>();
    let left = Mutex::new(left);
    let script: Script = Arc::new(move |_| {
        let _ = enter.send(());
        // The test that is over lets everybody go.
        let _ = left.lock().unwrap().recv();
        Ok(text.to_owned())
    });
    (script, Gate { entered, leave })
}

pub(super) struct Service {
    pub(super) address: SocketAddr,
    pub(super) admin: SocketAddr,
    pub(super) shutdown: Signal,
    pub(super) serving: JoinHandle<Drained>,
}

/// Local ports, otherwise the defaults.
pub(super) fn config() -> Config {
    let free: SocketAddr = ([127, 0, 0, 1], 0).into();
    Config { listen: free, admin: Some(free), ..Config::default() }
}

pub(super) fn rooms(pool: Pool) -> Rooms {
    rooms_of(toml::from_str(DEFAULT_PROFILE).unwrap(), pool)
}

pub(super) fn rooms_of(profile: Profile, pool: Pool) -> Rooms {
    let host = Host::new(
        profile.number,
        profile.call,
        Policy::new(profile.decision),
        Classifier::embedded().unwrap(),
        speech::Config::default(),
    );
    let model = Model { name: "script".to_owned(), sha256: "0".repeat(64) };
    Rooms { host: Arc::new(host), pool: Arc::new(pool), voices: Voices::default(), model }
}

pub(super) fn pool(script: &Script) -> Pool {
    pool_of(1, script)
}

pub(super) fn pool_of(workers: usize, script: &Script) -> Pool {
    let workers = transcript::Config { workers, ..transcript::Config::default() };
    let script = Arc::clone(script);
    Pool::start(workers, move || Ok(Box::new(Scripted(Arc::clone(&script))))).unwrap()
}

pub(super) async fn serve_with(config: Config, pool: Pool) -> Service {
    serve_rooms(config, rooms(pool)).await
}

pub(super) async fn serve_rooms(config: Config, rooms: Rooms) -> Service {
    let shutdown = Signal::new();
    let server = Server::bind(config, rooms, shutdown.clone()).await.unwrap();
    run(server, shutdown)
}

pub(super) fn run(server: Server, shutdown: Signal) -> Service {
    let (address, admin) = (server.local_addr(), server.admin_addr().unwrap());
    let serving = tokio::spawn(async move { server.serve().await.unwrap() });
    Service { address, admin, shutdown, serving }
}

pub(super) async fn serve(script: &Script) -> Service {
    serve_with(config(), pool(script)).await
}

impl Service {
    pub(super) async fn channel(&self) -> Channel {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).unwrap();
        endpoint.connect().await.unwrap()
    }

    pub(super) async fn client(&self) -> TriageClient<Channel> {
        TriageClient::new(self.channel().await)
    }

    /// Waits until no call holds a slot, by asking.
    pub(super) async fn is_empty(&self) {
        let mut client = self.client().await;
        loop {
            let info = client.get_service_info(proto::GetServiceInfoRequest {}).await.unwrap();
            if info.into_inner().open_calls == 0 {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// One page of the admin port: status line and body.
    pub(super) async fn page(&self, path: &str) -> (String, String) {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::TcpStream::connect(self.admin).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), body.to_owned())
    }
}

/// 8 kHz µ-law without playback, the shortest way to a decision.
pub(super) fn call_config() -> CallConfig {
    CallConfig {
        audio: Some(AudioFormat {
            encoding: Encoding::Mulaw as i32,
            sample_rate_hz: 8_000,
            channels: 1,
            caller_channel: 0,
        }),
        no_playback: true,
        ..CallConfig::default()
    }
}

/// Somebody speaks, after drawing breath: the detector doubts a voice that begins with the stream.
pub(super) fn speech(ms: usize) -> Vec<u8> {
    const BREATH_MS: usize = 160;
    let voice = voice(ms - BREATH_MS);
    let spoken = voice.chunks(2).map(|pair| to_mulaw(pair[0]));
    silence(BREATH_MS).into_iter().chain(spoken).collect()
}

/// A line that is up, and nobody speaks.
pub(super) fn silence(ms: usize) -> Vec<u8> {
    let hiss = ComfortNoise::default().take(ms * 8);
    hiss.map(|sample| g711::to_mulaw((sample * 32_767.0) as i16)).collect()
}

/// The nearest of the table's values.
pub(super) fn to_mulaw(sample: f32) -> u8 {
    let wanted = (sample * 32_767.0) as i32;
    (0..=u8::MAX)
        .min_by_key(|code| (i32::from(g711::MULAW[usize::from(*code)]) - wanted).abs())
        .unwrap()
}

/// One call, driven message by message.
pub(super) struct Gateway {
    pub(super) sender: Sender<ConverseRequest>,
    pub(super) answers: Streaming<ConverseResponse>,
}

/// How a stream ended.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) messages: Vec<ConverseResponse>,
    pub(super) decision: Decision,
    /// Where in the audio it was made.
    pub(super) offset_ms: u64,
    pub(super) status: Option<Status>,
}

impl Gateway {
    pub(super) async fn open(client: &mut TriageClient<Channel>) -> Result<Self, Status> {
        let (sender, receiver) = mpsc::channel(4);
        let answers = client.converse(ReceiverStream::new(receiver)).await?.into_inner();
        Ok(Self { sender, answers })
    }

    /// Opens a call and sends its config.
    pub(super) async fn call(
        client: &mut TriageClient<Channel>,
        config: CallConfig,
    ) -> Result<Self, Status> {
        let gateway = Self::open(client).await?;
        gateway.send(Request::Config(config)).await;
        Ok(gateway)
    }

    /// Sends; what the service no longer reads is not missed.
    pub(super) async fn send(&self, request: Request) {
        let _ = self.sender.send(ConverseRequest { request: Some(request) }).await;
    }

    /// Sends audio in 20 ms messages.
    pub(super) async fn audio(&self, bytes: &[u8]) {
        for frame in bytes.chunks(160) {
            self.send(Request::Audio(frame.to_vec())).await;
        }
    }

    /// Reads until the service is ready for audio.
    pub(super) async fn ready(&mut self) {
        let first = self.answers.message().await.unwrap().unwrap();
        assert!(matches!(first.response, Some(Response::Ready(_))), "{first:?}");
    }

    /// Half-closes and reads to the end.
    pub(super) async fn end(self) -> Ending {
        drop(self.sender);
        read(self.answers).await
    }

    /// Reads to the end without half-closing.
    pub(super) async fn ended(self) -> Ending {
        let Self { sender, answers } = self;
        let ending = read(answers).await;
        drop(sender);
        ending
    }
}

/// Reads to the end and holds the law: one decision, last.
async fn read(mut answers: Streaming<ConverseResponse>) -> Ending {
    let (mut messages, mut decision) = (Vec::new(), None);
    let status = loop {
        match answers.message().await {
            Ok(Some(ConverseResponse { offset_ms, response: Some(Response::Decision(it)) })) => {
                assert!(decision.replace((it, offset_ms)).is_none(), "a second decision");
            }
            Ok(Some(message)) => {
                assert!(decision.is_none(), "{message:?} after the decision");
                messages.push(message);
            }
            Ok(None) => break None,
            Err(status) => break Some(status),
        }
    };
    let (decision, offset_ms) = decision.unwrap_or_else(|| panic!("no decision, but {status:?}"));
    Ending { messages, decision: *decision, offset_ms, status }
}

impl Ending {
    /// Outcome and reason as in JSON, and the status.
    pub(super) fn summary(&self) -> (String, Option<Code>) {
        let name = |name: &str| name.to_ascii_lowercase();
        let outcome = name(self.decision.outcome().as_str_name());
        let reason = name(self.decision.reason().as_str_name());
        (format!("{outcome} {reason}"), self.status.as_ref().map(Status::code))
    }

    #[track_caller]
    pub(super) fn check(&self, expected: &str, status: Option<Code>) {
        assert_eq!(self.summary(), (expected.to_owned(), status), "{:?}", self.status);
    }
}
