use super::*;
use crate::transcript::Raw;
use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
    mpsc::{self, Receiver, Sender},
};

/// What a scripted recogniser does with an utterance; its first sample says which.
const SAY_IT: f32 = 0.0;
/// Reports that it began, then waits until it is released.
const HOLD: f32 = 1.0;
const PANIC: f32 = 2.0;
const FAIL: f32 = 3.0;

/// A recogniser that writes the number of its samples, and can be held.
struct Scripted {
    began: Sender<usize>,
    release: Arc<Mutex<Receiver<()>>>,
}

impl Recognizer for Scripted {
    fn recognize(&mut self, samples: &[f32]) -> Result<Raw, EngineError> {
        self.began.send(samples.len()).unwrap();
        match samples.first().copied().unwrap_or(SAY_IT) {
            HOLD => self.release.lock().unwrap().recv().unwrap(),
            PANIC => panic!("as the script says"),
            FAIL => return Err(EngineError("as the script says".to_owned())),
            _ => {}
        }
        Ok(Raw { text: samples.len().to_string(), n_tokens: 1, ..Raw::default() })
    }
}

struct Stage {
    pool: Pool,
    /// The lengths of the utterances that reached a recogniser, in order.
    began: Receiver<usize>,
    release: Sender<()>,
    n_made: Arc<AtomicUsize>,
}

/// A pool of scripted recognisers of which at most `max_made` can be built.
fn stage(config: Config, max_made: usize) -> Stage {
    let (began_sender, began) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let released = Arc::new(Mutex::new(released));
    let n_made = Arc::new(AtomicUsize::new(0));
    let counter = n_made.clone();
    let began_sender = Mutex::new(began_sender);
    let pool = Pool::start(config, move || {
        if counter.fetch_add(1, Ordering::SeqCst) >= max_made {
            return Err(EngineError("no more recognisers".to_owned()));
        }
        let began = began_sender.lock().unwrap().clone();
        Ok(Box::new(Scripted { began, release: released.clone() }))
    });
    Stage { pool: pool.unwrap(), began, release, n_made }
}

fn one_worker() -> Config {
    Config { workers: 1, queue: 2, deadline_ms: 60_000, stuck_ms: 60_000 }
}

/// An utterance of `n_samples` samples with which the script does `what`.
fn utterance(what: f32, n_samples: usize) -> Arc<[f32]> {
    vec![what; n_samples].into()
}

impl Stage {
    fn submit(&self, what: f32, n_samples: usize) -> Result<Pending, Failure> {
        self.pool.submit(utterance(what, n_samples), "".into(), true)
    }

    fn submit_idle(&self, what: f32, n_samples: usize) -> Result<Pending, Failure> {
        self.pool.submit_idle(utterance(what, n_samples), "".into(), true)
    }

    /// Waits until a recogniser has begun, and says with which utterance.
    fn next_begun(&self) -> usize {
        self.began.recv().unwrap()
    }

    /// Occupies the only worker until `release`.
    fn hold(&self, n_samples: usize) -> Pending {
        let held = self.submit(HOLD, n_samples).unwrap();
        assert_eq!(self.next_begun(), n_samples);
        held
    }
}

fn text(answer: Answer) -> String {
    answer.result.unwrap().text
}

#[test]
fn an_utterance_becomes_its_text() {
    let stage = stage(one_worker(), 1);
    let answer = stage.submit(SAY_IT, 7).unwrap().wait();
    assert_eq!(text(answer), "7");
    assert_eq!(stage.pool.health(), Health { alive: 1, ..Health::default() });
    assert_eq!(stage.pool.shutdown(Duration::from_secs(60)), 0);
}

#[test]
fn an_utterance_without_speech_never_reaches_the_engine() {
    let stage = stage(one_worker(), 1);
    let samples = utterance(SAY_IT, 3);
    let answers = [
        stage.pool.submit(samples.clone(), "".into(), false).unwrap().wait(),
        stage.pool.submit_idle(samples, "".into(), false).unwrap().wait(),
    ];
    for answer in answers {
        let transcript = answer.result.unwrap();
        assert_eq!((transcript.text.as_str(), transcript.dropped), ("", Some(Dropped::NoSpeech)));
    }
    stage.submit(SAY_IT, 9).unwrap().wait().result.unwrap();
    assert_eq!(stage.next_begun(), 9);
}

#[test]
fn a_job_nobody_waits_for_is_skipped() {
    let stage = stage(one_worker(), 1);
    let held = stage.hold(1);
    let given_up = stage.submit(SAY_IT, 2).unwrap();
    let wanted = stage.submit(SAY_IT, 3).unwrap();
    drop(given_up);
    stage.release.send(()).unwrap();
    assert_eq!([text(held.wait()), text(wanted.wait())], ["1", "3"]);
    assert_eq!(stage.next_begun(), 3, "the second never began");
}

