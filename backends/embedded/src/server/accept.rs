//! Accepting new connections.

use std::io;
use std::time::Duration;

use super::event_loop::EventLoop;
use super::socket::Socket;
use crate::state::client::Peer;
use crate::time::Timestamp;
use crate::wire::{Protocol, Reply};

/// The most connections that one listener accepts before the connected clients are served.
const MAX_ACCEPTS: usize = 256;

/// How long a listener pauses when the system has no file descriptor left: a loop without a pause
/// would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

impl EventLoop {
    /// Accepts pending connections from the listeners that are due.
    pub(super) fn accept(&mut self) {
        for index in 0..self.listeners.len() {
            if self.listeners[index].accept_at.is_some_and(|at| at <= self.now) {
                self.listeners[index].accept_at = self.accept_from(index);
            }
        }
    }

    /// Accepts pending connections, and returns when to continue if there may be more.
    fn accept_from(&mut self, listener: usize) -> Option<Timestamp> {
        for _ in 0..MAX_ACCEPTS {
            match self.listeners[listener].socket.accept() {
                Ok((socket, peer)) => self.connect(socket, peer),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => return None,
                    io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted => {}
                    _ => return Some(self.now + ACCEPT_PAUSE),
                },
            }
        }
        Some(self.now)
    }

    fn connect(&mut self, mut socket: Socket, peer: Peer) {
        if self.refuses_connections {
            return;
        }
        match self.engine.state.connect(peer, socket.number(), self.now) {
            Ok(key) => self.add_connection(key, socket),
            Err(refusal) => {
                let mut line = Vec::new();
                Reply::new(&mut line, Protocol::Resp2).error(&refusal);
                // A new socket has room for one line. If the write fails, the client has left.
                let _ = socket.write(&[io::IoSlice::new(&line)]);
            }
        }
    }
}
