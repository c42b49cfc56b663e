//! Valkey 9.1 checks authentication before everything else, and has ACL rules for databases.

use super::access::{AccessBehaviour, SanitizeFlag};
use super::behaviour::{Behaviour, LargeCommands, Module, PayloadFormat};
use super::changes::ChangeBehaviour;
use super::cluster::ClusterBehaviour;
use super::debug::DebugBehaviour;
use super::encodings::{EmbeddedStrings, EncodingBehaviour};
use super::error_texts::ErrorTexts;
use super::geo::GeoBehaviour;
use super::hashes::{FieldWords, HashBehaviour};
use super::help::Help;
use super::lists::ListBehaviour;
use super::scripts::{ScriptBehaviour, ScriptTexts};
use super::sorted_sets::SortedSetBehaviour;
use super::streams::StreamBehaviour;
use super::strings::StringBehaviour;
use super::valkey_8_1;
use crate::catalogue::{Flags, Revision};
use crate::wire::{ErrorReply, InputRules};

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "valkey-9.1",
    version: "9.1.2",
    memory_stats: &[
        "peak.allocated",
        "total.allocated",
        "startup.allocated",
        "replication.backlog",
        "replicas.repl.buffer",
        "clients.slaves",
        "clients.normal",
        "cluster.links",
        "cluster.slot_import",
        "cluster.slot_export",
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
    lolwut_name: "Valkey",
    lolwut_draws: true,
    payload: PayloadFormat { version: 80, newest_type: 22 },
    revisions: &[Revision::of(&["cluster|syncslots"]).with(Flags::REPLICATED)],
    help: Help {
        cluster: include_str!("help/valkey-9.1.cluster.txt"),
        debug: include_str!("help/valkey-9.1.debug.txt"),
        acl: include_str!("help/valkey-9.1.acl.txt"),
        client: include_str!("help/valkey-9.1.client.txt"),
        script: include_str!("help/valkey-9.1.script.txt"),
        ..valkey_8_1::BEHAVIOUR.help
    },
    errors: ERRORS,
    input: InputRules {
        checks_crlf: true,
        allows_text_after_quotes: true,
        ..valkey_8_1::BEHAVIOUR.input
    },
    modules: &[Module { name: "lua", version: 1, path: "lua" }],
    command_info_defers_length: false,
    hides_held_commands: false,
    checks_password_first: true,
    client_filters: "id addr laddr type user skipme maxage name idle flags lib-name lib-ver db capa \
                     ip not-id not-addr not-laddr not-type not-user not-name not-flags not-lib-name \
                     not-lib-ver not-db not-capa not-ip",
    shares_large_payloads: true,
    empty_subcommands_are_a_set: false,
    shutdown_options: &["save", "nosave", "now", "force", "abort", "safe", "failover"],
    cluster: &ClusterBehaviour {
        keyslot_works_without_cluster: true,
        may_migrate_to_itself: false,
        unrouted_commands: &["msetex"],
        checks_crossslot_first: true,
        charges_refused_requests: true,
        shards_have_ids: true,
        closes_clients_that_sync_slots: false,
        has_one_database: false,
        checks_databases: true,
        select_error: "ERR DB index is out of range",
        info: "cluster_state cluster_slots_assigned cluster_slots_ok cluster_slots_pfail \
               cluster_slots_fail cluster_nodes_pfail cluster_nodes_fail \
               cluster_voting_nodes_pfail cluster_voting_nodes_fail cluster_known_nodes \
               cluster_size cluster_current_epoch cluster_my_epoch cluster_stats_messages_sent \
               cluster_stats_messages_received cluster_stats_bytes_sent \
               cluster_stats_bytes_received cluster_stats_pubsub_bytes_sent \
               cluster_stats_pubsub_bytes_received cluster_stats_module_bytes_sent \
               cluster_stats_module_bytes_received total_cluster_links_buffer_limit_exceeded",
        ..*valkey_8_1::BEHAVIOUR.cluster
    },
    monitor_escapes_quotes: true,
    info: include_str!("valkey-9.1.info"),
    parameters: include_str!("valkey-9.1.config"),
    access: AccessBehaviour {
        databases: true,
        payload: SanitizeFlag::Never,
        may_skip_wrong_password_reply: false,
        ..valkey_8_1::BEHAVIOUR.access
    },
    encodings: EncodingBehaviour {
        embedded: EmbeddedStrings::WithKey { short_key: [113, 105], long_key: [111, 103] },
        ..valkey_8_1::BEHAVIOUR.encodings
    },
    changes: ChangeBehaviour {
        by_persisted_fields: true,
        by_ended_fields: false,
        ..valkey_8_1::BEHAVIOUR.changes
    },
    hashes: HashBehaviour {
        field_words: FieldWords::Valkey,
        expiring_hash_is_table: true,
        seconds_round: 500,
        past_expiry_event: "hexpired",
        hgetex_counts_as_read: true,
        ..valkey_8_1::BEHAVIOUR.hashes
    },
    lists: ListBehaviour { may_trim_in_vain: true, ..valkey_8_1::BEHAVIOUR.lists },
    streams: StreamBehaviour { last_id_must_be_there: false, ..valkey_8_1::BEHAVIOUR.streams },
    sorted_sets: SortedSetBehaviour {
        accepts_hexadecimal_scores: false,
        accepts_loose_bounds: false,
        sort_keys_are_scores: true,
        ..valkey_8_1::BEHAVIOUR.sorted_sets
    },
    geo: GeoBehaviour {
        no_member: |member| ErrorReply::quoting("ERR member ", member, " does not exist"),
        searches_polygons: true,
        ..valkey_8_1::BEHAVIOUR.geo
    },
    strings: StringBehaviour {
        getex_reads_expiry_first: true,
        msetex_invalid_number: "ERR invalid numkeys value or out of range",
        msetex_missing_pairs: "ERR syntax error",
        msetex_expires_before_set: false,
        ..valkey_8_1::BEHAVIOUR.strings
    },
    scripts: ScriptBehaviour {
        server_version: ("valkey", "9.1.2"),
        integers_stay_text: true,
        keeps_several_slots: true,
        big_numbers_end_at_nul: true,
        trims_errors_without_a_code: false,
        texts: ScriptTexts {
            unknown_subcommand: Some(valkey_8_1::BEHAVIOUR.errors.unknown_subcommand),
            not_allowed: "ERR This Valkey command is not allowed from script",
            not_local: "ERR Attempted to access a non local key in a cluster node",
            several_slots: "ERR Attempted to access a non local key in a cluster node",
            ..valkey_8_1::BEHAVIOUR.scripts.texts
        },
        failed: |text, _, place| {
            let error = ErrorReply::text("").append(text);
            match place {
                Some((source, line)) => error.and(&format!(" script: on {source}:{line}.")),
                None => error,
            }
        },
        ..valkey_8_1::BEHAVIOUR.scripts
    },
    logs_large_commands: LargeCommands::WithReplyToScript,
    debug: DebugBehaviour { shows_frequency: false, ..valkey_8_1::BEHAVIOUR.debug },
    ..valkey_8_1::BEHAVIOUR
};

const ERRORS: ErrorTexts = ErrorTexts {
    not_in_a_transaction: |command| {
        ErrorReply::from(format!("ERR Command '{command}' not allowed inside a transaction"))
    },
    ..valkey_8_1::BEHAVIOUR.errors
};