#[test]
fn committed_utterances_go_before_speculative_ones() {
    let stage = stage(Config { queue: 4, ..one_worker() }, 1);
    let held = stage.hold(1);
    let speculative = stage.submit_idle(SAY_IT, 2).unwrap();
    let mut promoted = stage.submit_idle(SAY_IT, 3).unwrap();
    let committed = stage.submit(SAY_IT, 4).unwrap();
    promoted.promote().unwrap();
    stage.release.send(()).unwrap();
    for pending in [held, committed, promoted, speculative] {
        pending.wait().result.unwrap();
    }
    assert_eq!([stage.next_begun(), stage.next_begun(), stage.next_begun()], [4, 3, 2]);
}

#[test]
fn what_is_still_being_said_is_heard_only_while_another_worker_stays_idle() {
    let stage = stage(Config { workers: 2, queue: 4, ..one_worker() }, 2);
    let held = stage.hold(1);
    let interim = stage.pool.submit_interim(utterance(SAY_IT, 2), "".into(), true).unwrap();
    stage.submit(SAY_IT, 3).unwrap().wait().result.unwrap();
    assert_eq!(stage.next_begun(), 3, "the other worker is kept for it");
    assert_eq!(stage.pool.health().queued, 1);
    stage.release.send(()).unwrap();
    assert_eq!([text(held.wait()), text(interim.wait())], ["1", "2"]);
    let alone = self::stage(one_worker(), 1);
    let never = alone.pool.submit_interim(utterance(SAY_IT, 2), "".into(), true).unwrap();
    alone.submit(SAY_IT, 3).unwrap().wait().result.unwrap();
    assert_eq!(alone.pool.health().queued, 1);
    drop(never);
}

#[test]
fn what_is_still_being_said_gives_way_first() {
    let stage = stage(one_worker(), 1);
    let held = stage.hold(1);
    let interim = |n| stage.pool.submit_interim(utterance(SAY_IT, n), "".into(), true);
    let first = interim(2).unwrap();
    let mut speculative = stage.submit_idle(SAY_IT, 3).unwrap();
    assert_eq!(interim(4).unwrap_err(), Failure::Overloaded);
    let committed = stage.submit(SAY_IT, 5).unwrap();
    assert_eq!(first.wait().result, Err(Failure::EngineFailed), "it has given way");
    speculative.promote().unwrap();
    stage.release.send(()).unwrap();
    let texts = [held, committed, speculative].map(|pending| text(pending.wait()));
    assert_eq!(texts, ["1", "5", "3"]);
}

#[test]
fn the_queue_is_bounded_and_speculative_utterances_give_way_first() {
    let stage = stage(one_worker(), 1);
    let held = stage.hold(1);
    let mut speculative = stage.submit_idle(SAY_IT, 2).unwrap();
    let first = stage.submit(SAY_IT, 3).unwrap();
    assert_eq!(stage.submit_idle(SAY_IT, 9).unwrap_err(), Failure::Overloaded);
    let second = stage.submit(SAY_IT, 4).unwrap();
    assert_eq!(stage.submit(SAY_IT, 9).unwrap_err(), Failure::Overloaded);
    assert_eq!(stage.pool.health().queued, 2);
    assert_eq!(speculative.promote(), Err(Failure::Overloaded), "it has given way");
    drop(second);
    speculative.promote().unwrap();
    stage.release.send(()).unwrap();
    let texts = [held, first, speculative].map(|pending| text(pending.wait()));
    assert_eq!(texts, ["1", "3", "2"], "one that gave way is decoded after all");
}

#[test]
fn a_speculative_utterance_under_way_or_done_is_not_decoded_twice() {
    let stage = stage(one_worker(), 1);
    let mut under_way = stage.submit_idle(HOLD, 1).unwrap();
    assert_eq!(stage.next_begun(), 1);
    under_way.promote().unwrap();
    stage.release.send(()).unwrap();
    assert_eq!(text(under_way.wait()), "1");
    let mut done = stage.submit_idle(SAY_IT, 2).unwrap();
    assert_eq!(stage.next_begun(), 2);
    stage.submit(SAY_IT, 3).unwrap().wait().result.unwrap();
    assert_eq!(stage.next_begun(), 3);
    done.promote().unwrap();
    assert_eq!(text(done.wait()), "2");
    assert!(stage.began.try_recv().is_err());
}

#[test]
fn a_panic_costs_its_own_call_and_the_recognizer_is_built_again() {
    let stage = stage(one_worker(), 3);
    for what in [PANIC, FAIL] {
        let answer = stage.submit(what, 1).unwrap().wait();
        assert_eq!(answer.result, Err(Failure::EngineFailed));
        assert_eq!(text(stage.submit(SAY_IT, 2).unwrap().wait()), "2");
    }
    assert_eq!(stage.n_made.load(Ordering::SeqCst), 3);
    assert!(stage.pool.health().is_ready());
}

