//! Redis 6.2, the oldest server that can be imitated. All others descend from it.

use super::access::{AccessBehaviour, SanitizeFlag};
use super::behaviour::{
    Behaviour, ErrorStatsOverflow, IdFilter, LargeCommands, PayloadFormat, SilentQuit, VainQueue,
};
use super::changes::ChangeBehaviour;
use super::cluster::ClusterBehaviour;
use super::debug::DebugBehaviour;
use super::encodings::{EmbeddedStrings, EncodingBehaviour};
use super::error_texts::{ErrorTexts, UnknownCommandFormat};
use super::events::EventBehaviour;
use super::geo::GeoBehaviour;
use super::hashes::{FieldWords, HashBehaviour};
use super::help::Help;
use super::lists::ListBehaviour;
use super::scripts::{Denials, ScriptBehaviour, ScriptTexts};
use super::sorted_sets::SortedSetBehaviour;
use super::streams::StreamBehaviour;
use super::strings::StringBehaviour;
use crate::catalogue::{Flags, KeySearch, Revision};
use crate::wire::{ErrorReply, InputRules};

const KEY_SEARCH: KeySearch = KeySearch::Code {
    stream_options: &[("count", 1), ("block", 1), ("noack", 0), ("group", 2)],
    counted_first: true,
};

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-6.2",
    product: "redis",
    version: "6.2.14",
    memory_stats: &[
        "peak.allocated",
        "total.allocated",
        "startup.allocated",
        "replication.backlog",
        "clients.slaves",
        "clients.normal",
        "aof.buffer",
        "lua.caches",
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
    memory_stats_of_database: &["overhead.hashtable.main", "overhead.hashtable.expires"],
    lolwut_name: "Redis",
    lolwut_draws: true,
    payload: PayloadFormat { version: 9, newest_type: 15 },
    modules: &[],
    redis: (6, 2),
    unlisted_commands: &["quit"],
    revisions: REVISIONS,
    subcommands_are_commands: false,
    passes_over_missing_keys: false,
    describes_commands_in_full: false,
    documents_display_texts: false,
    help: Help {
        cluster: include_str!("help/redis-6.2.cluster.txt"),
        acl: include_str!("help/redis-6.2.acl.txt"),
        pubsub: include_str!("help/redis-6.2.pubsub.txt"),
        config: include_str!("help/redis-6.2.config.txt"),
        command: include_str!("help/redis-6.2.command.txt"),
        client: include_str!("help/redis-6.2.client.txt"),
        memory: include_str!("help/redis-6.2.memory.txt"),
        object: include_str!("help/redis-6.2.object.txt"),
        commandlog: "",
        slowlog: include_str!("help/redis-6.2.slowlog.txt"),
        latency: include_str!("help/redis-6.2.latency.txt"),
        debug: include_str!("help/redis-6.2.debug.txt"),
        module: include_str!("help/redis-6.2.module.txt"),
        xgroup: include_str!("help/redis-6.2.xgroup.txt"),
        xinfo: include_str!("help/redis-6.2.xinfo.txt"),
        script: include_str!("help/redis-6.2.script.txt"),
        function: "",
    },
    errors: ERRORS,
    input: InputRules {
        max_arguments: 1024 * 1024,
        nul_hides_count_end: true,
        nul_hides_length_end: true,
        hangs_at_late_length_errors: false,
        checks_crlf: false,
        allows_text_after_quotes: false,
        drops_byte_ff: false,
    },
    config_get_echoes_names: false,
    client_filters: "id addr laddr type user skipme",
    id_filter: IdFilter::AnyOne,
    client_list_has_filters: false,
    pushes_before_reply: true,
    flushes_between_rounds: false,
    rejects_endless_pauses: false,
    rejects_extra_arguments: true,
    max_stars: usize::MAX,
    reset_clears_no_evict: false,
    hello_applies_options_in_order: true,
    silent_quit: SilentQuit::CloseOnMessage,
    hides_held_commands: false,
    empty_request_ends_reply_skip: true,
    reports_held_protocol_errors_late: false,
    key_search: KEY_SEARCH,
    tracking_search: KEY_SEARCH,
    getkeys_searches_as_routing: true,
    shares_large_payloads: false,
    queued_commands_fill_query_buffer: false,
    config_get_defers_length: true,
    command_info_defers_length: true,
    empty_subcommands_are_a_set: true,
    moved_keys_are_new: false,
    evicts_by_modification: false,
    parameters: include_str!("redis-6.2.config"),
    checks_password_first: false,
    one_shutdown_option: true,
    shutdown_options: &["save", "nosave"],
    cluster: &ClusterBehaviour {
        readonly_works_without_cluster: false,
        readwrite_works_without_cluster: true,
        checks_subcommands_without_cluster: false,
        keyslot_works_without_cluster: false,
        routes_queued_shard_commands_as_shards: false,
        routes_sunsubscribe_as_shard: true,
        may_migrate_to_itself: true,
        forgets_a_node_again: false,
        tryagain_on_split_keys: false,
        unrouted_commands: &[],
        checks_crossslot_first: false,
        hides_keys_of_other_slots: false,
        charges_refused_requests: false,
        charges_messages_to_next_command: false,
        checks_databases: false,
        flushes_that_end_imports: ["FLUSHDB", "FLUSHALL"],
        selects_slot_metrics: false,
        shards_have_ids: false,
        slots_have_metadata: false,
        closes_clients_that_sync_slots: true,
        sorts_within_a_slot: false,
        sort_may_get_elements: false,
        has_one_database: false,
        select_error: "ERR SELECT is not allowed in cluster mode",
        info: "cluster_state cluster_slots_assigned cluster_slots_ok cluster_slots_pfail \
               cluster_slots_fail cluster_known_nodes cluster_size cluster_current_epoch \
               cluster_my_epoch cluster_stats_messages_sent cluster_stats_messages_received",
    },
    hidden_from_monitors: &["acl", "client", "config", "quit"],
    shows_empty_queue: false,
    monitor_escapes_quotes: true,
    error_stats_overflow: ErrorStatsOverflow::Unlimited,
    info_accepts_many_sections: false,
    info: include_str!("redis-6.2.info"),
    client_fields: "id addr laddr fd name age idle flags db sub psub multi qbuf qbuf-free argv-mem \
                    obl oll omem tot-mem events cmd user redir",
    events: EventBehaviour {
        letters: "Ag$lshzxeKEtmd",
        unknown_letter: "",
        past_expiry_event_is_expired: false,
        set_in_the_past_removes_key: false,
        past_value_counts_as_expired: false,
    },
    encodings: EncodingBehaviour {
        embedded: EmbeddedStrings::Value(44),
        packs_lists: false,
        packs_sets: false,
        packed: "ziplist",
        shares_integers: true,
    },
    rounds_timeouts_up: false,
    long_timeouts_are_negative: true,
    serves_the_changed_key: true,
    refuses_unknown_types: false,
    cursors_are_unsigned: false,
    lists: ListBehaviour {
        zero_rank: "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second, \
                    ...",
        refuses_lowest_number: false,
        truncates_indexes: false,
        may_trim_in_vain: false,
    },
    changes: ChangeBehaviour {
        by_commands_themselves: true,
        after_waits: false,
        by_reading_again: true,
        by_persisted_fields: false,
        by_ended_fields: true,
    },
    streams: StreamBehaviour {
        has_partial_ids: false,
        counts_entries: false,
        has_references: false,
        drops_deleted_entries: false,
        tells_of_consumers: false,
        tells_of_missing_consumers: true,
        makes_idle_consumers: false,
        shows_activity: false,
        reads_last: false,
        finds_duplicates: false,
        claims_reads: false,
        limits_reads: false,
        counts_nacks: false,
        unbalanced_read: UNBALANCED,
        unbalanced_group_read: UNBALANCED,
        group_gone: "NOGROUP the consumer group this client was blocked on no longer exists",
        stream_may_go: false,
        checks_deleted_ids: false,
        forgets_early_gaps: true,
        counts_lag_by_first: false,
        counts_reads_by_first: false,
        limits_entries_read: false,
        always_limits_trims: false,
        last_id_must_be_there: false,
        stream_gone: "",
    },
    hashes: HashBehaviour {
        scans_without_values: false,
        measures_sums: false,
        field_words: FieldWords::Ordered,
        expiring_hash_is_table: false,
        seconds_round: 999,
        past_expiry_event: "hdel",
        hgetex_counts_as_read: false,
        names_foreign_options: true,
    },
    sorted_sets: SortedSetBehaviour {
        scores_have_17_digits: true,
        stores_scores_as_text: true,
        accepts_hexadecimal_scores: true,
        accepts_loose_bounds: true,
        sort_keys_are_scores: false,
        negative_count_pops_nothing: true,
        no_input_key: |command| format!("ERR at least 1 input key is needed for {command}").into(),
        aggregates: "SUM MIN MAX",
    },
    slow_log_counts_words: false,
    queues_nothing_out_of_memory: true,
    geo: GeoBehaviour {
        units_have_any_case: false,
        coordinates_are_short: false,
        no_member: |_| "ERR could not decode requested zset member".into(),
        searches_polygons: false,
        stores_no_details: |_| {
            "ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORDS \
             options"
                .into()
        },
        measures_width_at_centre: true,
    },
    strings: StringBehaviour {
        set_comparisons: "",
        set_returns_old_if_absent: false,
        comparisons_may_repeat: true,
        presence_may_follow_comparison: true,
        comparisons_read: false,
        msetex_invalid_number: "ERR invalid numkeys value",
        msetex_missing_pairs: "ERR wrong number of key-value pairs",
        msetex_expires_before_set: true,
        getex_reads_expiry_first: false,
        mset_names_itself: false,
        lowest_decrement: "ERR increment or decrement would overflow",
        tells_of_unchanged_bits: true,
        has_bit_units: false,
        missing_key_hides_bit_range: true,
        bitcount_end_is_optional: false,
        has_set_operations_of_bits: false,
        has_fast_registers: false,
    },
    scripts: SCRIPTS,
    access: AccessBehaviour {
        selectors: false,
        forgets_open_selectors: false,
        shows_rules_as_given: false,
        databases: false,
        payload: SanitizeFlag::WhenTold,
        all_channels: true,
        log_has_ids: false,
        names_whole_objects: false,
        may_skip_wrong_password_reply: false,
        spares_subscribers_if_channels_stay: true,
        closes_subscribers_after_round: false,
        sets_same_password_again: true,
        checks_keys_at_exec: true,
        patterns_end_at_zero: false,
        broadcasts_readable_keys: false,
        command_denied: "this user has no permissions to run the '{object}' command or its \
                         subcommand",
        key_denied: "this user has no permissions to access one of the keys used as arguments",
        channel_denied: "this user has no permissions to access one of the channels used as \
                         arguments",
        subject: "This user",
        no_file: "This Redis instance is not configured to use an ACL file. You may want to \
                  specify users via the ACL SETUSER command and then issue a CONFIG REWRITE \
                  (assuming you have a Redis configuration file set) in order to store users in \
                  the Redis configuration.",
    },
    logs_large_commands: LargeCommands::None,
    vain_queue: VainQueue::Grows,
    copies_count_misses: false,
    watches_kept_keys: true,
    latency_adds_up: false,
    latency_doctor: [
        "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Redis instance. \
         You may use \"CONFIG SET latency-monitor-threshold <milliseconds>.\" in order to \
         enable it. If we weren't in a deep space mission I'd suggest to take a look at \
         https://redis.io/topics/latency-monitor.\n",
        "Dave, no latency spike was observed during the lifetime of this Redis instance, not in the \
         slightest bit. I honestly think you ought to sit down calmly, take a stress pill, and \
         think things over.\n",
    ],
    debug: DebugBehaviour {
        asks_for_permission: false,
        unnamed: &[],
        double: "3.1415926535900001",
        describes_fast: false,
        shows_frequency: false,
        node_limit: "ql_ziplist_max",
        digests_expiries_of_fields: false,
    },
};

