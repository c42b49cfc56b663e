//! Valkey 8.0, the first version of Valkey whose behaviour differs from Redis.

use super::access::AccessBehaviour;
use super::behaviour::{Behaviour, ErrorStatsOverflow, SilentQuit};
use super::cluster::ClusterBehaviour;
use super::events::EventBehaviour;
use super::help::Help;
use super::redis_7_2;
use crate::catalogue::{Flags, Revision};

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "valkey-8.0",
    product: "valkey",
    version: "8.0.1",
    revisions: REVISIONS,
    help: Help {
        cluster: include_str!("help/valkey-8.0.cluster.txt"),
        command: include_str!("help/valkey-8.0.command.txt"),
        client: include_str!("help/valkey-8.0.client.txt"),
        ..redis_7_2::BEHAVIOUR.help
    },
    silent_quit: SilentQuit::Stay,
    drops_queue_on_error: true,
    cluster: &ClusterBehaviour {
        readonly_works_without_cluster: true,
        readwrite_works_without_cluster: true,
        routes_queued_shard_commands_as_shards: true,
        ..*redis_7_2::BEHAVIOUR.cluster
    },
    error_stats_overflow: ErrorStatsOverflow::Merge,
    info: include_str!("valkey-8.0.info"),
    parameters: include_str!("valkey-8.0.config"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver tot-net-in tot-net-out tot-cmds",
    access: AccessBehaviour {
        no_file: "This instance is not configured to use an ACL file. You may want to specify \
                  users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you \
                  have a configuration file set) in order to store users in the configuration.",
        ..redis_7_2::BEHAVIOUR.access
    },
    events: EventBehaviour { set_in_the_past_removes_key: true, ..redis_7_2::BEHAVIOUR.events },
    ..redis_7_2::BEHAVIOUR
};

const REVISIONS: &[Revision] =
    &[Revision::of(&["unsubscribe", "punsubscribe", "sunsubscribe"]).with(Flags::SUBSCRIBERS_ONLY)];
