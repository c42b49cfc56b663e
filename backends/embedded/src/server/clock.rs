//! Where the time of a server comes from: the only clock in the crate.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::time::Timestamp;

/// How time passes on a server, for [`Builder::clock`](crate::Builder::clock).
///
/// Every effect of time follows this clock: keys expire, pauses end, idle and slow clients are
/// closed, and `TIME`, `CLIENT LIST` and `INFO` show it. The deadlines of the handle's own waits,
/// such as [`wait_for_subscribers`](crate::EmbeddedRedis::wait_for_subscribers), do not: they
/// protect the test, so they always pass in real time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock(Source);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Source {
    #[default]
    Real,
    Manual {
        start: Option<SystemTime>,
    },
}

impl Clock {
    /// Real time, the default: it passes by itself, and
    /// [`advance`](crate::EmbeddedRedis::advance) moves it further.
    pub const fn real() -> Self {
        Self(Source::Real)
    }

    /// A clock that shows the time of the server's start, and stands still until
    /// [`advance`](crate::EmbeddedRedis::advance) moves it.
    pub const fn manual() -> Self {
        Self(Source::Manual { start: None })
    }

    /// A clock that shows `start`, and stands still until
    /// [`advance`](crate::EmbeddedRedis::advance) moves it. So `TIME` is the same in every run. A
    /// start before the Unix epoch becomes the epoch.
    pub const fn manual_from(start: SystemTime) -> Self {
        Self(Source::Manual { start: Some(start) })
    }

    /// Starts the clock.
    pub(super) fn start(self) -> RunningClock {
        let (start, stopped) = match self.0 {
            Source::Real => (None, RUNS),
            Source::Manual { start } => (start, 0),
        };
        let start = start.unwrap_or_else(SystemTime::now);
        let since_epoch = start.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        RunningClock {
            began_at: Timestamp::from_unix(since_epoch),
            began: Instant::now(),
            stopped: AtomicU64::new(stopped),
            advanced: AtomicU64::new(0),
        }
    }
}

/// Time passes by itself.
const RUNS: u64 = u64::MAX;

/// The clock of one server. It never runs backwards, and outlives a restart. The handle and the
/// event loop share it.
#[derive(Debug)]
pub(super) struct RunningClock {
    began_at: Timestamp,
    began: Instant,
    /// How many nanoseconds had really passed when time stopped to pass by itself, or [`RUNS`].
    stopped: AtomicU64,
    /// By how many nanoseconds it was advanced.
    advanced: AtomicU64,
}

impl RunningClock {
    pub(super) fn now(&self) -> Timestamp {
        self.at(Instant::now())
    }

    /// The time that the clock shows at this moment of real time.
    pub(super) fn at(&self, moment: Instant) -> Timestamp {
        let passed = match self.stopped.load(Ordering::Relaxed) {
            RUNS => moment.saturating_duration_since(self.began),
            stopped => Duration::from_nanos(stopped),
        };
        let advanced = Duration::from_nanos(self.advanced.load(Ordering::Relaxed));
        self.began_at + passed + advanced
    }

    /// Stops the time: from now on, only [`advance`](Self::advance) moves it.
    pub(super) fn stop(&self) {
        let passed = nanos(self.began.elapsed()).min(RUNS - 1);
        // Fails if it has stopped already.
        let _ = self.stopped.compare_exchange(RUNS, passed, Ordering::Relaxed, Ordering::Relaxed);
    }

    pub(super) fn advance(&self, by: Duration) {
        let by = nanos(by);
        let advanced = self.advanced.load(Ordering::Relaxed).saturating_add(by);
        self.advanced.store(advanced, Ordering::Relaxed);
    }

    /// Whether only [`advance`](Self::advance) moves the time.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed) != RUNS
    }

    /// How much real time passes until the clock shows `due`; `None` if it must be advanced.
    pub(super) fn wait_until(&self, due: Timestamp) -> Option<Duration> {
        let left = due.since(self.now());
        (!self.is_stopped() || left.is_zero()).then_some(left)
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_manual_clock_stands_still_until_it_is_advanced() {
        let clock = Clock::manual_from(UNIX_EPOCH + HOUR).start();
        let later = Instant::now() + HOUR;
        assert_eq!(clock.at(later).since_epoch(), HOUR);
        clock.advance(Duration::from_nanos(1));
        assert_eq!(clock.at(later).since_epoch(), HOUR + Duration::from_nanos(1));
        assert_eq!(clock.wait_until(clock.now()), Some(Duration::ZERO));
        assert_eq!(clock.wait_until(clock.now() + HOUR), None);
    }

    #[test]
    fn a_real_clock_passes_by_itself_and_can_be_advanced() {
        let clock = Clock::real().start();
        let moment = Instant::now();
        let before = clock.at(moment);
        assert_eq!(clock.at(moment + HOUR).since(before), HOUR);
        clock.advance(HOUR);
        assert_eq!(clock.at(moment).since(before), HOUR);
        assert!(clock.wait_until(clock.now() + HOUR).is_some_and(|wait| wait <= HOUR));
    }

    #[test]
    fn a_real_clock_can_be_stopped() {
        let clock = Clock::real().start();
        clock.stop();
        let (now, later) = (clock.now(), Instant::now() + HOUR);
        assert_eq!(clock.at(later), now);
        clock.stop();
        clock.advance(HOUR);
        assert_eq!(clock.at(later), now + HOUR);
        assert_eq!(clock.wait_until(now + HOUR + HOUR), None);
    }

    #[test]
    fn a_clock_never_overflows() {
        let clock = Clock::manual().start();
        clock.advance(HOUR);
        let before = clock.now();
        clock.advance(Duration::MAX);
        clock.advance(HOUR);
        assert!(clock.now() > before);
        let past = Clock::manual_from(UNIX_EPOCH - HOUR).start();
        assert_eq!(past.now().since_epoch(), Duration::ZERO);
    }
}
