//! The sockets of one server: they accept connections, read requests and write replies.
//!
//! They are apart from the engine, so that a script that runs for long can let them serve the other
//! clients.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token};

use super::clock::RunningClock;
use super::connection::{Connections, Received};
use super::jobs::JobReceiver;
use super::listener::{ListenSocket, Listener};
use crate::commands::{Outside, Receive, Standing};
use crate::state::State;
use crate::state::ids::ClientKey;
use crate::time::Timestamp;

/// The most events that one call of the poll returns while a script runs.
const MAX_EVENTS: usize = 64;

/// How long the poll looks for events again after a round that had some, before the thread sleeps.
/// To wake a thread takes longer than most clients take for their next request.
const LINGER: Duration = Duration::from_micros(30);

/// The size of the buffer that requests are read into while a script runs.
const READ_SIZE: usize = 16 * 1024;

/// The tokens of the poll count down from the maximum for the waker and the listeners, and up from
/// 0 for the clients.
pub(super) const WAKER: Token = Token(usize::MAX);
const LAST_LISTENER: usize = usize::MAX - 1;

/// The token of the listener at `index`.
pub(super) fn listener_token(index: usize) -> Token {
    Token(LAST_LISTENER - index)
}

/// Everything that reaches the outside, and what time it is. `L` is what the handle's jobs
/// change.
#[derive(Debug)]
pub(super) struct Sockets<L> {
    pub(super) poll: Poll,
    pub(super) listeners: Vec<Listener>,
    pub(super) connections: Connections,
    /// Clients whose sockets may hold unread input.
    pub(super) readable: VecDeque<ClientKey>,
    /// Clients whose poll registration needs an update.
    pub(super) stale_registrations: Vec<ClientKey>,
    /// Whether new connections are closed at once.
    pub(super) refuses_connections: bool,
    pub(super) jobs: JobReceiver<L>,
    pub(super) clock: Arc<RunningClock>,
    /// The time of this round, as the server's clock shows it.
    pub(super) now: Timestamp,
    /// When this round began, in real time.
    pub(super) woke_up: Instant,
    /// Clients that have output or are to be closed. It is empty between rounds and keeps its
    /// memory.
    pub(super) marked: Vec<ClientKey>,
    /// When the running script was first looked at, in real time.
    script_began: Instant,
}

impl<L> Sockets<L> {
    /// The `sockets` are already registered with `poll`.
    pub(super) fn new(
        poll: Poll,
        sockets: Vec<ListenSocket>,
        jobs: JobReceiver<L>,
        clock: Arc<RunningClock>,
    ) -> Self {
        let woke_up = Instant::now();
        Self {
            poll,
            listeners: sockets.into_iter().map(Listener::new).collect(),
            connections: Connections::default(),
            readable: VecDeque::new(),
            stale_registrations: Vec::new(),
            refuses_connections: false,
            jobs,
            now: clock.at(woke_up),
            clock,
            woke_up,
            marked: Vec::new(),
            script_began: woke_up,
        }
    }

    /// Waits for events, which are those of the last round before. An error means that a server
    /// cannot go on.
    pub(super) fn wait(
        &mut self,
        events: &mut Events,
        timeout: Option<Duration>,
    ) -> io::Result<()> {
        let lingers = !events.is_empty() && timeout != Some(Duration::ZERO);
        if lingers && self.linger(events)? {
            return Ok(());
        }
        self.poll(events, timeout)
    }

    /// Waits for a moment without sleeping, while every other thread may run. Returns whether there
    /// are events.
    fn linger(&mut self, events: &mut Events) -> io::Result<bool> {
        let end = Instant::now() + LINGER;
        loop {
            self.poll(events, Some(Duration::ZERO))?;
            if !events.is_empty() || self.woke_up >= end {
                return Ok(!events.is_empty());
            }
            thread::yield_now();
        }
    }

    fn poll(&mut self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        match self.poll.poll(events, timeout) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => events.clear(),
            other => other?,
        }
        self.woke_up = Instant::now();
        Ok(())
    }

    pub(super) fn handle_events(&mut self, events: &Events, state: &mut State) {
        for event in events {
            match event.token() {
                WAKER => {}
                Token(index) if index > LAST_LISTENER - self.listeners.len() => {
                    self.listeners[LAST_LISTENER - index].accept_at = Some(self.woke_up);
                }
                Token(index) => self.handle_event(ClientKey(index), event, state),
            }
        }
    }

    /// Reads once from every client that sent something, except for one.
    fn receive(&mut self, state: &mut State, except: ClientKey, receive: &mut Receive<'_>) {
        let mut input = Vec::with_capacity(READ_SIZE);
        for _ in 0..self.readable.len() {
            let Some(key) = self.readable.pop_front() else { return };
            if key == except {
                self.readable.push_back(key);
                continue;
            }
            let Some(connection) = self.connections.get_mut(key) else { continue };
            input.clear();
            let received = connection.read(&mut input);
            connection.is_readable = received == Received::More;
            if !input.is_empty() {
                receive(state, key, &input);
            }
            match received {
                Received::More => self.readable.push_back(key),
                Received::End => state.peer_closed(key),
                Received::All => {}
            }
        }
    }
}

impl<L> Outside for Sockets<L> {
    /// Scripts are measured in real time, whatever the server's clock shows.
    fn standing(&mut self, is_first: bool, limit_in_millis: i64) -> Standing {
        let now = Instant::now();
        if is_first {
            self.script_began = now;
        }
        if !self.jobs.is_open() {
            return Standing::Over;
        }
        let limit = u64::try_from(limit_in_millis).unwrap_or_default();
        let lasts = now.saturating_duration_since(self.script_began);
        match limit > 0 && lasts >= Duration::from_millis(limit) {
            true => Standing::Late,
            false => Standing::InTime,
        }
    }

    fn serve(&mut self, state: &mut State, runs_script: ClientKey, receive: &mut Receive<'_>) {
        let mut events = Events::with_capacity(MAX_EVENTS);
        // If the poll fails, the event loop ends after the script.
        if self.wait(&mut events, Some(Duration::ZERO)).is_err() {
            return;
        }
        self.handle_events(&events, state);
        self.accept(state);
        self.receive(state, runs_script, receive);
        self.flush(state, Some(runs_script));
        self.update_registrations(state);
    }

    /// Blocks the thread. A clock that stands still is moved instead, as nobody waits for it.
    fn sleep(&mut self, time: Duration) {
        /// How soon a sleeping server notices that it ends.
        const NAP: Duration = Duration::from_millis(20);
        if self.clock.is_stopped() {
            self.clock.advance(time);
        } else {
            let began = Instant::now();
            while self.jobs.is_open()
                && let Some(left) = time.checked_sub(began.elapsed()).filter(|it| !it.is_zero())
            {
                thread::sleep(left.min(NAP));
            }
        }
        self.now = self.clock.now();
    }
}

/// Shuts the sockets down before they are closed. A child process that is just being started holds
/// a copy of every open socket until it executes its program, and a socket that is only closed
/// would keep its port and its connection until then.
impl<L> Drop for Sockets<L> {
    fn drop(&mut self) {
        self.listeners.iter().for_each(|listener| listener.socket.shut_down());
        self.connections.iter().for_each(|connection| connection.socket.shut_down());
    }
}
