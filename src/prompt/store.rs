//! What was spoken already, and what is being spoken.
//!
//! Bounded in bytes; what was not used for longest goes first. One prompt is made once, however
//! many calls ask for it at a time; one that failed is not tried again for a while, so that a
//! broken command does not cost every call a process.

use super::{Format, Pace};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, time::Instant};

/// Prompts that are being made or wait for that. A hotline has a few dozen of them.
const MAX_MAKING: usize = 64;

/// How long a failure is believed: an operator who mended the command sees it work.
const RETRY: Duration = Duration::from_secs(30);

/// What an entry costs beside its text and audio.
const ENTRY_BYTES: usize = 128;

/// What makes two prompts sound the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) text: Arc<str>,
    pub(super) pace: Pace,
    pub(super) format: Format,
}

/// Audio, or that there is none.
pub(super) type Made = Option<Arc<[u8]>>;

/// Tells when a prompt is made; `None` until then.
pub(super) type Making = watch::Receiver<Option<Made>>;

/// How often what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Asked for and there.
    pub hits: u64,
    /// Made.
    pub made: u64,
    /// Tried in vain.
    pub failed: u64,
}

#[derive(Debug)]
enum Entry {
    Making(Making),
    There { audio: Arc<[u8]>, used: u64 },
    Failed { until: Instant, used: u64 },
}

/// What the store says about a prompt.
#[derive(Debug)]
pub(super) enum Found {
    /// Here it is.
    There(Arc<[u8]>),
    /// Somebody is at it.
    Making(Making),
    /// Whoever asked must make it.
    Make(Maker, Making),
    /// It failed lately, or too many are being made.
    Nothing,
}

/// Prompts by key.
#[derive(Debug)]
pub(super) struct Store {
    max_bytes: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    entries: HashMap<Key, Entry>,
    bytes: usize,
    n_making: usize,
    /// Counts uses: the clock of what was used last.
    uses: u64,
    counts: Counts,
}

impl Store {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, inner: Mutex::default() }
    }

    /// Looks for a prompt, and begins it where there is none.
    pub(super) fn look(self: &Arc<Self>, key: &Key, now: Instant) -> Found {
        let mut inner = self.lock();
        let inner = &mut *inner;
        inner.uses += 1;
        match inner.entries.get_mut(key) {
            Some(Entry::There { audio, used }) => {
                *used = inner.uses;
                inner.counts.hits += 1;
                return Found::There(Arc::clone(audio));
            }
            Some(Entry::Making(making)) => return Found::Making(making.clone()),
            Some(Entry::Failed { until, .. }) if now < *until => return Found::Nothing,
            Some(Entry::Failed { .. }) => inner.remove(key),
            None => {}
        }
        if inner.n_making >= MAX_MAKING {
            return Found::Nothing;
        }
        inner.n_making += 1;
        let (sender, making) = watch::channel(None);
        inner.entries.insert(key.clone(), Entry::Making(making.clone()));
        let maker = Maker { store: Arc::clone(self), key: key.clone(), sender, is_done: false };
        Found::Make(maker, making)
    }

    pub(super) fn counts(&self) -> Counts {
        self.lock().counts
    }

    fn settle(&self, key: &Key, made: &Made, now: Instant) {
        let mut inner = self.lock();
        inner.n_making -= 1;
        inner.entries.remove(key);
        inner.uses += 1;
        let used = inner.uses;
        let entry = match made {
            Some(audio) => {
                inner.counts.made += 1;
                Entry::There { audio: Arc::clone(audio), used }
            }
            None => {
                inner.counts.failed += 1;
                Entry::Failed { until: now + RETRY, used }
            }
        };
        inner.bytes += cost(key, &entry);
        inner.entries.insert(key.clone(), entry);
        while inner.bytes > self.max_bytes && inner.drop_oldest() {}
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn remove(&mut self, key: &Key) {
        if let Some(entry) = self.entries.remove(key) {
            self.bytes -= cost(key, &entry);
        }
    }

    /// Answers whether there was one. A look at each of a few dozen is cheaper than an order.
    fn drop_oldest(&mut self) -> bool {
        let settled = self.entries.iter().filter_map(|(key, entry)| match entry {
            Entry::Making(_) => None,
            Entry::There { used, .. } | Entry::Failed { used, .. } => Some((*used, key)),
        });
        let Some(oldest) = settled.min_by_key(|(used, _)| *used).map(|(_, key)| key.clone()) else {
            return false;
        };
        self.remove(&oldest);
        true
    }
}

