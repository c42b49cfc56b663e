//! The transaction of one client, from `MULTI` to `EXEC`, and its watched keys.

use crate::catalogue::Command;
use crate::wire::{Args, Request};

/// The commands queued for `EXEC`.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    queue: Vec<(&'static Command, Request)>,
    /// The length of all arguments in the queue.
    queued_bytes: usize,
    /// How many commands are running: during `EXEC` the transaction is still open.
    running: usize,
    /// A command was refused while queueing: `EXEC` will run nothing.
    pub(crate) refused: bool,
}

impl Transaction {
    /// Adds a command, unless the transaction will not run anyway.
    pub(crate) fn queue(&mut self, command: &'static Command, args: Args<'_>) {
        if !self.refused {
            self.queued_bytes += args.iter().map(<[u8]>::len).sum::<usize>();
            self.queue.push((command, args.to_request()));
        }
    }

    /// Records that a command was refused, so that `EXEC` runs nothing. Some versions also drop the
    /// queued commands at once.
    pub(crate) fn abort(&mut self, drops_queue: bool) {
        self.refused = true;
        if drops_queue {
            self.drop_queue();
        }
    }

    /// Drops the queued commands, because `EXEC` will run nothing.
    pub(crate) fn drop_queue(&mut self) {
        self.queue.clear();
        self.queued_bytes = 0;
    }

    /// Takes the commands to run.
    pub(crate) fn take_commands(&mut self) -> Vec<(&'static Command, Request)> {
        self.running = self.queue.len();
        self.queued_bytes = 0;
        std::mem::take(&mut self.queue)
    }

    /// The queued commands.
    pub(crate) fn queued(&self) -> &[(&'static Command, Request)] {
        &self.queue
    }

    /// The length of all arguments of the queued commands.
    pub(crate) fn queued_bytes(&self) -> usize {
        self.queued_bytes
    }

    /// How many commands are queued or running.
    pub(crate) fn len(&self) -> usize {
        self.queue.len() + self.running
    }
}

/// The keys of `WATCH`.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// Each key, with its database.
    pub(crate) keys: Vec<(usize, Box<[u8]>)>,
    /// One of the keys changed: `EXEC` will run nothing.
    pub(crate) broken: bool,
}

impl Watch {
    /// Adds a key. A broken watch watches nothing more.
    pub(crate) fn add(&mut self, database: usize, key: &[u8]) {
        if !self.broken && !self.keys.iter().any(|(db, name)| *db == database && **name == *key) {
            self.keys.push((database, key.into()));
        }
    }

    /// Breaks the watch if a key is touched, and says whether one was. `CLIENT LIST` then shows no
    /// watched keys; if a `whole` database changed, it goes on to show them.
    pub(crate) fn break_if(&mut self, whole: bool, touched: impl Fn(usize, &[u8]) -> bool) -> bool {
        let is_touched = self.keys.iter().any(|(database, key)| touched(*database, key));
        if is_touched {
            self.broken = true;
            if !whole {
                self.keys.clear();
            }
        }
        is_touched
    }
}
