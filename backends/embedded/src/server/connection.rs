//! One connection: from its socket to the engine.

use std::io;

use mio::event::Event;
use mio::{Registry, Token};

use super::event_loop::EventLoop;
use super::socket::Socket;
use crate::state::ids::ClientKey;

/// What the rim holds of a client. Dropping it closes the socket.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) socket: Socket,
    /// The socket is full: the poll tells when it takes more.
    pub(super) is_blocked: bool,
    registered: Registered,
    /// There may be more to read than was read: it is in [`EventLoop::readable`].
    is_readable: bool,
    /// The client has closed its side: everything is read, up to the end.
    has_ended: bool,
}

/// What the poll looks after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Registered {
    /// Nothing: the connection is new in this round.
    Nothing,
    Reading,
    /// Room to write too, from the first time on that there was none: few sockets are ever full.
    Both,
}

/// The connections, under the keys that the world gave to their clients.
#[derive(Debug, Default)]
pub(super) struct Connections(Vec<Option<Connection>>);

impl Connections {
    fn insert(&mut self, key: ClientKey, connection: Connection) {
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

/// What a read brought.
#[derive(PartialEq, Eq)]
enum Received {
    /// There may be more, but it is somebody else's turn.
    More,
    /// Everything that had arrived.
    All,
    /// The client closed its side, or the connection broke.
    End,
}

impl Connection {
    fn register(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        if self.registered == Registered::Nothing {
            self.socket.register(registry, token)?;
            self.registered = Registered::Reading;
        }
        if self.is_blocked && self.registered == Registered::Reading {
            self.socket.register_for_writing(registry, token)?;
            self.registered = Registered::Both;
        }
        Ok(())
    }

    /// Reads once.
    fn read(&self, buffer: &mut Vec<u8>) -> Received {
        let room = buffer.capacity() - buffer.len();
        match self.socket.read(buffer) {
            Ok(0) => Received::End,
            // It took no more although there was room: asking again would only tell that.
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

impl EventLoop {
    /// Begins to listen to a client that the world has let in.
    pub(super) fn add_connection(&mut self, key: ClientKey, socket: Socket) {
        let connection = Connection {
            socket,
            is_blocked: false,
            registered: Registered::Nothing,
            // Whoever connects has something to say, and has often said it by now.
            is_readable: true,
            has_ended: false,
        };
        self.connections.insert(key, connection);
        self.readable.push(key);
        self.stale_registrations.push(key);
    }

    /// Has the poll look after what it does not yet: the connections that are new, once they have
    /// been served, and those whose sockets are full.
    pub(super) fn update_registrations(&mut self) {
        while let Some(key) = self.stale_registrations.pop() {
            let Some(connection) = self.connections.get_mut(key) else { continue };
            if connection.register(self.poll.registry(), Token(key.0)).is_err() {
                // No memory for one more: the client sees its connection closed.
                self.close(key);
            }
        }
    }

    /// Notes what the poll says of a connection.
    pub(super) fn note(&mut self, key: ClientKey, event: &Event) {
        let Some(connection) = self.connections.get_mut(key) else { return };
        connection.has_ended |= event.is_read_closed() || event.is_error();
        if (event.is_readable() || connection.has_ended) && !connection.is_readable {
            connection.is_readable = true;
            self.readable.push(key);
        }
        if event.is_writable() && connection.is_blocked {
            connection.is_blocked = false;
            self.engine.state.clients.mark(key);
        }
    }

    /// Reads once from everybody who has sent something.
    pub(super) fn receive(&mut self) {
        let mut readable = std::mem::take(&mut self.readable);
        readable.retain(|key| self.receive_from(*key));
        // Reading makes nobody else readable.
        self.readable = readable;
    }

    /// True if there may be more.
    fn receive_from(&mut self, key: ClientKey) -> bool {
        let Some(connection) = self.connections.get_mut(key) else { return false };
        let received = if let Some(input) = self.engine.unfinished(key) {
            let before = input.len();
            let received = connection.read(input);
            let arrived = input.len() - before;
            self.engine.receive_rest(key, arrived, self.now);
            received
        } else {
            let received = connection.read(self.read_buffer.for_next());
            let arrived = self.read_buffer.bytes();
            if !arrived.is_empty() {
                self.engine.receive(key, arrived, self.now);
            }
            received
        };
        connection.is_readable = received == Received::More;
        if received == Received::End {
            self.engine.state.hang_up(key);
        }
        received == Received::More
    }
}
