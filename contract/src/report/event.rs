use std::time::Duration;

use super::{Case, Outcome, Summary};
use crate::conversation::ServerName;
use crate::ledger::StaleEntry;

/// What happens in a run, in this order.
#[derive(Debug)]
pub enum Event<'a> {
    /// The server is there and the cases are known.
    RunStarted(&'a Run),
    /// A case is about to be played.
    CaseStarted(&'a Case),
    /// A case has been judged, or cannot be.
    CaseFinished(&'a Case, &'a Outcome, Duration),
    /// The run has shown an entry of the ledger to be untrue.
    StaleEntry(&'a StaleEntry),
    /// That was all.
    RunFinished(&'a Summary, Duration),
}

/// What is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The backend as it was asked for: `embedded`, `container:redis:8.0`.
    pub backend: String,
    /// What the server says it is: `redis 8.0.2`.
    pub server: String,
    /// The name under which its answers are kept.
    pub profile: ServerName,
    /// How many cases there are.
    pub cases: usize,
}
