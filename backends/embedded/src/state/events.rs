//! Events of keys, told on channels to whoever subscribed to them.

use super::State;
use crate::state::config::Events;
use crate::state::keyspace::{Database, timestamp_of};
use crate::state::pubsub::Kind;
use crate::time::Timestamp;

impl State {
    /// A database as it is now: what has expired is gone, and has been told of, before anybody can
    /// see it.
    ///
    /// The index is one that `SELECT` let pass.
    pub(crate) fn database(&mut self, index: usize, now: Timestamp) -> &mut Database {
        for key in self.keyspace.expire(index, now) {
            match self.paused(now) {
                None => self.key_expired(index, &key, now),
                Some(_) => self.defer_expired_event(index, key),
            }
        }
        self.keyspace.database(index)
    }

    /// Tells that a key has expired.
    pub(super) fn key_expired(&mut self, database: usize, key: &[u8], now: Timestamp) {
        self.notify_keyspace_event(Events::EXPIRED, "expired", database, key, now);
        self.invalidate(key, None, now);
    }

    /// Tells that something happened to a key, if `notify-keyspace-events` asks for it: first by
    /// the key, then by the event.
    pub(crate) fn notify_keyspace_event(
        &mut self,
        class: Events,
        event: &str,
        database: usize,
        key: &[u8],
        now: Timestamp,
    ) {
        let told = self.config.events;
        if !told.contains(class) {
            return;
        }
        if told.contains(Events::BY_KEY) {
            let channel = [format!("__keyspace@{database}__:").as_bytes(), key].concat();
            self.publish(Kind::Channel, &channel, event.as_bytes(), now);
        }
        if told.contains(Events::BY_EVENT) {
            let channel = format!("__keyevent@{database}__:{event}");
            self.publish(Kind::Channel, channel.as_bytes(), key, now);
        }
    }

    /// When the next key expires, if anybody is to be told.
    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        let told = self.config.events.contains(Events::EXPIRED) || !self.tracking_table.is_empty();
        told.then(|| self.keyspace.next_expiry()).flatten().map(timestamp_of)
    }

    /// Tells of the keys that expired without anybody looking at them.
    pub(super) fn expire_due_keys(&mut self, now: Timestamp) {
        if self.next_expiry().is_some_and(|expiry| expiry <= now) {
            for index in 0..self.config.databases {
                self.database(index, now);
            }
        }
    }
}
