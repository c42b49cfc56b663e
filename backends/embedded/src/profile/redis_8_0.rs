//! Redis 8.0 loads a module at its start.

use super::access::AccessBehaviour;
use super::behaviour::{Behaviour, Module, PayloadFormat};
use super::changes::ChangeBehaviour;
use super::cluster::ClusterBehaviour;
use super::debug::DebugBehaviour;
use super::geo::GeoBehaviour;
use super::help::Help;
use super::redis_7_2;
use super::scripts::ScriptBehaviour;
use super::sorted_sets::SortedSetBehaviour;
use super::streams::StreamBehaviour;
use super::strings::StringBehaviour;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.0",
    version: "8.0.2",
    memory_stats: &[
        "peak.allocated",
        "total.allocated",
        "startup.allocated",
        "replication.backlog",
        "replica.fullsync.buffer",
        "clients.slaves",
        "clients.normal",
        "cluster.links",
        "aof.buffer",
        "lua.caches",
        "functions.caches",
        "script.VMs",
        "db",
        "overhead.db.hashtable.lut",
        "overhead.db.hashtable.rehashing",
        "overhead.total",
        "db.dict.rehashing.count",
        "keys.count",
        "keys.bytes-per-key",
        "dataset.bytes",
        "dataset.percentage",
        "peak.percentage",
        "allocator.allocated",
        "allocator.active",
        "allocator.resident",
        "allocator.muzzy",
        "allocator-fragmentation.ratio",
        "allocator-fragmentation.bytes",
        "allocator-rss.ratio",
        "allocator-rss.bytes",
        "rss-overhead.ratio",
        "rss-overhead.bytes",
        "fragmentation",
        "fragmentation.bytes",
    ],
    lolwut_draws: true,
    help: Help { debug: include_str!("help/redis-8.0.debug.txt"), ..redis_7_2::BEHAVIOUR.help },
    payload: PayloadFormat { newest_type: 25, ..redis_7_2::BEHAVIOUR.payload },
    redis: (8, 0),
    changes: ChangeBehaviour { by_reading_again: false, ..redis_7_2::BEHAVIOUR.changes },
    streams: StreamBehaviour {
        last_id_must_be_there: false,
        forgets_early_gaps: false,
        counts_lag_by_first: true,
        counts_reads_by_first: true,
        unbalanced_read: "ERR Unbalanced 'xread' list of streams: for each stream key an ID, '+', or \
                          '$' must be specified.",
        ..redis_7_2::BEHAVIOUR.streams
    },
    modules: &[Module { name: "vectorset", version: 1, path: "" }],
    flushes_between_rounds: true,
    empty_request_ends_reply_skip: false,
    reports_held_protocol_errors_late: true,
    cluster: &ClusterBehaviour {
        sort_may_get_elements: true,
        routes_queued_shard_commands_as_shards: true,
        routes_sunsubscribe_as_shard: false,
        ..*redis_7_2::BEHAVIOUR.cluster
    },
    sorted_sets: SortedSetBehaviour {
        accepts_loose_bounds: false,
        ..redis_7_2::BEHAVIOUR.sorted_sets
    },
    geo: GeoBehaviour { coordinates_are_short: true, ..redis_7_2::BEHAVIOUR.geo },
    strings: StringBehaviour { has_fast_registers: true, ..redis_7_2::BEHAVIOUR.strings },
    info: include_str!("redis-8.0.info"),
    parameters: include_str!("redis-8.0.config"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver io-thread",
    access: AccessBehaviour { closes_subscribers_after_round: true, ..redis_7_2::BEHAVIOUR.access },
    scripts: ScriptBehaviour {
        redis_version: "8.0.2",
        list_keeps_breaks: false,
        acl_check_counts: true,
        ..redis_7_2::BEHAVIOUR.scripts
    },
    latency_doctor: [
        "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Redis instance. \
         You may use \"CONFIG SET latency-monitor-threshold <milliseconds>.\" in order to \
         enable it. If we weren't in a deep space mission I'd suggest to take a look at \
         https://redis.io/docs/latest/operate/oss_and_stack/management/\
         optimization/latency-monitor.\n",
        "Dave, no latency spike was observed during the lifetime of this Redis instance, not in the \
         slightest bit. I honestly think you ought to sit down calmly, take a stress pill, and \
         think things over.\n",
    ],
    debug: DebugBehaviour { digests_expiries_of_fields: true, ..redis_7_2::BEHAVIOUR.debug },
    ..redis_7_2::BEHAVIOUR
};
