//! `CLIENT PAUSE`: clients that wait until the pause is over.

use super::State;

use crate::state::ids::ClientKey;
use crate::state::keyspace::SmallBytes;
use crate::time::Timestamp;

/// Which commands wait until a pause is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Paused {
    /// Commands that write or publish, and transactions with such commands.
    Writes,
    /// Every command, even the one that would end the pause.
    Everything,
}

/// The pause, if there is one, and the clients that wait until it is over.
#[derive(Debug, Default)]
pub(crate) struct Pause {
    active: Option<(Paused, Timestamp)>,
    /// In the order in which they were held. They continue at the end of the round.
    waiting: Vec<ClientKey>,
    /// Keys that expired during the pause. Their events are published when it is over.
    expired: Vec<(usize, SmallBytes)>,
}

impl State {
    /// Starts a pause. During another pause it can extend that one, but never shorten or narrow it.
    pub(crate) fn pause(&mut self, paused: Paused, until: Timestamp) {
        let (present, end) = self.pause.active.unwrap_or((paused, until));
        self.pause.active = Some((paused.max(present), until.max(end)));
    }

    pub(crate) fn unpause(&mut self) {
        self.pause.active = None;
    }

    /// What is paused now, and until when.
    #[inline]
    pub(crate) fn paused(&self, now: Timestamp) -> Option<(Paused, Timestamp)> {
        self.pause.active.filter(|(_, until)| *until > now)
    }

    /// How many clients wait until the pause is over.
    pub(crate) fn waiting(&self) -> usize {
        self.pause.waiting.len()
    }

    /// Makes a client wait: its input stays unread until the pause is over.
    pub(crate) fn hold(&mut self, key: ClientKey) {
        self.clients[key].is_held = true;
        self.pause.waiting.push(key);
    }

    /// Keeps the event of a key that expired during a pause.
    pub(super) fn defer_expired_event(&mut self, database: usize, key: SmallBytes) {
        self.pause.expired.push((database, key));
    }

    /// The keys of a database that expired during the pause: they still count until it is over.
    pub(crate) fn expired_in_pause(&self, database: usize) -> impl Iterator<Item = &SmallBytes> {
        let expired = self.pause.active.iter().flat_map(|_| &self.pause.expired);
        expired.filter(move |(index, _)| *index == database).map(|(_, key)| key)
    }

    /// Removes a client from the waiting clients.
    pub(super) fn cancel_hold(&mut self, key: ClientKey) {
        if std::mem::take(&mut self.clients[key].is_held) {
            self.pause.waiting.retain(|waiting| *waiting != key);
        }
    }

    /// When [`State::end_pause`] should be called next, if nothing else happens.
    pub(super) fn next_end_of_pause(&self) -> Option<Timestamp> {
        self.pause.active.map(|(_, until)| until)
    }

    /// Ends the pause if its time is over, and returns the clients that continue, in the order in
    /// which they were held.
    pub(crate) fn end_pause(&mut self, now: Timestamp) -> Vec<ClientKey> {
        if self.paused(now).is_some() {
            return Vec::new();
        }
        self.pause.active = None;
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
