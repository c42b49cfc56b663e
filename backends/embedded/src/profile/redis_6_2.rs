//! The oldest server that is imitated: all others descend from it.

use super::access::{AccessBehaviour, ShownPayload};
use super::behaviour::{Behaviour, FilteredIds, ManyErrors, SilentQuitters};
use super::cluster::ClusterBehaviour;
use super::error_texts::{ErrorTexts, Repeated};
use super::events::EventBehaviour;
use super::help::Help;
use crate::catalogue::{Flags, Revision};
use crate::wire::{ErrorReply, Rules};

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-6.2",
    product: "redis",
    version: "6.2.14",
    modules: &[],
    redis: (6, 2),
    unlisted_commands: &["quit"],
    revisions: REVISIONS,
    subcommands_are_commands: false,
    describes_commands_in_full: false,
    help: Help {
        cluster: include_str!("help/redis-6.2.cluster.txt"),
        acl: include_str!("help/redis-6.2.acl.txt"),
        pubsub: include_str!("help/redis-6.2.pubsub.txt"),
        config: include_str!("help/redis-6.2.config.txt"),
        command: include_str!("help/redis-6.2.command.txt"),
        client: include_str!("help/redis-6.2.client.txt"),
    },
    errors: ERRORS,
    input: Rules {
        most_words: 1024 * 1024,
        nul_hides_end: true,
        checks_line_breaks: false,
        goes_on_behind_quotes: false,
        loses_last_byte: false,
    },
    repeats_names_of_parameters: false,
    client_filters: "id addr laddr type user skipme",
    filtered_ids: FilteredIds::AnyOne,
    lists_by_filters: false,
    pushes_before_reply: true,
    flushes_apart: false,
    limits_pauses: false,
    minds_more_words: true,
    most_stars: usize::MAX,
    resets_no_evict: false,
    hello_obeys_one_by_one: true,
    silent_quitters: SilentQuitters::LeaveWhenTold,
    hides_held_commands: false,
    empty_requests_end_a_skip: true,
    minds_waiting_input_late: false,
    refers_to_payloads: false,
    opens_reply_of_config: true,
    opens_reply_of_commands: true,
    no_subcommands_are_a_set: true,
    lacks_parameters: &["cluster-allow-pubsubshard-when-down", "import-mode"],
    asks_for_password_first: false,
    cluster: &ClusterBehaviour {
        reads_without_cluster: false,
        writes_without_cluster: true,
        knows_subcommands_without_cluster: false,
        hashes_without_cluster: false,
        shards_in_transactions: false,
        unsubscribes_from_shards: true,
        migrates_to_itself: true,
        splits_multiple_keys: false,
        crosses_before_unserved: false,
        shards_have_ids: false,
        slots_have_metadata: false,
        has_one_database: false,
        other_database: "ERR SELECT is not allowed in cluster mode",
        info: "cluster_state cluster_slots_assigned cluster_slots_ok cluster_slots_pfail \
               cluster_slots_fail cluster_known_nodes cluster_size cluster_current_epoch \
               cluster_my_epoch cluster_stats_messages_sent cluster_stats_messages_received",
    },
    unmonitored: &["acl", "client", "config", "quit"],
    forgets_refused_transactions: false,
    client_queue_stays: false,
    monitor_escapes_quotes: true,
    many_errors: ManyErrors::Counted,
    info_takes_sections: false,
    info: include_str!("redis-6.2.info"),
    client_fields: "id addr laddr fd name age idle flags db sub psub multi qbuf qbuf-free argv-mem \
                    obl oll omem tot-mem events cmd user redir",
    events: EventBehaviour {
        letters: "Ag$lshzxeKEtmd",
        unknown_letter: "",
        past_is_expired: false,
        drops_past_set: false,
    },
    access: AccessBehaviour {
        selectors: false,
        forgets_open_selectors: false,
        remembers_rules: false,
        databases: false,
        payload: ShownPayload::WhenTold,
        all_channels: true,
        numbers_log: false,
        names_whole_objects: false,
        swallows_wrong_password: false,
        spares_subscribers_if_channels_stay: true,
        closes_subscribers_in_time: false,
        sets_same_password_again: true,
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
    unknown_command: Repeated { open: "`", close: "`", between: ", ", most_of_name: usize::MAX },
    unknown_subcommand: wrong_subcommand,
    wrong_number_for_subcommand: wrong_subcommand,
    not_in_a_transaction: |_| "ERR Command not allowed inside a transaction".into(),
    not_for_a_subscriber: |command| {
        ErrorReply::from(format!(
            "ERR Can't execute '{command}': only (P)SUBSCRIBE / (P)UNSUBSCRIBE / PING / QUIT / \
             RESET are allowed in this context"
        ))
    },
    unknown_parameter: unsupported_parameter,
    immutable_parameter: unsupported_parameter,
    invalid_value: |name, value, reason| {
        let text = ErrorReply::quoting("ERR Invalid argument '", value, "' for CONFIG SET '");
        text.and_quote(name).and("'").and(if reason.is_empty() { "" } else { " - " }).and(reason)
    },
    one_argument: "argument",
    not_for_a_monitor: "ERR Replica can't interract with the keyspace",
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
