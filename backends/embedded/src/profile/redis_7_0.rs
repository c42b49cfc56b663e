//! Shard channels, and subcommands that have names of their own.

use super::access::AccessTraits;
use super::{Profile, redis_6_2};

pub(super) const PROFILE: Profile = Profile {
    name: "redis-7.0",
    version: "7.0.15",
    subscriber_commands: "(P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET",
    info: include_str!("redis-7.0.info"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi qbuf qbuf-free \
                    argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user redir resp",
    access: AccessTraits {
        selectors: true,
        all_channels: false,
        sets_same_password_again: false,
        command_denied: "this user has no permissions to run the '{object}' command",
        ..redis_6_2::PROFILE.access
    },
    ..redis_6_2::PROFILE
};
