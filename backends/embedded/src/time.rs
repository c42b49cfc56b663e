//! Points in time. The layers below the event loop are given the time and never read a clock.

use std::ops::Add;
use std::time::Duration;

/// A point in time, counted from the Unix epoch.
///
/// The event loop reads the clock once per round and passes the result on, so all commands of a
/// round run at the same time, as in Redis. Time never runs backwards: it is the wall clock at the
/// server's start plus the time that a monotonic clock has measured since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp(Duration);

impl Timestamp {
    pub(crate) fn from_unix(since_epoch: Duration) -> Self {
        Self(since_epoch)
    }

    pub(crate) fn since_epoch(self) -> Duration {
        self.0
    }

    pub(crate) fn unix_millis(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }

    /// The time since `earlier`; zero if `earlier` is in fact later.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, later: Duration) -> Self {
        Self(self.0.saturating_add(later))
    }
}
