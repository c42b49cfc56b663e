//! How servers do clusters.

/// What varies between servers in a cluster, and in what they say without one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClusterBehaviour {
    /// `READONLY` is taken without a cluster too.
    pub(crate) readonly_works_without_cluster: bool,
    /// `READWRITE` is taken without a cluster too.
    pub(crate) readwrite_works_without_cluster: bool,
    /// Without a cluster, it is told what is wrong with a subcommand.
    pub(crate) checks_subcommands_without_cluster: bool,
    /// `CLUSTER KEYSLOT` is answered without a cluster too.
    pub(crate) keyslot_works_without_cluster: bool,
    /// A transaction that publishes to shard channels is minded as they are when the cluster is
    /// down.
    pub(crate) redirects_shards_in_transactions: bool,
    /// To end a subscription to shard channels is minded as they are, not as keys.
    pub(crate) redirects_sunsubscribe: bool,
    /// A slot may begin to move to the node that it is on.
    pub(crate) may_migrate_to_itself: bool,
    /// Who asks for some keys that are still in a migrating slot and some that have gone is to try
    /// again; elsewhere it is sent away.
    pub(crate) tries_again_on_split_keys: bool,
    /// Names of several slots are refused before anybody asks who serves the first.
    pub(crate) checks_crossslot_first: bool,
    /// `CLUSTER SHARDS` says the id of each shard.
    pub(crate) shards_have_ids: bool,
    /// `CLUSTER SLOTS` says more of a node than where it is: that there is no more to be said.
    pub(crate) slots_have_metadata: bool,
    /// A node of a cluster shows that it has one database, whatever it was started with.
    pub(crate) has_one_database: bool,
    /// `SELECT` of another database than the first.
    pub(crate) select_error: &'static str,
    /// The names in `CLUSTER INFO`, in order.
    pub(crate) info: &'static str,
}
