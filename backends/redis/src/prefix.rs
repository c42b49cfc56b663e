use std::{
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

/// A prefix for channels that nobody else uses: not another test, not another run, not the owner
/// of the server. What a shared server needs instead of being flushed.
///
/// Letters, digits, `-` and a final `:` only, so that it means itself in a pattern too.
///
/// ```
/// let prefix = twincast_redis::unique_prefix();
/// assert_ne!(prefix, twincast_redis::unique_prefix());
/// let channel = format!("{prefix}workflow:123");
/// ```
#[must_use]
pub fn unique_prefix() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    format!("twincast-{:x}-{nanos:x}-{n:x}:", process::id())
}
