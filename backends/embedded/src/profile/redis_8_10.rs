//! Redis 8.10, the newest: `SET` with a time in the past removes the key.

use super::access::AccessBehaviour;
use super::behaviour::{Behaviour, PayloadFormat};
use super::cluster::ClusterBehaviour;
use super::events::EventBehaviour;
use super::hashes::HashBehaviour;
use super::help::Help;
use super::lists::ListBehaviour;
use super::redis_8_6;
use super::scripts::ScriptBehaviour;
use super::sorted_sets::SortedSetBehaviour;
use super::streams::StreamBehaviour;
use super::strings::StringBehaviour;
use crate::catalogue::KeySearch;

const KEY_SEARCH: KeySearch = KeySearch::Code {
    stream_options: &[
        ("count", 1),
        ("block", 1),
        ("noack", 0),
        ("group", 2),
        ("claim", 1),
        ("maxcount", 1),
        ("maxsize", 1),
    ],
    counted_first: false,
};

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.10",
    version: "8.10.2",
    memory_stats: &[
        "peak.allocated",
        "total.allocated",
        "startup.allocated",
        "replication.backlog",
        "replica.fullsync.buffer",
        "clients.slaves",
        "clients.normal",
        "clients.normal.shared",
        "clients.normal.unshared",
        "cluster.links",
        "aof.buffer",
        "lua.caches",
        "functions.caches",
        "script.VMs",
        "hash.templates",
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
    help: Help { debug: include_str!("help/redis-8.10.debug.txt"), ..redis_8_6::BEHAVIOUR.help },
    slow_log_counts_words: true,
    payload: PayloadFormat { version: 15, newest_type: 31 },
    redis: (8, 10),
    parameters: include_str!("redis-8.10.config"),
    passes_over_missing_keys: true,
    events: EventBehaviour {
        letters: "Ag$lshzxeKEtmdnocaSTIV",
        unknown_letter: "Invalid event class character. Use 'Ag$lshzxeKEtmdnocaSTIV'.",
        set_in_the_past_removes_key: true,
        past_value_counts_as_expired: true,
        ..redis_8_6::BEHAVIOUR.events
    },
    key_search: KEY_SEARCH,
    tracking_search: KEY_SEARCH,
    getkeys_searches_as_routing: true,
    info: include_str!("redis-8.10.info"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem omem-shared omem-unshared \
                    tot-mem events cmd user redir resp lib-name lib-ver io-thread tot-net-in \
                    tot-net-out tot-cmds read-events avg-pipeline-len-sum avg-pipeline-len-cnt",
    cluster: &ClusterBehaviour {
        flushes_that_end_imports: ["flush"; 2],
        ..*redis_8_6::BEHAVIOUR.cluster
    },
    access: AccessBehaviour {
        checks_keys_at_exec: true,
        broadcasts_readable_keys: true,
        ..redis_8_6::BEHAVIOUR.access
    },
    hashes: HashBehaviour { names_foreign_options: true, ..redis_8_6::BEHAVIOUR.hashes },
    sorted_sets: SortedSetBehaviour {
        accepts_loose_bounds: true,
        sort_keys_are_scores: true,
        aggregates: "SUM MIN MAX COUNT",
        ..redis_8_6::BEHAVIOUR.sorted_sets
    },
    lists: ListBehaviour { truncates_indexes: false, ..redis_8_6::BEHAVIOUR.lists },
    streams: StreamBehaviour {
        counts_nacks: true,
        limits_reads: true,
        ..redis_8_6::BEHAVIOUR.streams
    },
    strings: StringBehaviour {
        presence_may_follow_comparison: false,
        ..redis_8_6::BEHAVIOUR.strings
    },
    scripts: ScriptBehaviour { redis_version: "8.10.2", ..redis_8_6::BEHAVIOUR.scripts },
    ..redis_8_6::BEHAVIOUR
};
