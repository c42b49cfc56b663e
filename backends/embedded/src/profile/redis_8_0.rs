//! The default. It brings a module along.

use super::access::AccessBehaviour;
use super::behaviour::{Behaviour, Module};
use super::cluster::ClusterBehaviour;
use super::redis_7_2;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.0",
    version: "8.0.2",
    redis: (8, 0),
    modules: &[Module { name: "vectorset", version: 1, path: "" }],
    flushes_apart: true,
    empty_requests_end_a_skip: false,
    minds_waiting_input_late: true,
    cluster: &ClusterBehaviour {
        shards_in_transactions: true,
        unsubscribes_from_shards: false,
        ..*redis_7_2::BEHAVIOUR.cluster
    },
    info: include_str!("redis-8.0.info"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver io-thread",
    access: AccessBehaviour { closes_subscribers_in_time: true, ..redis_7_2::BEHAVIOUR.access },
    ..redis_7_2::BEHAVIOUR
};
