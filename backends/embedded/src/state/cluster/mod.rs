//! One node's view of its cluster: the slot of a name, the node that serves it, and redirects.
//!
//! There is one node and no cluster bus: the other nodes are those of the plan that the server
//! started with. Reading order: [`slot`] (from a name to its slot), [`plan`] (the cluster at the
//! start), [`view`] (the cluster now), [`route`] (served here or redirected), [`change`] (slots are
//! added, moved and deleted), [`imports`] (slots that clients want from other nodes), [`traffic`]
//! (what passes through each slot).

mod change;
mod imports;
mod node_id;
mod plan;
mod route;
mod slot;
mod traffic;
mod view;

pub(crate) use change::Change;
pub(crate) use imports::{Import, Ranges};
pub(crate) use plan::SLOTS;
pub use plan::{Cluster, ClusterNode};
pub(crate) use route::{RouteRules, RoutedRequest};
pub(crate) use slot::Slot;

pub(crate) use view::{ClusterView, Owner};
