use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::fault::{Fault, RequestBroadcast};
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

/// One connection through the tap, with its injected faults.
pub(super) struct Connection {
    /// Its index in the record.
    pub(super) id: usize,
    pub(super) state: SharedState,
    pub(super) faults: Vec<Fault>,
    /// Whether its requests must be decoded, because a connection of the tap has faults.
    pub(super) is_observed: bool,
}
