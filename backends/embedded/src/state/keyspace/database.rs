use std::collections::BTreeSet;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::expiry::{Expiry, expiry_of};
use super::{DataType, Hash, SmallBytes, Value};
use crate::glob;
use crate::profile::encodings::EncodingBehaviour;
use crate::state::config::Eviction;
use crate::time::Timestamp;

/// The keys of one database.
///
/// A key has a *place* between 0 and the number of keys. When a key is removed, the last one moves
/// into its place, so a random key is found at once, and a scan from the last place to the first
/// misses no key that stays.
#[derive(Debug, Default)]
pub(crate) struct Database {
    entries: IndexMap<SmallBytes, Entry, RandomState>,
    /// The places of the keys that expire, soonest first. The entries hold the same times; both
    /// change together.
    expiries: BTreeSet<(Expiry, usize)>,
    /// When the next field of a hash expires. Some are out of date: the hash has been removed or
    /// changed.
    field_expiries: BTreeSet<(Expiry, SmallBytes)>,
}

/// A key's value and what is known about it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) value: Value,
    /// [`NEVER`] for a key without an expiry.
    expires: Expiry,
    /// When a command last used the key, in seconds since the Unix epoch.
    used: u32,
    /// How often commands have used it, on a scale that is about logarithmic.
    uses: u8,
}

/// The frequency of a new key, which so has some time to be used.
const NEW: u8 = 5;

/// How a command uses a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Use {
    /// It only looks at it.
    None,
    /// It uses it now.
    Plain,
    /// It uses it, and uses are counted: the greater the number from 0 to 1 that was chosen at
    /// random, the more frequently used keys count one more.
    Counted(Eviction, f64),
}

/// The expiry of a key that never expires. No key has this one, because it would be over.
const NEVER: Expiry = Expiry::MIN;

/// How long a key lives after its value was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifetime {
    Endless,
    /// The key keeps its old expiry.
    Kept,
    Until(Expiry),
}

impl Entry {
    fn new(value: Value, expires: Expiry, now: Timestamp) -> Self {
        Self { value, expires, used: seconds(now), uses: NEW }
    }

    pub(crate) fn expiry(&self) -> Option<Expiry> {
        (self.expires != NEVER).then_some(self.expires)
    }

    /// The same entry with another value.
    pub(crate) fn with_value(self, value: Value) -> Self {
        Self { value, ..self }
    }

    /// The same entry as a new one.
    pub(crate) fn renewed(self, now: Timestamp) -> Self {
        Self { used: seconds(now), uses: NEW, ..self }
    }

    /// The name of the value's encoding, as `OBJECT ENCODING` shows it.
    pub(crate) fn encoding(&self, key: &[u8], behaviour: &EncodingBehaviour) -> &'static str {
        let expires = self.expiry().is_some();
        let embeds = |length| behaviour.embedded.embeds(length, key.len(), expires);
        self.value.encoding(behaviour, embeds)
    }

    /// How many keys share the value. Every value has one key, except that some servers share small
    /// integers, and tell the highest number of these.
    pub(crate) fn references(&self, behaviour: &EncodingBehaviour) -> i32 {
        let is_shared = behaviour.shares_integers && self.value.is_small_integer();
        if is_shared { i32::MAX } else { 1 }
    }

    /// How many seconds ago a command last used the key.
    pub(crate) fn idle_seconds(&self, now: Timestamp) -> u32 {
        seconds(now).saturating_sub(self.used)
    }

    /// When a command last used the key, in seconds since the Unix epoch.
    pub(crate) fn used(&self) -> u32 {
        self.used
    }

    /// How often commands use the key. The count falls while none does.
    pub(crate) fn frequency(&self, eviction: &Eviction, now: Timestamp) -> u8 {
        let minutes = i64::from((seconds(now) / 60).saturating_sub(self.used / 60));
        let fallen = minutes.checked_div(eviction.decay_minutes).unwrap_or(0);
        self.uses.saturating_sub(u8::try_from(fallen).unwrap_or(u8::MAX))
    }

    /// Uses the key.
    #[inline]
    fn touch(&mut self, how: Use, now: Timestamp) {
        if let Use::Counted(eviction, chance) = how {
            self.uses = self.frequency(&eviction, now);
            let beyond_new = f64::from(self.uses.saturating_sub(NEW));
            #[expect(clippy::cast_precision_loss, reason = "the factor is small")]
            if chance * (beyond_new * eviction.log_factor as f64 + 1.0) < 1.0 {
                self.uses = self.uses.saturating_add(1);
            }
        }
        if how != Use::None {
            self.used = seconds(now);
        }
    }
}

