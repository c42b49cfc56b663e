//! Redis 7.0 adds shard channels, and makes every subcommand a command with its own facts.

use super::access::AccessBehaviour;
use super::behaviour::{Behaviour, IdFilter, PayloadFormat, SilentQuit, VainQueue};
use super::changes::ChangeBehaviour;
use super::cluster::ClusterBehaviour;
use super::debug::DebugBehaviour;
use super::encodings::EncodingBehaviour;
use super::error_texts::{ErrorTexts, UnknownCommandFormat};
use super::events::EventBehaviour;
use super::geo::GeoBehaviour;
use super::hashes::HashBehaviour;
use super::help::Help;
use super::lists::ListBehaviour;
use super::redis_6_2;
use super::scripts::{ScriptBehaviour, ScriptTexts};
use super::sorted_sets::SortedSetBehaviour;
use super::streams::StreamBehaviour;
use super::strings::StringBehaviour;
use crate::glob::MAX_STARS;
use crate::wire::{ErrorReply, InputRules};

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-7.0",
    version: "7.0.15",
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
        "overhead.total",
        "keys.count",
        "keys.bytes-per-key",
        "dataset.bytes",
        "dataset.percentage",
        "peak.percentage",
        "allocator.allocated",
        "allocator.active",
        "allocator.resident",
        "allocator-fragmentation.ratio",
        "allocator-fragmentation.bytes",
        "allocator-rss.ratio",
        "allocator-rss.bytes",
        "rss-overhead.ratio",
        "rss-overhead.bytes",
        "fragmentation",
        "fragmentation.bytes",
    ],
    memory_stats_of_database: &[
        "overhead.hashtable.main",
        "overhead.hashtable.expires",
        "overhead.hashtable.slot-to-keys",
    ],
    lolwut_draws: false,
    payload: PayloadFormat { version: 10, newest_type: 19 },
    redis: (7, 0),
    unlisted_commands: &[],
    revisions: &[],
    subcommands_are_commands: true,
    getkeys_searches_as_routing: false,
    config_get_echoes_names: true,
    id_filter: IdFilter::One,
    describes_commands_in_full: true,
    max_stars: MAX_STARS,
    config_get_defers_length: false,
    silent_quit: SilentQuit::CloseOnMessageOrMonitor,
    parameters: include_str!("redis-7.0.config"),
    help: Help {
        memory: include_str!("help/redis-7.0.memory.txt"),
        slowlog: include_str!("help/redis-7.0.slowlog.txt"),
        latency: include_str!("help/redis-7.0.latency.txt"),
        debug: include_str!("help/redis-7.0.debug.txt"),
        module: include_str!("help/redis-7.0.module.txt"),
        cluster: include_str!("help/redis-7.0.cluster.txt"),
        acl: include_str!("help/redis-7.0.acl.txt"),
        pubsub: include_str!("help/redis-7.0.pubsub.txt"),
        command: include_str!("help/redis-7.0.command.txt"),
        client: include_str!("help/redis-7.0.client.txt"),
        xgroup: include_str!("help/redis-7.0.xgroup.txt"),
        function: include_str!("help/redis-7.0.function.txt"),
        ..redis_6_2::BEHAVIOUR.help
    },
    errors: ERRORS,
    input: InputRules { max_arguments: i32::MAX as i64, ..redis_6_2::BEHAVIOUR.input },
    one_shutdown_option: false,
    shutdown_options: &["save", "nosave", "now", "force", "abort"],
    cluster: &ClusterBehaviour {
        tryagain_on_split_keys: true,
        readwrite_works_without_cluster: false,
        checks_subcommands_without_cluster: true,
        slots_have_metadata: true,
        info: "cluster_state cluster_slots_assigned cluster_slots_ok cluster_slots_pfail \
               cluster_slots_fail cluster_known_nodes cluster_size cluster_current_epoch \
               cluster_my_epoch cluster_stats_messages_sent cluster_stats_messages_received \
               total_cluster_links_buffer_limit_exceeded",
        ..*redis_6_2::BEHAVIOUR.cluster
    },
    hidden_from_monitors: &[],
    info_accepts_many_sections: true,
    info: include_str!("redis-7.0.info"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi qbuf qbuf-free \
                    argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user redir resp",
    rounds_timeouts_up: true,
    encodings: EncodingBehaviour { packed: "listpack", ..redis_6_2::BEHAVIOUR.encodings },
    sorted_sets: SortedSetBehaviour {
        stores_scores_as_text: false,
        negative_count_pops_nothing: false,
        no_input_key: |command| {
            format!("ERR at least 1 input key is needed for '{command}' command").into()
        },
        ..redis_6_2::BEHAVIOUR.sorted_sets
    },
    geo: GeoBehaviour {
        units_have_any_case: true,
        stores_no_details: |command| {
            format!("ERR {command} is not compatible with WITHDIST, WITHHASH and WITHCOORD options")
                .into()
        },
        measures_width_at_centre: false,
        ..redis_6_2::BEHAVIOUR.geo
    },
    hashes: HashBehaviour { measures_sums: true, ..redis_6_2::BEHAVIOUR.hashes },
    lists: ListBehaviour {
        zero_rank: "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second \
                    ... or use negative to start from the end of the list",
        ..redis_6_2::BEHAVIOUR.lists
    },
    changes: ChangeBehaviour { by_commands_themselves: false, ..redis_6_2::BEHAVIOUR.changes },
    streams: StreamBehaviour {
        has_partial_ids: true,
        counts_entries: true,
        drops_deleted_entries: true,
        tells_of_consumers: true,
        tells_of_missing_consumers: false,
        stream_may_go: true,
        always_limits_trims: true,
        stream_gone: "UNBLOCKED the stream key no longer exists",
        ..redis_6_2::BEHAVIOUR.streams
    },
    strings: StringBehaviour {
        set_returns_old_if_absent: true,
        mset_names_itself: true,
        lowest_decrement: "ERR decrement would overflow",
        tells_of_unchanged_bits: false,
        has_bit_units: true,
        ..redis_6_2::BEHAVIOUR.strings
    },
    events: EventBehaviour {
        letters: "Ag$lshzxeKEtmdn",
        unknown_letter: "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.",
        ..redis_6_2::BEHAVIOUR.events
    },
    access: AccessBehaviour {
        patterns_end_at_zero: true,
        selectors: true,
        forgets_open_selectors: true,
        all_channels: false,
        spares_subscribers_if_channels_stay: false,
        sets_same_password_again: false,
        command_denied: "this user has no permissions to run the '{object}' command",
        ..redis_6_2::BEHAVIOUR.access
    },
    scripts: SCRIPTS,
    vain_queue: VainQueue::Stays,
    copies_count_misses: true,
    watches_kept_keys: false,
    debug: DebugBehaviour {
        asks_for_permission: true,
        unnamed: &["SET-DISABLE-DENY-SCRIPTS"],
        double: "3.141",
        node_limit: "ql_listpack_max",
        ..redis_6_2::BEHAVIOUR.debug
    },
    ..redis_6_2::BEHAVIOUR
};

