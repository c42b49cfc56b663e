//! Time, as the pure core sees it: handed in, never asked for.

use std::ops::Add;
use std::time::Duration;

/// A point in time, counted from the Unix epoch.
///
/// The rim reads the clock once per readiness round and passes the result in, so every command of a
/// round happens "at the same time", as in Redis. It never runs backwards: it is the wall clock at
/// the server's start plus what a monotonic clock has counted since.
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

    /// Zero when `earlier` is in fact later.
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
