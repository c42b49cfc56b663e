//! How servers differ in the commands of streams.

/// How a server's commands work on streams.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamBehaviour {
    /// `XADD` accepts `5-*`, a time without a number.
    pub(crate) has_partial_ids: bool,
    /// Streams count the entries that were ever added, and groups those that they have read.
    pub(crate) counts_entries: bool,
    /// Commands that delete accept `KEEPREF`, `DELREF` and `ACKED`.
    pub(crate) has_references: bool,
    /// `XCLAIM` and `XAUTOCLAIM` drop pending entries that are deleted; otherwise they claim them and
    /// reply with a null in their place.
    pub(crate) drops_deleted_entries: bool,
    /// A new consumer causes an event, whichever command makes it.
    pub(crate) tells_of_consumers: bool,
    /// `XGROUP DELCONSUMER` causes an event even if the consumer is missing, and replies before it.
    pub(crate) tells_of_missing_consumers: bool,
    /// `XREADGROUP`, `XCLAIM` and `XAUTOCLAIM` make their consumer even if there is nothing for it.
    pub(crate) makes_idle_consumers: bool,
    /// `XINFO` shows when a consumer was last active.
    pub(crate) shows_activity: bool,
    /// `XREAD` reads the last entry with `+`.
    pub(crate) reads_last: bool,
    /// `+` is refused for a stream that never had an entry.
    pub(crate) last_id_must_be_there: bool,
    /// `XADD` accepts `IDMP` and `IDMPAUTO`, and `XINFO STREAM` shows how duplicates are detected.
    pub(crate) finds_duplicates: bool,
    /// `XREADGROUP` accepts `CLAIM`.
    pub(crate) claims_reads: bool,
    /// `XREAD` and `XREADGROUP` accept `MAXCOUNT` and `MAXSIZE`.
    pub(crate) limits_reads: bool,
    /// `XINFO STREAM FULL` counts the entries that consumers gave back.
    pub(crate) counts_nacks: bool,
    /// The error of `XREAD` for streams without IDs.
    pub(crate) unbalanced_read: &'static str,
    /// The same for `XREADGROUP`.
    pub(crate) unbalanced_group_read: &'static str,
    /// The error that ends a wait whose group is gone; empty for that of a request without a group.
    pub(crate) group_gone: &'static str,
    /// A wait for a group ends when the stream is gone.
    pub(crate) stream_may_go: bool,
    /// The error that ends it; empty for that of a request without a group.
    pub(crate) stream_gone: &'static str,
    /// `XSETID` refuses an ID below that of a deleted entry.
    pub(crate) checks_deleted_ids: bool,
    /// An entry that was deleted before the first one that is left makes no gap.
    pub(crate) forgets_early_gaps: bool,
    /// A group that has not reached the first entry lags by all entries, and by none if there are none.
    pub(crate) counts_lag_by_first: bool,
    /// A group that has not reached the first entry counts by IDs what it has read.
    pub(crate) counts_reads_by_first: bool,
    /// A group has not read more entries than were added, whatever `ENTRIESREAD` says.
    pub(crate) limits_entries_read: bool,
    /// An approximate trim that is not told a limit has one, even if `stream-node-max-entries` is 0 or
    /// large.
    pub(crate) always_limits_trims: bool,
}
