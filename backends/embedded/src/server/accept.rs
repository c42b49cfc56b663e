//! New connections.

use std::io;
use std::time::Duration;

use super::listener::Listener;
use super::rim::Rim;
use super::socket::Socket;
use crate::client::Peer;
use crate::moment::Moment;
use crate::wire::{Protocol, Reply};

/// How many are let in before it is the turn of those who are inside.
const TURN: usize = 256;

/// How long to pause when the system has no file descriptor left: accepting again at once would spin.
const OUT_OF_FILES: Duration = Duration::from_millis(10);

/// A listening socket and what is known of its queue.
#[derive(Debug)]
pub(super) struct Door {
    pub(super) listener: Listener,
    /// When to look for who waits: the poll tells of a new one only once.
    pub(super) open_at: Option<Moment>,
}

impl Rim {
    /// Lets in who waits at the doors.
    pub(super) fn accept(&mut self) {
        for index in 0..self.doors.len() {
            if self.doors[index].open_at.is_some_and(|at| at <= self.now) {
                self.doors[index].open_at = self.accept_at(index);
            }
        }
    }

    /// Lets in a turn of them and returns when to go on, if there may be more.
    fn accept_at(&mut self, door: usize) -> Option<Moment> {
        for _ in 0..TURN {
            match self.doors[door].listener.accept() {
                Ok((socket, peer)) => self.welcome(socket, peer),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => return None,
                    io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted => {}
                    _ => return Some(self.now + OUT_OF_FILES),
                },
            }
        }
        Some(self.now)
    }

    fn welcome(&mut self, mut socket: Socket, peer: Peer) {
        if self.refusing {
            return;
        }
        match self.world.connect(peer, socket.number(), self.now) {
            Ok(key) => self.converse(key, socket),
            Err(refusal) => {
                let mut line = Vec::new();
                Reply::new(&mut line, Protocol::Resp2).error(&refusal);
                // A fresh socket takes a line; if not, the client has left.
                let _ = socket.write(&[io::IoSlice::new(&line)]);
            }
        }
    }
}
