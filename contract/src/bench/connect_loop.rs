use std::time::{Duration, Instant};

use super::{
    endpoint::{Endpoint, perform},
    failure::LoadFailure,
    plan::Exchange,
};

/// The system reuses a client's port only some time after its connection has ended. More
/// connections than this in a round would run out of ports.
const MAX_CONNECTIONS: u64 = 4000;

/// Connects, performs this exchange and closes, repeatedly for this long. Returns how many times,
/// and the elapsed time.
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
