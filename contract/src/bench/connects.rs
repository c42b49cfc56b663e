use std::time::{Duration, Instant};

use super::{
    fault::Fault,
    plan::Script,
    site::{Site, exchange},
};

/// A client's address and port can be used again only some time after its connection ended: more
/// connections than this in a round would run out of them.
const AT_MOST: u64 = 4000;

/// Connects, says this and closes, again and again for this long: how often, and how long it took.
pub(super) fn run(site: &Site, script: &Script, span: Duration) -> Result<(u64, Duration), Fault> {
    let start = Instant::now();
    let mut count = 0;
    while count < AT_MOST && start.elapsed() < span {
        exchange(&mut site.connect()?, script)?;
        count += 1;
    }
    Ok((count, start.elapsed()))
}
