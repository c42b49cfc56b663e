use std::time::Duration;

use super::{Case, Outcome, Summary};
use crate::conversation::ServerName;
use crate::ledger::StaleEntry;

/// An event of a run. Events happen in this order.
#[derive(Debug)]
pub enum Event<'a> {
    /// The server is running and the cases are known.
    RunStarted(&'a Run),
    /// A case is about to be played.
    CaseStarted(&'a Case),
    /// A case was judged, or could not be.
    CaseFinished(&'a Case, &'a Outcome, Duration),
    /// The run has shown that an entry of the ledger is stale.
    StaleEntry(&'a StaleEntry),
    /// The run is over.
    RunFinished(&'a Summary, Duration),
}

/// The server that is judged, and the cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The backend as the user named it: `embedded`, `container:redis:8.0`.
    pub backend: String,
    /// The server as it identifies itself: `redis 8.0.2`.
    pub server: String,
    /// What else is known about a server at a URL: its role, its user, its clients.
    pub about: Option<String>,
    /// The name under which its answers are kept.
    pub profile: ServerName,
    /// Where the cases come from, if it is not files on disk: `twincast 0.1.0`.
    pub corpus: Option<String>,
    /// All cases, in their order.
    pub cases: Vec<Case>,
}
