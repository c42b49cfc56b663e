//! How servers differ in cluster commands.

/// How a server behaves as a node of a cluster, and how it answers cluster commands without one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClusterBehaviour {
    /// `READONLY` works without a cluster; otherwise it is an error there.
    pub(crate) readonly_works_without_cluster: bool,
    /// `READWRITE` works without a cluster; otherwise it is an error there.
    pub(crate) readwrite_works_without_cluster: bool,
    /// Without a cluster, an unknown subcommand of `CLUSTER` gets the error for unknown
    /// subcommands; otherwise it gets the error for missing cluster support.
    pub(crate) checks_subcommands_without_cluster: bool,
    /// `CLUSTER KEYSLOT` works without a cluster; otherwise it is an error there.
    pub(crate) keyslot_works_without_cluster: bool,
    /// A transaction with a shard channel command is routed by the rules for shard channels;
    /// otherwise by the rules for keys. The two differ when the cluster is down or a slot moves.
    pub(crate) routes_queued_shard_commands_as_shards: bool,
    /// `SUNSUBSCRIBE` is routed by the rules for shard channels; otherwise by the rules for keys.
    pub(crate) routes_sunsubscribe_as_shard: bool,
    /// `CLUSTER SETSLOT MIGRATING` accepts the node itself as the target; otherwise it is an error.
    pub(crate) may_migrate_to_itself: bool,
    /// `CLUSTER FORGET` accepts a node that was forgotten less than a minute ago.
    pub(crate) forgets_a_node_again: bool,
    /// A command gets `TRYAGAIN` if only some of its keys are left in a migrating slot; otherwise
    /// it gets `ASK`.
    pub(crate) tryagain_on_split_keys: bool,
    /// Commands that a node runs whatever the slots of their keys, even if the cluster is down.
    pub(crate) unrouted_commands: &'static [&'static str],
    /// A command with keys of several slots gets `CROSSSLOT` even if no node serves the first slot;
    /// otherwise it gets `CLUSTERDOWN` then.
    pub(crate) checks_crossslot_first: bool,
    /// A node does not show the keys of slots that it does not serve; otherwise `KEYS` and `CLUSTER`
    /// show them until they are removed.
    pub(crate) hides_keys_of_other_slots: bool,
    /// `CLUSTER SLOT-STATS` counts the bytes of requests that the user may not send; otherwise only
    /// those of requests that pass this check.
    pub(crate) charges_refused_requests: bool,
    /// `CLUSTER SLOT-STATS` counts what a client receives from a channel for the slot of its next
    /// command; otherwise for none.
    pub(crate) charges_messages_to_next_command: bool,
    /// `cluster-slot-stats-enabled` is a list of `cpu`, `net` and `mem`; otherwise `yes` or `no`,
    /// and memory is not reported.
    pub(crate) selects_slot_metrics: bool,
    /// The causes that cancel an import of slots, in the words of the server: `FLUSHDB`, `FLUSHALL`.
    pub(crate) flushes_that_end_imports: [&'static str; 2],
    /// `CLUSTER SHARDS` shows an id for each shard.
    pub(crate) shards_have_ids: bool,
    /// `CLUSTER SLOTS` shows a list of metadata for each node, which is always empty here.
    pub(crate) slots_have_metadata: bool,
    /// `CLUSTER SYNCSLOTS` disconnects a client that is no node of the cluster; otherwise it reads
    /// the request.
    pub(crate) closes_clients_that_sync_slots: bool,
    /// `SORT` accepts patterns whose keys are all in the slot of its own key; otherwise none.
    pub(crate) sorts_within_a_slot: bool,
    /// `SORT` accepts `GET #`; otherwise it takes `#` for a pattern.
    pub(crate) sort_may_get_elements: bool,
    /// A node of a cluster always has one database; otherwise it shows the configured number.
    pub(crate) has_one_database: bool,
    /// `COPY` and `MOVE` check the number of the other database, as without a cluster; otherwise they
    /// refuse to use another one.
    pub(crate) checks_databases: bool,
    /// The error of `SELECT` in a cluster for any database except 0.
    pub(crate) select_error: &'static str,
    /// The fields of `CLUSTER INFO`, in order, separated by blanks.
    pub(crate) info: &'static str,
}
