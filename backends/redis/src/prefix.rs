use std::{
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

/// A channel prefix that no other test and no other user of the server has. Tests on a shared
/// server use it instead of flushing the server.
///
/// It consists of letters, digits, `-` and a final `:`, none of which is special in a pattern.
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
