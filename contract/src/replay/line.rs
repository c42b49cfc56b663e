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
pub(super) struct Line {
    socket: Socket,
    /// Whether something may still be said.
    speaks: bool,
    inbox: Inbox,
    /// Bytes of a frame that was not complete when last looked at.
    halfway: usize,
    /// How long one may take to begin. Waiting in vain once is enough: then it is nothing.
    patience: Duration,
}

/// What was read of a connection, as far as nobody has heard it yet.
struct Inbox {
    buffer: BytesMut,
    decoder: Decoder,
    received: VecDeque<ServerEvent>,
    state: State,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// A frame, or the end.
    Frame,
    /// So many bytes that are no frame.
    Noise(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Frames,
    /// After bytes that were no frame, nothing is one.
    Noise,
    Ended,
}

impl Line {
    pub(super) async fn connect(server: &Address, patience: Duration) -> io::Result<Self> {
        // Where nobody takes connections any more, the system would go on trying for minutes.
        let socket = time::timeout(patience, server.connect()).await??;
        Ok(Self { socket, speaks: true, inbox: Inbox::new(), halfway: 0, patience })
    }

    /// Sends all of it, and reads meanwhile: a server may stop reading while nobody reads it.
    ///
    /// Whether it arrives is not known here. A server that is gone shows in what is heard.
    pub(super) async fn send(&mut self, bytes: &[u8]) {
        if !self.speaks {
            return;
        }
        let Self { socket, inbox, patience, .. } = self;
        let deaf = time::timeout(*patience, async {
            let (mut reader, mut writer) = socket.split();
            let sending = writer.write_all(bytes);
            tokio::pin!(sending);
            loop {
                tokio::select! {
                    biased;
                    _ = &mut sending => break,
                    () = inbox.read(&mut reader), if inbox.state != State::Ended => {}
                }
            }
        });
        if deaf.await.is_err() {
            self.give_up();
        }
    }

    /// Closes the half that speaks.
    pub(super) fn half_close(&mut self) {
        self.speaks = false;
        self.socket.half_close();
    }

    /// Closes both halves. The server is told at once: a program that is being started beside holds
    /// what is open here until it runs, and would keep from it what is dropped alone.
    pub(super) fn close(mut self) {
        self.half_close();
    }

    /// The next thing, as soon as it is there. Once the patience is spent, only what is there.
    pub(super) async fn next(&mut self) -> Option<ServerEvent> {
        if !self.awaits(Want::Frame, self.patience).await {
            self.give_up();
        }
        self.take(Want::Frame)
    }

    /// Whether that has come, or nothing more can. It is waited for as long as bytes come in time,
    /// but never beyond the patience.
    pub(super) async fn awaits(&mut self, want: Want, grace: Duration) -> bool {
        let end = Instant::now() + self.patience;
        while !self.inbox.has(want) {
            let until = end.min(Instant::now() + grace);
            if time::timeout_at(until, self.read()).await.is_err() {
                return false;
            }
        }
        true
    }

    /// Reads until nothing has come for this long, or nothing can any more.
    pub(super) async fn read_until_silent_for(&mut self, silence: Duration) {
        while !self.has_ended() && time::timeout(silence, self.read()).await.is_ok() {}
    }

    /// What has come of it. Noise may be the beginning of a frame that is never completed.
    pub(super) fn take(&mut self, want: Want) -> Option<ServerEvent> {
        self.inbox.take(want)
    }

    /// From now on, what is owed is there or not.
    pub(super) fn give_up(&mut self) {
        self.patience = Duration::ZERO;
    }

    /// Whether it has given up waiting.
    pub(super) fn is_impatient(&self) -> bool {
        self.patience.is_zero()
    }

    /// Whether the server has closed it.
    pub(super) fn has_ended(&self) -> bool {
        self.inbox.state == State::Ended
    }

    /// Whether the server has closed it and all has been heard.
    pub(super) fn is_over(&self) -> bool {
        self.has_ended() && self.inbox.received.is_empty()
    }

    /// What has been read already, and not been heard yet.
    pub(super) fn take_received(&mut self) -> impl Iterator<Item = ServerEvent> {
        self.inbox.received.drain(..)
    }

