//! New connections.

use std::io;
use std::time::Duration;

use super::event_loop::EventLoop;
use super::socket::Socket;
use crate::state::client::Peer;
use crate::time::Timestamp;
use crate::wire::{Protocol, Reply};

/// How many connections one listener accepts before the connected clients are served.
const AT_ONCE: usize = 256;

/// How long to pause when the system has no file descriptor left: accepting again at once would spin.
const OUT_OF_FILES: Duration = Duration::from_millis(10);

impl EventLoop {
    /// Accepts the connections that wait at the listeners.
    pub(super) fn accept(&mut self) {
        for index in 0..self.listeners.len() {
            if self.listeners[index].accept_at.is_some_and(|at| at <= self.now) {
                self.listeners[index].accept_at = self.accept_from(index);
            }
        }
    }

    /// Accepts some connections and returns when to go on, if there may be more.
    fn accept_from(&mut self, listener: usize) -> Option<Timestamp> {
        for _ in 0..AT_ONCE {
            match self.listeners[listener].socket.accept() {
                Ok((socket, peer)) => self.connect(socket, peer),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => return None,
                    io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted => {}
                    _ => return Some(self.now + OUT_OF_FILES),
                },
            }
        }
        Some(self.now)
    }

    fn connect(&mut self, mut socket: Socket, peer: Peer) {
        if self.refusing {
            return;
        }
        match self.engine.state.connect(peer, socket.number(), self.now) {
            Ok(key) => self.add_connection(key, socket),
            Err(refusal) => {
                let mut line = Vec::new();
                Reply::new(&mut line, Protocol::Resp2).error(&refusal);
                // A fresh socket takes a line. If it does not, the client has left.
                let _ = socket.write(&[io::IoSlice::new(&line)]);
            }
        }
    }
}
