//! Where time enters.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::time::Timestamp;

/// The wall clock at the server's start, carried on by a clock that never jumps.
#[derive(Debug)]
pub(super) struct Clock {
    began: Instant,
    began_at: Timestamp,
}

impl Clock {
    pub(super) fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Self { began: Instant::now(), began_at: Timestamp::from_unix(since_epoch) }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.began_at + self.began.elapsed()
    }
}
