//! Keys with string values, so that ordinary clients can connect and look around.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use bytes::Bytes;

use crate::glob;
use crate::time::Timestamp;

/// The numbered databases.
#[derive(Debug)]
pub(crate) struct Keyspace {
    databases: Vec<Database>,
}

/// The keys of one database.
#[derive(Debug, Default)]
pub(crate) struct Database {
    entries: HashMap<Bytes, Entry>,
    /// The keys that expire, soonest first. [`Entry::expires`] holds the same times; both change
    /// together.
    expiries: BTreeSet<(Expiry, Bytes)>,
}

/// When a key expires, in milliseconds since the Unix epoch.
///
/// It is not a [`Timestamp`], because Redis also takes times before the epoch, and times too late
/// for a clock.
pub(crate) type Expiry = i64;

#[derive(Debug)]
struct Entry {
    value: Bytes,
    expires: Option<Expiry>,
}

impl Keyspace {
    pub(crate) fn new(databases: usize) -> Self {
        Self { databases: (0..databases).map(|_| Database::default()).collect() }
    }

    /// A database. It still holds the keys that expired after the last call of
    /// [`expire`](Self::expire).
    pub(crate) fn database(&mut self, index: usize) -> &mut Database {
        &mut self.databases[index]
    }

    pub(crate) fn contains(&self, index: usize, key: &[u8]) -> bool {
        self.databases[index].contains(key)
    }

    /// Removes the expired keys of one database and returns their names, soonest first.
    pub(crate) fn expire(&mut self, index: usize, now: Timestamp) -> Vec<Bytes> {
        self.databases[index].expire(expiry_of(now))
    }

    /// When the next key of any database expires.
    pub(crate) fn next_expiry(&self) -> Option<Expiry> {
        let first = |database: &Database| Some(database.expiries.first()?.0);
        self.databases.iter().filter_map(first).min()
    }

    /// Removes every key.
    pub(crate) fn clear(&mut self) {
        self.databases.fill_with(Database::default);
    }
}

impl Database {
    pub(crate) fn get(&self, key: &[u8]) -> Option<&Bytes> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        self.entries.contains_key(key)
    }

    /// Sets a value, and replaces the expiry too.
    pub(crate) fn set(&mut self, key: &[u8], value: &[u8], expires: Option<Expiry>) {
        self.remove(key);
        let key = Bytes::copy_from_slice(key);
        self.expiries.extend(expires.map(|expires| (expires, key.clone())));
        self.entries.insert(key, Entry { value: Bytes::copy_from_slice(value), expires });
    }

    /// Removes a key; false if it was not there.
    pub(crate) fn remove(&mut self, key: &[u8]) -> bool {
        let Some((key, entry)) = self.entries.remove_entry(key) else { return false };
        if let Some(expires) = entry.expires {
            self.expiries.remove(&(expires, key));
        }
        true
    }

    /// When the key expires: `None` if it is missing, `Some(None)` if it never expires.
    pub(crate) fn expiry(&self, key: &[u8]) -> Option<Option<Expiry>> {
        self.entries.get(key).map(|entry| entry.expires)
    }

    /// Changes the expiry of a key. Missing keys are ignored.
    pub(crate) fn set_expiry(&mut self, key: &[u8], expires: Option<Expiry>) {
        if let Some(value) = self.get(key).cloned() {
            self.set(key, &value, expires);
        }
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many keys have an expiry.
    pub(crate) fn expiring(&self) -> usize {
        self.expiries.len()
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
    pub(crate) fn matching(&self, pattern: &[u8], max_stars: usize) -> Vec<&Bytes> {
        let matches = |key: &[u8]| glob::matches_with(max_stars, pattern, key);
        let all = pattern == b"*";
        self.entries.keys().filter(|key| all || matches(key)).collect()
    }

    /// Removes every key.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    fn expire(&mut self, now: Expiry) -> Vec<Bytes> {
        let mut expired = Vec::new();
        while self.expiries.first().is_some_and(|(expires, _)| *expires <= now) {
            if let Some((_, key)) = self.expiries.pop_first() {
                self.entries.remove(&key);
                expired.push(key);
            }
        }
        expired
    }
}

