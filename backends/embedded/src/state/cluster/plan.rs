//! What a server is to believe of its cluster when it starts.

use std::ops::RangeInclusive;

/// How many slots a cluster has.
pub(crate) const SLOTS: u16 = 16384;

/// The cluster that a server is to be a node of.
///
/// There is one server, and no bus: what it is told here of other nodes it believes for ever. It
/// sends clients there, and never asks whether anybody listens.
///
/// ```
/// use twincast_embedded::{Cluster, ClusterNode, EmbeddedRedis};
///
/// let whole = EmbeddedRedis::builder().cluster(Cluster::whole()).start()?;
///
/// let other = ClusterNode::at("127.0.0.1", whole.port());
/// let half = Cluster::empty().serve(0..=8191).elsewhere(8192..=16383, &other);
/// let half = EmbeddedRedis::builder().cluster(half).start()?;
/// # Ok::<(), twincast_embedded::StartError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    pub(super) id: Option<String>,
    pub(super) slots: Vec<(RangeInclusive<u16>, Option<ClusterNode>)>,
}

/// Another node of a cluster, as clients are told about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterNode {
    /// Forty characters, another one for each node.
    pub id: String,
    /// A name or an address that clients reach.
    pub host: String,
    /// The port for clients.
    pub port: u16,
}

impl Cluster {
    /// A cluster of this one node, which serves every slot.
    pub fn whole() -> Self {
        Self::empty().serve(0..=SLOTS - 1)
    }

    /// A cluster in which nobody serves any slot.
    pub fn empty() -> Self {
        Self { id: None, slots: Vec::new() }
    }

    /// Has the server serve these slots too. Slots beyond the last, 16383, are left out.
    #[must_use]
    pub fn serve(mut self, slots: RangeInclusive<u16>) -> Self {
        self.slots.push((slots, None));
        self
    }

    /// Has another node serve these slots.
    #[must_use]
    pub fn elsewhere(mut self, slots: RangeInclusive<u16>, node: &ClusterNode) -> Self {
        self.slots.push((slots, Some(node.clone())));
        self
    }

    /// Gives the server this id: forty characters. Without it, each start makes one.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}

/// One node that serves every slot.
impl Default for Cluster {
    fn default() -> Self {
        Self::whole()
    }
}

impl ClusterNode {
    /// A node at this place, with an id that is made from it.
    pub fn at(host: impl Into<String>, port: u16) -> Self {
        let host = host.into();
        let bytes = host.bytes().chain(port.to_be_bytes());
        // FNV-1a: the same place is the same node, and others are others.
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        Self { id: format!("{hash:040x}"), host, port }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_has_an_id_of_its_own() {
        let (one, other) = (ClusterNode::at("10.0.0.1", 7000), ClusterNode::at("10.0.0.1", 7001));
        assert_ne!(one.id, other.id);
        assert_eq!(one.id.len(), 40);
        assert_eq!(one, ClusterNode::at("10.0.0.1", 7000));
    }
}
