use std::time::Duration;

use crate::time::Timestamp;

/// When a key expires, in milliseconds since the Unix epoch.
///
/// It is not a [`Timestamp`], because Redis also takes times before the epoch, and times too late
/// for a clock.
pub(crate) type Expiry = i64;

/// A timestamp as an expiry.
pub(crate) fn expiry_of(timestamp: Timestamp) -> Expiry {
    Expiry::try_from(timestamp.unix_millis()).unwrap_or(Expiry::MAX)
}

/// An expiry as a timestamp; times before the epoch become the epoch.
pub(crate) fn timestamp_of(expiry: Expiry) -> Timestamp {
    Timestamp::from_unix(Duration::from_millis(u64::try_from(expiry).unwrap_or(0)))
}
