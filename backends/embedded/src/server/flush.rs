//! Output: what a round of commands has produced leaves in one go.

use std::io::{self, IoSlice};
use std::rc::Rc;

use tokio::task::spawn_local;
use tokio::time::timeout;

use super::rim::Rim;
use crate::client::{ClientKey, Ending};
use crate::moment::Moment;
use crate::world::World;

/// How many buffers one write may carry.
const SLICES: usize = 64;

/// How much one client may be sent before it is the next one's turn.
const TURN: usize = 1024 * 1024;

/// Writes after every round, until the server ends.
pub(super) async fn flush_rounds(rim: Rc<Rim>) {
    let mut marked = Vec::new();
    loop {
        match rim.next_deadline() {
            None => rim.flush.notified().await,
            Some(deadline) => {
                let left = deadline.since(rim.clock.now());
                // Whether there is work or a deadline has passed: the round looks for both.
                let _ = timeout(left, rim.flush.notified()).await;
            }
        }
        rim.flush_round(&mut marked);
    }
}

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
    fn next_deadline(&self) -> Option<Moment> {
        let world = self.world.borrow().next_deadline();
        let waiters = self.waiters.borrow().next_deadline();
        [world, waiters].into_iter().flatten().min()
    }

    fn flush_round(self: &Rc<Self>, marked: &mut Vec<ClientKey>) {
        let now = self.clock.now();
        let world = &mut *self.world.borrow_mut();
        world.close_overdue(now);
        world.take_marked(marked);
        for key in marked.drain(..) {
            self.serve(world, key, now);
        }
        self.waiters.borrow_mut().answer(&world.hub, now);
    }

    /// Writes to one client, and closes its connection if its time has come.
    fn serve(self: &Rc<Self>, world: &mut World, key: ClientKey, now: Moment) {
        let Some(ending) = world.clients.get(key).map(|client| client.ending) else { return };
        if ending == Some(Ending::Now) {
            return self.close(world, key);
        }
        let mut connections = self.connections.borrow_mut();
        let Some(connection) = connections.get_mut(key) else { return };
        let owed = !world.clients[key].outbox.is_empty();
        if connection.draining.is_some() && ending != Some(Ending::AfterOneWrite) {
            return;
        }
        let writer = Rc::clone(&connection.writer);
        let written = write(world, key, now, |slices| writer.try_write(slices));
        match (ending, written) {
            (_, Written::Broken) | (Some(Ending::AfterOneWrite), _) => {}
            // Like Redis, who silences its own goodbye keeps the connection: nothing is ever
            // written that the end could come after.
            (Some(Ending::AfterOutput), Written::All) if owed => {}
            (_, Written::All) => return,
            (_, Written::Blocked) => {
                let draining = spawn_local(drain(Rc::clone(self), key, writer));
                connection.draining = Some(draining.abort_handle());
                return;
            }
            (_, Written::More) => {
                world.clients.mark(key);
                self.flush.notify_one();
                return;
            }
        }
        drop(connections);
        self.close(world, key);
    }

    fn close(&self, world: &mut World, key: ClientKey) {
        world.disconnect(key);
        self.connections.borrow_mut().remove(key);
    }
}

/// Writes until nothing is left, the socket is full, or the turn is over.
fn write(
    world: &mut World,
    key: ClientKey,
    now: Moment,
    mut try_write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
) -> Written {
    let mut sent = 0;
    while let Some(client) = world.clients.get(key)
        && !client.outbox.is_empty()
    {
        if sent >= TURN {
            return Written::More;
        }
        let mut slices = [IoSlice::new(&[]); SLICES];
        let used = client.outbox.slices(&mut slices);
        match try_write(&slices[..used]) {
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

/// Waits for a full socket to take more, and marks its client then.
async fn drain(rim: Rc<Rim>, key: ClientKey, writer: Rc<super::socket::Writer>) {
    // An error shows again, and is handled, at the next write.
    let _ = writer.writable().await;
    if let Some(connection) = rim.connections.borrow_mut().get_mut(key) {
        connection.draining = None;
    }
    rim.world.borrow_mut().clients.mark(key);
    rim.flush.notify_one();
}
