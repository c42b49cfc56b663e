//! What `DEBUG` has changed in the server.

use super::State;
use crate::state::keyspace::payload;
use crate::time::Timestamp;

/// The switches of `DEBUG`, all of them off at first.
#[derive(Debug, Default)]
pub(crate) struct DebugSwitches {
    /// A key whose time is over stays until a command uses it.
    pub(crate) keeps_expired: bool,
    /// Idle and slow clients are not looked for, and keys end only when a command looks for them.
    pub(crate) pauses_tasks: bool,
    /// Scripts may use commands that are not for scripts.
    pub(crate) frees_scripts: bool,
    /// The checksums of payloads are not looked at.
    pub(crate) skips_checksums: bool,
}

impl State {
    /// Writes all keys and reads them again, in memory. Keys whose time is over are lost without an
    /// event, a watched key has changed, and a value has the encoding of a new one.
    pub(crate) fn reload(&mut self, now: Timestamp) {
        let (limits, format) = (self.config.encodings, self.profile.payload);
        let mut kept = Vec::new();
        for index in 0..self.config.databases {
            self.keyspace.expire(index, now);
            self.keyspace.expire_fields(index, now);
            kept.push(self.keyspace.database(index).take());
        }
        for (index, database) in kept.iter().enumerate() {
            self.clients.break_watches(|watched, name| watched == index && database.contains(name));
        }
        self.invalidate_all(now);
        for (index, database) in kept.into_iter().enumerate() {
            for (key, entry) in database.into_entries() {
                let value = payload::reloaded(entry.value.clone(), format, &limits);
                self.keyspace.database(index).add(&key, entry.with_value(value).renewed(now));
            }
            self.database_changed(index);
        }
        self.changes = 0;
    }
}
