//! The sockets of connected clients, and their registrations with the poll.

use std::io;

use mio::event::Event;
use mio::{Registry, Token};

use super::socket::Socket;
use crate::state::ids::ClientKey;

/// One client's socket. Dropping it closes the connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) socket: Socket,
    /// The socket is full: the poll reports when it has room again.
    pub(super) is_blocked: bool,
    /// The socket may hold unread input: the client is in the event loop's list of readable ones.
    pub(super) is_readable: bool,
    registered: Registered,
    /// The client has closed its side, so the socket is read until its end.
    has_ended: bool,
}

/// The readiness that the poll reports for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Registered {
    /// None: the connection is new in this round.
    Nothing,
    Readable,
    /// Writable too, once the socket has been full for the first time. Few sockets ever are.
    ReadableAndWritable,
}

/// The result of one read.
#[derive(PartialEq, Eq)]
pub(super) enum Received {
    /// The socket may hold more, which is read in the next round.
    More,
    /// The socket is empty.
    All,
    /// The client closed its side, or the connection broke.
    End,
}

impl Connection {
    /// A new connection is readable, because most clients send a request as soon as they connect.
    pub(super) fn new(socket: Socket) -> Self {
        Self {
            socket,
            is_blocked: false,
            is_readable: true,
            registered: Registered::Nothing,
            has_ended: false,
        }
    }

    /// Registers the connection with the poll, or updates its registration.
    pub(super) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        if self.registered == Registered::Nothing {
            self.socket.register(registry, token)?;
            self.registered = Registered::Readable;
        }
        if self.is_blocked && self.registered == Registered::Readable {
            self.socket.register_for_writing(registry, token)?;
            self.registered = Registered::ReadableAndWritable;
        }
        Ok(())
    }

    /// Handles an event of the poll. Returns whether the connection has become readable, and
    /// whether it has become writable.
    pub(super) fn handle_event(&mut self, event: &Event) -> (bool, bool) {
        self.has_ended |= event.is_read_closed() || event.is_error();
        let is_readable = (event.is_readable() || self.has_ended) && !self.is_readable;
        self.is_readable |= is_readable;
        let is_writable = event.is_writable() && self.is_blocked;
        self.is_blocked &= !is_writable;
        (is_readable, is_writable)
    }

    /// Reads from the socket once.
    pub(super) fn read(&self, buffer: &mut Vec<u8>) -> Received {
        let room = buffer.capacity() - buffer.len();
        match self.socket.read(buffer) {
            Ok(0) => Received::End,
            // The read did not fill the buffer, so another read would find nothing.
            Ok(length) if length < room && !self.has_ended => Received::All,
            Ok(_) => Received::More,
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock => Received::All,
                io::ErrorKind::Interrupted => Received::More,
                _ => Received::End,
            },
        }
    }
}

/// The connections, indexed by the keys of their clients.
#[derive(Debug, Default)]
pub(super) struct Connections(Vec<Option<Connection>>);

impl Connections {
    pub(super) fn insert(&mut self, key: ClientKey, connection: Connection) {
        if self.0.len() <= key.0 {
            self.0.resize_with(key.0 + 1, || None);
        }
        self.0[key.0] = Some(connection);
    }

    pub(super) fn get_mut(&mut self, key: ClientKey) -> Option<&mut Connection> {
        self.0.get_mut(key.0)?.as_mut()
    }

    pub(super) fn remove(&mut self, key: ClientKey) -> Option<Connection> {
        self.0.get_mut(key.0)?.take()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Connection> {
        self.0.iter().flatten()
    }
}
