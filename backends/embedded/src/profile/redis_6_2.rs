//! The oldest server that is imitated: all others descend from it.

use super::Profile;
use super::access::{AccessTraits, Help, ShownPayload};

pub(super) const PROFILE: Profile = Profile {
    name: "redis-6.2",
    product: "redis",
    version: "6.2.14",
    modules: &[],
    pushes_before_reply: true,
    asks_for_password_first: false,
    subscriber_commands: "(P)SUBSCRIBE / (P)UNSUBSCRIBE / PING / QUIT / RESET",
    hello_needs_auth: "NOAUTH HELLO must be called with the client already authenticated, \
                       otherwise the HELLO AUTH <user> <pass> option can be used to authenticate \
                       the client and select the RESP protocol version at the same time",
    wrong_password: "WRONGPASS invalid username-password pair or user is disabled.",
    info: include_str!("redis-6.2.info"),
    client_fields: "id addr laddr fd name age idle flags db sub psub multi qbuf qbuf-free argv-mem \
                    obl oll omem tot-mem events cmd user redir",
    access: AccessTraits {
        selectors: false,
        remembers_rules: false,
        databases: false,
        payload: ShownPayload::WhenTold,
        all_channels: true,
        numbers_log: false,
        swallows_wrong_password: false,
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
        help: Help {
            setuser: [
                "SETUSER <username> <attribute> [<attribute> ...]",
                "    Create or modify a user with the specified attributes.",
            ],
            help: "    Prints this help.",
        },
    },
};
