use std::collections::VecDeque;
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
    receive_buffer: ReceiveBuffer,
    /// How many bytes of an incomplete frame were there when it was last looked at.
    incomplete: usize,
    /// How long to wait for the next event. Zero after it has been waited for in vain once.
    timeout: Duration,
}

/// What was read from a connection and not taken yet.
struct ReceiveBuffer {
    bytes: BytesMut,
    decoder: Decoder,
    events: VecDeque<ServerEvent>,
    state: State,
}

/// What a caller waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    /// A frame, or the end.
    Frame,
    /// So many bytes that are no frame.
    Raw(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Frames,
    /// After bytes that were no frame, nothing is one.
    Raw,
    Ended,
}

impl Connection {
    pub(super) async fn connect(server: &Address, timeout: Duration) -> io::Result<Self> {
        // Where nobody takes connections any more, the system would go on trying for minutes.
        let socket = time::timeout(timeout, server.connect()).await??;
        Ok(Self {
            socket,
            can_send: true,
            receive_buffer: ReceiveBuffer::new(),
            incomplete: 0,
            timeout,
        })
    }

    /// Sends all bytes, and reads meanwhile: a server may stop reading from a client that does not
    /// read.
    ///
    /// Returns no error: if the server is gone, the next read shows it.
    pub(super) async fn send(&mut self, bytes: &[u8]) {
        if !self.can_send {
            return;
        }
        let Self { socket, receive_buffer, timeout, .. } = self;
        let sent = time::timeout(*timeout, async {
            let (mut reader, mut writer) = socket.split();
            let sending = writer.write_all(bytes);
            tokio::pin!(sending);
            loop {
                tokio::select! {
                    biased;
                    _ = &mut sending => break,
                    () = receive_buffer.read(&mut reader), if receive_buffer.state != State::Ended => {}
                }
            }
        });
        if sent.await.is_err() {
            self.give_up();
        }
    }

    /// Closes the sending half.
    pub(super) fn half_close(&mut self) {
        self.can_send = false;
        self.socket.half_close();
    }

    /// Closes both halves. The server is told at once: a program that is being started beside holds
    /// what is open here until it runs, and would keep from it what is dropped alone.
    pub(super) fn close(mut self) {
        self.half_close();
    }

    /// The next event. Once it was waited for in vain, only one that is there already.
    pub(super) async fn next(&mut self) -> Option<ServerEvent> {
        if !self.wait_for(Awaited::Frame, self.timeout).await {
            self.give_up();
        }
        self.take(Awaited::Frame)
    }

    /// Waits until it is there, or the connection has ended; returns whether one of both is the
    /// case. Stops when no bytes come within `grace`, or when the timeout is over.
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

    /// Reads until nothing has come for this long, or nothing can any more.
    pub(super) async fn read_until_silent_for(&mut self, quiet: Duration) {
        while !self.has_ended() && time::timeout(quiet, self.read()).await.is_ok() {}
    }

    /// Takes what was waited for, as far as it is there. Raw bytes may be the beginning of a frame
    /// that is never completed.
    pub(super) fn take(&mut self, awaited: Awaited) -> Option<ServerEvent> {
        self.receive_buffer.take(awaited)
    }

    /// From now on, nothing is waited for on this connection.
    pub(super) fn give_up(&mut self) {
        self.timeout = Duration::ZERO;
    }

    /// Whether it has given up waiting.
    pub(super) fn has_given_up(&self) -> bool {
        self.timeout.is_zero()
    }

    /// Whether the server has closed it.
    pub(super) fn has_ended(&self) -> bool {
        self.receive_buffer.state == State::Ended
    }

    /// Whether the server has closed it and all events were taken.
    pub(super) fn is_over(&self) -> bool {
        self.has_ended() && self.receive_buffer.events.is_empty()
    }

    /// Takes all events that were read.
    pub(super) fn take_events(&mut self) -> impl Iterator<Item = ServerEvent> {
        self.receive_buffer.events.drain(..)
    }

    /// Reads everything that has arrived. Returns whether there is an incomplete frame that has
    /// grown since the last call.
    pub(super) async fn read_available(&mut self) -> bool {
        while !self.has_ended() {
            // Readiness is noticed between tasks only.
            task::yield_now().await;
            if self.read().now_or_never().is_none() {
                break;
            }
        }
        let ReceiveBuffer { state, bytes, .. } = &self.receive_buffer;
        let incomplete = if *state == State::Frames { bytes.len() } else { 0 };
        incomplete > 0 && incomplete != std::mem::replace(&mut self.incomplete, incomplete)
    }

    /// Leaves, and reads to the end that this provokes: then the server has noticed. What has come
    /// with it, whole or not.
    pub(super) async fn finish(mut self) -> Vec<ServerEvent> {
        self.half_close();
        let start = Instant::now();
        let timeout = self.timeout;
        while !self.has_ended() && time::timeout_at(start + timeout, self.read()).await.is_ok() {}
        self.receive_buffer.empty()
    }

    /// Leaves at once: when the server notices, nobody can tell. A system keeps track for minutes
    /// of a connection that was closed in good order, and of this one for seconds. What has come,
    /// whole or not.
    pub(super) fn reset(mut self) -> Vec<ServerEvent> {
        self.socket.reset();
        self.receive_buffer.empty()
    }

    /// Reads once. Nothing is lost if this is dropped before it is done.
    pub(super) async fn read(&mut self) {
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

    /// Reads once. Nothing is lost if this is dropped before it is done.
    async fn read(&mut self, reader: &mut Reader<'_>) {
        self.bytes.reserve(CHUNK);
        match reader.read_buf(&mut self.bytes).await {
            Ok(1..) => self.decode(),
            // A reset is an end like any other: a server resets where it leaves bytes unread.
            Ok(0) | Err(_) => {
                self.flush_raw();
                self.state = State::Ended;
                self.events.push_back(ServerEvent::Closed);
            }
        }
    }

    /// All that came before the end.
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
