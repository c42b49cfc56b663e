use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;

use super::{Expiry, SmallBytes};

/// A time, and a number that orders the fields that expire then: as they were set.
type Turn = (Expiry, u64);

/// When the fields of a hash expire, by field and by time. Both change together.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldExpiries {
    by_field: HashMap<SmallBytes, Turn, RandomState>,
    by_time: BTreeMap<Turn, SmallBytes>,
    /// How often an expiry was set.
    count: u64,
}

impl FieldExpiries {
    pub(super) fn of(&self, field: &[u8]) -> Option<Expiry> {
        self.by_field.get(field).map(|(expiry, _)| *expiry)
    }

    /// When the next field expires.
    pub(super) fn next(&self) -> Option<Expiry> {
        self.by_time.first_key_value().map(|((expiry, _), _)| *expiry)
    }

    /// Sets when a field expires; true if it did before.
    pub(super) fn set(&mut self, field: &[u8], expiry: Option<Expiry>) -> bool {
        let before = self.by_field.remove(field);
        if let Some(before) = before {
            self.by_time.remove(&before);
        }
        if let Some(expiry) = expiry {
            self.count += 1;
            self.by_field.insert(field.into(), (expiry, self.count));
            self.by_time.insert((expiry, self.count), field.into());
        }
        before.is_some()
    }

    /// How many fields expire before a time.
    pub(super) fn before(&self, expiry: Expiry) -> usize {
        self.by_time.range(..(expiry, 0)).count()
    }

    /// The fields that have expired, the soonest first.
    pub(super) fn over(&self, now: Expiry) -> impl Iterator<Item = &SmallBytes> {
        self.by_time.range(..=(now, u64::MAX)).map(|(_, field)| field)
    }
}
