//! Law 7: both doors are one house. Every sample call gives its expected row, and the same events
//! and decision, through the gRPC service and through the offline door, with the real engine.

use pretriage::{
    call::{Event, Host, Told},
    config::Settings,
    decision::Policy,
    intent::{Category, Classifier},
    model,
    offline::{Channel, Door},
    prompt::Voices,
    shutdown::Signal,
    transcript::{Pool, whisper::Engine},
    wire::{
        Model, Rooms, Server,
        client::{self, Options, Pace, Recording},
    },
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// One line of `expected.tsv`.
struct Sample {
    path: PathBuf,
    category: String,
    outcome: String,
    reason: String,
    channel: Option<Channel>,
}

fn samples() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/calls");
    let table = std::fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let samples: Vec<Sample> = table
        .lines()
        .skip(1)
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            Sample {
                path: folder.join(columns[0]),
                category: columns[1].to_owned(),
                outcome: columns[2].to_owned(),
                reason: columns[3].to_owned(),
                channel: columns
                    .get(4)
                    .filter(|channel| !channel.is_empty())
                    .map(|channel| channel.parse().unwrap()),
            }
        })
        .collect();
    assert!(samples.len() >= 16, "{} samples", samples.len());
    samples
}

fn rooms() -> (Arc<Host>, Arc<Pool>) {
    let settings = Settings::load(None).unwrap();
    let loaded = model::load(&settings.model_source()).unwrap();
    let engine = Engine::load(&loaded).unwrap();
    // The test may share its cores with others: no deadline of a live call applies.
    let mut config = settings.config.transcript.clone();
    (config.deadline_ms, config.stuck_ms) = (300_000, 600_000);
    let pool = Pool::start(config, move || Ok(Box::new(engine.recognizer()?))).unwrap();
    let host = Host::new(
        settings.profile.number,
        settings.profile.call,
        Policy::new(settings.profile.decision),
        Classifier::embedded().unwrap(),
        settings.config.speech,
    );
    (Arc::new(host), Arc::new(pool))
}

/// The wire counts whole milliseconds.
fn on_the_wire(mut events: Vec<Told>) -> Vec<Told> {
    let whole = |time: &mut Duration| *time = Duration::from_millis(time.as_millis() as u64);
    for told in &mut events {
        whole(&mut told.offset);
        if let Event::Transcript(heard) = &mut told.event {
            whole(&mut heard.start);
            whole(&mut heard.end);
        }
    }
    // A note on the file itself, which only the offline door can read.
    events.retain(|told| !matches!(&told.event, Event::Warning(w) if w.code == "channels"));
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sample_gives_its_expected_row_and_the_same_events_through_both_doors() {
    let (host, pool) = rooms();
    let signal = Signal::new();
    let config = pretriage::wire::Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        admin: None,
        ..pretriage::wire::Config::default()
    };
    let rooms = Rooms {
        host: Arc::clone(&host),
        pool: Arc::clone(&pool),
        voices: Voices::default(),
        model: Model::default(),
    };
    let server = Server::bind(config, rooms, signal.clone()).await.unwrap();
    let address = server.local_addr().to_string();
    let serving = tokio::spawn(server.serve());
    let mut client = client::connect(&address).await.unwrap();

    let mut faults = Vec::new();
    for sample in samples() {
        let name = sample.path.file_name().unwrap().to_string_lossy().into_owned();
        let door = Door {
            host: Arc::clone(&host),
            pool: Arc::clone(&pool),
            channel: sample.channel,
            at: None,
        };
        let path = sample.path.clone();
        let offline = tokio::task::spawn_blocking(move || door.triage(&path).unwrap());
        let offline = offline.await.unwrap();
        let decision = offline.decision().unwrap();
        let row = [
            decision.category.map_or("", Category::as_str),
            decision.outcome.as_str(),
            decision.reason.as_str(),
        ];
        if row != [sample.category.as_str(), &sample.outcome, &sample.reason] {
            let heard = offline.transcript();
            faults.push(format!("{name}: {row:?}, heard \"{heard}\""));
        }

        let channel = sample.channel.map_or(0, |Channel(channel)| channel);
        let recording = Recording::load(&sample.path, channel).unwrap();
        let options = Options { pace: Pace::Fast, caller_channel: channel, ..Options::default() };
        let mut online = Vec::new();
        let seen = |told: &Told, _| online.push(told.clone());
        client::stream_recording(&mut client, recording, &options, seen).await.unwrap();
        assert_eq!(online, on_the_wire(offline.events), "{name}: the doors differ");
    }
    drop(client);
    signal.raise();
    serving.await.unwrap().unwrap();
    assert!(faults.is_empty(), "{faults:#?}");
}
