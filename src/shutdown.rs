//! The one signal that the process is to end.
//!
//! SIGTERM, SIGINT or a test raises it; whoever holds a clone sees it at once and for ever. It
//! refuses to know what ending means: the doors that listen drain themselves.

use std::{io, sync::Arc};
use tokio::sync::watch;

/// Tells everyone who holds a clone that the process is to end.
#[derive(Clone, Debug)]
pub struct Signal {
    raised: Arc<watch::Sender<bool>>,
}

impl Signal {
    /// Returns a signal that only [`Signal::raise`] raises.
    #[must_use]
    pub fn new() -> Self {
        Self { raised: Arc::new(watch::Sender::new(false)) }
    }

    /// Returns a signal that SIGTERM or SIGINT raises. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// When the handlers cannot be installed.
    pub fn from_process() -> io::Result<Self> {
        let signal = Self::new();
        let raiser = signal.clone();
        let mut sources = Sources::install()?;
        tokio::spawn(async move {
            sources.next().await;
            raiser.raise();
        });
        Ok(signal)
    }

    /// Raises the signal; a second time changes nothing.
    pub fn raise(&self) {
        self.raised.send_replace(true);
    }

    /// Returns whether the signal was raised.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        *self.raised.borrow()
    }

    /// Waits until the signal is raised; returns at once where it already was.
    pub async fn raised(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.raised.subscribe().wait_for(|raised| *raised).await;
    }
}

impl Default for Signal {
    fn default() -> Self {
        Self::new()
    }
}

/// What the operating system may send.
#[cfg(unix)]
struct Sources {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Sources {
    fn install() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// What the operating system may send.
#[cfg(not(unix))]
struct Sources;

#[cfg(not(unix))]
impl Sources {
    fn install() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        // An error means that no handler can be installed: then only `raise` ends the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_clone_sees_the_signal_and_keeps_seeing_it() {
        let signal = Signal::new();
        let clone = signal.clone();
        assert!(!clone.is_raised());
        signal.raise();
        clone.raised().await;
        clone.raised().await;
        assert!(clone.is_raised());
    }
}
