//! The sockets of connected clients, and what the poll knows of them.

use std::io;

use mio::event::Event;
use mio::{Registry, Token};

use super::socket::Socket;
use crate::state::ids::ClientKey;

/// One client's socket. Dropping it closes the connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) socket: Socket,
    /// The socket is full: the poll reports when it takes more.
    pub(super) is_blocked: bool,
    /// There may be more to read than was read: the client is among the readable ones.
    pub(super) is_readable: bool,
    registered: Registered,
    /// The client has closed its side: everything is read, up to the end.
    has_ended: bool,
}

/// What the poll watches a connection for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Registered {
    /// Nothing: the connection is new in this round.
    Nothing,
    Input,
    /// Room to write too, once the socket has been full: few sockets ever are.
    InputAndRoom,
}

/// The result of one read.
#[derive(PartialEq, Eq)]
pub(super) enum Received {
    /// There may be more, but it is another client's turn.
    More,
    /// Everything that had arrived.
    All,
    /// The client closed its side, or the connection broke.
    End,
}

impl Connection {
    /// A client often sends its first request as it connects, so a new connection is readable.
    pub(super) fn new(socket: Socket) -> Self {
        Self {
            socket,
            is_blocked: false,
            is_readable: true,
            registered: Registered::Nothing,
            has_ended: false,
        }
    }

    /// Registers the connection for what the poll does not yet watch it for.
    pub(super) fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        if self.registered == Registered::Nothing {
            self.socket.register(registry, token)?;
            self.registered = Registered::Input;
        }
        if self.is_blocked && self.registered == Registered::Input {
            self.socket.register_for_writing(registry, token)?;
            self.registered = Registered::InputAndRoom;
        }
        Ok(())
    }

    /// Notes an event of the poll. Returns whether the connection has become readable, and whether it
    /// takes output again.
    pub(super) fn note(&mut self, event: &Event) -> (bool, bool) {
        self.has_ended |= event.is_read_closed() || event.is_error();
        let is_readable = (event.is_readable() || self.has_ended) && !self.is_readable;
        self.is_readable |= is_readable;
        let takes_output = event.is_writable() && self.is_blocked;
        self.is_blocked &= !takes_output;
        (is_readable, takes_output)
    }

    /// Reads once.
    pub(super) fn read(&self, buffer: &mut Vec<u8>) -> Received {
        let room = buffer.capacity() - buffer.len();
        match self.socket.read(buffer) {
            Ok(0) => Received::End,
            // Less than there was room for: another read would only say that nothing is left.
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

/// The connections, under the keys of their clients.
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
