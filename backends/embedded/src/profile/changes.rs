//! How servers differ in what `rdb_changes_since_last_save` of `INFO` counts.

/// How a server counts the changes since the last save.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChangeBehaviour {
    /// `FLUSHALL`, `SCRIPT FLUSH`, and an `EXEC` whose commands change something, count for one change
    /// themselves.
    pub(crate) by_commands_themselves: bool,
    /// `BLPOP`, `BLMOVE` and `XREADGROUP` count also if their clients had to wait; otherwise caches are
    /// not told either of the element that a waiting client takes from a list. Other commands that wait
    /// always count.
    pub(crate) after_waits: bool,
    /// `XREADGROUP` counts for one change for each stream whose pending entries it reads again.
    pub(crate) by_reading_again: bool,
    /// `HPERSIST` counts fields; otherwise it counts for one change.
    pub(crate) by_persisted_fields: bool,
    /// `HSETEX` with an expiry in the past counts all fields; otherwise it counts those that it
    /// removes.
    pub(crate) by_ended_fields: bool,
}
