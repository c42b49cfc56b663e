//! Keyspace notifications: events of keys, published on channels.

use super::State;
use crate::state::config::Events;
use crate::state::keyspace::{Database, timestamp_of};
use crate::state::pubsub::Kind;
use crate::time::Timestamp;

impl State {
    /// A database without expired keys: they are removed, and their events published, first.
    ///
    /// The caller must have checked the index, as `SELECT` does.
    pub(crate) fn database(&mut self, index: usize, now: Timestamp) -> &mut Database {
        for key in self.keyspace.expire(index, now) {
            match self.paused(now) {
                None => self.key_expired(index, &key, now),
                Some(_) => self.defer_expired_event(index, key),
            }
        }
        self.keyspace.database(index)
    }

    /// Counts an expired key, publishes its `expired` event and invalidates its cached values.
    pub(super) fn key_expired(&mut self, database: usize, key: &[u8], now: Timestamp) {
        self.stats.expired_keys += 1;
        self.notify_keyspace_event(Events::EXPIRED, "expired", database, key, now);
        self.invalidate(key, None, now);
    }

    /// Publishes an event of a key, if `notify-keyspace-events` enables it: first on the channel of
    /// the key, then on the channel of the event.
    pub(crate) fn notify_keyspace_event(
        &mut self,
        class: Events,
        event: &str,
        database: usize,
        key: &[u8],
        now: Timestamp,
    ) {
        let enabled = self.config.events;
        if !enabled.contains(class) {
            return;
        }
        if enabled.contains(Events::BY_KEY) {
            let channel = [format!("__keyspace@{database}__:").as_bytes(), key].concat();
            self.publish(Kind::Channel, &channel, event.as_bytes(), now);
        }
        if enabled.contains(Events::BY_EVENT) {
            let channel = format!("__keyevent@{database}__:{event}");
            self.publish(Kind::Channel, channel.as_bytes(), key, now);
        }
    }

    /// When the next key expires. `None` if no client would be notified of it.
    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        let notifies =
            self.config.events.contains(Events::EXPIRED) || !self.tracking_table.is_empty();
        notifies.then(|| self.keyspace.next_expiry()).flatten().map(timestamp_of)
    }

    /// Removes the keys that expired without being accessed, and publishes their events.
    pub(super) fn expire_due_keys(&mut self, now: Timestamp) {
        if self.next_expiry().is_some_and(|expiry| expiry <= now) {
            for index in 0..self.config.databases {
                self.database(index, now);
            }
        }
    }
}
