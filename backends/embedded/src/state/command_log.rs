//! The logs of slow commands (`SLOWLOG`) and of commands with large requests and replies (`COMMANDLOG`).
//!
//! This server does not measure commands: each but `DEBUG SLEEP` counts as taking no time. So the log of
//! slow commands has only these until a test sets `slowlog-log-slower-than` to zero, and then it has every
//! command.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use super::State;
use super::monitors::{REDACTED, is_secret};
use crate::catalogue::Command;
use crate::profile::LargeCommands;
use crate::state::config::{LogKind, LogLimits};
use crate::state::ids::ClientKey;
use crate::time::Timestamp;
use crate::wire::Args;

/// The most words of a request that are kept, and the most bytes of a word.
const MOST_WORDS: usize = 32;
const MOST_BYTES: usize = 128;

/// The logs of all kinds, by [`LogKind`].
#[derive(Debug, Default)]
pub(crate) struct CommandLogs([CommandLog; 3]);

impl CommandLogs {
    pub(crate) fn of(&self, kind: LogKind) -> &VecDeque<LogEntry> {
        &self.0[kind as usize].entries
    }

    pub(crate) fn clear(&mut self, kind: LogKind) {
        self.0[kind as usize].entries.clear();
    }
}

/// The latest commands, newest first.
#[derive(Debug, Default)]
struct CommandLog {
    entries: VecDeque<LogEntry>,
    next_id: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct LogEntry {
    pub(crate) id: u64,
    pub(crate) time: Timestamp,
    /// The microseconds that it took, or the bytes of the request or the reply.
    pub(crate) value: i64,
    pub(crate) words: Vec<Vec<u8>>,
    /// The number of words, also of those that are left out.
    pub(crate) word_count: usize,
    pub(crate) address: String,
    pub(crate) name: Bytes,
}

/// The cost of a command.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) took: Duration,
    /// The bytes of its request and its reply.
    pub(crate) request: usize,
    pub(crate) reply: u64,
}

impl State {
    /// Logs a command that has run, if it was slow or large.
    #[inline]
    pub(crate) fn log_command(
        &mut self,
        key: ClientKey,
        command: &Command,
        args: Args<'_>,
        cost: Cost,
        now: Timestamp,
    ) {
        let micros = i64::try_from(cost.took.as_micros()).unwrap_or(i64::MAX);
        if micros > 0 {
            self.latency.add(command, cost.took, self.config.latency_threshold, now);
        }
        // The commands of a transaction are logged, and not their end.
        if command.name == "exec" {
            return;
        }
        let request = i64::try_from(cost.request).unwrap_or(i64::MAX);
        let reply = i64::try_from(cost.reply).unwrap_or(i64::MAX);
        for (value, (kind, _)) in [micros, request, reply].into_iter().zip(LogKind::ALL) {
            if self.is_logged(kind, value) {
                self.log(kind, key, command, args, value, now);
            }
        }
    }

    #[inline]
    fn is_logged(&self, kind: LogKind, value: i64) -> bool {
        if kind != LogKind::Slow && self.profile.logs_large_commands == LargeCommands::None {
            return false;
        }
        let LogLimits { threshold, length } = self.config.command_logs[kind as usize];
        threshold >= 0 && value >= threshold && length > 0
    }

    fn log(
        &mut self,
        kind: LogKind,
        key: ClientKey,
        command: &Command,
        args: Args<'_>,
        value: i64,
        now: Timestamp,
    ) {
        let client = &self.clients[key];
        let log = &mut self.command_logs.0[kind as usize];
        log.entries.push_front(LogEntry {
            id: log.next_id,
            time: now,
            value,
            words: kept(command, args),
            word_count: args.len(),
            address: client.peer.remote(),
            name: client.session.name.clone(),
        });
        log.next_id += 1;
        log.entries.truncate(self.config.command_logs[kind as usize].length);
    }
}

/// The words of a request that the log keeps, without passwords.
fn kept(command: &Command, args: Args<'_>) -> Vec<Vec<u8>> {
    let all = args.len();
    let whole = if all > MOST_WORDS { MOST_WORDS - 1 } else { all };
    let kept = |(index, word)| match command.name == "acl|setuser" && index > 2
        || is_secret(command, args, index)
    {
        true => REDACTED.to_vec(),
        false => shortened(word),
    };
    let mut words: Vec<Vec<u8>> = args.iter().enumerate().take(whole).map(kept).collect();
    if all > whole {
        words.push(format!("... ({} more arguments)", all - whole).into_bytes());
    }
    words
}

fn shortened(word: &[u8]) -> Vec<u8> {
    match word.split_at_checked(MOST_BYTES) {
        Some((kept, rest)) if !rest.is_empty() => {
            [kept, format!("... ({} more bytes)", rest.len()).as_bytes()].concat()
        }
        _ => word.to_vec(),
    }
}
