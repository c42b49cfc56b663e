//! The cluster that a server starts in.

use std::ops::RangeInclusive;

/// How many slots a cluster has.
pub(crate) const SLOTS: u16 = 16384;

/// The cluster that a server is a node of.
///
/// There is one server and no cluster bus. The server redirects clients to the other nodes that are
/// named here, and never checks whether these nodes exist.
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

/// Another node of a cluster, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterNode {
    /// Forty characters, unique in the cluster.
    pub id: String,
    /// A host name or an address that clients can reach.
    pub host: String,
    /// The port for clients.
    pub port: u16,
}

impl Cluster {
    /// A cluster in which this server serves every slot.
    pub fn whole() -> Self {
        Self::empty().serve(0..=SLOTS - 1)
    }

    /// A cluster in which no node serves any slot.
    pub fn empty() -> Self {
        Self { id: None, slots: Vec::new() }
    }

    /// Assigns these slots to the server, in addition to earlier ones. Slots above 16383 are
    /// ignored.
    #[must_use]
    pub fn serve(mut self, slots: RangeInclusive<u16>) -> Self {
        self.slots.push((slots, None));
        self
    }

    /// Assigns these slots to another node.
    #[must_use]
    pub fn elsewhere(mut self, slots: RangeInclusive<u16>, node: &ClusterNode) -> Self {
        self.slots.push((slots, Some(node.clone())));
        self
    }

    /// Sets the server's node id: forty characters. The default is a new id at each start.
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
    /// A node at this address, with an id that is derived from it.
    pub fn at(host: impl Into<String>, port: u16) -> Self {
        let host = host.into();
        let bytes = host.bytes().chain(port.to_be_bytes());
        // FNV-1a: the same address always has the same id, and other addresses have others.
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
    fn each_address_has_its_own_node_id() {
        let (one, other) = (ClusterNode::at("10.0.0.1", 7000), ClusterNode::at("10.0.0.1", 7001));
        assert_ne!(one.id, other.id);
        assert_eq!(one.id.len(), 40);
        assert_eq!(one, ClusterNode::at("10.0.0.1", 7000));
    }
}
