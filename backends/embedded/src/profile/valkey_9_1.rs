//! Valkey 9.1 checks authentication before everything else, and has ACL rules for databases.

use super::access::{AccessBehaviour, SanitizeFlag};
use super::behaviour::{Behaviour, Module};
use super::cluster::ClusterBehaviour;
use super::error_texts::ErrorTexts;
use super::help::Help;
use super::strings::StringBehaviour;
use super::valkey_8_1;
use crate::wire::{ErrorReply, InputRules};

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "valkey-9.1",
    version: "9.1.2",
    help: Help {
        cluster: include_str!("help/valkey-9.1.cluster.txt"),
        acl: include_str!("help/valkey-9.1.acl.txt"),
        client: include_str!("help/valkey-9.1.client.txt"),
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
    cluster: &ClusterBehaviour {
        keyslot_works_without_cluster: true,
        may_migrate_to_itself: false,
        unrouted_commands: &["msetex"],
        checks_crossslot_first: true,
        shards_have_ids: true,
        closes_clients_that_sync_slots: false,
        has_one_database: false,
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
    strings: StringBehaviour {
        msetex_invalid_number: "ERR invalid numkeys value or out of range",
        msetex_missing_pairs: "ERR syntax error",
        msetex_expires_before_set: false,
        ..valkey_8_1::BEHAVIOUR.strings
    },
    ..valkey_8_1::BEHAVIOUR
};

const ERRORS: ErrorTexts = ErrorTexts {
    not_in_a_transaction: |command| {
        ErrorReply::from(format!("ERR Command '{command}' not allowed inside a transaction"))
    },
    ..valkey_8_1::BEHAVIOUR.errors
};
