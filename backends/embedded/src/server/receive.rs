//! Input: from the sockets to the engine.

use mio::Token;
use mio::event::Event;

use super::connection::{Connection, Received};
use super::event_loop::EventLoop;
use super::socket::Socket;
use crate::state::ids::ClientKey;

impl EventLoop {
    /// Adds the socket of a client that the engine has let in.
    pub(super) fn add_connection(&mut self, key: ClientKey, socket: Socket) {
        self.connections.insert(key, Connection::new(socket));
        self.readable.push(key);
        self.stale_registrations.push(key);
    }

    /// Updates the poll's registrations: of new connections, once they have been served, and of those
    /// whose sockets are full.
    pub(super) fn update_registrations(&mut self) {
        while let Some(key) = self.stale_registrations.pop() {
            let Some(connection) = self.connections.get_mut(key) else { continue };
            if connection.register(self.poll.registry(), Token(key.0)).is_err() {
                // The system has no memory for one more: the client sees its connection closed.
                self.close(key);
            }
        }
    }

    /// Notes an event of the poll about a connection.
    pub(super) fn note(&mut self, key: ClientKey, event: &Event) {
        let Some(connection) = self.connections.get_mut(key) else { return };
        let (is_readable, takes_output) = connection.note(event);
        if is_readable {
            self.readable.push(key);
        }
        if takes_output {
            self.engine.state.clients.mark(key);
        }
    }

    /// Reads once from every readable client, and runs what it sent.
    pub(super) fn receive(&mut self) {
        let mut readable = std::mem::take(&mut self.readable);
        readable.retain(|key| self.receive_from(*key));
        // Reading makes no other client readable.
        self.readable = readable;
    }

    /// Returns whether there may be more.
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
            self.engine.state.peer_closed(key);
        }
        received == Received::More
    }
}
