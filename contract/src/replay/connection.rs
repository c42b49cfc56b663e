use std::collections::VecDeque;
use std::future;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task;
use tokio::time::{self, Instant};

use crate::conversation::{ServerEvent, Shape};
use crate::socket::{Address, CHUNK, Reader, Socket};
use crate::wire::Decoder;

/// One connection to the server.
pub(super) struct Connection {
    socket: Socket,
    /// Whether the sending half is still open.
    can_send: bool,
    /// Whether the client reads. What it does not read stays in the system's buffers, and in the
    /// server's when these are full.
    is_reading: bool,
    receive_buffer: ReceiveBuffer,
    /// How many bytes of an incomplete frame there were at the last look.
    incomplete: usize,
    /// How long to wait for the next event. Zero after a wait that timed out.
    timeout: Duration,
}

/// Bytes and events that were read from a connection and not taken yet.
struct ReceiveBuffer {
    bytes: BytesMut,
    decoder: Decoder,
    events: VecDeque<ServerEvent>,
    state: State,
}

/// The event that a caller waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    /// A frame, or the end.
    Frame,
    /// So many raw bytes.
    Raw(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Frames,
    /// Malformed bytes have arrived: all later bytes are raw too.
    Raw,
    Ended,
}

impl Connection {
    pub(super) async fn connect(server: &Address, timeout: Duration) -> io::Result<Self> {
        // Without a timeout, the system retries for minutes if the server accepts no connections.
        let socket = time::timeout(timeout, server.connect()).await??;
        Ok(Self {
            socket,
            can_send: true,
            is_reading: true,
            receive_buffer: ReceiveBuffer::new(),
            incomplete: 0,
            timeout,
        })
    }

    /// Sends all bytes, and keeps reading meanwhile: a server may stop reading from a client that
    /// does not read.
    ///
    /// Returns no error: if the server is gone, the next read shows it.
    pub(super) async fn send(&mut self, bytes: &[u8]) {
        if !self.can_send {
            return;
        }
        let Self { socket, receive_buffer, timeout, is_reading, .. } = self;
        let sent = time::timeout(*timeout, async {
            let (mut reader, mut writer) = socket.split();
            let sending = writer.write_all(bytes);
            tokio::pin!(sending);
            loop {
                tokio::select! {
                    biased;
                    _ = &mut sending => break,
                    () = receive_buffer.read(&mut reader), if *is_reading && receive_buffer.state != State::Ended => {}
                }
            }
        });
        if sent.await.is_err() {
            self.give_up();
        }
    }

    /// Stops reading, or reads again.
    pub(super) fn set_reading(&mut self, reads: bool) {
        self.is_reading = reads;
    }

    /// Closes the sending half.
    pub(super) fn half_close(&mut self) {
        self.can_send = false;
        self.socket.half_close();
    }

    /// Closes both halves. The half-close reaches the server at once. A drop alone may not: a
    /// process that is being started holds copies of all sockets until its program runs.
    pub(super) fn close(mut self) {
        self.half_close();
    }

    /// Returns the next event. After a wait that timed out, it does not wait any more.
    pub(super) async fn next(&mut self) -> Option<ServerEvent> {
        if !self.wait_for(Awaited::Frame, self.timeout).await {
            self.give_up();
        }
        self.take(Awaited::Frame)
    }

    /// Waits until the awaited event is there or the connection has ended. Returns `false` if
    /// neither happens: when no bytes come within `grace`, or when the timeout is over.
    pub(super) async fn wait_for(&mut self, awaited: Awaited, grace: Duration) -> bool {
        let end = Instant::now() + self.timeout;
        while !self.receive_buffer.has(awaited) {
            let until = end.min(Instant::now() + grace);
            if time::timeout_at(until, self.read()).await.is_err() {
                return false;
            }
        }
        true
    }

    /// Reads until no bytes have come for `quiet`, or until the connection has ended.
    pub(super) async fn read_until_silent_for(&mut self, quiet: Duration) {
        while !self.has_ended() && time::timeout(quiet, self.read()).await.is_ok() {}
    }

    /// Takes the awaited event, or as much of it as has arrived. Raw bytes may be the beginning of
    /// a frame that is never completed.
    pub(super) fn take(&mut self, awaited: Awaited) -> Option<ServerEvent> {
        self.receive_buffer.take(awaited)
    }

    /// Stops waiting for events on this connection.
    pub(super) fn give_up(&mut self) {
        self.timeout = Duration::ZERO;
    }

    /// Whether this connection no longer waits for events.
    pub(super) fn has_given_up(&self) -> bool {
        self.timeout.is_zero()
    }

    /// Whether the server has closed it.
    pub(super) fn has_ended(&self) -> bool {
        self.receive_buffer.state == State::Ended
    }

    /// Whether the server has closed it and all events are taken.
    pub(super) fn is_over(&self) -> bool {
        self.has_ended() && self.receive_buffer.events.is_empty()
    }

