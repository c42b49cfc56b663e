//! The core and everything around it; alive as long as the thread.

use std::io;
use std::time::Duration;

use mio::{Events, Poll, Token};

use super::accept::Door;
use super::clock::Clock;
use super::connection::Connections;
use super::errands::Inbox;
use super::listener::Listener;
use super::read_buffer::ReadBuffer;
use super::waiting::Waiters;
use crate::client::ClientKey;
use crate::config::Config;
use crate::moment::Moment;
use crate::profile::Profile;
use crate::world::World;

/// How many events one look at the poll brings at most.
const EVENTS: usize = 256;

/// What the poll says is about: an errand, one of the doors, or the client of this key.
pub(super) const ERRAND: Token = Token(usize::MAX);
const LAST_DOOR: usize = usize::MAX - 1;

/// The token of the door at `index`.
pub(super) fn door(index: usize) -> Token {
    Token(LAST_DOOR - index)
}

/// One server, with its sockets.
#[derive(Debug)]
pub(super) struct Rim {
    pub(super) world: World,
    pub(super) poll: Poll,
    pub(super) doors: Vec<Door>,
    pub(super) connections: Connections,
    /// Whose sockets may hold more than was read.
    pub(super) readable: Vec<ClientKey>,
    /// Whose sockets the poll is to look after better than it does.
    pub(super) unwatched: Vec<ClientKey>,
    pub(super) read_buffer: ReadBuffer,
    pub(super) waiters: Waiters,
    /// New connections are closed at once.
    pub(super) refusing: bool,
    clock: Clock,
    /// When this round began.
    pub(super) now: Moment,
    /// Who has something to be written, or is to be closed; kept for its memory.
    pub(super) marked: Vec<ClientKey>,
}

impl Rim {
    /// `poll` watches the `listeners` already.
    pub(super) fn new(
        poll: Poll,
        listeners: Vec<Listener>,
        profile: Profile,
        config: Config,
    ) -> Self {
        let clock = Clock::start();
        let now = clock.now();
        Self {
            world: World::new(profile, config, now),
            poll,
            doors: listeners.into_iter().map(|listener| Door { listener, open_at: None }).collect(),
            connections: Connections::default(),
            readable: Vec::new(),
            unwatched: Vec::new(),
            read_buffer: ReadBuffer::default(),
            waiters: Waiters::default(),
            refusing: false,
            clock,
            now,
            marked: Vec::new(),
        }
    }

    /// The life of a server: round after round, until nobody holds it any more.
    ///
    /// In a round everything that has arrived is read and executed, and then what came of it is
    /// written, so that the output of many commands leaves together.
    pub(super) fn live(mut self, inbox: &Inbox) {
        let mut events = Events::with_capacity(EVENTS);
        loop {
            match self.poll.poll(&mut events, self.rest()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                // There is no server without a poll.
                Err(_) => return,
                Ok(()) => {}
            }
            self.now = self.clock.now();
            for event in &events {
                match event.token() {
                    ERRAND => {}
                    Token(index) if index > LAST_DOOR - self.doors.len() => {
                        self.doors[LAST_DOOR - index].open_at = Some(self.now);
                    }
                    Token(index) => self.note(ClientKey(index), event),
                }
            }
            self.accept();
            self.receive();
            let Some(errands) = inbox.take() else { return };
            for errand in errands {
                errand(&mut self);
            }
            self.flush();
            self.watch();
        }
    }

    /// How long the next round may be waited for; without an end, if nothing is due.
    fn rest(&self) -> Option<Duration> {
        if !self.readable.is_empty() || self.world.has_marked() {
            return Some(Duration::ZERO);
        }
        let doors = self.doors.iter().filter_map(|door| door.open_at).min();
        let due = [self.world.next_deadline(), self.waiters.next_deadline(), doors];
        // A millisecond is what the poll counts in; it rounds up.
        due.into_iter().flatten().min().map(|due| due.since(self.clock.now()))
    }
}

/// A program that the process is starting in this moment holds all that is open until it runs. What
/// is closed, and not shut, would keep the port until then, and clients would not learn of the end.
impl Drop for Rim {
    fn drop(&mut self) {
        self.doors.iter().for_each(|door| door.listener.shut());
        self.connections.iter().for_each(|connection| connection.socket.end());
    }
}
