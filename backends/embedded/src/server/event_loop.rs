//! The event loop: reads, runs and writes, round by round.

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

/// The most events that one call of the poll returns.
const MAX_EVENTS: usize = 256;

/// The tokens of the poll count down from the maximum for the waker and the listeners, and up from
/// 0 for the clients.
pub(super) const WAKER: Token = Token(usize::MAX);
const LAST_LISTENER: usize = usize::MAX - 1;

/// The token of the listener at `index`.
pub(super) fn listener_token(index: usize) -> Token {
    Token(LAST_LISTENER - index)
}

/// One server with its sockets. It lives as long as the server's thread.
#[derive(Debug)]
pub(super) struct EventLoop {
    pub(super) engine: Engine,
    pub(super) poll: Poll,
    pub(super) listeners: Vec<Listener>,
    pub(super) connections: Connections,
    /// Clients whose sockets may hold unread input.
    pub(super) readable: Vec<ClientKey>,
    /// Clients whose poll registration needs an update.
    pub(super) stale_registrations: Vec<ClientKey>,
    pub(super) read_buffer: ReadBuffer,
    pub(super) waiters: Waiters,
    /// Whether new connections are closed at once.
    pub(super) refuses_connections: bool,
    clock: Clock,
    /// The time of this round.
    pub(super) now: Timestamp,
    /// Clients that have output or are to be closed. It is empty between rounds and keeps its
    /// memory.
    pub(super) marked: Vec<ClientKey>,
}

impl EventLoop {
    /// The `sockets` are already registered with `poll`.
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
            refuses_connections: false,
            clock,
            now,
            marked: Vec::new(),
        }
    }

    /// Runs rounds until the handle stops the server.
    ///
    /// A round first reads and runs all requests and then writes, so the output of many commands
    /// leaves in one write.
    pub(super) fn run(mut self, jobs: &JobReceiver<Self>) {
        let mut events = Events::with_capacity(MAX_EVENTS);
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
                    Token(index) => self.handle_event(ClientKey(index), event),
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

    /// How long the poll may wait for events; `None` if nothing is due.
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

/// Shuts the sockets down before they are closed. A child process that is just being started holds
/// a copy of every open socket until it executes its program, and a socket that is only closed
/// would keep its port and its connection until then.
impl Drop for EventLoop {
    fn drop(&mut self) {
        self.listeners.iter().for_each(|listener| listener.socket.shut_down());
        self.connections.iter().for_each(|connection| connection.socket.shut_down());
    }
}
