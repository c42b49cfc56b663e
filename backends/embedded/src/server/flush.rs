//! Output: what a round of commands has produced leaves in one go.

use std::io::{self, IoSlice};

use super::connection::Connection;
use super::event_loop::EventLoop;
use crate::state::State;
use crate::state::client::CloseMode;
use crate::state::ids::ClientKey;
use crate::time::Timestamp;

/// How many buffers one write may carry.
const SLICES: usize = 64;

/// How much one client may be sent before it is the next one's turn.
const TURN: usize = 1024 * 1024;

/// What became of an attempt to write.
#[derive(PartialEq, Eq)]
enum Written {
    All,
    /// The socket is full.
    Blocked,
    /// There is more, but it is somebody else's turn.
    More,
    Broken,
}

impl EventLoop {
    /// Writes to everybody who is owed something, closes whose time has come, and answers who
    /// waits for subscribers.
    pub(super) fn flush(&mut self) {
        self.engine.state.close_overdue(self.now);
        self.engine.resume(self.now);
        self.engine.state.send_broadcast_invalidations(self.now);
        let mut marked = std::mem::take(&mut self.marked);
        self.engine.state.take_marked(&mut marked);
        for key in &marked {
            self.serve(*key);
        }
        self.engine.state.end_round(&marked);
        marked.clear();
        self.marked = marked;
        self.waiters.notify(&self.engine.state.pubsub, self.now);
    }

    /// Writes to one client, and closes its connection if its time has come.
    fn serve(&mut self, key: ClientKey) {
        let Some(client) = self.engine.state.clients.get(key) else { return };
        let (close_mode, owed) = (client.close_mode, !client.output.is_empty());
        if close_mode == Some(CloseMode::Now) {
            return self.close(key);
        }
        let Some(connection) = self.connections.get_mut(key) else { return };
        if connection.is_blocked && close_mode != Some(CloseMode::AfterOneWrite) {
            return;
        }
        let written = write(&mut self.engine.state, key, self.now, connection);
        match (close_mode, written) {
            (_, Written::Broken) | (Some(CloseMode::AfterOneWrite), _) => self.close(key),
            // Like Redis, who silences its own goodbye keeps the connection: nothing is ever
            // written that the end could come after.
            (Some(CloseMode::AfterOutput), Written::All) if owed => self.close(key),
            (_, Written::All) => {}
            (_, Written::Blocked) => {
                connection.is_blocked = true;
                self.stale_registrations.push(key);
            }
            (_, Written::More) => self.engine.state.clients.mark(key),
        }
    }

    pub(super) fn close(&mut self, key: ClientKey) {
        self.engine.state.disconnect(key);
        self.connections.remove(key);
    }
}

/// Writes until nothing is left, the socket is full, or the turn is over.
fn write(
    state: &mut State,
    key: ClientKey,
    now: Timestamp,
    connection: &mut Connection,
) -> Written {
    let mut sent = 0;
    while let Some(client) = state.clients.get(key)
        && !client.output.is_empty()
    {
        if sent >= TURN {
            return Written::More;
        }
        let mut slices = [IoSlice::new(&[]); SLICES];
        let used = client.output.slices(&state.broadcast, &mut slices);
        match connection.socket.write(&slices[..used]) {
            Ok(taken) => {
                sent += taken;
                state.wrote(key, taken, now);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Written::Blocked,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Written::Broken,
        }
    }
    Written::All
}
