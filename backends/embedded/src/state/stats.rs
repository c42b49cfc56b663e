//! What `INFO` counts.

use std::collections::BTreeMap;

use crate::catalogue::Catalogue;
use crate::profile::ErrorStatsOverflow;
use crate::wire::ErrorReply;

/// So many kinds of errors are told apart.
const MOST_KINDS: usize = 128;

/// The end of an error's first word is looked for up to here.
const LONGEST_KIND: usize = 30;

/// Counters since the server's start, or since `CONFIG RESETSTAT`.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    pub(crate) connections_received: u64,
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
    /// Of each command, at its [place](crate::catalogue::Command::place).
    pub(crate) calls: Box<[Calls]>,
}

/// What has become of one command.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Calls {
    /// It ran.
    pub(crate) run: u64,
    /// It was refused before it ran.
    pub(crate) rejected: u64,
    /// It ran, and was answered with an error.
    pub(crate) failed: u64,
}

impl Stats {
    pub(crate) fn of(catalogue: &Catalogue) -> Self {
        Self { calls: vec![Calls::default(); catalogue.len()].into(), ..Self::default() }
    }

    pub(crate) fn count_error(&mut self, error: &ErrorReply, many: ErrorStatsOverflow) {
        const GIVEN_UP: &[u8] = b"ERRORSTATS_DISABLED";
        const OTHERS: &[u8] = b"ERRORSTATS_OVERFLOW";
        self.errors_replied += 1;
        let text = error.as_bytes();
        let end = text.iter().take(LONGEST_KIND + 1).position(|byte| *byte == b' ');
        let mut kind = end.map_or(&b"ERR"[..], |end| &text[..end]);
        if self.errors.contains_key(GIVEN_UP) {
            return;
        }
        if self.errors.len() >= MOST_KINDS && !self.errors.contains_key(kind) {
            match many {
                ErrorStatsOverflow::Counted => {}
                ErrorStatsOverflow::Together => kind = OTHERS,
                ErrorStatsOverflow::Forgotten => {
                    self.errors.clear();
                    kind = GIVEN_UP;
                }
            }
        }
        *self.errors.entry(kind.into()).or_default() += 1;
    }
}
