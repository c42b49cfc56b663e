//! Disturbances of the connections of one name at any moment, while the code under test runs.

use std::time::Duration;

use tokio::sync::watch;

use super::fault::Throttle;

/// Something that happens to all connections of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturbance {
    /// They are cut: the client sees the end of the stream, and the server a reset, which is recorded
    /// as a close of the client. New ones are made as before.
    Cut,
    /// New connections are accepted and reset at once, until [`Disturbance::Accept`].
    Refuse,
    /// New connections are made again.
    Accept,
    /// No byte is forwarded, in either direction, until [`Disturbance::Resume`].
    Stall,
    /// Bytes arrive in small chunks, with a pause after each.
    Slow(Throttle),
    /// Every byte arrives alone.
    Split,
    /// Bytes are forwarded as they come.
    Resume,
}

/// The state of the connections of one name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    /// How often they have been cut.
    pub(super) cuts: usize,
    pub(super) refuses: bool,
    pub(super) flow: Flow,
}

/// How bytes are forwarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Flow {
    #[default]
    AsTheyCome,
    Stalled,
    InChunks(Throttle),
}

impl Line {
    pub(super) fn disturb(&mut self, how: Disturbance) {
        match how {
            Disturbance::Cut => self.cuts += 1,
            Disturbance::Refuse => self.refuses = true,
            Disturbance::Accept => self.refuses = false,
            Disturbance::Stall => self.flow = Flow::Stalled,
            Disturbance::Slow(throttle) => self.flow = Flow::InChunks(throttle),
            Disturbance::Split => {
                self.flow = Flow::InChunks(Throttle { chunk: 1, pause: Duration::ZERO });
            }
            Disturbance::Resume => self.flow = Flow::AsTheyCome,
        }
    }
}

/// Returns when the connections of this name are cut. Never returns if they are not.
pub(super) async fn cut(mut line: watch::Receiver<Line>) {
    let before = line.borrow().cuts;
    // An error means that the tap ends, which closes the connection in its own way.
    if line.wait_for(|now| now.cuts > before).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Waits while the connections are stalled, and returns how to forward.
pub(super) async fn flow(line: &mut watch::Receiver<Line>) -> Flow {
    match line.wait_for(|now| now.flow != Flow::Stalled).await {
        Ok(now) => now.flow,
        Err(_) => Flow::AsTheyCome,
    }
}
