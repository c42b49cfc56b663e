//! The log of refused requests: `ACL LOG`.

use std::collections::VecDeque;
use std::time::Duration;

use super::check::Reason;
use crate::time::Timestamp;

/// Equal refusals within this time share one entry.
const GROUPING_TIME: Duration = Duration::from_secs(60);

/// How many of the latest entries are searched for an equal refusal.
const SEARCHED: usize = 10;

/// The latest refusals, newest first.
#[derive(Debug, Default)]
pub(crate) struct AccessLog {
    entries: VecDeque<Entry>,
    next_id: u64,
}

/// One refused request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) reason: LogReason,
    pub(crate) context: LogContext,
    /// The command, key or channel; for a failed login the command as the client wrote it.
    pub(crate) object: Vec<u8>,
    pub(crate) user: Vec<u8>,
}

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogReason {
    Login,
    Denied(Reason),
}

/// Whether the request was part of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogContext {
    TopLevel,
    Transaction,
    Script,
}

/// Equal refusals.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) count: u64,
    pub(crate) refusal: Refusal,
    /// The client's line of `CLIENT LIST` at the latest refusal.
    pub(crate) client: Vec<u8>,
    pub(crate) id: u64,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}

impl AccessLog {
    /// Adds a refusal, and keeps at most `limit` entries.
    pub(crate) fn note(&mut self, refusal: Refusal, client: Vec<u8>, limit: usize, now: Timestamp) {
        let same =
            |entry: &Entry| entry.refusal == refusal && now.since(entry.updated) <= GROUPING_TIME;
        let known = self.entries.iter().take(SEARCHED).position(same);
        let entry = match known.and_then(|place| self.entries.remove(place)) {
            Some(entry) => Entry { count: entry.count + 1, client, updated: now, ..entry },
            None => {
                let id = self.next_id;
                self.next_id += 1;
                Entry { count: 1, refusal, client, id, created: now, updated: now }
            }
        };
        self.entries.push_front(entry);
        self.entries.truncate(limit);
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    pub(crate) fn latest(&self, count: usize) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.iter().take(count)
    }
}

impl LogReason {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Login => "auth",
            Self::Denied(Reason::Database) => "database",
            Self::Denied(Reason::Command) => "command",
            Self::Denied(Reason::Key) => "key",
            Self::Denied(Reason::Channel) => "channel",
        }
    }
}

impl LogContext {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::TopLevel => "toplevel",
            Self::Transaction => "multi",
            Self::Script => "lua",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(object: &str) -> Refusal {
        Refusal {
            reason: LogReason::Denied(Reason::Key),
            context: LogContext::TopLevel,
            object: object.into(),
            user: b"alice".to_vec(),
        }
    }

    fn shown(log: &AccessLog) -> Vec<(String, u64, u64)> {
        let object = |entry: &Entry| String::from_utf8(entry.refusal.object.clone()).unwrap();
        log.latest(9).map(|entry| (object(entry), entry.count, entry.id)).collect()
    }

    #[test]
    fn equal_refusals_within_a_minute_share_an_entry() {
        let mut log = AccessLog::default();
        let start = Timestamp::default();
        for (object, second) in [("a", 0), ("b", 10), ("a", 60), ("b", 71)] {
            let now = start + Duration::from_secs(second);
            log.note(refusal(object), Vec::new(), 128, now);
        }
        let b = |count, id| ("b".to_owned(), count, id);
        assert_eq!(shown(&log), [b(1, 2), ("a".to_owned(), 2, 0), b(1, 1)]);
    }

    #[test]
    fn only_the_latest_ten_entries_are_searched() {
        let mut log = AccessLog::default();
        for object in 'a'..='k' {
            log.note(refusal(&object.to_string()), Vec::new(), 128, Timestamp::default());
        }
        log.note(refusal("b"), Vec::new(), 128, Timestamp::default());
        log.note(refusal("a"), Vec::new(), 128, Timestamp::default());
        assert_eq!(shown(&log)[..2], [("a".to_owned(), 1, 11), ("b".to_owned(), 2, 1)]);
    }

    #[test]
    fn only_the_latest_entries_are_kept() {
        let mut log = AccessLog::default();
        for object in ["a", "b", "c"] {
            log.note(refusal(object), Vec::new(), 2, Timestamp::default());
        }
        assert_eq!(log.latest(9).len(), 2);
        assert_eq!(log.latest(1).next().unwrap().refusal.object, b"c");
        log.clear();
        assert!(shown(&log).is_empty());
    }
}
