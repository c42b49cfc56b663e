//! The default. It brings a module along.

use super::access::AccessTraits;
use super::cluster::ClusterTraits;
use super::redis_7_2;
use super::traits::{Module, Traits};

pub(super) const TRAITS: Traits = Traits {
    name: "redis-8.0",
    version: "8.0.2",
    redis: (8, 0),
    modules: &[Module { name: "vectorset", version: 1, path: "" }],
    flushes_apart: true,
    empty_requests_end_a_skip: false,
    minds_waiting_input_late: true,
    cluster: &ClusterTraits {
        shards_in_transactions: true,
        unsubscribes_from_shards: false,
        ..*redis_7_2::TRAITS.cluster
    },
    info: include_str!("redis-8.0.info"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver io-thread",
    access: AccessTraits { closes_subscribers_in_time: true, ..redis_7_2::TRAITS.access },
    ..redis_7_2::TRAITS
};
