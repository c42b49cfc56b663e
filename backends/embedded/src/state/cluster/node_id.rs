//! The ids of nodes, shards and imports.

use crate::time::Timestamp;

/// An id like those that servers generate: forty hexadecimal digits, different at each start.
pub(super) fn generated_id(now: Timestamp, salt: u16) -> String {
    let nanos = now.since_epoch().as_nanos();
    format!("{:08x}{:032x}", 0x7ea5_0000 | u32::from(salt), nanos)
}
