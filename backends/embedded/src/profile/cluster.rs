//! How servers do clusters.

/// What varies between servers in a cluster, and in what they say without one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClusterBehaviour {
    /// `READONLY` is taken without a cluster too.
    pub(crate) reads_without_cluster: bool,
    /// `READWRITE` is taken without a cluster too.
    pub(crate) writes_without_cluster: bool,
    /// Without a cluster, it is told what is wrong with a subcommand.
    pub(crate) knows_subcommands_without_cluster: bool,
    /// `CLUSTER KEYSLOT` is answered without a cluster too.
    pub(crate) hashes_without_cluster: bool,
    /// A transaction that publishes to shard channels is minded as they are when the cluster is
    /// down.
    pub(crate) shards_in_transactions: bool,
    /// To end a subscription to shard channels is minded as they are, not as keys.
    pub(crate) unsubscribes_from_shards: bool,
    /// A slot may begin to move to the node that it is on.
    pub(crate) migrates_to_itself: bool,
    /// Who asks for some keys that are still in a migrating slot and some that have gone is to try
    /// again; elsewhere it is sent away.
    pub(crate) splits_multiple_keys: bool,
    /// Names of several slots are refused before anybody asks who serves the first.
    pub(crate) crosses_before_unserved: bool,
    /// `CLUSTER SHARDS` says the id of each shard.
    pub(crate) shards_have_ids: bool,
    /// `CLUSTER SLOTS` says more of a node than where it is: that there is no more to be said.
    pub(crate) slots_have_metadata: bool,
    /// A node of a cluster shows that it has one database, whatever it was started with.
    pub(crate) has_one_database: bool,
    /// `SELECT` of another database than the first.
    pub(crate) other_database: &'static str,
    /// The names in `CLUSTER INFO`, in order.
    pub(crate) info: &'static str,
}
