//! `slowlog-log-slower-than`, `slowlog-max-len`, and the likes of them for large commands.

/// Why commands are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogKind {
    Slow,
    LargeRequest,
    LargeReply,
}

impl LogKind {
    /// Every kind, with the name that clients use.
    pub(crate) const ALL: [(Self, &str); 3] = [
        (Self::Slow, "slow"),
        (Self::LargeRequest, "large-request"),
        (Self::LargeReply, "large-reply"),
    ];
}

/// From when on commands are logged, and how many of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogLimits {
    /// In microseconds or bytes; negative to log none.
    pub(crate) threshold: i64,
    pub(crate) length: usize,
}

impl LogLimits {
    /// The limits of all kinds, by [`LogKind`].
    pub(crate) const DEFAULT: [Self; 3] = [
        Self { threshold: 10_000, length: 128 },
        Self { threshold: 1 << 20, length: 128 },
        Self { threshold: 1 << 20, length: 128 },
    ];
}