fn cost(key: &Key, entry: &Entry) -> usize {
    match entry {
        Entry::Making(_) => 0,
        Entry::There { audio, .. } => audio.len() + key.text.len() + ENTRY_BYTES,
        Entry::Failed { .. } => key.text.len() + ENTRY_BYTES,
    }
}

/// The duty to make one prompt. Dropped unfinished, it is a failure.
#[derive(Debug)]
pub(super) struct Maker {
    store: Arc<Store>,
    key: Key,
    sender: watch::Sender<Option<Made>>,
    is_done: bool,
}

impl Maker {
    pub(super) fn finish(mut self, made: Made) {
        self.settle(made);
    }

    fn settle(&mut self, made: Made) {
        self.is_done = true;
        self.store.settle(&self.key, &made, Instant::now());
        self.sender.send_replace(Some(made));
    }
}

impl Drop for Maker {
    fn drop(&mut self) {
        if !self.is_done {
            self.settle(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::Encoding;

    fn key(text: &str) -> Key {
        let format = Format { encoding: Encoding::Alaw, rate_hz: 8_000 };
        Key { text: text.into(), pace: Pace::Normal, format }
    }

    fn put(store: &Arc<Store>, text: &str, n_bytes: usize) {
        let Found::Make(maker, _) = store.look(&key(text), Instant::now()) else {
            panic!("{text} is there")
        };
        maker.finish(Some(vec![0; n_bytes].into()));
    }

    fn holds(store: &Arc<Store>, text: &str) -> bool {
        store.lock().entries.contains_key(&key(text))
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let store = Arc::new(Store::new(3_000));
        put(&store, "a", 1_000);
        put(&store, "b", 1_000);
        assert!(matches!(store.look(&key("a"), Instant::now()), Found::There(_)));
        put(&store, "c", 1_000);
        assert!(holds(&store, "a") && !holds(&store, "b") && holds(&store, "c"));
        put(&store, "huge", 5_000);
        assert!(!holds(&store, "a") && !holds(&store, "huge"));
        assert_eq!(store.lock().bytes, 0);
        assert_eq!(store.counts(), Counts { hits: 1, made: 4, failed: 0 });
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_believed_for_a_while() {
        let store = Arc::new(Store::new(3_000));
        let Found::Make(maker, mut making) = store.look(&key("a"), Instant::now()) else {
            panic!("nobody made it before")
        };
        assert!(matches!(store.look(&key("a"), Instant::now()), Found::Making(_)));
        // A job that panics drops its duty.
        drop(maker);
        assert_eq!(*making.wait_for(Option::is_some).await.unwrap(), Some(None));
        assert!(matches!(store.look(&key("a"), Instant::now()), Found::Nothing));
        tokio::time::advance(RETRY).await;
        assert!(matches!(store.look(&key("a"), Instant::now()), Found::Make(..)));
        assert_eq!(store.counts().failed, 2);
    }

    #[test]
    fn there_are_never_too_many_at_a_time() {
        let store = Arc::new(Store::new(1_000_000));
        let mut makers = Vec::new();
        for n in 0..MAX_MAKING {
            let found = store.look(&key(&n.to_string()), Instant::now());
            assert!(matches!(found, Found::Make(..)));
            makers.push(found);
        }
        assert!(matches!(store.look(&key("more"), Instant::now()), Found::Nothing));
        drop(makers);
        assert!(matches!(store.look(&key("more"), Instant::now()), Found::Make(..)));
    }
}
