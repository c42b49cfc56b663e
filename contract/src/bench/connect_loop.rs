use std::time::{Duration, Instant};

use super::{
    endpoint::{Endpoint, perform},
    failure::LoadFailure,
    plan::Exchange,
};

/// A client's address and port can be used again only some time after its connection ended: more
/// connections than this in a round would run out of them.
const MAX_CONNECTIONS: u64 = 4000;

/// Connects, performs this exchange and closes, again and again for this long. Returns how often,
/// and how long it took.
pub(super) fn run(
    endpoint: &Endpoint,
    exchange: &Exchange,
    span: Duration,
) -> Result<(u64, Duration), LoadFailure> {
    let start = Instant::now();
    let mut count = 0;
    while count < MAX_CONNECTIONS && start.elapsed() < span {
        perform(&mut endpoint.connect()?, exchange)?;
        count += 1;
    }
    Ok((count, start.elapsed()))
}
