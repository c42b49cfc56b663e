//! What waits between `MULTI` and `EXEC`.

use crate::catalogue::Command;
use crate::wire::{Args, Request};

/// The commands that wait for `EXEC`.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    queue: Vec<(&'static Command, Request)>,
    /// How many of them run now: within `EXEC` the transaction is still open.
    running: usize,
    /// A command was refused while queueing: `EXEC` will run none.
    pub(crate) refused: bool,
}

impl Transaction {
    /// Adds a command. One that will not run in any case is not kept.
    pub(crate) fn queue(&mut self, command: &'static Command, args: Args<'_>) {
        if !self.refused {
            self.queue.push((command, args.to_request()));
        }
    }

    /// Notes that a command was refused: none will run, and where the server forgets them at once,
    /// none waits any more.
    pub(crate) fn refuse(&mut self, forgets: bool) {
        self.refused = true;
        if forgets {
            self.queue.clear();
        }
    }

    /// Hands out the commands to be run.
    pub(crate) fn run(&mut self) -> Vec<(&'static Command, Request)> {
        self.running = self.queue.len();
        std::mem::take(&mut self.queue)
    }

    /// The commands that wait.
    pub(crate) fn queued(&self) -> &[(&'static Command, Request)] {
        &self.queue
    }

    /// How many commands wait or run.
    pub(crate) fn len(&self) -> usize {
        self.queue.len() + self.running
    }
}

/// The keys that `WATCH` looks after.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// With the database that each is in.
    pub(crate) keys: Vec<(usize, Box<[u8]>)>,
    /// Somebody changed one of them: `EXEC` will run nothing, and none needs a look any more.
    pub(crate) broken: bool,
}

impl Watch {
    pub(crate) fn add(&mut self, database: usize, key: &[u8]) {
        if !self.keys.iter().any(|(db, name)| *db == database && **name == *key) {
            self.keys.push((database, key.into()));
        }
    }

    pub(crate) fn break_if(&mut self, touched: impl Fn(usize, &[u8]) -> bool) {
        if self.keys.iter().any(|(database, key)| touched(*database, key)) {
            self.broken = true;
            self.keys.clear();
        }
    }
}
