use std::io;
use std::ops::ControlFlow;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::sync::watch;
use tokio::{task, time};

use super::connection::Connection;
use super::fault::{ByteFault, Throttle};
use super::line::{Flow, Line, flow};
use super::record::Direction;
use crate::socket::Writer;

/// Records the bytes of one direction and forwards them, with a fault if one is injected.
pub(super) struct Forwarder<'a> {
    connection: &'a Connection,
    direction: Direction,
    writer: Writer<'a>,
    byte_fault: Option<ByteFault>,
    line: watch::Receiver<Line>,
    /// How many bytes were forwarded.
    sent: usize,
}

/// Why no more bytes are forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interruption {
    /// The connection must be closed here.
    Cut,
    /// No more bytes are forwarded, but the connection stays open.
    Stalled,
}

impl<'a> Forwarder<'a> {
    pub(super) fn new(
        connection: &'a Connection,
        direction: Direction,
        writer: Writer<'a>,
        byte_fault: Option<ByteFault>,
    ) -> Self {
        let line = connection.line.clone();
        Self { connection, direction, writer, byte_fault, line, sent: 0 }
    }

    pub(super) async fn forward(&mut self, bytes: &[u8]) -> io::Result<ControlFlow<Interruption>> {
        if bytes.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        match self.byte_fault {
            None => match flow(&mut self.line).await {
                Flow::InChunks(Throttle { chunk, pause }) => {
                    self.send_in_chunks(bytes, chunk, pause).await?
                }
                Flow::AsTheyCome | Flow::Stalled => self.send(bytes).await?,
            },
            Some(ByteFault::Split) => self.send_in_chunks(bytes, 1, Duration::ZERO).await?,
            Some(ByteFault::Slow { chunk, pause }) => {
                self.send_in_chunks(bytes, chunk, pause).await?
            }
            Some(ByteFault::Cut { after }) => {
                return self.send_up_to(bytes, after, Interruption::Cut).await;
            }
            Some(ByteFault::Stall { after }) => {
                return self.send_up_to(bytes, after, Interruption::Stalled).await;
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    pub(super) async fn finish(&mut self) {
        // This fails only if the other side is gone already.
        let _ = self.writer.shutdown().await;
    }

    async fn send_in_chunks(
        &mut self,
        bytes: &[u8],
        chunk: usize,
        pause: Duration,
    ) -> io::Result<()> {
        for chunk in bytes.chunks(chunk.max(1)) {
            self.send(chunk).await?;
            if pause.is_zero() {
                task::yield_now().await;
            } else {
                time::sleep(pause).await;
            }
        }
        Ok(())
    }

    async fn send_up_to(
        &mut self,
        bytes: &[u8],
        limit: usize,
        interruption: Interruption,
    ) -> io::Result<ControlFlow<Interruption>> {
        let left = limit.saturating_sub(self.sent);
        if bytes.len() < left {
            self.send(bytes).await?;
            return Ok(ControlFlow::Continue(()));
        }
        self.send(&bytes[..left]).await?;
        Ok(ControlFlow::Break(interruption))
    }

    /// Records `bytes` as forwarded, but sends others.
    pub(super) async fn replace(&mut self, bytes: &[u8], replacement: &[u8]) -> io::Result<()> {
        // A replacement is rare and short: it needs no fault of its own, but it waits while stalled.
        flow(&mut self.line).await;
        self.record_and_write(bytes, replacement).await
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.record_and_write(bytes, bytes).await
    }

    async fn record_and_write(&mut self, bytes: &[u8], written: &[u8]) -> io::Result<()> {
        let record = &self.connection.state.record;
        record.borrow_mut().append(self.connection.id, self.direction, bytes);
        self.writer.write_all(written).await?;
        self.sent += bytes.len();
        record.borrow_mut().forwarded(self.connection.id, self.direction, bytes.len());
        Ok(())
    }
}