const SCRIPTS: ScriptBehaviour = ScriptBehaviour {
    has_headers: false,
    headers_name_engines: false,
    errors_are_tables: false,
    table_as_error: "@err_handler_def:9: err_handler_def:9: attempt to concatenate local 'err' (a \
                     table value)",
    numbers_are_short: false,
    keeps_several_slots: false,
    has_all_types: false,
    json_has_array_option: false,
    big_numbers_end_at_nul: false,
    trims_errors_without_a_code: true,
    libraries_end_at_nul: false,
    seals_methods: false,
    globals: &["getfenv", "newproxy", "print", "setfenv"],
    handlers: &["__redis__err__handler"],
    libraries: &["redis"],
    redis_version: "",
    server_version: ("", ""),
    unknown_engine: |word, _| {
        ErrorReply::quoting("ERR Unexpected engine in script shebang: ", word, "")
    },
    errors_keep_breaks: false,
    integers_stay_text: false,
    list_keeps_breaks: false,
    acl_check_counts: false,
    tells_of_replication: true,
    texts: ScriptTexts {
        no_script: "NOSCRIPT No matching script. Please use EVAL.",
        unknown_command: "ERR Unknown Redis command called from Lua script",
        unknown_subcommand: None,
        wrong_arity: "ERR Wrong number of args calling Redis command From Lua script",
        not_allowed: "ERR This Redis command is not allowed from scripts",
        read_only: "ERR Write commands are not allowed from read-only scripts.",
        out_of_memory: "-OOM command not allowed when used memory > 'maxmemory'.",
        no_arguments: "ERR Please specify at least one argument for redis.call()",
        wrong_arguments: "ERR Lua redis() command arguments must be strings or integers",
        invalid_level: "Invalid debug level.",
        set_repl_arguments: "redis.set_repl() requires two arguments.",
        denied: Some(Denials {
            command: "ERR The user executing the script can't run this command or subcommand",
            key: "ERR The user executing the script can't access at least one of the keys \
                  mentioned in the command arguments",
            channel: "ERR The user executing the script can't publish to the channel mentioned in \
                      the command",
        }),
        not_local: "ERR Lua script attempted to access a non local key in a cluster node",
        several_slots: "ERR Lua script attempted to access a non local key in a cluster node",
        busy: "BUSY Redis is busy running a script. You can only call {kill} or SHUTDOWN NOSAVE.",
    },
    checks_functions_late: false,
    tracks_told_keys: true,
    refuses_block: true,
    interrupting: &[
        "auth",
        "hello",
        "multi",
        "discard",
        "watch",
        "unwatch",
        "reset",
        "shutdown nosave",
        "script kill",
    ],
    failed: |text, script, place| {
        let error = ErrorReply::text("ERR Error running script (call to f_").and(script).and("): ");
        let error = match place {
            Some((source, line)) => error.and(source).and(&format!(":{line}: ")).append(text),
            None => error.append(text),
        };
        error.trimmed()
    },
    killed: "Script killed by user with SCRIPT KILL...",
    killed_function: "Script killed by user with SCRIPT KILL...",
};

