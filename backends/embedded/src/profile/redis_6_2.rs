//! Redis 6.2, the oldest server that can be imitated. All others descend from it.

use super::access::{AccessBehaviour, SanitizeFlag};
use super::behaviour::{Behaviour, ErrorStatsOverflow, IdFilter, SilentQuit};
use super::cluster::ClusterBehaviour;
use super::error_texts::{ErrorTexts, UnknownCommandFormat};
use super::events::EventBehaviour;
use super::help::Help;
use super::strings::StringBehaviour;
use crate::catalogue::{Flags, Revision};
use crate::wire::{ErrorReply, InputRules};

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-6.2",
    product: "redis",
    version: "6.2.14",
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
    shares_large_payloads: false,
    queued_commands_fill_query_buffer: false,
    config_get_defers_length: true,
    command_info_defers_length: true,
    empty_subcommands_are_a_set: true,
    parameters: include_str!("redis-6.2.config"),
    checks_password_first: false,
    cluster: &ClusterBehaviour {
        readonly_works_without_cluster: false,
        readwrite_works_without_cluster: true,
        checks_subcommands_without_cluster: false,
        keyslot_works_without_cluster: false,
        routes_queued_shard_commands_as_shards: false,
        routes_sunsubscribe_as_shard: true,
        may_migrate_to_itself: true,
        tryagain_on_split_keys: false,
        unrouted_commands: &[],
        checks_crossslot_first: false,
        hides_keys_of_other_slots: false,
        shards_have_ids: false,
        slots_have_metadata: false,
        closes_clients_that_sync_slots: true,
        has_one_database: false,
        select_error: "ERR SELECT is not allowed in cluster mode",
        info: "cluster_state cluster_slots_assigned cluster_slots_ok cluster_slots_pfail \
               cluster_slots_fail cluster_known_nodes cluster_size cluster_current_epoch \
               cluster_my_epoch cluster_stats_messages_sent cluster_stats_messages_received",
    },
    hidden_from_monitors: &["acl", "client", "config", "quit"],
    drops_queue_on_error: false,
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
    },
    strings: StringBehaviour {
        set_comparisons: "",
        comparisons_may_repeat: true,
        presence_may_follow_comparison: true,
        comparisons_read: false,
        msetex_invalid_number: "ERR invalid numkeys value",
        msetex_missing_pairs: "ERR wrong number of key-value pairs",
        msetex_expires_before_set: true,
    },
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
};

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
    argument_noun: "argument",
    monitor_may_not_run: "ERR Replica can't interract with the keyspace",
    hello_needs_auth: "NOAUTH HELLO must be called with the client already authenticated, \
                       otherwise the HELLO AUTH <user> <pass> option can be used to authenticate \
                       the client and select the RESP protocol version at the same time",
    invalid_expire_time: |command| format!("ERR invalid expire time in {command}").into(),
    wrong_password: "WRONGPASS invalid username-password pair or user is disabled.",
};

fn unsupported_parameter(name: &[u8]) -> ErrorReply {
    ErrorReply::quoting("ERR Unsupported CONFIG parameter: ", name, "")
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
    Revision::of(&["config|get"]).arity(3),
    Revision::of(&["config|set"]).arity(4),
    Revision::of(&["client|kill"]).arity(-2),
    Revision::of(&["client|caching"]).arity(-3),
    Revision::of(&["quit"]).with(Flags::NOT_PAUSED),
];