#[test]
fn a_worker_that_cannot_be_built_again_turns_health_and_fails_who_waits() {
    let stage = stage(one_worker(), 1);
    let held = stage.hold(1);
    let failing = stage.submit(FAIL, 2).unwrap();
    let waiting = stage.submit(SAY_IT, 3).unwrap();
    stage.release.send(()).unwrap();
    held.wait().result.unwrap();
    for pending in [failing, waiting] {
        assert_eq!(pending.wait().result, Err(Failure::EngineFailed));
    }
    assert_eq!(stage.pool.health(), Health { dead: 1, ..Health::default() });
    assert!(!stage.pool.health().is_ready());
    assert_eq!(stage.submit(SAY_IT, 4).unwrap_err(), Failure::EngineFailed);
    assert_eq!(stage.pool.shutdown(Duration::from_secs(60)), 0);
}

#[test]
fn a_stuck_worker_is_answered_for_and_replaced_and_health_turns() {
    let stage = stage(Config { deadline_ms: 1, stuck_ms: 1, ..one_worker() }, 2);
    let stuck = stage.hold(1);
    assert_eq!(stuck.wait().result, Err(Failure::EngineFailed));
    let health = stage.pool.health();
    assert_eq!((health.stuck, health.is_ready()), (1, false));
    // The replacement may not have its slot yet: then there is nobody to submit to.
    let next = std::iter::repeat_with(|| stage.submit(HOLD, 2)).find_map(Result::ok).unwrap();
    assert_eq!(stage.next_begun(), 2, "the replacement works");
    assert_eq!(next.wait().result, Err(Failure::EngineFailed));
    // Nobody replaces the replacement.
    assert_eq!(stage.pool.health(), Health { stuck: 2, ..Health::default() });
    assert_eq!(stage.submit(SAY_IT, 3).unwrap_err(), Failure::EngineFailed);
    stage.release.send(()).unwrap();
    stage.release.send(()).unwrap();
}

#[test]
fn shutting_down_finishes_what_is_queued() {
    let stage = stage(one_worker(), 1);
    let held = stage.hold(1);
    let queued = stage.submit(SAY_IT, 2).unwrap();
    stage.release.send(()).unwrap();
    assert_eq!(stage.pool.shutdown(Duration::from_secs(60)), 0);
    assert_eq!([text(held.wait()), text(queued.wait())], ["1", "2"]);
}

#[test]
fn shutting_down_does_not_wait_for_ever() {
    let stage = stage(one_worker(), 1);
    let _held = stage.hold(1);
    let queued = stage.submit(SAY_IT, 2).unwrap();
    assert_eq!(stage.pool.shutdown(Duration::ZERO), 1);
    assert_eq!(queued.wait().result, Err(Failure::EngineFailed));
    stage.release.send(()).unwrap();
}

#[test]
fn a_pool_whose_recognizers_cannot_be_built_does_not_start() {
    let refused = Pool::start(one_worker(), || Err(EngineError("no model".to_owned())));
    assert!(refused.unwrap_err().to_string().contains("no model"));
}

#[test]
fn impossible_settings_are_named_by_key() {
    assert!(Config::default().faults().is_empty());
    let config = Config { workers: 9_999, queue: 0, deadline_ms: 0, stuck_ms: 0 };
    let keys: Vec<_> = config.faults().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["workers", "queue", "deadline_ms"]);
}

/// Runs a future to its end on a runtime with nothing but a clock.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().build().unwrap().block_on(future)
}

#[test]
fn a_caller_waits_no_longer_than_the_deadline() {
    let stage = stage(Config { deadline_ms: 1, ..one_worker() }, 1);
    let held = stage.hold(1);
    let queued = stage.submit(SAY_IT, 2).unwrap();
    assert_eq!(block_on(held.outcome()).result, Err(Failure::Deadline));
    assert_eq!(block_on(queued.outcome()).result, Err(Failure::Deadline));
    stage.release.send(()).unwrap();
    let wanted = stage.submit(SAY_IT, 3).unwrap();
    assert_eq!(text(wanted.wait()), "3");
    assert_eq!(stage.next_begun(), 3, "the worker did not bother with the second");
}

#[test]
fn an_answer_in_time_comes_with_its_timing() {
    let stage = stage(one_worker(), 1);
    let answer = block_on(stage.submit(SAY_IT, 5).unwrap().outcome());
    assert!(answer.timing.decode > Duration::ZERO);
    assert_eq!(text(answer), "5");
}
