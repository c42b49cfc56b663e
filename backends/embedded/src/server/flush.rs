//! Output, from the engine to the sockets, once a round.

use std::io::{self, IoSlice};

use super::connection::Connection;
use super::event_loop::EventLoop;
use super::sockets::Sockets;
use crate::state::State;
use crate::state::client::CloseMode;
use crate::state::ids::ClientKey;
use crate::time::Timestamp;

/// The most buffers that one write carries.
const MAX_SLICES: usize = 64;

/// The most bytes that one client is sent in a round, so that it does not keep the others waiting.
const MAX_BYTES_PER_ROUND: usize = 1024 * 1024;

/// The result of writing to one client.
#[derive(PartialEq, Eq)]
enum Written {
    All,
    /// The socket is full.
    Blocked,
    /// The client has had its share of this round.
    More,
    Broken,
}

impl EventLoop {
    /// Ends the round: writes to the clients that have output, closes the connections that are due,
    /// and notifies the waiters.
    pub(super) fn flush(&mut self) {
        let Self { engine, sockets, .. } = self;
        let now = sockets.now;
        engine.with(sockets).run_due(now);
        engine.state.send_broadcast_invalidations(now);
        sockets.flush(&mut engine.state, None);
        self.waiters.notify(&self.engine.state.pubsub, self.sockets.woke_up);
    }
}

impl<L> Sockets<L> {
    /// Writes to the clients that have output, and closes the connections that are due. The client
    /// that runs a script is left for later.
    pub(super) fn flush(&mut self, state: &mut State, runs_script: Option<ClientKey>) {
        let mut marked = std::mem::take(&mut self.marked);
        state.take_marked(&mut marked);
        for key in &marked {
            if runs_script != Some(*key) {
                self.flush_client(*key, state);
            }
        }
        state.end_round(&marked);
        if let Some(key) = runs_script.filter(|key| marked.contains(key)) {
            state.clients.mark(key);
        }
        marked.clear();
        self.marked = marked;
    }

    /// Writes to one client, and closes its connection if that is due.
    fn flush_client(&mut self, key: ClientKey, state: &mut State) {
        let Some(client) = state.clients.get(key) else { return };
        let (close_mode, has_output) = (client.close_mode, !client.output.is_empty());
        if close_mode == Some(CloseMode::Now) {
            return self.close(key, state);
        }
        let Some(connection) = self.connections.get_mut(key) else { return };
        if connection.is_blocked && close_mode != Some(CloseMode::AfterOneWrite) {
            return;
        }
        let written = write(state, key, self.now, connection);
        match (close_mode, written) {
            (_, Written::Broken) | (Some(CloseMode::AfterOneWrite), _) => self.close(key, state),
            // As in Redis, a client without output keeps its connection: the server closes it after
            // a write, and there is nothing to write to a client that turned its replies off.
            (Some(CloseMode::AfterOutput), Written::All) if has_output => self.close(key, state),
            (_, Written::All) => {}
            (_, Written::Blocked) => {
                connection.is_blocked = true;
                state.socket_is_full(key, self.now);
                self.stale_registrations.push(key);
            }
            (_, Written::More) => state.clients.mark(key),
        }
    }

    pub(super) fn close(&mut self, key: ClientKey, state: &mut State) {
        state.disconnect(key);
        self.connections.remove(key);
    }
}

/// Writes until the output is empty, the socket is full, or the client has had its share.
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
        if sent >= MAX_BYTES_PER_ROUND {
            return Written::More;
        }
        let mut slices = [IoSlice::new(&[]); MAX_SLICES];
        let used = client.output.slices(&state.broadcast, &mut slices);
        match connection.socket.write(&slices[..used]) {
            Ok(written) => {
                sent += written;
                state.output_written(key, written, now);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Written::Blocked,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Written::Broken,
        }
    }
    Written::All
}
