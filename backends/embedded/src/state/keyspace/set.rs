use foldhash::fast::RandomState;
use indexmap::IndexSet;

use super::SmallBytes;
use super::string::StringBytes;
use crate::profile::encodings::EncodingBehaviour;
use crate::state::config::EncodingLimits;
use crate::wire::{Decimal, parse_integer};

/// A value of the type set.
#[derive(Clone, Debug)]
pub(crate) enum Set {
    /// Only integers, in ascending order.
    Integers(Vec<i64>),
    /// A few members in the order of their arrival.
    Packed(Members),
    /// Many members, or long ones. When a member is removed, the last one moves into its place.
    Table(Members),
}

type Members = IndexSet<SmallBytes, RandomState>;

impl Default for Set {
    fn default() -> Self {
        Self::Integers(Vec::new())
    }
}

impl Set {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Integers(integers) => integers.len(),
            Self::Packed(members) | Self::Table(members) => members.len(),
        }
    }

    /// Whether the server stores the members in a hash table, so that their order means nothing.
    pub(crate) fn is_table(&self) -> bool {
        matches!(self, Self::Table(_))
    }

    pub(crate) fn contains(&self, member: &[u8]) -> bool {
        match self {
            Self::Integers(integers) => {
                parse_integer(member).is_some_and(|member| integers.binary_search(&member).is_ok())
            }
            Self::Packed(members) | Self::Table(members) => members.contains(member),
        }
    }

    /// The member at a place.
    pub(crate) fn at(&self, place: usize) -> Option<StringBytes<'_>> {
        match self {
            Self::Integers(integers) => {
                integers.get(place).map(|integer| StringBytes::Digits(Decimal::new(*integer)))
            }
            Self::Packed(members) | Self::Table(members) => {
                members.get_index(place).map(|member| StringBytes::Slice(member))
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = StringBytes<'_>> {
        (0..self.len()).filter_map(|place| self.at(place))
    }

    /// Adds a member; false if it was there. The encoding changes as the limits demand.
    pub(crate) fn add(&mut self, member: &[u8], limits: &EncodingLimits) -> bool {
        let fits = self.len() < limits.set_entries && member.len() <= limits.set_value;
        match (&mut *self, parse_integer(member)) {
            (Self::Integers(integers), Some(integer)) => {
                let Err(place) = integers.binary_search(&integer) else { return false };
                integers.insert(place, integer);
                if integers.len() > limits.integer_set_entries {
                    self.become_table();
                }
                return true;
            }
            (Self::Integers(integers), None) => {
                let longest = integers.first().into_iter().chain(integers.last());
                let longest = longest.map(|integer| Decimal::new(*integer).as_bytes().len()).max();
                match fits && longest.unwrap_or(0) <= limits.set_value {
                    true => *self = Self::Packed(self.take_members()),
                    false => self.become_table(),
                }
            }
            (Self::Packed(members), _) if !fits && !members.contains(member) => self.become_table(),
            _ => {}
        }
        match self {
            Self::Packed(members) | Self::Table(members) => {
                !members.contains(member) && members.insert(member.into())
            }
            Self::Integers(_) => false,
        }
    }

    /// Prepares for a request with so many members, the first one of which is given. Newer servers
    /// choose the encoding by their number, even if some are equal.
    pub(crate) fn expect(&mut self, members: usize, first: &[u8], limits: &EncodingLimits) {
        let fits = match self {
            Self::Integers(integers) if integers.is_empty() => {
                if parse_integer(first).is_some() && members <= limits.integer_set_entries {
                    return;
                }
                *self = Self::Packed(Members::default());
                members <= limits.set_entries
            }
            Self::Integers(_) => members <= limits.integer_set_entries,
            Self::Packed(_) => members <= limits.set_entries,
            Self::Table(_) => true,
        };
        if !fits {
            self.become_table();
        }
    }

    /// All members, in their order.
    pub(crate) fn into_members(mut self) -> Vec<SmallBytes> {
        self.take_members().into_iter().collect()
    }

    /// Removes a member; false if it was not there.
    pub(crate) fn remove(&mut self, member: &[u8]) -> bool {
        match self {
            Self::Integers(integers) => {
                let place = parse_integer(member).and_then(|it| integers.binary_search(&it).ok());
                place.map(|place| integers.remove(place)).is_some()
            }
            Self::Packed(members) => members.shift_remove(member),
            Self::Table(members) => members.swap_remove(member),
        }
    }

    /// Removes the member at a place.
    pub(crate) fn remove_at(&mut self, place: usize) -> Option<SmallBytes> {
        match self {
            Self::Integers(integers) if place < integers.len() => {
                Some(Decimal::new(integers.remove(place)).as_bytes().into())
            }
            Self::Integers(_) => None,
            Self::Packed(members) => members.shift_remove_index(place),
            Self::Table(members) => members.swap_remove_index(place),
        }
    }

    /// A result of integers only is stored as integers, if there are not too many.
    pub(crate) fn pack_integers(&mut self, limits: &EncodingLimits) {
        if let Self::Packed(members) = self
            && members.len() <= limits.integer_set_entries
        {
            let integers = members.iter().map(|member| parse_integer(member));
            if let Some(mut integers) = integers.collect::<Option<Vec<i64>>>() {
                integers.sort_unstable();
                *self = Self::Integers(integers);
            }
        }
    }

    fn become_table(&mut self) {
        *self = Self::Table(self.take_members());
    }

    fn take_members(&mut self) -> Members {
        match std::mem::take(self) {
            Self::Integers(integers) => {
                integers.iter().map(|it| Decimal::new(*it).as_bytes().into()).collect()
            }
            Self::Packed(members) | Self::Table(members) => members,
        }
    }

    /// The encoding changes in [`add`](Self::add) already.
    pub(super) fn choose_encoding(&mut self, _limits: &EncodingLimits) {}

    pub(super) fn encoding(&self, behaviour: &EncodingBehaviour) -> &'static str {
        match self {
            Self::Integers(_) => "intset",
            Self::Packed(_) if behaviour.packs_sets => "listpack",
            Self::Packed(_) | Self::Table(_) => "hashtable",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn members(set: &Set) -> Vec<String> {
        set.iter().map(|member| member.escape_ascii().to_string()).collect()
    }

    fn set(limits: &EncodingLimits, of: &[&str]) -> Set {
        let mut set = Set::default();
        of.iter().for_each(|member| _ = set.add(member.as_bytes(), limits));
        set
    }

    fn limits() -> EncodingLimits {
        EncodingLimits {
            integer_set_entries: 3,
            set_entries: 4,
            set_value: 5,
            ..EncodingLimits::default()
        }
    }

    #[test]
    fn integers_are_sorted_and_other_members_keep_the_order_of_arrival() {
        let mut set = set(&limits(), &["10", "-3", "2"]);
        assert_eq!(members(&set), ["-3", "2", "10"]);
        set.add(b"a", &limits());
        assert_eq!(members(&set), ["-3", "2", "10", "a"]);
        set.remove(b"2");
        set.add(b"2", &limits());
        assert_eq!(members(&set), ["-3", "10", "a", "2"]);
        assert!(matches!(set, Set::Packed(_)));
    }

    #[test]
    fn a_set_becomes_a_table_by_its_size_and_by_a_long_member() {
        let is_table = |of: &[&str]| set(&limits(), of).is_table();
        assert!(!is_table(&["1", "2", "3"]));
        assert!(is_table(&["1", "2", "3", "4"]));
        assert!(!is_table(&["a", "b", "c", "d", "d"]));
        assert!(is_table(&["a", "b", "c", "d", "e"]));
        assert!(!is_table(&["12345"]));
        assert!(!is_table(&["abcde"]));
        assert!(is_table(&["abcdef"]));
        assert!(is_table(&["123456", "a"]));
        assert!(is_table(&["1", "2", "3", "abcdef"]));
    }

    #[test]
    fn the_number_of_members_in_a_request_decides() {
        let after = |of: &[&str], members, first: &[u8]| {
            let mut set = set(&limits(), of);
            set.expect(members, first, &limits());
            set
        };
        assert!(matches!(after(&[], 3, b"1"), Set::Integers(_)));
        assert!(matches!(after(&[], 4, b"1"), Set::Packed(_)));
        assert!(matches!(after(&[], 4, b"a"), Set::Packed(_)));
        assert!(matches!(after(&[], 5, b"1"), Set::Table(_)));
        assert!(matches!(after(&["1"], 3, b"a"), Set::Integers(_)));
        assert!(matches!(after(&["1"], 4, b"2"), Set::Table(_)));
        assert!(matches!(after(&["a"], 5, b"2"), Set::Table(_)));
    }

    #[test]
    fn packed_integers_become_integers_again() {
        let mut set = set(&limits(), &["b", "7", "5"]);
        set.remove(b"b");
        assert_eq!(members(&set), ["7", "5"]);
        set.pack_integers(&limits());
        assert_eq!(members(&set), ["5", "7"]);
    }

    proptest! {
        #[test]
        fn a_set_has_the_members_that_were_added_and_not_removed(
            changes in proptest::collection::vec((any::<bool>(), "[0-9ab]{0,2}"), 0..60),
        ) {
            let limits = limits();
            let (mut set, mut model) = (Set::default(), BTreeSet::new());
            for (adds, member) in changes {
                let bytes = member.as_bytes();
                let (got, expected) = match adds {
                    true => (set.add(bytes, &limits), model.insert(member.clone())),
                    false => (set.remove(bytes), model.remove(&member)),
                };
                prop_assert_eq!(got, expected);
                prop_assert_eq!(set.len(), model.len());
                prop_assert_eq!(set.contains(bytes), model.contains(&member));
            }
            let all: BTreeSet<String> = members(&set).into_iter().collect();
            prop_assert_eq!(all, model);
        }
    }
}
