//! Many callers at once, and what came of them.

use super::{
    Error, Figures, Service, Spread,
    caller::{Habits, Plan, Words},
    process, round,
};
use crate::{
    call::{Event, Heard, Interim},
    wire::client::{self, Options, Pace},
};
use fastrand::Rng;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

/// Calls that share a connection, as a media gateway's do.
const CALLS_A_CONNECTION: usize = 64;

/// Open arrivals may pile up to so many times the calls that were asked for; what comes then
/// counts as refused, so that a service that stands still cannot fill the memory of this machine.
const PILE_UP: usize = 4;

/// The average length of a call, for the first calls' times and for open arrivals. Calls differ; what
/// counts is that they do not begin in step.
const CALL_MS: u64 = 12_000;

/// Whoever is refused calls again after this: what the service asks for (`RetryInfo`).
const CALL_AGAIN: Duration = Duration::from_secs(1);

/// How far what was heard may lie before the words that were sent: the pre-roll and half a window of
/// the detector.
const PLACE_TOLERANCE: Duration = Duration::from_millis(400);

/// Samples a millisecond of what the callers send.
const MS_SAMPLES: u64 = 8;

/// When callers call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pattern {
    /// The number of calls is held: whose call has ended calls again.
    #[default]
    Closed,
    /// Calls come as in a street, at random and whatever becomes of those before.
    Open,
}

/// What is asked of the service.
#[derive(Clone, Debug)]
pub struct Load {
    /// Calls at one time, on average where they come at random.
    pub calls: usize,
    /// For how long new calls are made.
    pub seconds: u64,
    /// Which part of a call is speech, 0 to 1.
    pub speech_share: f64,
    /// Which part of the calls has a key pressed.
    pub key_share: f64,
    /// Which part of the calls ends in the middle of the words.
    pub hang_up_share: f64,
    /// Milliseconds of audio in a message.
    pub frame_ms: u32,
    /// Whether the gateways want to know what is heard while a caller still speaks.
    pub interim: bool,
    /// The gateways play the prompts and send nothing: what open calls cost by themselves.
    pub is_mute: bool,
    /// Whether audio is sent as it is spoken, and not as fast as the service takes it.
    pub is_paced: bool,
    /// When callers call.
    pub pattern: Pattern,
    /// Draws what callers do.
    pub seed: u64,
}

impl Load {
    /// How its callers behave.
    pub(super) fn habits(&self) -> Habits {
        Habits {
            speech_share: self.speech_share,
            key_share: self.key_share,
            hang_up_share: self.hang_up_share,
        }
    }
}

/// What came of the calls so far.
#[derive(Debug, Default)]
struct Tally {
    decisions: u64,
    refused: u64,
    undecided: u64,
    lost_samples: u64,
    decision_ms: Vec<f64>,
    first_partial_ms: Vec<f64>,
}

/// What all callers share.
#[derive(Debug)]
struct Street {
    words: Words,
    load: Load,
    tally: Mutex<Tally>,
}

impl Street {
    fn tally(&self) -> std::sync::MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes one call to its end; answers whether it was let in.
    async fn call(&self, client: &mut client::Client, rng: &mut Rng) -> bool {
        let Load { frame_ms, interim, is_mute, is_paced, seconds, .. } = self.load;
        let Plan { mut recording, keys, speech_at } = self.words.plan(&self.load.habits(), rng);
        if is_mute {
            recording.bytes.clear();
        }
        let options = Options {
            pace: if is_paced { Pace::Realtime } else { Pace::Fast },
            frame_ms,
            keys,
            interim,
            plays_prompts: is_mute,
            linger: Duration::from_secs(if is_mute { seconds } else { 0 }),
            ..Options::default()
        };
        let (mut partial, mut decided, mut began_early) = (None, None, Duration::ZERO);
        let answer = client::stream_recording(client, recording, &options, |told, heard| {
            if let Event::Transcript(Heard { start, .. }) | Event::Interim(Interim { start, .. }) =
                &told.event
                && partial.is_none()
            {
                partial = speech_at.map(|at| behind(at, heard, frame_ms));
                began_early = speech_at.unwrap_or_default().saturating_sub(*start);
            }
            if let Event::Decision(_) = told.event {
                decided = Some(behind(told.offset, heard, frame_ms));
            }
        });
        let answer = answer.await;
        let mut tally = self.tally();
        match (answer, decided) {
            (Ok(_), Some(wait)) => {
                tally.decisions += 1;
                tally.decision_ms.push(wait);
                tally.first_partial_ms.extend(partial);
                let lost = began_early.saturating_sub(PLACE_TOLERANCE).as_millis() as u64;
                tally.lost_samples += lost * MS_SAMPLES;
            }
            (Err(error), _) if error.is_refusal() => {
                tally.refused += 1;
                return false;
            }
            (Ok(_) | Err(_), _) => tally.undecided += 1,
        }
        true
    }
}

/// Milliseconds from the moment that the frame with this position was sent.
fn behind(position: Duration, heard: Duration, frame_ms: u32) -> f64 {
    let frame_ms = u64::from(frame_ms.max(1));
    let sent = Duration::from_millis((position.as_millis() as u64).div_ceil(frame_ms) * frame_ms);
    heard.saturating_sub(sent).as_secs_f64() * 1_000.0
}

