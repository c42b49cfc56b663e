use std::time::Duration;

/// How long anything in a scenario may take. Nothing that goes well comes near it: it only bounds
/// how long a broken server keeps a run waiting.
pub const DEADLINE: Duration = Duration::from_secs(10);
