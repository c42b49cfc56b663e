//! The event loop: reads, runs and writes, round by round.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::{Events, Poll};

use super::clock::RunningClock;
use super::jobs::JobReceiver;
use super::listener::ListenSocket;
use super::read_buffer::ReadBuffer;
use super::sockets::Sockets;
use super::waiters::Waiters;
use crate::dispatch::Engine;
use crate::profile::Profile;
use crate::state::config::Config;

/// The most events that one call of the poll returns.
const MAX_EVENTS: usize = 256;

/// One server with its sockets. It lives as long as the server's thread.
#[derive(Debug)]
pub(super) struct EventLoop {
    pub(super) engine: Engine,
    pub(super) sockets: Sockets<Self>,
    pub(super) read_buffer: ReadBuffer,
    pub(super) waiters: Waiters,
    /// Dropped at the end of the server, which tells those who await it.
    pub(super) awaited_end: Vec<oneshot::Sender<()>>,
}

impl EventLoop {
    /// The `sockets` are already registered with `poll`.
    pub(super) fn new(
        poll: Poll,
        sockets: Vec<ListenSocket>,
        jobs: JobReceiver<Self>,
        profile: Profile,
        config: Config,
        clock: Arc<RunningClock>,
    ) -> Self {
        let sockets = Sockets::new(poll, sockets, jobs, clock);
        Self {
            engine: Engine::new(profile, config, sockets.now),
            sockets,
            read_buffer: ReadBuffer::default(),
            waiters: Waiters::default(),
            awaited_end: Vec::new(),
        }
    }

    /// Runs rounds until the handle stops the server, or a client ends it with `SHUTDOWN`.
    ///
    /// A round first reads and runs all requests and then writes, so the output of many commands
    /// leaves in one write. A client that alone has output need not wait for the end of the round.
    pub(super) fn run(mut self) {
        let mut events = Events::with_capacity(MAX_EVENTS);
        loop {
            let timeout = self.timeout();
            if self.sockets.wait(&mut events, timeout).is_err() {
                // A server without a poll cannot go on.
                return;
            }
            self.sockets.now = self.sockets.clock.at(self.sockets.woke_up);
            self.sockets.handle_events(&events, &mut self.engine.state);
            self.sockets.accept(&mut self.engine.state);
            self.receive();
            if self.engine.state.is_shut_down {
                // A handle that is asked later than the clients must know of the end.
                return self.sockets.jobs.close();
            }
            let Some(jobs) = self.sockets.jobs.take() else { return };
            for job in jobs {
                job(&mut self);
            }
            self.flush();
            self.sockets.update_registrations(&mut self.engine.state);
        }
    }

    /// How long the poll may wait for events; `None` if nothing is due.
    fn timeout(&self) -> Option<Duration> {
        if !self.sockets.readable.is_empty() || self.engine.state.has_marked() {
            return Some(Duration::ZERO);
        }
        let listeners = self.sockets.listeners.iter();
        let listeners = listeners.filter_map(|listener| listener.accept_at).min();
        let real = [self.waiters.next_deadline(), listeners].into_iter().flatten().min();
        let real = real.map(|due| due.saturating_duration_since(Instant::now()));
        let due = self.engine.state.next_due().and_then(|due| self.sockets.clock.wait_until(due));
        // The poll counts in milliseconds, and rounds up.
        real.into_iter().chain(due).min()
    }
}
