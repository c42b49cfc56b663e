//! Imports of slots from other nodes. No node can be reached, so no import ever succeeds.

use std::fmt;
use std::time::Duration;

use super::node_id::generated_id;
use super::slot::{Range, Slot};
use crate::time::Timestamp;

/// How long a server waits before it tries a failed import again.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Why no node is reached.
const REFUSED: &str = "Main channel - Failed to sync with source node: Connection refused (state: \
                       connecting, rdb_channel_state: none)";

/// Every import of slots that a client has asked for, the oldest first. Only the last one may go on.
#[derive(Debug, Default)]
pub(crate) struct Imports(Vec<Import>);

/// An import of slots: it fails and is tried again, until it is cancelled.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) id: String,
    pub(crate) slots: Ranges,
    pub(crate) source: String,
    pub(crate) target: String,
    pub(crate) created: Timestamp,
    cancelled: Option<(Timestamp, &'static str)>,
}

impl Imports {
    /// Starts an import, which ends the last one, and returns its ID.
    pub(crate) fn start(
        &mut self,
        slots: Ranges,
        source: String,
        target: String,
        now: Timestamp,
    ) -> String {
        self.cancel("new import requested", now);
        let id = generated_id(now, u16::try_from(self.0.len()).unwrap_or(u16::MAX));
        let import =
            Import { id: id.clone(), slots, source, target, created: now, cancelled: None };
        self.0.push(import);
        id
    }

    /// The import that goes on.
    pub(crate) fn active(&self) -> Option<&Import> {
        self.0.last().filter(|import| import.cancelled.is_none())
    }

    /// Ends the import that goes on; false if there is none.
    pub(crate) fn cancel(&mut self, reason: &'static str, now: Timestamp) -> bool {
        let last = self.0.last_mut().filter(|import| import.cancelled.is_none());
        last.is_some_and(|import| import.cancelled.replace((now, reason)).is_none())
    }

    /// All imports, the newest first.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Import> {
        self.0.iter().rev()
    }
}

impl Import {
    /// Whether it has this ID, or none is asked for.
    pub(crate) fn is_meant(&self, id: Option<&[u8]>) -> bool {
        id.is_none_or(|id| self.id.as_bytes() == id)
    }

    pub(crate) fn state(&self) -> &'static str {
        if self.cancelled.is_some() { "canceled" } else { "failed" }
    }

    pub(crate) fn last_error(&self) -> String {
        match self.cancelled {
            Some((_, reason)) => {
                format!("Cancelled due to {reason} (state: failed, rdb_channel_state: none)")
            }
            None => REFUSED.into(),
        }
    }

    pub(crate) fn ended(&self) -> Option<Timestamp> {
        self.cancelled.map(|(at, _)| at)
    }

    /// How often the import was tried again.
    pub(crate) fn retries(&self, now: Timestamp) -> u32 {
        let passed = self.ended().unwrap_or(now).since(self.created);
        u32::try_from(passed.as_secs() / RETRY_INTERVAL.as_secs()).unwrap_or(u32::MAX)
    }

    /// When the import was last tried.
    pub(crate) fn started(&self, now: Timestamp) -> Timestamp {
        self.created + RETRY_INTERVAL * self.retries(now)
    }
}

/// Ranges of slots in order, which do not touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ranges(Vec<Range>);

impl Ranges {
    pub(crate) fn of(slots: &[Slot]) -> Self {
        let mut numbers: Vec<u16> = slots.iter().map(|slot| slot.number()).collect();
        numbers.sort_unstable();
        let runs = numbers.chunk_by(|one, next| next - one <= 1);
        Self(runs.filter_map(|run| Some((*run.first()?, *run.last()?))).collect())
    }

    pub(crate) fn contains(&self, slot: u16) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&slot))
    }

    /// The first range that has a slot in common with the other ranges.
    pub(crate) fn overlap(&self, other: &Self) -> Option<Range> {
        let meets =
            |(first, last): &Range| other.0.iter().any(|it| *first <= it.1 && it.0 <= *last);
        self.0.iter().copied().find(meets)
    }
}

impl fmt::Display for Ranges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (first, last)) in self.0.iter().enumerate() {
            let blank = if place > 0 { " " } else { "" };
            write!(f, "{blank}{first}-{last}")?;
        }
        Ok(())
    }
}
