//! What `INFO` counts.

/// Counters since the server's start.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stats {
    pub(crate) connections_received: u64,
    pub(crate) connections_rejected: u64,
    pub(crate) commands_processed: u64,
    pub(crate) bytes_received: u64,
    pub(crate) bytes_sent: u64,
    pub(crate) errors_replied: u64,
    /// Clients closed because their output buffer exceeded a limit.
    pub(crate) output_limit_disconnections: u64,
    /// Clients closed because their unfinished request exceeded `client-query-buffer-limit`.
    pub(crate) query_limit_disconnections: u64,
}