const UNBALANCED: &str = "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' \
                          must be specified.";

pub(super) const ERRORS: ErrorTexts = ErrorTexts {
    unknown_command: UnknownCommandFormat {
        open: "`",
        close: "`",
        between: ", ",
        max_name_len: usize::MAX,
        always_announces_arguments: true,
    },
    unknown_subcommand: wrong_subcommand,
    wrong_number_for_subcommand: wrong_subcommand,
    not_in_a_transaction: |_| "ERR Command not allowed inside a transaction".into(),
    subscriber_may_not_run: |command| {
        ErrorReply::from(format!(
            "ERR Can't execute '{command}': only (P)SUBSCRIBE / (P)UNSUBSCRIBE / PING / QUIT / \
             RESET are allowed in this context"
        ))
    },
    unknown_parameter: unsupported_parameter,
    unchangeable_parameter: |name, _| unsupported_parameter(name),
    invalid_value: |name, value, reason| {
        let text = ErrorReply::quoting("ERR Invalid argument '", value, "' for CONFIG SET '");
        text.and_quote(name).and("'").and(if reason.is_empty() { "" } else { " - " }).and(reason)
    },
    explains_invalid_output_limits: false,
    negative_value: None,
    slow_log_count: None,
    argument_noun: "argument",
    monitor_may_not_run: "ERR Replica can't interract with the keyspace",
    hello_needs_auth: "NOAUTH HELLO must be called with the client already authenticated, \
                       otherwise the HELLO AUTH <user> <pass> option can be used to authenticate \
                       the client and select the RESP protocol version at the same time",
    invalid_expire_time: |command| format!("ERR invalid expire time in {command}").into(),
    wrong_password: "WRONGPASS invalid username-password pair or user is disabled.",
};

fn unsupported_parameter(name: &[u8]) -> ErrorReply {
    ErrorReply::quoting("ERR Unsupported CONFIG parameter: ", name, "").trimmed()
}

fn wrong_subcommand(name: &[u8], container: &str) -> ErrorReply {
    ErrorReply::quoting(
        "ERR Unknown subcommand or wrong number of arguments for '",
        name,
        "'. Try ",
    )
    .and(container)
    .and(" HELP.")
}

const REVISIONS: &[Revision] = &[
    Revision::of(&["acl|load", "acl|save"]).arity(-2),
    Revision::of(&["config|get"]).arity(3),
    Revision::of(&["script|exists"]).arity(-2),
    Revision::of(&["config|set"]).arity(4),
    Revision::of(&["client|kill"]).arity(-2),
    Revision::of(&["client|caching"]).arity(-3),
    Revision::of(&["xinfo|help"]).arity(-2),
    Revision::of(&["xgroup|setid"]).arity(5),
    Revision::of(&["memory"]).key_behind("usage"),
    Revision::of(&["stralgo"]).two_keys_behind("keys"),
    Revision::of(&["quit"]).with(Flags::NOT_PAUSED),
];
