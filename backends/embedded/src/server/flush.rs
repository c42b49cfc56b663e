//! Output: what a round of commands has produced leaves in one go.

use std::io::{self, IoSlice};

use super::connection::Connection;
use super::rim::Rim;
use crate::client::{ClientKey, Ending};
use crate::moment::Moment;
use crate::world::World;

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

impl Rim {
    /// Writes to everybody who is owed something, closes whose time has come, and answers who
    /// waits for subscribers.
    pub(super) fn flush(&mut self) {
        self.world.close_overdue(self.now);
        self.world.resume(self.now);
        self.world.tell_changed(self.now);
        let mut marked = std::mem::take(&mut self.marked);
        self.world.take_marked(&mut marked);
        for key in &marked {
            self.serve(*key);
        }
        self.world.end_round(&marked);
        marked.clear();
        self.marked = marked;
        self.waiters.answer(&self.world.hub, self.now);
    }

    /// Writes to one client, and closes its connection if its time has come.
    fn serve(&mut self, key: ClientKey) {
        let Some(client) = self.world.clients.get(key) else { return };
        let (ending, owed) = (client.ending, !client.outbox.is_empty());
        if ending == Some(Ending::Now) {
            return self.close(key);
        }
        let Some(connection) = self.connections.get_mut(key) else { return };
        if connection.is_blocked && ending != Some(Ending::AfterOneWrite) {
            return;
        }
        let written = write(&mut self.world, key, self.now, connection);
        match (ending, written) {
            (_, Written::Broken) | (Some(Ending::AfterOneWrite), _) => self.close(key),
            // Like Redis, who silences its own goodbye keeps the connection: nothing is ever
            // written that the end could come after.
            (Some(Ending::AfterOutput), Written::All) if owed => self.close(key),
            (_, Written::All) => {}
            (_, Written::Blocked) => {
                connection.is_blocked = true;
                self.unwatched.push(key);
            }
            (_, Written::More) => self.world.clients.mark(key),
        }
    }

    pub(super) fn close(&mut self, key: ClientKey) {
        self.world.disconnect(key);
        self.connections.remove(key);
    }
}

/// Writes until nothing is left, the socket is full, or the turn is over.
fn write(world: &mut World, key: ClientKey, now: Moment, connection: &mut Connection) -> Written {
    let mut sent = 0;
    while let Some(client) = world.clients.get(key)
        && !client.outbox.is_empty()
    {
        if sent >= TURN {
            return Written::More;
        }
        let mut slices = [IoSlice::new(&[]); SLICES];
        let used = client.outbox.slices(&world.broadcast, &mut slices);
        match connection.socket.write(&slices[..used]) {
            Ok(taken) => {
                sent += taken;
                world.wrote(key, taken, now);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Written::Blocked,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Written::Broken,
        }
    }
    Written::All
}
