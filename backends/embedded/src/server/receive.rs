//! Input, from the sockets to the engine.

use mio::Token;
use mio::event::Event;

use super::connection::{Connection, Received};
use super::event_loop::EventLoop;
use super::socket::Socket;
use super::sockets::Sockets;
use crate::state::State;
use crate::state::ids::ClientKey;

impl<L> Sockets<L> {
    /// Adds the socket of a client that the engine has accepted.
    pub(super) fn add_connection(&mut self, key: ClientKey, socket: Socket) {
        self.connections.insert(key, Connection::new(socket));
        self.readable.push_back(key);
        self.stale_registrations.push(key);
    }

    /// Registers new connections with the poll, at the end of their first round, and updates the
    /// registrations of full sockets.
    pub(super) fn update_registrations(&mut self, state: &mut State) {
        while let Some(key) = self.stale_registrations.pop() {
            let Some(connection) = self.connections.get_mut(key) else { continue };
            if connection.register(self.poll.registry(), Token(key.0)).is_err() {
                // The system is out of memory. Closing the connection tells the client.
                self.close(key, state);
            }
        }
    }

    /// Handles an event of the poll for a connection.
    pub(super) fn handle_event(&mut self, key: ClientKey, event: &Event, state: &mut State) {
        let Some(connection) = self.connections.get_mut(key) else { return };
        let (is_readable, is_writable) = connection.handle_event(event);
        if is_readable {
            self.readable.push_back(key);
        }
        if is_writable {
            state.clients.mark(key);
        }
    }
}

impl EventLoop {
    /// Reads once from every readable client, and runs its requests. A client that alone has output
    /// gets it at once, so that it can go on while the server reads from the next.
    pub(super) fn receive(&mut self) {
        for _ in 0..self.sockets.readable.len() {
            // A script that runs for long reads from the clients that follow.
            let Some(key) = self.sockets.readable.pop_front() else { return };
            if self.receive_from(key) {
                self.sockets.readable.push_back(key);
            }
            if self.engine.state.has_output_for_only(key) {
                self.sockets.flush(&mut self.engine.state, None);
            }
        }
    }

    /// Reads once from one client. Returns whether there may be more input.
    fn receive_from(&mut self, key: ClientKey) -> bool {
        let Self { engine, sockets, read_buffer, .. } = self;
        let now = sockets.now;
        let Some(connection) = sockets.connections.get_mut(key) else { return false };
        let received;
        if let Some(input) = engine.unfinished_request(key) {
            let before = input.len();
            received = connection.read(input);
            let arrived = input.len() - before;
            connection.is_readable = received == Received::More;
            engine.with(sockets).receive_rest(key, arrived, now);
        } else {
            received = connection.read(read_buffer.for_next());
            connection.is_readable = received == Received::More;
            let arrived = read_buffer.bytes();
            if !arrived.is_empty() {
                engine.with(sockets).receive(key, arrived, now);
            }
        }
        if received == Received::End {
            engine.state.peer_closed(key);
        }
        received == Received::More
    }
}
