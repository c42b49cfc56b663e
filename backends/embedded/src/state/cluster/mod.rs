//! What one node of a cluster knows: which slot a name is in, who serves it, and where it sends
//! clients whom it does not serve.
//!
//! There is one node and no bus: other nodes are what the server was told of when it started.
//! Reading order: [`slot`] (from a name to its slot), [`plan`] (what a server is told), [`view`] (what
//! it believes), [`route`] (who may be served here), [`change`] (slots come and go).

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
