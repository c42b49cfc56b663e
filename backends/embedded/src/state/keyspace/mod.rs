//! The numbered databases, their keys, and the values of all types.
//!
//! Reading order: [`database`] (keys and when they expire: [`expiry`]), [`value`] (the types),
//! [`string`], [`list`], [`hash`] with its [`field_expiries`], [`set`], [`sorted_set`] over a
//! [`ranked_tree`], [`stream`], [`mod@array`]; [`small_bytes`] (keys and elements), [`listpack`] (sizes that decide about
//! encodings), [`memory`] (approximate sizes), [`payload`] (values as bytes).

mod array;
mod database;
mod expiry;
mod field_expiries;
mod hash;
mod list;
mod listpack;
mod memory;
pub(crate) mod payload;
mod ranked_tree;
mod set;
mod small_bytes;
mod sorted_set;
pub(crate) mod stream;
mod string;
mod value;

pub(crate) use array::Array;
pub(crate) use database::{Database, Entry, Lifetime, Use};
pub(crate) use expiry::{Expiry, expiry_of, timestamp_of};
pub(crate) use hash::Hash;
pub(crate) use list::{End, List};
pub(crate) use set::Set;
pub(crate) use small_bytes::SmallBytes;
pub(crate) use sorted_set::SortedSet;
pub(crate) use string::StringValue;
pub(crate) use value::{DataType, Value};

use crate::time::Timestamp;

/// The numbered databases.
#[derive(Debug)]
pub(crate) struct Keyspace {
    databases: Vec<Database>,
}

impl Keyspace {
    pub(crate) fn new(databases: usize) -> Self {
        Self { databases: (0..databases).map(|_| Database::default()).collect() }
    }

    /// A database. It still holds the keys that expired after the last call of
    /// [`expire`](Self::expire).
    #[inline]
    pub(crate) fn database(&mut self, index: usize) -> &mut Database {
        &mut self.databases[index]
    }

    /// All keys of a database with their entries, also expired ones.
    pub(crate) fn iter(
        &self,
        index: usize,
    ) -> impl ExactSizeIterator<Item = (&SmallBytes, &Entry)> {
        self.databases[index].iter()
    }

    pub(crate) fn contains(&self, index: usize, key: &[u8]) -> bool {
        self.databases[index].contains(key)
    }

    /// Removes the expired keys of one database and returns their names, soonest first.
    #[inline]
    pub(crate) fn expire(&mut self, index: usize, now: Timestamp) -> Vec<SmallBytes> {
        self.databases[index].expire(now)
    }

    /// Removes a key if it has expired; false if it has not.
    pub(crate) fn expire_key(&mut self, index: usize, key: &[u8], now: Timestamp) -> bool {
        self.databases[index].expire_key(key, now)
    }

    /// Removes the expired fields of one database, and returns them with their hashes. A hash
    /// without fields stays, for the caller to remove.
    pub(crate) fn expire_fields(
        &mut self,
        index: usize,
        now: Timestamp,
    ) -> Vec<(SmallBytes, Vec<SmallBytes>)> {
        self.databases[index].expire_fields(now)
    }

    /// When the next key or field of any database expires.
    pub(crate) fn next_expiry(&self) -> Option<Expiry> {
        self.databases.iter().filter_map(Database::next_expiry).min()
    }

    /// Exchanges the keys of two databases.
    pub(crate) fn swap(&mut self, one: usize, other: usize) {
        self.databases.swap(one, other);
    }

    /// Removes every key.
    pub(crate) fn clear(&mut self) {
        self.databases.fill_with(Database::default);
    }
}

#[cfg(test)]
mod tests;
