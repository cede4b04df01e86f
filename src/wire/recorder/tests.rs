use super::*;
use crate::{
    audio::{Encoding, Format},
    call::{Call, Event, Key, Setup, Step, sample::host},
};
use std::{fs, os::unix::fs::PermissionsExt};

fn opening() -> Opening {
    Opening {
        call_id: None,
        format: Format {
            encoding: Encoding::Mulaw,
            rate_hz: 8_000,
            channels: 1,
            caller_channel: 0,
        },
        setup: Setup::default(),
        knows_language: true,
    }
}

/// The decision of somebody who pressed 0.
fn decision(host: &Arc<Host>) -> Decision {
    let mut call = Call::open(Arc::clone(host), Setup::default());
    call.push_key(Key::new('0').unwrap());
    let steps = std::iter::from_fn(|| call.poll());
    let told = steps.filter_map(|step| match step {
        Step::Tell(told) => Some(told.event),
        Step::Prepare(..) | Step::ListenIn(..) | Step::Discard(_) | Step::Transcribe(..) => None,
    });
    match told.last() {
        Some(Event::Decision(decision)) => *decision,
        other => panic!("{other:?}"),
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_recording_appears_when_it_is_complete_and_only_its_owner_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::new(Some(folder.path()), 4, Model::default()).unwrap();
    let host = host();
    let decision = decision(&host);
    // Each of the ids that mean the same name.
    for id in ["../a b", "../a b", "__/a/b", "", "长话", ".part"] {
        let mut tape = recorder.begin(id, &opening(), &host);
        tape.audio(&[0xff; 10_000]);
        tape.finish(Duration::ZERO, &decision);
    }
    recorder.settle(LONG).await;
    assert_eq!(
        names(folder.path()),
        [
            "__.jsonl",
            "___a_b-2.jsonl",
            "___a_b-3.jsonl",
            "___a_b.jsonl",
            "_part.jsonl",
            "call.jsonl"
        ]
    );
    for name in names(folder.path()) {
        let path = folder.path().join(name);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("{\"pretriage_recording\":1,"), "{text}");
        assert_eq!(text.lines().count(), 5, "header, three of audio, decision");
    }
}

#[test]
fn no_call_id_leaves_the_folder() {
    for id in ["../../etc/passwd", "/etc/passwd", "..", ".", "a\0b", "-rf", &"x".repeat(500)] {
        let stem = file::stem(id);
        assert!(!stem.contains(['/', '.', '\0']), "{stem}");
        assert!((1..=100).contains(&stem.len()), "{stem}");
    }
}

#[tokio::test]
async fn a_disk_that_hangs_costs_the_recording_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::new(Some(folder.path()), 1, Model::default()).unwrap();
    let shelf = Arc::clone(recorder.0.as_ref().unwrap());
    let hanging = shelf.writers.acquire_many(MAX_WRITERS as u32).await.unwrap();
    let mut tape = recorder.begin("gw-7", &opening(), &host());
    let mut n_bytes = 0;
    while tape.0.is_some() {
        tape.audio(&[0x55; 1_024]);
        n_bytes += 1_024;
        assert!(n_bytes <= 2 * MAX_WAITING_BYTES, "what waits is bounded");
        tokio::task::yield_now().await;
    }
    // It goes on without: nothing is written, nothing falls.
    tape.audio(&[0x55; 1_024]);
    tape.input(|| Input::HangUp);
    assert!(n_bytes > MAX_WAITING_BYTES / 2, "{n_bytes}");
    // No more calls are recorded than there are places.
    let others: Vec<Tape> = (0..3).map(|_| recorder.begin("gw-8", &opening(), &host())).collect();
    assert_eq!(others.iter().filter(|tape| tape.0.is_some()).count(), 1);
    drop((tape, others));
    drop(hanging);
    recorder.settle(LONG).await;
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn a_call_that_breaks_off_leaves_no_recording() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::new(Some(folder.path()), 4, Model::default()).unwrap();
    let mut tape = recorder.begin("gw-7", &opening(), &host());
    tape.audio(&[0xff; 10_000]);
    drop(tape);
    recorder.settle(LONG).await;
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn a_folder_that_is_gone_costs_the_recording_alone() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::new(Some(folder.path()), 4, Model::default()).unwrap();
    fs::remove_dir(folder.path()).unwrap();
    let host = host();
    let mut tape = recorder.begin("gw-7", &opening(), &host);
    while tape.0.is_some() {
        tape.audio(&[0xff; 4_096]);
        tokio::task::yield_now().await;
    }
    tape.finish(Duration::ZERO, &decision(&host));
    recorder.settle(LONG).await;
    assert!(Recorder::new(Some(folder.path()), 4, Model::default()).is_err());
}
