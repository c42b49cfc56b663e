//! Accepting new connections.

use std::io;
use std::time::{Duration, Instant};

use super::socket::Socket;
use super::sockets::Sockets;
use crate::state::State;
use crate::state::client::Peer;
use crate::wire::{Protocol, Reply};

/// The most connections that one listener accepts before the connected clients are served.
const MAX_ACCEPTS: usize = 256;

/// How long a listener pauses when the system has no file descriptor left: a loop without a pause
/// would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

impl<L> Sockets<L> {
    /// Accepts pending connections from the listeners that are due.
    pub(super) fn accept(&mut self, state: &mut State) {
        for index in 0..self.listeners.len() {
            if self.listeners[index].accept_at.is_some_and(|at| at <= self.woke_up) {
                self.listeners[index].accept_at = self.accept_from(index, state);
            }
        }
    }

    /// Accepts pending connections, and returns when to continue if there may be more.
    fn accept_from(&mut self, listener: usize, state: &mut State) -> Option<Instant> {
        for _ in 0..MAX_ACCEPTS {
            match self.listeners[listener].socket.accept() {
                Ok((socket, peer)) => self.connect(socket, peer, state),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => return None,
                    io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted => {}
                    _ => return Some(self.woke_up + ACCEPT_PAUSE),
                },
            }
        }
        Some(self.woke_up)
    }

    fn connect(&mut self, mut socket: Socket, peer: Peer, state: &mut State) {
        if self.refuses_connections {
            return;
        }
        match state.connect(peer, socket.number(), self.now) {
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
