//! The traffic of the slots of a node, as `CLUSTER SLOT-STATS` reports it.

use std::collections::HashMap;

use super::slot::Slot;

/// Counters of the slots that were used, and the slot that is in use.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    used: HashMap<Slot, Used>,
    /// The slot of the request that is running. In a transaction it is that of `EXEC`.
    pub(crate) current: Option<Slot>,
}

/// The counters of one slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Used {
    /// Commands that ran. Real servers report their processor time.
    pub(crate) calls: u64,
    /// Bytes of requests.
    pub(crate) bytes_in: u64,
    /// Bytes of replies, and of messages of shard channels.
    pub(crate) bytes_out: u64,
}

impl Traffic {
    pub(crate) fn of(&self, slot: Slot) -> Used {
        self.used.get(&slot).copied().unwrap_or_default()
    }

    /// The counters of a slot, to add to them.
    pub(crate) fn of_mut(&mut self, slot: Slot) -> &mut Used {
        self.used.entry(slot).or_default()
    }

    /// Forgets a slot that got another owner, or none.
    pub(crate) fn forget(&mut self, slot: Slot) {
        self.used.remove(&slot);
    }

    /// Forgets all counters: `CONFIG RESETSTAT`.
    pub(crate) fn clear(&mut self) {
        self.used.clear();
    }
}