/// A timestamp as an expiry.
pub(crate) fn expiry_of(timestamp: Timestamp) -> Expiry {
    Expiry::try_from(timestamp.unix_millis()).unwrap_or(Expiry::MAX)
}

/// An expiry as a timestamp; times before the epoch become the epoch.
pub(crate) fn timestamp_of(expiry: Expiry) -> Timestamp {
    Timestamp::from_unix(Duration::from_millis(u64::try_from(expiry).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_unix(Duration::from_millis(millis))
    }

    #[test]
    fn a_key_is_removed_when_it_expires() {
        let mut keyspace = Keyspace::new(1);
        keyspace.database(0).set(b"k", b"v", Some(100));
        assert_eq!(keyspace.next_expiry(), Some(100));
        assert!(keyspace.expire(0, at(99)).is_empty());
        assert_eq!(keyspace.database(0).get(b"k").unwrap(), "v");
        assert_eq!(keyspace.expire(0, at(100)), ["k"]);
        let database = keyspace.database(0);
        assert_eq!((database.get(b"k"), database.len(), database.expiring()), (None, 0, 0));
        assert_eq!(keyspace.next_expiry(), None);
    }

    #[test]
    fn a_new_value_replaces_the_expiry() {
        let mut keyspace = Keyspace::new(1);
        let database = keyspace.database(0);
        database.set(b"k", b"v", Some(100));
        database.set(b"k", b"w", None);
        assert_eq!((database.expiry(b"k"), database.expiring()), (Some(None), 0));
        database.set_expiry(b"k", Some(50));
        assert_eq!((database.expiry(b"k"), database.expiring()), (Some(Some(50)), 1));
        assert_eq!(database.get(b"k").unwrap(), "w");
        database.set_expiry(b"nosuch", Some(50));
        assert_eq!((database.expiry(b"nosuch"), database.expiring()), (None, 1));
        assert!(database.remove(b"k"));
        assert!(!database.remove(b"k"));
        assert_eq!(database.expiring(), 0);
    }

    #[test]
    fn databases_do_not_share_keys() {
        let mut keyspace = Keyspace::new(2);
        keyspace.database(0).set(b"k", b"v", None);
        keyspace.database(1).set(b"k", b"v", Some(10));
        keyspace.database(0).clear();
        let sizes = |keyspace: &mut Keyspace| [0, 1].map(|index| keyspace.database(index).len());
        assert_eq!(sizes(&mut keyspace), [0, 1]);
        assert_eq!((keyspace.expire(0, at(10)).len(), keyspace.expire(1, at(10)).len()), (0, 1));
        assert_eq!(sizes(&mut keyspace), [0, 0]);
        keyspace.database(0).set(b"k", b"v", None);
        keyspace.clear();
        assert_eq!(sizes(&mut keyspace), [0, 0]);
    }

    #[test]
    fn a_single_star_matches_the_empty_name_too() {
        let mut database = Database::default();
        database.set(b"", b"", None);
        database.set(b"a", b"", None);
        assert_eq!(database.matching(b"*", 0).len(), 2);
        assert_eq!(database.matching(b"**", 1), ["a"]);
        assert_eq!(database.matching(b"", 1), [""]);
    }

    #[test]
    fn average_ttl_counts_only_keys_with_an_expiry() {
        let mut database = Database::default();
        assert_eq!(database.average_ttl(at(0)), 0);
        database.set(b"a", b"", Some(100));
        database.set(b"b", b"", Some(Expiry::MAX));
        database.set(b"c", b"", None);
        assert_eq!(database.average_ttl(at(50)), (Expiry::MAX - 50) / 2 + 25);
    }
}
