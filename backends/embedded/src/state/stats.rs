//! The counters of `INFO`.

use std::collections::BTreeMap;

use crate::catalogue::Catalogue;
use crate::profile::ErrorStatsOverflow;
use crate::wire::ErrorReply;

/// The number of error kinds that are counted separately.
const MAX_KINDS: usize = 128;

/// An error whose first word is longer than this counts as `ERR`.
const MAX_KIND_LEN: usize = 30;

/// Counters since the server's start, or since `CONFIG RESETSTAT`.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    /// Connections that became clients.
    pub(crate) connections_received: u64,
    /// Connections beyond `maxclients`.
    pub(crate) connections_rejected: u64,
    pub(crate) bytes_received: u64,
    pub(crate) bytes_sent: u64,
    pub(crate) errors_replied: u64,
    /// Errors by their first word.
    pub(crate) errors: BTreeMap<Box<[u8]>, u64>,
    /// Clients closed because their output buffer exceeded a limit.
    pub(crate) output_limit_disconnections: u64,
    /// Clients closed because their unfinished request exceeded `client-query-buffer-limit`.
    pub(crate) query_limit_disconnections: u64,
    /// Values that a real server frees in the background.
    pub(crate) lazyfreed_objects: u64,
    /// Keys that were removed because their time was over.
    pub(crate) expired_keys: u64,
    /// Keys that were removed because there was no memory left.
    pub(crate) evicted_keys: u64,
    /// Fields of hashes that were removed because their time was over.
    pub(crate) expired_fields: u64,
    /// Reads of keys that were there.
    pub(crate) keyspace_hits: u64,
    /// Reads of keys that were missing.
    pub(crate) keyspace_misses: u64,
    pub(crate) denied: Denied,
    /// The calls of each command, at its [place](crate::catalogue::Command::place).
    pub(crate) calls: Box<[Calls]>,
}

/// Requests that access control refused, by what the user may not do.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Denied {
    pub(crate) login: u64,
    pub(crate) command: u64,
    pub(crate) key: u64,
    pub(crate) channel: u64,
    pub(crate) database: u64,
}

/// How often one command was called, by outcome.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Calls {
    /// The command ran.
    pub(crate) run: u64,
    /// The command was refused before it ran.
    pub(crate) rejected: u64,
    /// The command ran and replied with an error.
    pub(crate) failed: u64,
}

impl Stats {
    pub(crate) fn of(catalogue: &Catalogue) -> Self {
        Self { calls: vec![Calls::default(); catalogue.len()].into(), ..Self::default() }
    }

    pub(crate) fn count_error(&mut self, error: &ErrorReply, overflow: ErrorStatsOverflow) {
        const DISABLED: &[u8] = b"ERRORSTATS_DISABLED";
        const OVERFLOW: &[u8] = b"ERRORSTATS_OVERFLOW";
        self.errors_replied += 1;
        let text = error.as_bytes();
        let ends: &[u8] = if error.keeps_breaks() { b" " } else { b" \r\n" };
        let is_end = |byte: &u8| ends.contains(byte);
        let end = text.iter().take(MAX_KIND_LEN + 1).position(is_end);
        let mut kind = end.map_or(&b"ERR"[..], |end| &text[..end]);
        if self.errors.contains_key(DISABLED) {
            return;
        }
        if self.errors.len() >= MAX_KINDS && !self.errors.contains_key(kind) {
            match overflow {
                ErrorStatsOverflow::Unlimited => {}
                ErrorStatsOverflow::Merge => kind = OVERFLOW,
                ErrorStatsOverflow::Disable => {
                    self.errors.clear();
                    kind = DISABLED;
                }
            }
        }
        *self.errors.entry(kind.into()).or_default() += 1;
    }
}
