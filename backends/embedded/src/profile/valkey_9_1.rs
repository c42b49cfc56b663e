//! Strangers are asked for a password before anything else.

use super::access::{AccessTraits, Help, ShownPayload};
use super::{Module, Profile, valkey_8_1};

pub(super) const PROFILE: Profile = Profile {
    name: "valkey-9.1",
    version: "9.1.2",
    modules: &[Module { name: "lua", version: 1, path: "lua" }],
    asks_for_password_first: true,
    info: include_str!("valkey-9.1.info"),
    access: AccessTraits {
        databases: true,
        payload: ShownPayload::Never,
        swallows_wrong_password: false,
        help: Help {
            setuser: [
                "SETUSER <username> <rule> [<rule> ...]",
                "    Create or modify a user with the specified rules.",
            ],
            ..valkey_8_1::PROFILE.access.help
        },
        ..valkey_8_1::PROFILE.access
    },
    ..valkey_8_1::PROFILE
};
