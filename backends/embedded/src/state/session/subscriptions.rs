//! The subscriptions of one client.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::state::pubsub::{Kind, Name};

/// One client's subscriptions of all three kinds, each in the order in which it was made.
///
/// [`PubSub`](crate::state::pubsub::PubSub) holds the same subscriptions by name; both change
/// together.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    channels: Names,
    patterns: Names,
    shards: Names,
}

impl Subscriptions {
    /// Adds a name; false if it was there already.
    pub(crate) fn add(&mut self, kind: Kind, name: Name) -> bool {
        self.of_mut(kind).add(name)
    }

    /// Removes a name; false if it was not there.
    pub(crate) fn remove(&mut self, kind: Kind, name: &[u8]) -> bool {
        self.of_mut(kind).ages.remove(name).is_some()
    }

    pub(crate) fn contains(&self, kind: Kind, name: &[u8]) -> bool {
        self.of(kind).ages.contains_key(name)
    }

    /// The names of one kind, oldest first.
    pub(crate) fn names(&self, kind: Kind) -> Vec<Name> {
        let mut names: Vec<_> = self.of(kind).ages.iter().collect();
        names.sort_unstable_by_key(|(_, age)| **age);
        names.into_iter().map(|(name, _)| Name::clone(name)).collect()
    }

    /// How many subscriptions of one kind there are.
    pub(crate) fn len(&self, kind: Kind) -> usize {
        self.of(kind).ages.len()
    }

    /// The number in a confirmation. Channels and patterns are counted together, shard channels
    /// apart.
    pub(crate) fn confirmed(&self, kind: Kind) -> usize {
        match kind {
            Kind::Channel | Kind::Pattern => self.len(Kind::Channel) + self.len(Kind::Pattern),
            Kind::Shard => self.len(Kind::Shard),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.channels.ages.is_empty()
            && self.patterns.ages.is_empty()
            && self.shards.ages.is_empty()
    }

    fn of(&self, kind: Kind) -> &Names {
        match kind {
            Kind::Channel => &self.channels,
            Kind::Pattern => &self.patterns,
            Kind::Shard => &self.shards,
        }
    }

    fn of_mut(&mut self, kind: Kind) -> &mut Names {
        match kind {
            Kind::Channel => &mut self.channels,
            Kind::Pattern => &mut self.patterns,
            Kind::Shard => &mut self.shards,
        }
    }
}

/// A set of names that remembers the order in which they were added.
#[derive(Debug, Default)]
struct Names {
    ages: HashMap<Name, u64, RandomState>,
    next_age: u64,
}

impl Names {
    fn add(&mut self, name: Name) -> bool {
        if self.ages.contains_key(&name) {
            return false;
        }
        self.next_age += 1;
        self.ages.insert(name, self.next_age);
        true
    }
}