/// Makes the calls and measures. `service` is the one at `address`, where it is ours; `on_second` hears
/// every second how many seconds and decisions there were.
///
/// # Errors
/// When nobody answers at the address, or no call was decided.
pub async fn run(
    address: &str,
    service: Option<&Service>,
    load: &Load,
    mut on_second: impl FnMut(u64, u64),
) -> Result<Figures, Error> {
    let n_connections = load.calls.div_ceil(CALLS_A_CONNECTION).max(1);
    let mut clients = Vec::new();
    for _ in 0..n_connections {
        clients.push(client::connect(address).await?);
    }
    let model = client::model(&mut clients[0]).await?;
    let street =
        Arc::new(Street { words: Words::load()?, load: load.clone(), tally: Mutex::default() });
    let before = service.map(Service::used);
    let client_before = process::cpu_seconds("self");
    let begun = Instant::now();
    let end = begun + Duration::from_secs(load.seconds);
    let calling = match load.pattern {
        Pattern::Closed => tokio::spawn(closed(Arc::clone(&street), clients, load.clone(), end)),
        Pattern::Open => tokio::spawn(open(Arc::clone(&street), clients, load.clone(), end)),
    };
    let (mut second, mut most_bytes) = (0, None);
    while !calling.is_finished() {
        sleep(Duration::from_secs(1)).await;
        second += 1;
        most_bytes = most_bytes.max(service.and_then(Service::resident_bytes));
        on_second(second, street.tally().decisions);
    }
    // A caller that panicked has been counted nowhere, and the rest stands.
    let ended = calling.await.unwrap_or_else(|_| Instant::now());
    let elapsed = ended - begun;
    let used = service.map(Service::used);
    let spent = |now: Option<f64>, before: Option<f64>| Some(round(now? - before?));
    let of = |read: fn(&process::Used) -> Option<f64>| {
        spent(read(used.as_ref()?), read(before.as_ref()?))
    };
    let engine = of(|it| it.engine_cpu_seconds);
    let discarded =
        engine.zip(of(|it| Some(it.discarded_seconds))).zip(of(|it| Some(it.inference_seconds)));
    let tally = std::mem::take(&mut *street.tally());
    if tally.decisions == 0 {
        return Err(Error::Nothing(load.seconds));
    }
    Ok(Figures {
        calls: load.calls,
        seconds: load.seconds,
        elapsed_seconds: round(elapsed.as_secs_f64()),
        speech_share: load.speech_share,
        decisions: tally.decisions,
        lost_samples: tally.lost_samples,
        refused: tally.refused,
        undecided: tally.undecided,
        decision_ms: Spread::of(tally.decision_ms),
        first_partial_ms: Spread::of(tally.first_partial_ms),
        server_cpu_seconds: of(|it| it.cpu_seconds),
        client_cpu_seconds: spent(process::cpu_seconds("self"), client_before),
        engine_cpu_seconds: engine,
        discarded_engine_cpu_seconds: discarded.map(|((engine, discarded), all)| {
            round(engine * discarded / all.max(f64::MIN_POSITIVE))
        }),
        rss_bytes: most_bytes,
        model,
        commit: env!("PRETRIAGE_COMMIT"),
    })
}

/// Holds the number of calls until the end; answers when the last of them ended.
async fn closed(
    street: Arc<Street>,
    clients: Vec<client::Client>,
    load: Load,
    end: Instant,
) -> Instant {
    // At a telephone's pace calls that begin in step would also end in step.
    let spread_ms = if load.is_paced { CALL_MS.min(load.seconds * 500).max(1) } else { 1 };
    let mut callers = JoinSet::new();
    for number in 0..load.calls {
        let (street, mut client) = (Arc::clone(&street), clients[number % clients.len()].clone());
        let mut rng = Rng::with_seed(load.seed.wrapping_add(number as u64));
        callers.spawn(async move {
            sleep(Duration::from_millis(rng.u64(0..spread_ms))).await;
            while Instant::now() < end {
                if !street.call(&mut client, &mut rng).await {
                    sleep(CALL_AGAIN).await;
                }
            }
        });
    }
    callers.join_all().await;
    Instant::now()
}

/// Lets calls come at random until the end; answers when the last of them ended.
async fn open(
    street: Arc<Street>,
    clients: Vec<client::Client>,
    load: Load,
    end: Instant,
) -> Instant {
    let room = Arc::new(Semaphore::new(load.calls * PILE_UP));
    let mut rng = Rng::with_seed(load.seed);
    let mut callers = JoinSet::new();
    let mut next = Instant::now();
    loop {
        // Exponential gaps make a Poisson process.
        let gap = -(1.0 - rng.f64()).ln() * CALL_MS as f64 / load.calls as f64;
        next += Duration::from_secs_f64(gap / 1_000.0);
        if next >= end {
            break;
        }
        sleep_until(next).await;
        while callers.try_join_next().is_some() {}
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            street.tally().refused += 1;
            continue;
        };
        let (street, mut client) = (Arc::clone(&street), rng.choice(&clients).cloned());
        let mut rng = rng.fork();
        callers.spawn(async move {
            if let Some(client) = &mut client {
                street.call(client, &mut rng).await;
            }
            drop(permit);
        });
    }
    callers.join_all().await;
    Instant::now()
}
