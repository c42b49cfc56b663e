//! Keyspace notifications: events of keys, published on channels.

use super::State;
use crate::state::config::Events;
use crate::state::keyspace::{DataType, Database, Hash, SmallBytes, timestamp_of};
use crate::state::pubsub::Kind;
use crate::time::Timestamp;

impl State {
    /// A database without expired keys: they are removed, which breaks the transactions that watch
    /// them, and their events published, first. `DEBUG SET-ACTIVE-EXPIRE` can keep them.
    ///
    /// The caller must have checked the index, as `SELECT` does.
    #[inline]
    pub(crate) fn database(&mut self, index: usize, now: Timestamp) -> &mut Database {
        if !self.debug.keeps_expired {
            self.expire(index, now);
        }
        self.keyspace.database(index)
    }

    /// Removes the expired keys and fields of a database.
    #[inline]
    pub(crate) fn expire(&mut self, index: usize, now: Timestamp) {
        for key in self.keyspace.expire(index, now) {
            self.key_ended(index, key, now);
        }
        for (key, fields) in self.keyspace.expire_fields(index, now) {
            self.fields_expired(index, &key, &fields, now);
        }
    }

    /// Removes a key if it has expired, and the expired fields of all hashes.
    pub(crate) fn expire_key(&mut self, index: usize, key: &[u8], now: Timestamp) {
        if self.keyspace.expire_key(index, key, now) {
            self.key_ended(index, key.into(), now);
        }
        for (key, fields) in self.keyspace.expire_fields(index, now) {
            self.fields_expired(index, &key, &fields, now);
        }
    }

    fn key_ended(&mut self, index: usize, key: SmallBytes, now: Timestamp) {
        self.clients.break_watches(|database, name| database == index && *name == *key);
        self.size_changed(index, &key);
        match self.paused(now) {
            None => self.key_expired(index, &key, now),
            Some(_) => self.defer_expired_event(index, key),
        }
    }

    /// Publishes the event of fields that have expired, and removes their hash if no field is left.
    fn fields_expired(
        &mut self,
        database: usize,
        key: &[u8],
        fields: &[SmallBytes],
        now: Timestamp,
    ) {
        self.stats.expired_fields += fields.len() as u64;
        self.key_changed(database, key, now);
        self.notify_keyspace_event(Events::HASH, "hexpired", database, key, now);
        self.notify_field_event("hexpired", database, key, fields, now);
        let keys = self.keyspace.database(database);
        if keys.get(key).and_then(Hash::of).is_some_and(|hash| hash.len() == 0) {
            keys.remove(key);
            self.notify_keyspace_event(Events::GENERIC, "del", database, key, now);
        }
    }

    /// Counts an expired key, publishes its `expired` event and invalidates its cached values.
    pub(super) fn key_expired(&mut self, database: usize, key: &[u8], now: Timestamp) {
        self.stats.expired_keys += 1;
        self.notify_keyspace_event(Events::EXPIRED, "expired", database, key, now);
        self.invalidate(key, None, now);
    }

    /// Publishes an event of a key, if `notify-keyspace-events` enables it: first on the channel of
    /// the key, then on the channel of the event.
    #[inline]
    pub(crate) fn notify_keyspace_event(
        &mut self,
        class: Events,
        event: &str,
        database: usize,
        key: &[u8],
        now: Timestamp,
    ) {
        if self.config.events.contains(class) {
            self.publish_event(event, database, key, now);
        }
    }

    fn publish_event(&mut self, event: &str, database: usize, key: &[u8], now: Timestamp) {
        let enabled = self.config.events;
        if enabled.contains(Events::BY_KEY) {
            let channel = [format!("__keyspace@{database}__:").as_bytes(), key].concat();
            self.publish(Kind::Channel, &channel, event.as_bytes(), now);
        }
        if enabled.contains(Events::BY_EVENT) {
            let channel = format!("__keyevent@{database}__:{event}");
            self.publish(Kind::Channel, channel.as_bytes(), key, now);
        }
    }

    /// Publishes an event of fields of a hash on the channels that `notify-keyspace-events` enables.
    #[inline]
    pub(crate) fn notify_field_event<F: AsRef<[u8]>>(
        &mut self,
        event: &str,
        database: usize,
        key: &[u8],
        fields: impl IntoIterator<Item = F>,
        now: Timestamp,
    ) {
        let enabled = self.config.events;
        if enabled.contains(Events::HASH) && enabled.meets(Events::BY_FIELDS) {
            let fields: Vec<F> = fields.into_iter().collect();
            self.publish_field_event(event, database, key, &fields, now);
        }
    }

    fn publish_field_event<F: AsRef<[u8]>>(
        &mut self,
        event: &str,
        database: usize,
        key: &[u8],
        fields: &[F],
        now: Timestamp,
    ) {
        let enabled = self.config.events;
        let listed = fields.iter().map(|field| with_length(field.as_ref())).collect::<Vec<_>>();
        let listed = listed.join(&b',');
        let mut publish = |class: Events, kind: &str, name: &[u8], payload: &[u8]| {
            if enabled.contains(class) {
                let channel = [format!("__subkey{kind}@{database}__:").as_bytes(), name].concat();
                self.publish(Kind::Channel, &channel, payload, now);
            }
        };
        let event_bytes = event.as_bytes();
        let payload = [event_bytes, b"|", &listed].concat();
        publish(Events::BY_KEY_OF_FIELDS, "space", key, &payload);
        let payload = [&with_length(key), b"|".as_slice(), &listed].concat();
        publish(Events::BY_EVENT_OF_FIELDS, "event", event_bytes, &payload);
        // A line break separates the key from the field, so a key with one has no such channels.
        if !key.contains(&b'\n') {
            for field in fields {
                let item = [key, b"\n", field.as_ref()].concat();
                publish(Events::BY_FIELD, "spaceitem", &item, event_bytes);
            }
        }
        let name = [event_bytes, b"|", key].concat();
        publish(Events::BY_KEY_AND_EVENT_OF_FIELDS, "spaceevent", &name, &listed);
    }

    /// When the next key or field expires. `None` if no client would be notified of it.
    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        if self.debug.keeps_expired {
            return None;
        }
        let events = self.config.events;
        let notifies = events.contains(Events::EXPIRED)
            || events.contains(Events::HASH)
            || !self.tracking_table.is_empty();
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

/// A text behind its length, so that it may contain any byte: `3:a,b`.
fn with_length(text: &[u8]) -> Vec<u8> {
    [format!("{}:", text.len()).as_bytes(), text].concat()
}