const SCRIPTS: ScriptBehaviour = ScriptBehaviour {
    has_headers: true,
    errors_are_tables: true,
    table_as_error: "",
    has_all_types: true,
    seals_methods: true,
    globals: &[],
    redis_version: "7.0.15",
    tells_of_replication: false,
    interrupting: &[],
    texts: ScriptTexts {
        unknown_command: "ERR Unknown Redis command called from script",
        wrong_arity: "ERR Wrong number of args calling Redis command from script",
        not_allowed: "ERR This Redis command is not allowed from script",
        out_of_memory: "OOM command not allowed when used memory > 'maxmemory'.",
        no_arguments: "ERR Please specify at least one argument for this redis lib call",
        wrong_arguments: "ERR Lua redis lib command arguments must be strings or integers",
        not_local: "ERR Script attempted to access a non local key in a cluster node",
        several_slots: "ERR Script attempted to access a non local key in a cluster node",
        ..redis_6_2::BEHAVIOUR.scripts.texts
    },
    failed: |text, script, place| {
        let error = ErrorReply::text("").append(text);
        match place {
            Some((source, line)) => {
                error.and(" script: ").and(script).and(&format!(", on {source}:{line}."))
            }
            None => error,
        }
    },
    ..redis_6_2::BEHAVIOUR.scripts
};

pub(super) const ERRORS: ErrorTexts = ErrorTexts {
    explains_invalid_output_limits: true,
    slow_log_count: Some("ERR count should be greater than or equal to -1"),
    argument_noun: "argument(s)",
    monitor_may_not_run: "ERR Replica can't interact with the keyspace",
    unknown_command: UnknownCommandFormat {
        open: "'",
        close: "'",
        between: " ",
        max_name_len: 128,
        ..redis_6_2::ERRORS.unknown_command
    },
    unknown_subcommand: |name, container| {
        let name = &name[..name.len().min(128)];
        ErrorReply::quoting("ERR unknown subcommand '", name, "'. Try ")
            .and(container)
            .and(" HELP.")
    },
    wrong_number_for_subcommand: |name, container| {
        let before = "ERR unknown subcommand or wrong number of arguments for '";
        let name = &name[..name.len().min(128)];
        ErrorReply::quoting(before, name, "'. Try ").and(container).and(" HELP.")
    },
    subscriber_may_not_run: |command| {
        ErrorReply::from(format!(
            "ERR Can't execute '{command}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / \
             RESET are allowed in this context"
        ))
    },
    unknown_parameter: |name| {
        let before = "ERR Unknown option or number of arguments for CONFIG SET - '";
        ErrorReply::quoting(before, name, "'")
    },
    unchangeable_parameter: |name, reason| invalid_value(name, b"", reason),
    invalid_value,
    invalid_expire_time: |command| format!("ERR invalid expire time in '{command}' command").into(),
    ..redis_6_2::ERRORS
};

fn invalid_value(name: &[u8], _value: &[u8], reason: &str) -> ErrorReply {
    ErrorReply::quoting("ERR CONFIG SET failed (possibly related to argument '", name, "') - ")
        .and(reason)
}
