//! The event loop: reads, runs and writes, round after round.

use std::io;
use std::time::Duration;

use mio::{Events, Poll, Token};

use super::clock::Clock;
use super::connection::Connections;
use super::jobs::JobReceiver;
use super::listener::{ListenSocket, Listener};
use super::read_buffer::ReadBuffer;
use super::waiters::Waiters;
use crate::dispatch::Engine;
use crate::profile::Profile;
use crate::state::config::Config;
use crate::state::ids::ClientKey;
use crate::time::Timestamp;

/// How many events one call of the poll returns at most.
const EVENTS: usize = 256;

/// The tokens of the poll: of the waker, of the listeners, and, from 0 on, of the clients.
pub(super) const WAKER: Token = Token(usize::MAX);
const LAST_LISTENER: usize = usize::MAX - 1;

/// The token of the listener at `index`.
pub(super) fn listener_token(index: usize) -> Token {
    Token(LAST_LISTENER - index)
}

/// One server with its sockets. It lives as long as its thread.
#[derive(Debug)]
pub(super) struct EventLoop {
    pub(super) engine: Engine,
    pub(super) poll: Poll,
    pub(super) listeners: Vec<Listener>,
    pub(super) connections: Connections,
    /// Clients whose sockets may hold more than was read.
    pub(super) readable: Vec<ClientKey>,
    /// Clients whose poll registration needs an update.
    pub(super) stale_registrations: Vec<ClientKey>,
    pub(super) read_buffer: ReadBuffer,
    pub(super) waiters: Waiters,
    /// New connections are closed at once.
    pub(super) refusing: bool,
    clock: Clock,
    /// When this round began.
    pub(super) now: Timestamp,
    /// Clients that have output or are to be closed. Kept for its memory.
    pub(super) marked: Vec<ClientKey>,
}

impl EventLoop {
    /// `poll` watches the `sockets` already.
    pub(super) fn new(
        poll: Poll,
        sockets: Vec<ListenSocket>,
        profile: Profile,
        config: Config,
    ) -> Self {
        let clock = Clock::start();
        let now = clock.now();
        Self {
            engine: Engine::new(profile, config, now),
            poll,
            listeners: sockets.into_iter().map(Listener::new).collect(),
            connections: Connections::default(),
            readable: Vec::new(),
            stale_registrations: Vec::new(),
            read_buffer: ReadBuffer::default(),
            waiters: Waiters::default(),
            refusing: false,
            clock,
            now,
            marked: Vec::new(),
        }
    }

    /// Runs round after round, until the handle is dropped.
    ///
    /// A round reads and executes everything that has arrived, and then writes: the output of many
    /// commands leaves in one write.
    pub(super) fn run(mut self, jobs: &JobReceiver<Self>) {
        let mut events = Events::with_capacity(EVENTS);
        loop {
            match self.poll.poll(&mut events, self.timeout()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                // A server without a poll cannot go on.
                Err(_) => return,
                Ok(()) => {}
            }
            self.now = self.clock.now();
            for event in &events {
                match event.token() {
                    WAKER => {}
                    Token(index) if index > LAST_LISTENER - self.listeners.len() => {
                        self.listeners[LAST_LISTENER - index].accept_at = Some(self.now);
                    }
                    Token(index) => self.note(ClientKey(index), event),
                }
            }
            self.accept();
            self.receive();
            let Some(jobs) = jobs.take() else { return };
            for job in jobs {
                job(&mut self);
            }
            self.flush();
            self.update_registrations();
        }
    }

    /// How long the poll may wait for events; without an end, if nothing is due.
    fn timeout(&self) -> Option<Duration> {
        if !self.readable.is_empty() || self.engine.state.has_marked() {
            return Some(Duration::ZERO);
        }
        let listeners = self.listeners.iter().filter_map(|listener| listener.accept_at).min();
        let due = [self.engine.state.next_deadline(), self.waiters.next_deadline(), listeners];
        // The poll counts in milliseconds, and rounds up.
        due.into_iter().flatten().min().map(|due| due.since(self.clock.now()))
    }
}

/// A program that the process is starting at this moment holds every open socket until it runs. Just
/// closed, a socket would keep the port until then, and clients would not see the end: so the
/// sockets are shut down.
impl Drop for EventLoop {
    fn drop(&mut self) {
        self.listeners.iter().for_each(|listener| listener.socket.shut_down());
        self.connections.iter().for_each(|connection| connection.socket.shut_down());
    }
}
