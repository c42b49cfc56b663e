//! Redis 8.6 hangs where it once reported malformed input, and serves every `SUNSUBSCRIBE`.

use super::access::AccessBehaviour;
use super::behaviour::{Behaviour, PayloadFormat};
use super::cluster::ClusterBehaviour;
use super::encodings::{EmbeddedStrings, EncodingBehaviour};
use super::error_texts::{ErrorTexts, UnknownCommandFormat};
use super::hashes::{FieldWords, HashBehaviour};
use super::help::Help;
use super::scripts::ScriptBehaviour;
use super::streams::StreamBehaviour;
use super::strings::StringBehaviour;
use super::{redis_8_0, redis_8_2};
use crate::catalogue::KeySearch;
use crate::wire::InputRules;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.6",
    version: "8.6.2",
    payload: PayloadFormat { version: 13, newest_type: 26 },
    redis: (8, 6),
    evicts_by_modification: true,
    parameters: include_str!("redis-8.6.config"),
    help: Help {
        cluster: include_str!("help/redis-8.6.cluster.txt"),
        debug: include_str!("help/redis-8.6.debug.txt"),
        ..redis_8_2::BEHAVIOUR.help
    },
    errors: ErrorTexts {
        unknown_command: UnknownCommandFormat {
            always_announces_arguments: false,
            ..redis_8_0::BEHAVIOUR.errors.unknown_command
        },
        ..redis_8_0::BEHAVIOUR.errors
    },
    input: InputRules {
        nul_hides_length_end: false,
        hangs_at_late_length_errors: true,
        ..redis_8_2::BEHAVIOUR.input
    },
    empty_request_ends_reply_skip: true,
    key_search: KeySearch::Specs,
    cluster: &ClusterBehaviour {
        unrouted_commands: &["sunsubscribe"],
        checks_crossslot_first: true,
        hides_keys_of_other_slots: true,
        charges_refused_requests: true,
        selects_slot_metrics: true,
        info: "cluster_state cluster_slots_assigned cluster_slots_ok cluster_slots_pfail \
               cluster_slots_fail cluster_known_nodes cluster_size cluster_current_epoch \
               cluster_my_epoch cluster_stats_messages_sent cluster_stats_messages_received \
               total_cluster_links_buffer_limit_exceeded \
               cluster_slot_migration_active_tasks cluster_slot_migration_active_trim_running \
               cluster_slot_migration_active_trim_current_job_keys \
               cluster_slot_migration_active_trim_current_job_trimmed \
               cluster_slot_migration_stats_active_trim_started \
               cluster_slot_migration_stats_active_trim_completed \
               cluster_slot_migration_stats_active_trim_cancelled",
        ..*redis_8_2::BEHAVIOUR.cluster
    },
    info: include_str!("redis-8.6.info"),
    access: AccessBehaviour { checks_keys_at_exec: false, ..redis_8_2::BEHAVIOUR.access },
    encodings: EncodingBehaviour {
        embedded: EmbeddedStrings::WithKey { short_key: [41, 41], long_key: [41, 41] },
        ..redis_8_2::BEHAVIOUR.encodings
    },
    streams: StreamBehaviour {
        finds_duplicates: true,
        claims_reads: true,
        ..redis_8_2::BEHAVIOUR.streams
    },
    hashes: HashBehaviour {
        field_words: FieldWords::AnyOrder,
        names_foreign_options: false,
        ..redis_8_2::BEHAVIOUR.hashes
    },
    strings: StringBehaviour {
        set_comparisons: "IFEQ IFNE IFDEQ IFDNE",
        comparisons_read: true,
        ..redis_8_2::BEHAVIOUR.strings
    },
    scripts: ScriptBehaviour {
        redis_version: "8.6.2",
        errors_keep_breaks: false,
        list_keeps_breaks: false,
        acl_check_counts: true,
        json_has_array_option: true,
        ..redis_8_2::BEHAVIOUR.scripts
    },
    ..redis_8_2::BEHAVIOUR
};
