//! Input, from the sockets to the engine.

use mio::Token;
use mio::event::Event;

use super::connection::{Connection, Received};
use super::event_loop::EventLoop;
use super::socket::Socket;
use crate::state::ids::ClientKey;

impl EventLoop {
    /// Adds the socket of a client that the engine has accepted.
    pub(super) fn add_connection(&mut self, key: ClientKey, socket: Socket) {
        self.connections.insert(key, Connection::new(socket));
        self.readable.push(key);
        self.stale_registrations.push(key);
    }

    /// Registers new connections with the poll, at the end of their first round, and updates the
    /// registrations of full sockets.
    pub(super) fn update_registrations(&mut self) {
        while let Some(key) = self.stale_registrations.pop() {
            let Some(connection) = self.connections.get_mut(key) else { continue };
            if connection.register(self.poll.registry(), Token(key.0)).is_err() {
                // The system is out of memory. Closing the connection tells the client.
                self.close(key);
            }
        }
    }

    /// Handles an event of the poll for a connection.
    pub(super) fn handle_event(&mut self, key: ClientKey, event: &Event) {
        let Some(connection) = self.connections.get_mut(key) else { return };
        let (is_readable, is_writable) = connection.handle_event(event);
        if is_readable {
            self.readable.push(key);
        }
        if is_writable {
            self.engine.state.clients.mark(key);
        }
    }

    /// Reads once from every readable client, and runs its requests.
    pub(super) fn receive(&mut self) {
        let mut readable = std::mem::take(&mut self.readable);
        readable.retain(|key| self.receive_from(*key));
        // Reading from one client makes no other client readable.
        self.readable = readable;
    }

    /// Reads once from one client. Returns whether there may be more input.
    fn receive_from(&mut self, key: ClientKey) -> bool {
        let Some(connection) = self.connections.get_mut(key) else { return false };
        let received = if let Some(input) = self.engine.unfinished_request(key) {
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
