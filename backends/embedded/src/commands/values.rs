//! Access to the values of keys, by type, and everything that a change of a key causes.
//!
//! A command that reads calls [`Context::read`]. A command that writes calls [`Context::edit`] or
//! [`Context::edit_or_create`], changes the value, and then calls [`Context::changed`], which also
//! removes a collection without elements.
//!
//! `INFO` counts the changes since the last save. A change of a key counts for one; a command that
//! counts otherwise, by elements mostly, says so to the variant of a function that ends in `_by`.
//! These numbers are those of Redis 6.2 to 8.10 and of Valkey 8.0 to 9.1.

use super::errors::WRONG_TYPE;
use super::{Attempt, Context, Outcome};
use crate::catalogue::Command;
use crate::state::config::Events;
use crate::state::keyspace::{DataType, Database, Expiry, Hash, Lifetime, Use, Value};
use crate::wire::{Args, ErrorReply, Reply};

impl Context<'_> {
    /// The database that the client has selected.
    #[inline]
    pub(crate) fn database(&mut self) -> &mut Database {
        let selected = self.client().session.database;
        self.state.database(selected, self.now)
    }

    /// Removes the expired keys that a command uses; those of the whole database if it looks for keys.
    pub(crate) fn expire_keys_of(&mut self, command: &Command, args: Args<'_>) {
        let (index, now) = (self.client().session.database, self.now);
        if matches!(command.name, "keys" | "scan" | "randomkey") {
            return self.state.expire(index, now);
        }
        if command.name == "watch" && self.state.profile.watches_kept_keys {
            return;
        }
        let search = self.state.profile.key_search;
        for key in command.keys().names(search, args) {
            self.state.expire_key(index, key, now);
        }
    }

    /// The value of a key, if it has the type `T`, with the writer of the reply. The read counts.
    #[inline]
    pub(crate) fn read<T: DataType>(
        &mut self,
        key: &[u8],
    ) -> Result<(Option<&T>, Reply<'_>), ErrorReply> {
        let (value, reply) = self.read_any(key);
        Ok((value.map(typed).transpose()?, reply))
    }

    /// The value of a key, of any type, with the writer of the reply. The read counts.
    pub(crate) fn read_any(&mut self, key: &[u8]) -> (Option<&Value>, Reply<'_>) {
        let place = self.find_for_read(key);
        let selected = self.client().session.database;
        self.state.value_and_reply(selected, place, self.me)
    }

    /// The value of a key, if it has the type `T`, with the writer of the reply. The read does not
    /// count.
    pub(crate) fn peek_and_reply<T: DataType>(
        &mut self,
        key: &[u8],
    ) -> Result<(Option<&T>, Reply<'_>), ErrorReply> {
        let (how, now) = (self.reads(), self.now);
        let place = self.database().find(key, how, now);
        let selected = self.client().session.database;
        let (value, reply) = self.state.value_and_reply(selected, place, self.me);
        Ok((value.map(typed).transpose()?, reply))
    }

    /// The value of a key, if it has the type `T`. The read counts.
    pub(crate) fn look_up<T: DataType>(&mut self, key: &[u8]) -> Result<Option<&T>, ErrorReply> {
        self.look_up_any(key).map(typed).transpose()
    }

    /// The value of a key, of any type. The read counts.
    pub(crate) fn look_up_any(&mut self, key: &[u8]) -> Option<&Value> {
        let place = self.find_for_read(key)?;
        Some(self.database().at(place))
    }

    /// The value of a key that a command copies or combines with others, if it has the type `T`. On
    /// some servers this read does not count.
    pub(crate) fn look_up_to_copy<T: DataType>(
        &mut self,
        key: &[u8],
    ) -> Result<Option<&T>, ErrorReply> {
        self.look_up_any_to_copy(key).map(typed).transpose()
    }

    /// The same for a value of any type.
    pub(crate) fn look_up_any_to_copy(&mut self, key: &[u8]) -> Option<&Value> {
        if self.state.profile.copies_count_misses {
            return self.look_up_any(key);
        }
        let (how, now) = (self.reads(), self.now);
        let database = self.database();
        let place = database.find(key, how, now)?;
        Some(database.at(place))
    }

    /// The same as [`Context::look_up_any`], but the key does not count as used.
    pub(crate) fn look_at_any(&mut self, key: &[u8]) -> Option<&Value> {
        let place = self.find_for_read_as(key, Use::None)?;
        Some(self.database().at(place))
    }

    /// The value of a key that a command is about to write, if it has the type `T`. The write
    /// counts as a use of the key, and this does not.
    #[inline]
    pub(crate) fn peek<T: DataType>(&mut self, key: &[u8]) -> Result<Option<&T>, ErrorReply> {
        let how = match self.writes() {
            Use::Counted(..) => Use::Plain,
            how => how,
        };
        Ok(self.edit_as(key, how)?.map(|value| &*value))
    }

    /// The value of a key, if it has the type `T`, to be changed.
    #[inline]
    pub(crate) fn edit<T: DataType>(&mut self, key: &[u8]) -> Result<Option<&mut T>, ErrorReply> {
        let how = self.writes();
        self.edit_as(key, how)
    }

    #[inline]
    fn edit_as<T: DataType>(&mut self, key: &[u8], how: Use) -> Result<Option<&mut T>, ErrorReply> {
        let now = self.now;
        let database = self.database();
        let Some(place) = database.find(key, how, now) else { return Ok(None) };
        T::of_mut(database.at_mut(place)).map(Some).ok_or_else(|| WRONG_TYPE.into())
    }

    /// The same; a missing key is created, and a `new` event sent.
    ///
    /// The caller must then add something: nothing removes a collection that stays empty.
    pub(crate) fn edit_or_create<T: DataType + Default>(
        &mut self,
        key: &[u8],
    ) -> Result<&mut T, ErrorReply> {
        if self.database().contains(key) {
            return self.edit(key)?.ok_or_else(|| WRONG_TYPE.into());
        }
        self.create(key, T::default().into_value());
        let value = self.database().get_mut(key).and_then(T::of_mut);
        value.ok_or_else(|| WRONG_TYPE.into())
    }

    /// Adds a key that is not there, and sends a `new` event.
    pub(crate) fn create(&mut self, key: &[u8], value: Value) {
        let now = self.now;
        self.database().set(key, value, Lifetime::Endless, Use::None, now);
        self.notify(Events::NEW, "new", key);
    }

    /// Uses a key, as a command does that writes it.
    pub(crate) fn touch(&mut self, key: &[u8]) {
        let (how, now) = (self.writes(), self.now);
        self.database().touch(key, how, now);
    }

    /// Ends a change of a key's value: chooses its encoding, breaks watches, invalidates caches,
    /// wakes clients, sends the event, and removes a collection without elements.
    pub(crate) fn changed<T: DataType>(&mut self, key: &[u8], event: &str) {
        self.changed_by::<T>(key, event, 1);
    }

    /// The same for a change that counts as so many.
    pub(crate) fn changed_by<T: DataType>(&mut self, key: &[u8], event: &str, changes: usize) {
        if self.value_changed::<T>(key, event, Some(changes)) {
            self.remove_empty(key);
        }
    }

    /// The same, with what happens before a collection without elements is removed: some servers
    /// reply then.
    pub(crate) fn changed_and<T: DataType>(
        &mut self,
        key: &[u8],
        event: &str,
        changes: usize,
        before_removal: impl FnOnce(&mut Self),
    ) {
        let is_over = self.value_changed::<T>(key, event, Some(changes));
        before_removal(self);
        if is_over {
            self.remove_empty(key);
        }
    }

    /// The same as [`Context::changed`] for a hash: the events of the fields follow that of the key.
    /// Each field counts.
    pub(crate) fn hash_changed<F: AsRef<[u8]>>(
        &mut self,
        key: &[u8],
        event: &str,
        fields: impl IntoIterator<Item = F, IntoIter: Clone>,
    ) {
        let fields = fields.into_iter();
        let changes = fields.clone().count();
        self.hash_changed_by(key, event, fields, changes);
    }

    /// The same for a change that counts as so many.
    pub(crate) fn hash_changed_by<F: AsRef<[u8]>>(
        &mut self,
        key: &[u8],
        event: &str,
        fields: impl IntoIterator<Item = F>,
        changes: usize,
    ) {
        let is_over = self.value_changed::<Hash>(key, event, Some(changes));
        let selected = self.client().session.database;
        self.state.notify_field_event(event, selected, key, fields, self.now);
        if is_over {
            self.remove_empty(key);
        }
    }

    /// The same for an element that this command takes, perhaps after it has waited for it. What a
    /// waiting client takes is no change on some servers: it does not count, and no cache is told of it.
    pub(crate) fn taken<T: DataType>(&mut self, key: &[u8], event: &str, changes: usize) {
        let changes = self.changes_after_wait().then_some(changes);
        if self.value_changed::<T>(key, event, changes) {
            self.remove_empty(key);
        }
    }

    /// Whether the changed value is a collection without elements, which the caller then removes. A
    /// change that nobody is told of has no `changes`.
    fn value_changed<T: DataType>(
        &mut self,
        key: &[u8],
        event: &str,
        changes: Option<usize>,
    ) -> bool {
        let limits = self.state.config.encodings;
        let value = self.database().get_mut(key).and_then(T::of_mut);
        let is_over = value.is_some_and(|value| {
            value.encode(&limits);
            value.is_over()
        });
        match changes {
            Some(changes) => self.key_changed_by(key, changes),
            None => {
                let selected = self.client().session.database;
                self.state.size_changed(selected, key);
            }
        }
        self.notify(T::CLASS, event, key);
        is_over
    }

    fn remove_empty(&mut self, key: &[u8]) {
        self.database().remove(key);
        self.notify(Events::GENERIC, "del", key);
    }

    /// Sets the value of a key, whatever it was, with the events that this causes in any command.
    pub(crate) fn replace(&mut self, key: &[u8], value: Value, lifetime: Lifetime) {
        self.replace_by(key, value, lifetime, 1);
    }

    /// The same for a change that counts as so many.
    pub(crate) fn replace_by(
        &mut self,
        key: &[u8],
        value: Value,
        lifetime: Lifetime,
        changes: usize,
    ) {
        let (new_type, now, how) = (value.type_name(), self.now, self.sets());
        let old = self.database().set(key, value, lifetime, how, now);
        match old {
            None => self.notify(Events::NEW, "new", key),
            Some(old) => {
                self.notify(Events::OVERWRITTEN, "overwritten", key);
                if old.type_name() != new_type {
                    self.notify(Events::TYPE_CHANGED, "type_changed", key);
                }
            }
        }
        self.key_changed_by(key, changes);
    }

    /// Deletes a key with all that a deletion causes; false if it was not there.
    pub(crate) fn delete(&mut self, key: &[u8]) -> bool {
        let is_there = self.database().remove(key).is_some();
        if is_there {
            self.key_changed(key);
            self.notify(Events::GENERIC, "del", key);
        }
        is_there
    }

    /// Sets a key to a value whose expiry is in the past: it does not exist afterwards.
    pub(crate) fn put_past(&mut self, key: &[u8]) {
        if self.state.profile.events.past_value_counts_as_expired {
            self.state.stats.expired_keys += 1;
        }
        if self.database().contains(key) {
            self.remove_past(key);
        }
    }

    /// Removes a key because its new expiry is in the past.
    pub(crate) fn remove_past(&mut self, key: &[u8]) {
        self.database().remove(key);
        self.key_changed(key);
        if self.state.profile.events.past_expiry_event_is_expired {
            self.state.stats.expired_keys += 1;
            self.notify(Events::EXPIRED, "expired", key);
        } else {
            self.notify(Events::GENERIC, "del", key);
        }
    }

    /// Changes when a key expires, and sends the event.
    pub(crate) fn change_expiry(&mut self, key: &[u8], expiry: Option<Expiry>, event: &str) {
        self.database().set_expiry(key, expiry);
        self.key_changed(key);
        self.notify(Events::GENERIC, event, key);
    }

    /// Breaks the watches of a changed key in the client's database, invalidates its caches, and
    /// wakes the clients that wait for it.
    #[inline]
    pub(crate) fn key_changed(&mut self, key: &[u8]) {
        self.key_changed_by(key, 1);
    }

    /// The same for a change that counts as so many.
    #[inline]
    pub(crate) fn key_changed_by(&mut self, key: &[u8], changes: usize) {
        self.count_changes(changes);
        let selected = self.client().session.database;
        self.state.key_changed(selected, key, self.now);
    }

    /// Counts changes that `INFO` shows, and that no watch and no cache notices.
    #[inline]
    pub(crate) fn count_changes(&mut self, changes: usize) {
        self.state.changes += changes as u64;
    }

    /// Whether what this command takes is a change, although it may have waited for it.
    pub(crate) fn changes_after_wait(&self) -> bool {
        self.attempt == Attempt::First || self.state.profile.changes.after_waits
    }

    /// Serves the clients that wait for a key, although it did not change.
    pub(crate) fn wake_waiting(&mut self, key: &[u8]) {
        let selected = self.client().session.database;
        self.state.blocked.key_changed(selected, key);
    }

    /// Sends the keyspace notification of a key in the client's database.
    #[inline]
    pub(crate) fn notify(&mut self, class: Events, event: &str, key: &[u8]) {
        let selected = self.client().session.database;
        self.state.notify_keyspace_event(class, event, selected, key, self.now);
    }

    /// Fails if a key has a value of another type. The key does not count as read.
    pub(crate) fn check_type<T: DataType>(&mut self, key: &[u8]) -> Outcome {
        match self.database().get(key) {
            Some(value) => typed::<T>(value).map(|_| ()),
            None => Ok(()),
        }
    }

    /// The place of a key that a command reads. The read counts, and a missing key causes a
    /// `keymiss` event.
    #[inline]
    fn find_for_read(&mut self, key: &[u8]) -> Option<usize> {
        let how = self.reads();
        self.find_for_read_as(key, how)
    }

    #[inline]
    fn find_for_read_as(&mut self, key: &[u8], how: Use) -> Option<usize> {
        let now = self.now;
        let place = self.database().find(key, how, now);
        if place.is_some() {
            self.state.stats.keyspace_hits += 1;
        } else {
            self.state.stats.keyspace_misses += 1;
            self.notify(Events::MISSED, "keymiss", key);
        }
        place
    }

    /// How the client uses a key that it reads.
    #[inline]
    fn reads(&mut self) -> Use {
        match self.state.config.eviction.ignores_reads() {
            true => Use::None,
            false => self.writes(),
        }
    }

    /// How the client uses a key whose value it replaces. A new value was never idle.
    fn sets(&mut self) -> Use {
        match self.writes() {
            Use::None => Use::Plain,
            how => how,
        }
    }

    /// How the client uses a key that it writes: `CLIENT NO-TOUCH` turns that off.
    #[inline]
    fn writes(&mut self) -> Use {
        let eviction = self.state.config.eviction;
        match self.client().session.no_touch {
            true => Use::None,
            false if eviction.counts_uses() => Use::Counted(eviction, self.state.random.f64()),
            false => Use::Plain,
        }
    }
}

#[inline]
fn typed<T: DataType>(value: &Value) -> Result<&T, ErrorReply> {
    T::of(value).ok_or_else(|| WRONG_TYPE.into())
}
