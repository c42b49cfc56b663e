use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::injury::{Injury, Ward};
use super::record::Record;
use crate::conversation::Name;

/// What all connections of a tap have in common.
#[derive(Clone, Default)]
pub(super) struct Common {
    pub(super) record: Rc<RefCell<Record>>,
    pub(super) ward: Ward,
    pub(super) open: Rc<RefCell<BTreeSet<Name>>>,
}

/// One connection's place in the record, and what is to hurt it.
pub(super) struct Line {
    pub(super) track: usize,
    pub(super) common: Common,
    pub(super) injuries: Vec<Injury>,
    /// Whether anything of this tap is hurt: only then somebody reads along.
    pub(super) watched: bool,
}