impl Database {
    #[inline]
    pub(crate) fn get(&self, key: &[u8]) -> Option<&Value> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, key: &[u8]) -> Option<&mut Value> {
        self.entries.get_mut(key).map(|entry| &mut entry.value)
    }

    pub(crate) fn entry(&self, key: &[u8]) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// All keys with their entries.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&SmallBytes, &Entry)> {
        self.entries.iter()
    }

    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        self.entries.contains_key(key)
    }

    /// The place of a key, which is used.
    #[inline]
    pub(crate) fn find(&mut self, key: &[u8], how: Use, now: Timestamp) -> Option<usize> {
        let place = self.entries.get_index_of(key)?;
        self.entries[place].touch(how, now);
        Some(place)
    }

    /// Uses a key.
    pub(crate) fn touch(&mut self, key: &[u8], how: Use, now: Timestamp) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.touch(how, now);
        }
    }

    /// Lets a key count as last used so many seconds ago.
    pub(crate) fn set_idle(&mut self, key: &[u8], idle: u32, now: Timestamp) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.used = seconds(now).saturating_sub(idle);
        }
    }

    /// Lets a key count as used so often.
    pub(crate) fn set_frequency(&mut self, key: &[u8], uses: u8) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.uses = uses;
        }
    }

    /// The key at a place, if there is one.
    pub(crate) fn key_at(&self, place: usize) -> Option<&SmallBytes> {
        self.entries.get_index(place).map(|(key, _)| key)
    }

    /// The value at a place.
    #[inline]
    pub(crate) fn at(&self, place: usize) -> &Value {
        &self.entries[place].value
    }

    /// The value at a place, to be changed.
    #[inline]
    pub(crate) fn at_mut(&mut self, place: usize) -> &mut Value {
        &mut self.entries[place].value
    }

    /// Sets the value of a key, and returns the old value. A key that is there is used.
    pub(crate) fn set(
        &mut self,
        key: &[u8],
        value: Value,
        lifetime: Lifetime,
        how: Use,
        now: Timestamp,
    ) -> Option<Value> {
        let expires = match lifetime {
            Lifetime::Until(expires) => expires,
            Lifetime::Endless | Lifetime::Kept => NEVER,
        };
        let Some(place) = self.entries.get_index_of(key) else {
            let entry = Entry::new(value, expires, now);
            let (place, _) = self.entries.insert_full(SmallBytes::new(key), entry);
            self.schedule(place, expires);
            return None;
        };
        if lifetime != Lifetime::Kept {
            self.set_expiry_at(place, expires);
        }
        let entry = &mut self.entries[place];
        entry.touch(how, now);
        Some(std::mem::replace(&mut entry.value, value))
    }

    /// Adds a key that is not there, with all that is known about it.
    pub(crate) fn add(&mut self, key: &[u8], entry: Entry) {
        let expires = entry.expires;
        let (place, _) = self.entries.insert_full(SmallBytes::new(key), entry);
        self.schedule(place, expires);
        self.schedule_fields(key);
    }

    /// Notes when the next field of a hash expires.
    pub(crate) fn schedule_fields(&mut self, key: &[u8]) {
        let next = self.get(key).and_then(Hash::of).and_then(Hash::next_expiry);
        self.field_expiries.extend(next.map(|next| (next, SmallBytes::new(key))));
    }

    /// Removes the fields that have expired, and returns them by hash.
    pub(super) fn expire_fields(&mut self, now: Timestamp) -> Vec<(SmallBytes, Vec<SmallBytes>)> {
        let mut expired = Vec::new();
        if self.field_expiries.is_empty() {
            return expired;
        }
        let now = expiry_of(now);
        while let Some((expiry, _)) = self.field_expiries.first()
            && *expiry <= now
            && let Some((_, key)) = self.field_expiries.pop_first()
        {
            let hash = self.get_mut(&key).and_then(Hash::of_mut);
            let fields = hash.map(|hash| hash.expire(now)).unwrap_or_default();
            self.schedule_fields(&key);
            if !fields.is_empty() {
                expired.push((key, fields));
            }
        }
        expired
    }

    /// Removes a key.
    pub(crate) fn remove(&mut self, key: &[u8]) -> Option<Entry> {
        let place = self.entries.get_index_of(key)?;
        self.remove_at(place).map(|(_, entry)| entry)
    }

    fn remove_at(&mut self, place: usize) -> Option<(SmallBytes, Entry)> {
        let last = self.entries.len() - 1;
        let (key, entry) = self.entries.swap_remove_index(place)?;
        if entry.expires != NEVER {
            self.expiries.remove(&(entry.expires, place));
        }
        // The last key has moved into the place.
        if let Some((_, moved)) = self.entries.get_index(place)
            && moved.expires != NEVER
        {
            self.expiries.remove(&(moved.expires, last));
            self.expiries.insert((moved.expires, place));
        }
        Some((key, entry))
    }

    /// When the key expires: `None` if it is missing, `Some(None)` if it never expires.
    pub(crate) fn expiry(&self, key: &[u8]) -> Option<Option<Expiry>> {
        self.entries.get(key).map(Entry::expiry)
    }

    /// Changes the expiry of a key. Missing keys are ignored.
    pub(crate) fn set_expiry(&mut self, key: &[u8], expires: Option<Expiry>) {
        if let Some(place) = self.entries.get_index_of(key) {
            self.set_expiry_at(place, expires.unwrap_or(NEVER));
        }
    }

    fn set_expiry_at(&mut self, place: usize, expires: Expiry) {
        let before = std::mem::replace(&mut self.entries[place].expires, expires);
        if before != expires {
            if before != NEVER {
                self.expiries.remove(&(before, place));
            }
            self.schedule(place, expires);
        }
    }

    fn schedule(&mut self, place: usize, expires: Expiry) {
        if expires != NEVER {
            self.expiries.insert((expires, place));
        }
    }

    /// The keys and their values, in no order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&SmallBytes, &Value)> {
        self.entries.iter().map(|(key, entry)| (key, &entry.value))
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many keys have an expiry.
    pub(crate) fn expiring(&self) -> usize {
        self.expiries.len()
    }

    /// When the next key or field expires.
    pub(crate) fn next_expiry(&self) -> Option<Expiry> {
        let key = self.expiries.first().map(|(expires, _)| *expires);
        let field = self.field_expiries.first().map(|(expires, _)| *expires);
        key.into_iter().chain(field).min()
    }

    /// The average time until a key with an expiry expires, in milliseconds.
    pub(crate) fn average_ttl(&self, now: Timestamp) -> i64 {
        let now = i128::from(expiry_of(now));
        let left: i128 = self.expiries.iter().map(|(expires, _)| i128::from(*expires) - now).sum();
        let count = i128::try_from(self.expiring().max(1)).unwrap_or(1);
        i64::try_from(left / count).unwrap_or(i64::MAX)
    }

    /// The names of the keys that a glob matches, in no order.
    ///
    /// Here a single `*` matches the empty name too; elsewhere it does not.
    pub(crate) fn matching(&self, pattern: &[u8], max_stars: usize) -> Vec<&SmallBytes> {
        let matches = |key: &[u8]| glob::matches_with(max_stars, pattern, key);
        let all = pattern == b"*";
        self.entries.keys().filter(|key| all || matches(key)).collect()
    }

    /// Takes all keys out of it.
    pub(crate) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// The keys with their entries, in the order of their places.
    pub(crate) fn into_entries(self) -> impl Iterator<Item = (SmallBytes, Entry)> {
        self.entries.into_iter()
    }

    /// Removes a key if it has expired; false if it has not.
    pub(super) fn expire_key(&mut self, key: &[u8], now: Timestamp) -> bool {
        let now = expiry_of(now);
        let is_over = self.expiry(key).flatten().is_some_and(|expiry| expiry <= now);
        is_over && self.remove(key).is_some()
    }

    /// Removes every key.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Removes the keys that have expired and returns their names, soonest first.
    pub(super) fn expire(&mut self, now: Timestamp) -> Vec<SmallBytes> {
        let mut expired = Vec::new();
        if self.expiries.is_empty() {
            return expired;
        }
        let now = expiry_of(now);
        while let Some((expires, place)) = self.expiries.first().copied()
            && expires <= now
        {
            expired.extend(self.remove_at(place).map(|(key, _)| key));
        }
        expired
    }
}

fn seconds(timestamp: Timestamp) -> u32 {
    u32::try_from(timestamp.since_epoch().as_secs()).unwrap_or(u32::MAX)
}
