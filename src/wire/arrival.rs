//! Whether audio comes as fast as it is declared to: a wrong sample rate shows on the clock.
//!
//! 8 kHz declared as 16 kHz comes at half the speed of time, the reverse at double, second after
//! second. Nothing in the samples tells it from a slow or a fast voice, so the door looks, and only
//! where somebody is there to be spoken to: a recording is sent as fast as it can be. Gaps (silence
//! suppression, stalls) and pauses of our own begin the measurement anew.

use crate::audio::Format;
use std::time::Duration;
use tokio::time::Instant;

/// One measurement: long enough for the jitter of a network, tens of milliseconds, to be a few
/// per cent of it.
const SPAN: Duration = Duration::from_secs(1);

/// A longer silence between two messages is a gap: gateways send every 10 to 100 ms.
const GAP: Duration = Duration::from_millis(300);

/// Measurements in a row that make sure. A gateway that catches up after a stall is done sooner.
const STEADY: u32 = 8;

/// Speeds that are looked for: half, right, double.
const SPEEDS: [f64; 3] = [0.5, 1.0, 2.0];

/// How near a measurement is to one of them: 50 ms of jitter.
const NEAR: f64 = 0.05;

/// Follows the audio of one stream.
#[derive(Debug)]
pub(super) struct Arrival {
    bytes_a_second: f64,
    /// When the measurement began, when the last message came, and the bytes between the two.
    span: Option<(Instant, Instant, usize)>,
    /// The speed of the last measurements, and how many they were.
    steady: Option<(f64, u32)>,
    is_sure: bool,
}

impl Arrival {
    pub(super) fn new(format: &Format) -> Self {
        let frame_bytes = format.encoding.sample_bytes() * usize::from(format.channels);
        let bytes_a_second = frame_bytes as f64 * f64::from(format.rate_hz);
        Self { bytes_a_second, span: None, steady: None, is_sure: false }
    }

    /// Audio came; answers, once, with the speed if that is surely wrong.
    pub(super) fn came(&mut self, now: Instant, n_bytes: usize) -> Option<f64> {
        if self.is_sure {
            return None;
        }
        let Some((begun, _, n_before)) = self.span.filter(|(_, last, _)| now - *last <= GAP) else {
            self.paused();
            self.span = Some((now, now, n_bytes));
            return None;
        };
        if now - begun < SPAN {
            self.span = Some((begun, now, n_before + n_bytes));
            return None;
        }
        self.span = Some((now, now, n_bytes));
        let speed = n_before as f64 / self.bytes_a_second / (now - begun).as_secs_f64();
        let near = SPEEDS.into_iter().find(|it| (speed / it - 1.0).abs() <= NEAR);
        self.steady = near.map(|speed| match self.steady {
            Some((before, n_spans)) if before == speed => (speed, n_spans + 1),
            Some(_) | None => (speed, 1),
        });
        let (speed, n_spans) = self.steady?;
        self.is_sure = n_spans >= STEADY;
        (self.is_sure && speed != 1.0).then_some(speed)
    }

    /// The stream was not read, or nothing came, for a while.
    pub(super) fn paused(&mut self) {
        (self.span, self.steady) = (None, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::Encoding;

    fn arrival() -> Arrival {
        let encoding = Encoding::Linear16;
        Arrival::new(&Format { encoding, rate_hz: 8_000, channels: 1, caller_channel: 0 })
    }

    /// Messages, each milliseconds after the one before it and of so many milliseconds of audio;
    /// answers with what was noticed and after how many milliseconds.
    fn noticed(messages: impl IntoIterator<Item = (u64, usize)>) -> Option<(f64, u64)> {
        let (mut arrival, begun, mut passed) = (arrival(), Instant::now(), 0);
        messages.into_iter().find_map(|(wait_ms, audio_ms)| {
            passed += wait_ms;
            let now = begun + Duration::from_millis(passed);
            arrival.came(now, audio_ms * 16).map(|speed| (speed, passed))
        })
    }

    /// 20 ms of time a message, for a minute, early or late by up to `jitter` ms.
    fn steady(audio_ms: usize, jitter: u64) -> Vec<(u64, usize)> {
        let mut random = fastrand::Rng::with_seed(7);
        let late: Vec<u64> = (0..3_000).map(|_| random.u64(0..=jitter)).collect();
        let mut last = 0;
        (0..3_000_u64)
            .map(|n| {
                let at = (20 * n + late[n as usize]).max(last);
                let wait = at - last;
                last = at;
                (wait, audio_ms)
            })
            .collect()
    }

    #[test]
    fn half_and_double_are_noticed_within_ten_seconds() {
        for jitter in [0, 15] {
            for (audio_ms, speed) in [(10, 0.5), (40, 2.0)] {
                let (found, ms) = noticed(steady(audio_ms, jitter)).unwrap();
                assert_eq!(found, speed);
                assert!((8_000..=10_000).contains(&ms), "{ms}");
            }
        }
    }

    #[test]
    fn the_right_speed_is_never_wrong_whatever_comes_later() {
        let later = steady(40, 0);
        assert_eq!(noticed(steady(20, 40).into_iter().chain(later)), None);
    }

    #[test]
    fn uploads_stalls_and_suppressed_silence_are_no_wrong_rate() {
        // As fast as it goes, or in any other steady haste.
        assert_eq!(noticed(steady(400, 0)), None);
        assert_eq!(noticed(steady(30, 0)), None);
        // Half of every second, three seconds, or ten.
        for n_on in [25, 150, 500] {
            let talk = (0..3_000_usize).map(|n| match n % n_on {
                0 => (20 * n_on as u64, 20),
                _ => (20, 20),
            });
            assert_eq!(noticed(talk), None, "{n_on}");
        }
        // Three seconds of nothing, then all of it at once, then on.
        let stalls = (0..3_000).map(|n| match n % 500 {
            0 => (3_000, 20),
            1..150 => (0, 20),
            _ => (20, 20),
        });
        assert_eq!(noticed(stalls), None);
        // A gateway that catches up at double speed for five seconds.
        let catches_up = (0..3_000).map(|n| (20, if n < 250 { 40 } else { 20 }));
        assert_eq!(noticed(catches_up), None);
    }
}
