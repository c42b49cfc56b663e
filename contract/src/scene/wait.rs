use std::time::Duration;

/// How long any step of a scenario may take. A correct server needs far less: the deadline only
/// limits how long a broken server delays a run.
pub const DEADLINE: Duration = Duration::from_secs(10);
