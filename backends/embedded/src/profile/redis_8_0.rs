//! Redis 8.0 loads a module at its start.

use super::access::AccessBehaviour;
use super::behaviour::{Behaviour, Module};
use super::cluster::ClusterBehaviour;
use super::redis_7_2;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.0",
    version: "8.0.2",
    redis: (8, 0),
    modules: &[Module { name: "vectorset", version: 1, path: "" }],
    flushes_between_rounds: true,
    empty_request_ends_reply_skip: false,
    reports_held_protocol_errors_late: true,
    cluster: &ClusterBehaviour {
        routes_queued_shard_commands_as_shards: true,
        routes_sunsubscribe_as_shard: false,
        ..*redis_7_2::BEHAVIOUR.cluster
    },
    info: include_str!("redis-8.0.info"),
    parameters: include_str!("redis-8.0.config"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver io-thread",
    access: AccessBehaviour { closes_subscribers_after_round: true, ..redis_7_2::BEHAVIOUR.access },
    ..redis_7_2::BEHAVIOUR
};
