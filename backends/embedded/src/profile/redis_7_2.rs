//! Redis 7.2 sends the reply of a command before the pushes that the command causes.

use super::access::{AccessBehaviour, SanitizeFlag};
use super::behaviour::{Behaviour, ErrorStatsOverflow};
use super::cluster::ClusterBehaviour;
use super::error_texts::ErrorTexts;
use super::help::Help;
use super::redis_7_0;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-7.2",
    version: "7.2.4",
    redis: (7, 2),
    help: Help {
        cluster: include_str!("help/redis-7.2.cluster.txt"),
        acl: include_str!("help/redis-7.2.acl.txt"),
        pubsub: include_str!("help/redis-7.2.pubsub.txt"),
        config: include_str!("help/redis-7.2.config.txt"),
        command: include_str!("help/redis-7.2.command.txt"),
        client: include_str!("help/redis-7.2.client.txt"),
    },
    errors: ERRORS,
    pushes_before_reply: false,
    rejects_endless_pauses: true,
    client_filters: "id addr laddr type user skipme maxage",
    reset_clears_no_evict: true,
    hello_applies_options_in_order: false,
    hides_held_commands: true,
    error_stats_overflow: ErrorStatsOverflow::Disable,
    cluster: &ClusterBehaviour { has_one_database: true, ..*redis_7_0::BEHAVIOUR.cluster },
    documents_display_texts: true,
    queued_commands_fill_query_buffer: true,
    info: include_str!("redis-7.2.info"),
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
    ..redis_7_0::BEHAVIOUR
};

pub(super) const ERRORS: ErrorTexts = ErrorTexts {
    hello_needs_auth: "NOAUTH HELLO must be called with the client already authenticated, \
                       otherwise the HELLO <proto> AUTH <user> <pass> option can be used to \
                       authenticate the client and select the RESP protocol version at the same \
                       time",
    ..redis_7_0::ERRORS
};
