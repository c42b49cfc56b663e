//! Redis 7.2 sends the reply of a command before the pushes that the command causes.

use super::access::{AccessBehaviour, SanitizeFlag};
use super::behaviour::{Behaviour, ErrorStatsOverflow, PayloadFormat};
use super::changes::ChangeBehaviour;
use super::cluster::ClusterBehaviour;
use super::encodings::EncodingBehaviour;
use super::error_texts::ErrorTexts;
use super::hashes::HashBehaviour;
use super::help::Help;
use super::lists::ListBehaviour;
use super::redis_7_0;
use super::scripts::{ScriptBehaviour, ScriptTexts};
use super::sorted_sets::SortedSetBehaviour;
use super::streams::StreamBehaviour;
use super::strings::StringBehaviour;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-7.2",
    version: "7.2.4",
    memory_stats: &[
        "peak.allocated",
        "total.allocated",
        "startup.allocated",
        "replication.backlog",
        "clients.slaves",
        "clients.normal",
        "cluster.links",
        "aof.buffer",
        "lua.caches",
        "functions.caches",
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
    memory_stats_of_database: &["overhead.hashtable.main", "overhead.hashtable.expires"],
    payload: PayloadFormat { version: 12, newest_type: 21 },
    redis: (7, 2),
    help: Help {
        memory: include_str!("help/redis-7.2.memory.txt"),
        commandlog: "",
        slowlog: include_str!("help/redis-7.2.slowlog.txt"),
        latency: include_str!("help/redis-7.2.latency.txt"),
        debug: include_str!("help/redis-7.2.debug.txt"),
        module: include_str!("help/redis-7.2.module.txt"),
        cluster: include_str!("help/redis-7.2.cluster.txt"),
        acl: include_str!("help/redis-7.2.acl.txt"),
        pubsub: include_str!("help/redis-7.2.pubsub.txt"),
        config: include_str!("help/redis-7.2.config.txt"),
        command: include_str!("help/redis-7.2.command.txt"),
        client: include_str!("help/redis-7.2.client.txt"),
        object: include_str!("help/redis-7.2.object.txt"),
        xgroup: include_str!("help/redis-7.2.xgroup.txt"),
        xinfo: include_str!("help/redis-7.2.xinfo.txt"),
        script: include_str!("help/redis-7.2.script.txt"),
        function: include_str!("help/redis-7.2.function.txt"),
    },
    errors: ERRORS,
    encodings: EncodingBehaviour {
        packs_lists: true,
        packs_sets: true,
        ..redis_7_0::BEHAVIOUR.encodings
    },
    hashes: HashBehaviour { scans_without_values: true, ..redis_7_0::BEHAVIOUR.hashes },
    sorted_sets: SortedSetBehaviour {
        scores_have_17_digits: false,
        ..redis_7_0::BEHAVIOUR.sorted_sets
    },
    cursors_are_unsigned: true,
    long_timeouts_are_negative: false,
    serves_the_changed_key: false,
    lists: ListBehaviour {
        refuses_lowest_number: true,
        truncates_indexes: true,
        ..redis_7_0::BEHAVIOUR.lists
    },
    changes: ChangeBehaviour { after_waits: true, ..redis_7_0::BEHAVIOUR.changes },
    streams: StreamBehaviour {
        makes_idle_consumers: true,
        shows_activity: true,
        reads_last: true,
        last_id_must_be_there: true,
        checks_deleted_ids: true,
        unbalanced_read: "ERR Unbalanced 'xread' list of streams: for each stream key an ID or '$' \
                          must be specified.",
        unbalanced_group_read: "ERR Unbalanced 'xreadgroup' list of streams: for each stream key an \
                                ID or '>' must be specified.",
        group_gone: "",
        stream_gone: "",
        ..redis_7_0::BEHAVIOUR.streams
    },
    queues_nothing_out_of_memory: false,
    strings: StringBehaviour { missing_key_hides_bit_range: false, ..redis_7_0::BEHAVIOUR.strings },
    pushes_before_reply: false,
    rejects_endless_pauses: true,
    client_filters: "id addr laddr type user skipme maxage",
    reset_clears_no_evict: true,
    hello_applies_options_in_order: false,
    hides_held_commands: true,
    error_stats_overflow: ErrorStatsOverflow::Disable,
    cluster: &ClusterBehaviour {
        sorts_within_a_slot: true,
        has_one_database: true,
        forgets_a_node_again: true,
        ..*redis_7_0::BEHAVIOUR.cluster
    },
    documents_display_texts: true,
    queued_commands_fill_query_buffer: true,
    info: include_str!("redis-7.2.info"),
    moved_keys_are_new: true,
    parameters: include_str!("redis-7.2.config"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver",
    access: AccessBehaviour {
        forgets_open_selectors: false,
        shows_rules_as_given: true,
        payload: SanitizeFlag::Always,
        log_has_ids: true,
        names_whole_objects: true,
        may_skip_wrong_password_reply: true,
        command_denied: "User {user} has no permissions to run the '{object}' command",
        key_denied: "No permissions to access a key",
        channel_denied: "No permissions to access a channel",
        subject: "User {user}",
        ..redis_7_0::BEHAVIOUR.access
    },
    scripts: ScriptBehaviour {
        list_keeps_breaks: true,
        numbers_are_short: true,
        globals: &["os"],
        tracks_told_keys: false,
        refuses_block: false,
        redis_version: "7.2.4",
        texts: ScriptTexts {
            invalid_level: "Invalid log level.",
            set_repl_arguments: "redis.set_repl() requires one argument.",
            denied: None,
            several_slots: "ERR Command '{command}' in script attempted to access keys that don't \
                            hash to the same slot",
            ..redis_7_0::BEHAVIOUR.scripts.texts
        },
        ..redis_7_0::BEHAVIOUR.scripts
    },
    latency_doctor: [
        "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Redict instance. \
         You may use \"CONFIG SET latency-monitor-threshold <milliseconds>.\" in order to \
         enable it. If we weren't in a deep space mission I'd suggest to take a look at \
         https://redict.io/docs/usage/optimization/latency-monitor/.\n",
        "Dave, no latency spike was observed during the lifetime of this Redict instance, not in the \
         slightest bit. I honestly think you ought to sit down calmly, take a stress pill, and \
         think things over.\n",
    ],
    ..redis_7_0::BEHAVIOUR
};

pub(super) const ERRORS: ErrorTexts = ErrorTexts {
    hello_needs_auth: "NOAUTH HELLO must be called with the client already authenticated, \
                       otherwise the HELLO <proto> AUTH <user> <pass> option can be used to \
                       authenticate the client and select the RESP protocol version at the same \
                       time",
    ..redis_7_0::ERRORS
};
