//! Replies go before what a command makes its own client hear.

use super::access::{AccessTraits, Help, ShownPayload};
use super::{Profile, redis_7_0};

pub(super) const PROFILE: Profile = Profile {
    name: "redis-7.2",
    version: "7.2.4",
    pushes_before_reply: false,
    hello_needs_auth: "NOAUTH HELLO must be called with the client already authenticated, \
                       otherwise the HELLO <proto> AUTH <user> <pass> option can be used to \
                       authenticate the client and select the RESP protocol version at the same \
                       time",
    info: include_str!("redis-7.2.info"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver",
    access: AccessTraits {
        remembers_rules: true,
        payload: ShownPayload::Always,
        numbers_log: true,
        swallows_wrong_password: true,
        command_denied: "User {user} has no permissions to run the '{object}' command",
        key_denied: "No permissions to access a key",
        channel_denied: "No permissions to access a channel",
        subject: "User {user}",
        help: Help { help: "    Print this help.", ..redis_7_0::PROFILE.access.help },
        ..redis_7_0::PROFILE.access
    },
    ..redis_7_0::PROFILE
};