    /// Reads all that has arrived. Is more of a frame to come, and has it grown since last time?
    pub(super) async fn settle(&mut self) -> bool {
        while !self.has_ended() {
            // Readiness is noticed between tasks only.
            task::yield_now().await;
            if self.read().now_or_never().is_none() {
                break;
            }
        }
        let Inbox { state, buffer, .. } = &self.inbox;
        let halfway = if *state == State::Frames { buffer.len() } else { 0 };
        halfway > 0 && halfway != std::mem::replace(&mut self.halfway, halfway)
    }

    /// Leaves, and reads to the end that this provokes: then the server has noticed. What has come
    /// with it, whole or not.
    pub(super) async fn finish(mut self) -> Vec<ServerEvent> {
        self.half_close();
        let start = Instant::now();
        let patience = self.patience;
        while !self.has_ended() && time::timeout_at(start + patience, self.read()).await.is_ok() {}
        self.inbox.empty()
    }

    /// Leaves at once: when the server notices, nobody can tell. A system keeps track for minutes of
    /// a connection that was closed in good order, and of this one for seconds. What has come, whole
    /// or not.
    pub(super) fn reset(mut self) -> Vec<ServerEvent> {
        self.socket.reset();
        self.inbox.empty()
    }

    /// Reads once. Nothing is lost if this is dropped before it is done.
    pub(super) async fn read(&mut self) {
        let (mut reader, _) = self.socket.split();
        self.inbox.read(&mut reader).await;
    }
}

impl Inbox {
    fn new() -> Self {
        Self {
            buffer: BytesMut::new(),
            decoder: Decoder::new(),
            received: VecDeque::new(),
            state: State::Frames,
        }
    }

    fn has(&self, want: Want) -> bool {
        match (want, self.received.front()) {
            _ if self.state == State::Ended => true,
            (Want::Frame, first) => first.is_some(),
            (Want::Noise(length), None) => self.buffer.len() >= length,
            (Want::Noise(length), Some(ServerEvent::Raw(_))) => {
                let pieces = self.received.iter().map_while(|event| match event {
                    ServerEvent::Raw(bytes) => Some(bytes.len()),
                    _ => None,
                });
                pieces.sum::<usize>() >= length
            }
            (Want::Noise(_), Some(_)) => true,
        }
    }

    fn take(&mut self, want: Want) -> Option<ServerEvent> {
        let Want::Noise(length) = want else { return self.received.pop_front() };
        if self.received.is_empty() && self.state == State::Frames {
            self.state = State::Noise;
            self.make_noise();
        }
        let mut first = self.received.pop_front()?;
        while let ServerEvent::Raw(bytes) = &mut first
            && bytes.len() < length
            && let Some(ServerEvent::Raw(more)) = self.received.front()
        {
            *bytes = [&bytes[..], more].concat().into();
            self.received.pop_front();
        }
        Some(first)
    }

    /// Reads once. Nothing is lost if this is dropped before it is done.
    async fn read(&mut self, reader: &mut Reader<'_>) {
        self.buffer.reserve(CHUNK);
        match reader.read_buf(&mut self.buffer).await {
            Ok(1..) => self.decode(),
            // A reset is an end like any other: a server resets where it leaves bytes unread.
            Ok(0) | Err(_) => {
                self.make_noise();
                self.state = State::Ended;
                self.received.push_back(ServerEvent::Closed);
            }
        }
    }

    /// All that came before the end.
    fn empty(&mut self) -> Vec<ServerEvent> {
        self.make_noise();
        self.received.drain(..).filter(|event| *event != ServerEvent::Closed).collect()
    }

    fn decode(&mut self) {
        while self.state == State::Frames {
            match self.decoder.decode(&mut self.buffer) {
                Ok(Some(decoded)) => {
                    self.received.push_back(ServerEvent::Frame(Shape::Exact(decoded.frame)));
                }
                Ok(None) => return,
                Err(_) => self.state = State::Noise,
            }
        }
        self.make_noise();
    }

    fn make_noise(&mut self) {
        let bytes: Bytes = self.buffer.split().freeze();
        if !bytes.is_empty() {
            self.received.push_back(ServerEvent::Raw(bytes));
        }
    }
}
