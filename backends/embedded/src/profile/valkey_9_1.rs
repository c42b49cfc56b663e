//! Strangers are asked for a password before anything else.

use super::access::{AccessTraits, ShownPayload};
use super::cluster::ClusterTraits;
use super::help::Help;
use super::traits::{Module, Traits};
use super::valkey_8_0::SINCE_8_0;
use super::valkey_8_1::{self, SINCE_8_1};
use super::words::Words;
use crate::command::{Flags, Revision};
use crate::wire::{ErrorReply, Rules};

pub(super) const TRAITS: Traits = Traits {
    name: "valkey-9.1",
    version: "9.1.2",
    revisions: &[SINCE_8_0, SINCE_8_1, REVISIONS],
    help: Help {
        cluster: include_str!("help/valkey-9.1.cluster.txt"),
        acl: include_str!("help/valkey-9.1.acl.txt"),
        client: include_str!("help/valkey-9.1.client.txt"),
        ..valkey_8_1::TRAITS.help
    },
    words: WORDS,
    input: Rules {
        checks_line_breaks: true,
        goes_on_behind_quotes: true,
        ..valkey_8_1::TRAITS.input
    },
    modules: &[Module { name: "lua", version: 1, path: "lua" }],
    opens_reply_of_commands: false,
    hides_held_commands: false,
    asks_for_password_first: true,
    client_filters: "id addr laddr type user skipme maxage name idle flags lib-name lib-ver db capa \
                     ip not-id not-addr not-laddr not-type not-user not-name not-flags not-lib-name \
                     not-lib-ver not-db not-capa not-ip",
    refers_to_payloads: true,
    no_subcommands_are_a_set: false,
    cluster: &ClusterTraits {
        hashes_without_cluster: true,
        migrates_to_itself: false,
        crosses_before_unserved: true,
        shards_have_ids: true,
        has_one_database: false,
        other_database: "ERR DB index is out of range",
        info: "cluster_state cluster_slots_assigned cluster_slots_ok cluster_slots_pfail \
               cluster_slots_fail cluster_nodes_pfail cluster_nodes_fail \
               cluster_voting_nodes_pfail cluster_voting_nodes_fail cluster_known_nodes \
               cluster_size cluster_current_epoch cluster_my_epoch cluster_stats_messages_sent \
               cluster_stats_messages_received cluster_stats_bytes_sent \
               cluster_stats_bytes_received cluster_stats_pubsub_bytes_sent \
               cluster_stats_pubsub_bytes_received cluster_stats_module_bytes_sent \
               cluster_stats_module_bytes_received total_cluster_links_buffer_limit_exceeded",
        ..*valkey_8_1::TRAITS.cluster
    },
    monitor_escapes_quotes: true,
    info: include_str!("valkey-9.1.info"),
    access: AccessTraits {
        databases: true,
        payload: ShownPayload::Never,
        swallows_wrong_password: false,
        ..valkey_8_1::TRAITS.access
    },
    ..valkey_8_1::TRAITS
};

const WORDS: Words = Words {
    not_in_a_transaction: |command| {
        ErrorReply::from(format!("ERR Command '{command}' not allowed inside a transaction"))
    },
    ..valkey_8_1::TRAITS.words
};

const REVISIONS: &[Revision] = &[
    Revision::of(&["client|reply"]).with(&[Flags::NO_MULTI, Flags::ALLOW_BUSY]),
    Revision::of(&[
        "select",
        "client|id",
        "client|getname",
        "client|setname",
        "client|setinfo",
        "client|no-evict",
        "client|no-touch",
        "client|caching",
        "client|getredir",
        "client|capa",
    ])
    .with(&[Flags::ALLOW_BUSY]),
];
