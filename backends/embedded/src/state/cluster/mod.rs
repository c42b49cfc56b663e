//! One node's view of its cluster: the slot of a name, the node that serves it, and redirects.
//!
//! There is one node and no cluster bus: the other nodes are those of the plan that the server
//! started with. Reading order: [`slot`] (from a name to its slot), [`plan`] (the cluster at the
//! start), [`view`] (the cluster now), [`route`] (served here or redirected), [`change`] (slots are
//! added, moved and deleted).

mod change;
mod plan;
mod route;
mod slot;
mod view;

pub(crate) use change::Change;
pub(crate) use plan::SLOTS;
pub use plan::{Cluster, ClusterNode};
pub(crate) use route::{RouteRules, RoutedRequest};
pub(crate) use slot::Slot;
pub(crate) use view::{ClusterView, Owner};
