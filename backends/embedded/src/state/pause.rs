//! Who waits while the server is paused: `CLIENT PAUSE`.

use bytes::Bytes;

use super::State;
use crate::catalogue::{Command, Flags};
use crate::state::ids::ClientKey;
use crate::time::Timestamp;

/// What changes something, here or with others.
const WRITES: Flags = Flags::of(&[Flags::WRITE, Flags::REPLICATED, Flags::MAY_REPLICATE]);

/// What waits for the end of a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Paused {
    /// Commands that write or publish, and transactions with such.
    Writes,
    /// Every command, also the one that would end the pause.
    Everything,
}

/// A pause, and who waits for its end.
#[derive(Debug, Default)]
pub(crate) struct Pause {
    now: Option<(Paused, Timestamp)>,
    /// In the order in which they were held. They go on when the round is over.
    waiting: Vec<ClientKey>,
    /// Keys that have expired meanwhile, of which nobody is told before the end.
    expired: Vec<(usize, Bytes)>,
}

impl State {
    /// A pause within a pause makes it longer, and wider, but never shorter.
    pub(crate) fn pause(&mut self, what: Paused, until: Timestamp) {
        let (present, end) = self.pause.now.unwrap_or((what, until));
        self.pause.now = Some((what.max(present), until.max(end)));
    }

    pub(crate) fn unpause(&mut self) {
        self.pause.now = None;
    }

    /// What is paused at this moment, and until when.
    #[inline]
    pub(crate) fn paused(&self, now: Timestamp) -> Option<(Paused, Timestamp)> {
        self.pause.now.filter(|(_, until)| *until > now)
    }

    /// How many clients wait for the end of the pause.
    pub(crate) fn waiting(&self) -> usize {
        self.pause.waiting.len()
    }

    /// Whether a command of this client waits for the end of the pause.
    #[inline]
    pub(crate) fn holds(&self, key: ClientKey, command: &Command, now: Timestamp) -> bool {
        match self.paused(now) {
            None => false,
            Some((Paused::Everything, _)) => !command.flags().contains(Flags::NOT_PAUSED),
            Some((Paused::Writes, _)) => {
                command.flags().intersects(WRITES) || self.executes_writes(key, command)
            }
        }
    }

    fn executes_writes(&self, key: ClientKey, command: &Command) -> bool {
        let transaction = self.clients[key].session.transaction.as_ref();
        let queued = transaction.filter(|_| command.name == "exec").map(|open| open.queued());
        queued.is_some_and(|queued| {
            queued.iter().any(|(command, _)| command.flags().intersects(WRITES))
        })
    }

    /// What the client sent stays where it is until the pause is over.
    pub(crate) fn hold(&mut self, key: ClientKey) {
        self.clients[key].is_held = true;
        self.pause.waiting.push(key);
    }

    /// A key has expired in a pause.
    pub(super) fn defer_expired_event(&mut self, database: usize, key: Bytes) {
        self.pause.expired.push((database, key));
    }

    /// How many keys of a database are over and still count, because it is paused.
    pub(crate) fn expired_in_pause(&self, database: usize) -> usize {
        let expired = self.pause.now.iter().flat_map(|_| &self.pause.expired);
        expired.filter(|(index, _)| *index == database).count()
    }

    /// The client waits for nothing any more.
    pub(super) fn cancel_hold(&mut self, key: ClientKey) {
        if std::mem::take(&mut self.clients[key].is_held) {
            self.pause.waiting.retain(|waiting| *waiting != key);
        }
    }

    /// When [`State::end_pause`] should be called next, if nothing else happens.
    pub(super) fn next_end_of_pause(&self) -> Option<Timestamp> {
        self.pause.now.map(|(_, until)| until)
    }

    /// Ends a pause that is over, and returns the clients that go on now, in the order in which they
    /// were held.
    pub(crate) fn end_pause(&mut self, now: Timestamp) -> Vec<ClientKey> {
        if self.paused(now).is_some() {
            return Vec::new();
        }
        self.pause.now = None;
        for (database, key) in std::mem::take(&mut self.pause.expired) {
            self.key_expired(database, &key, now);
        }
        let waiting = std::mem::take(&mut self.pause.waiting);
        for key in &waiting {
            let client = &mut self.clients[*key];
            (client.is_held, client.was_held) = (false, true);
        }
        waiting
    }
}
