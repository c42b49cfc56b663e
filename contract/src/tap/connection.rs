use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use tokio::sync::watch;

use super::fault::{Failures, Fault, RequestBroadcast};
use super::line::Line;
use super::record::Record;
use crate::conversation::Name;

/// State that all connections of a tap share.
#[derive(Clone, Default)]
pub(super) struct SharedState {
    pub(super) record: Rc<RefCell<Record>>,
    pub(super) broadcast: RequestBroadcast,
    /// The names of the open connections.
    pub(super) open: Rc<RefCell<BTreeSet<Name>>>,
}

impl SharedState {
    /// How many connections of this name are open: `bus`, `bus#2` and so on.
    pub(super) fn open_of(&self, name: &Name) -> usize {
        let again = format!("{name}#");
        let open = self.open.borrow();
        open.iter().filter(|it| *it == name || it.as_str().starts_with(&again)).count()
    }
}

/// One connection through the tap, with its injected faults.
pub(super) struct Connection {
    /// Its index in the record.
    pub(super) id: usize,
    pub(super) state: SharedState,
    pub(super) faults: Vec<Fault>,
    pub(super) failures: Failures,
    /// Whether its requests must be decoded, because a connection of the tap has faults.
    pub(super) is_observed: bool,
    /// The disturbance of all connections of its name.
    pub(super) line: watch::Receiver<Line>,
}
