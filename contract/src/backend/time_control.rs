use std::sync::Arc;
use std::time::Duration;

use twincast_embedded::EmbeddedRedis;

/// A server whose time can be moved, without waiting.
#[derive(Clone, Debug)]
pub struct TimeControl(Arc<EmbeddedRedis>);

impl TimeControl {
    pub(super) fn of(server: &Arc<EmbeddedRedis>) -> Self {
        Self(Arc::clone(server))
    }

    /// Stops the time: from now on, only [`advance`](Self::advance) moves it.
    pub fn stop(&self) {
        self.0.stop_clock();
    }

    /// Moves the server's time forward. When this returns, everything has happened that was due.
    pub fn advance(&self, time: Duration) {
        self.0.advance(time);
    }
}
