//! Redis 7.0 adds shard channels, and makes every subcommand a command with its own facts.

use super::access::AccessBehaviour;
use super::behaviour::{Behaviour, IdFilter, SilentQuit};
use super::cluster::ClusterBehaviour;
use super::error_texts::{ErrorTexts, UnknownCommandFormat};
use super::events::EventBehaviour;
use super::help::Help;
use super::redis_6_2;
use crate::glob::MAX_STARS;
use crate::wire::{ErrorReply, InputRules};

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-7.0",
    version: "7.0.15",
    redis: (7, 0),
    unlisted_commands: &[],
    revisions: &[],
    subcommands_are_commands: true,
    config_get_echoes_names: true,
    id_filter: IdFilter::One,
    describes_commands_in_full: true,
    max_stars: MAX_STARS,
    config_get_defers_length: false,
    silent_quit: SilentQuit::CloseOnMessageOrMonitor,
    parameters: include_str!("redis-7.0.config"),
    help: Help {
        cluster: include_str!("help/redis-7.0.cluster.txt"),
        acl: include_str!("help/redis-7.0.acl.txt"),
        pubsub: include_str!("help/redis-7.0.pubsub.txt"),
        command: include_str!("help/redis-7.0.command.txt"),
        client: include_str!("help/redis-7.0.client.txt"),
        ..redis_6_2::BEHAVIOUR.help
    },
    errors: ERRORS,
    input: InputRules { max_arguments: i32::MAX as i64, ..redis_6_2::BEHAVIOUR.input },
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
    events: EventBehaviour {
        letters: "Ag$lshzxeKEtmdn",
        unknown_letter: "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.",
        ..redis_6_2::BEHAVIOUR.events
    },
    access: AccessBehaviour {
        selectors: true,
        forgets_open_selectors: true,
        all_channels: false,
        spares_subscribers_if_channels_stay: false,
        sets_same_password_again: false,
        command_denied: "this user has no permissions to run the '{object}' command",
        ..redis_6_2::BEHAVIOUR.access
    },
    ..redis_6_2::BEHAVIOUR
};

pub(super) const ERRORS: ErrorTexts = ErrorTexts {
    explains_invalid_output_limits: true,
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
