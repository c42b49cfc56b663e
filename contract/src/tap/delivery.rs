use std::io;
use std::ops::ControlFlow;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::{task, time};

use super::injury::Transport;
use super::line::Line;
use super::record::Direction;
use crate::socket::Writer;

/// How bytes of one direction reach the other side, and the record.
pub(super) struct Delivery<'a> {
    line: &'a Line,
    direction: Direction,
    writer: Writer<'a>,
    transport: Option<Transport>,
    /// Bytes that have been delivered.
    sent: usize,
}

/// What a delivery can end in, other than success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// The cable is cut here.
    Cut,
    /// Nothing goes through any more, and nobody is told.
    Stalled,
}

impl<'a> Delivery<'a> {
    pub(super) fn new(
        line: &'a Line,
        direction: Direction,
        writer: Writer<'a>,
        transport: Option<Transport>,
    ) -> Self {
        Self { line, direction, writer, transport, sent: 0 }
    }

    pub(super) async fn deliver(&mut self, bytes: &[u8]) -> io::Result<ControlFlow<Lost>> {
        if bytes.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        match self.transport {
            None => self.send(bytes).await?,
            Some(Transport::Split) => self.in_pieces(bytes, 1, Duration::ZERO).await?,
            Some(Transport::Slow { piece, pause }) => self.in_pieces(bytes, piece, pause).await?,
            Some(Transport::Cut { after }) => return self.up_to(bytes, after, Lost::Cut).await,
            Some(Transport::Stall { after }) => {
                return self.up_to(bytes, after, Lost::Stalled).await;
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    pub(super) async fn finish(&mut self) {
        // The other side may be gone already, and then knows.
        let _ = self.writer.shutdown().await;
    }

    async fn in_pieces(&mut self, bytes: &[u8], piece: usize, pause: Duration) -> io::Result<()> {
        for piece in bytes.chunks(piece.max(1)) {
            self.send(piece).await?;
            if pause.is_zero() {
                task::yield_now().await;
            } else {
                time::sleep(pause).await;
            }
        }
        Ok(())
    }

    async fn up_to(
        &mut self,
        bytes: &[u8],
        limit: usize,
        lost: Lost,
    ) -> io::Result<ControlFlow<Lost>> {
        let left = limit.saturating_sub(self.sent);
        if bytes.len() < left {
            self.send(bytes).await?;
            return Ok(ControlFlow::Continue(()));
        }
        self.send(&bytes[..left]).await?;
        Ok(ControlFlow::Break(lost))
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let record = &self.line.common.record;
        record.borrow_mut().pass(self.line.track, self.direction, bytes);
        self.writer.write_all(bytes).await?;
        self.sent += bytes.len();
        record.borrow_mut().forwarded(self.line.track, self.direction, bytes.len());
        Ok(())
    }
}
