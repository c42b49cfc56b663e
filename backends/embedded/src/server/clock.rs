//! The clock of the event loop, the only one in the server.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::time::Timestamp;

/// A clock that begins at the wall clock's time and never jumps after that.
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