    /// Takes all events that were read.
    pub(super) fn take_events(&mut self) -> impl Iterator<Item = ServerEvent> {
        self.receive_buffer.events.drain(..)
    }

    /// Reads everything that has arrived. Returns whether an incomplete frame has grown since the
    /// last call.
    pub(super) async fn read_available(&mut self) -> bool {
        while !self.has_ended() {
            // The runtime notices readiness only when tasks yield.
            task::yield_now().await;
            if self.read().now_or_never().is_none() {
                break;
            }
        }
        let ReceiveBuffer { state, bytes, .. } = &self.receive_buffer;
        let incomplete = if *state == State::Frames { bytes.len() } else { 0 };
        incomplete > 0 && incomplete != std::mem::replace(&mut self.incomplete, incomplete)
    }

    /// Closes the sending half and reads until the server closes too, which shows that the server
    /// has noticed. Returns all remaining events, incomplete frames as raw bytes.
    ///
    /// A client that does not read never sees the end. It resets the connection.
    pub(super) async fn finish(mut self) -> Vec<ServerEvent> {
        if !self.is_reading {
            return self.reset();
        }
        self.half_close();
        let start = Instant::now();
        let timeout = self.timeout;
        while !self.has_ended() && time::timeout_at(start + timeout, self.read()).await.is_ok() {}
        self.receive_buffer.empty()
    }

    /// Resets the connection at once, whenever the server may notice. The system remembers a
    /// connection for minutes after an orderly close, but only for seconds after a reset. Returns
    /// all remaining events, incomplete frames as raw bytes.
    pub(super) fn reset(mut self) -> Vec<ServerEvent> {
        self.socket.reset();
        self.receive_buffer.empty()
    }

    /// Reads once; never, if the client does not read. It is cancel-safe: dropping it early loses no
    /// bytes.
    pub(super) async fn read(&mut self) {
        if !self.is_reading {
            return future::pending().await;
        }
        let (mut reader, _) = self.socket.split();
        self.receive_buffer.read(&mut reader).await;
    }
}

impl ReceiveBuffer {
    fn new() -> Self {
        Self {
            bytes: BytesMut::new(),
            decoder: Decoder::new(),
            events: VecDeque::new(),
            state: State::Frames,
        }
    }

    fn has(&self, awaited: Awaited) -> bool {
        match (awaited, self.events.front()) {
            _ if self.state == State::Ended => true,
            (Awaited::Frame, first) => first.is_some(),
            (Awaited::Raw(length), None) => self.bytes.len() >= length,
            (Awaited::Raw(length), Some(ServerEvent::Raw(_))) => {
                let pieces = self.events.iter().map_while(|event| match event {
                    ServerEvent::Raw(bytes) => Some(bytes.len()),
                    _ => None,
                });
                pieces.sum::<usize>() >= length
            }
            (Awaited::Raw(_), Some(_)) => true,
        }
    }

    fn take(&mut self, awaited: Awaited) -> Option<ServerEvent> {
        let Awaited::Raw(length) = awaited else { return self.events.pop_front() };
        if self.events.is_empty() && self.state == State::Frames {
            self.state = State::Raw;
            self.flush_raw();
        }
        let mut first = self.events.pop_front()?;
        while let ServerEvent::Raw(bytes) = &mut first
            && bytes.len() < length
            && let Some(ServerEvent::Raw(more)) = self.events.front()
        {
            *bytes = [&bytes[..], more].concat().into();
            self.events.pop_front();
        }
        Some(first)
    }

    /// Reads once. It is cancel-safe: dropping it early loses no bytes.
    async fn read(&mut self, reader: &mut Reader<'_>) {
        self.bytes.reserve(CHUNK);
        match reader.read_buf(&mut self.bytes).await {
            Ok(1..) => self.decode(),
            // A reset is an ordinary end: the system resets a connection that the server closes
            // with unread bytes.
            Ok(0) | Err(_) => {
                self.flush_raw();
                self.state = State::Ended;
                self.events.push_back(ServerEvent::Closed);
            }
        }
    }

    /// Takes everything that came before the end.
    fn empty(&mut self) -> Vec<ServerEvent> {
        self.flush_raw();
        self.events.drain(..).filter(|event| *event != ServerEvent::Closed).collect()
    }

    fn decode(&mut self) {
        while self.state == State::Frames {
            match self.decoder.decode(&mut self.bytes) {
                Ok(Some(decoded)) => {
                    self.events.push_back(ServerEvent::Frame(Shape::Exact(decoded.frame)));
                }
                Ok(None) => return,
                Err(_) => self.state = State::Raw,
            }
        }
        self.flush_raw();
    }

    fn flush_raw(&mut self) {
        let bytes: Bytes = self.bytes.split().freeze();
        if !bytes.is_empty() {
            self.events.push_back(ServerEvent::Raw(bytes));
        }
    }
}
