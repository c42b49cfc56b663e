//! Strangers are asked for a password before anything else.

use super::access::{AccessTraits, ShownPayload};
use super::help::Help;
use super::traits::{Module, Traits};
use super::valkey_8_0::SINCE_8_0;
use super::valkey_8_1::{self, SINCE_8_1};
use super::words::Words;
use crate::command::{Flags, Revision};
use crate::wire::ErrorReply;

pub(super) const TRAITS: Traits = Traits {
    name: "valkey-9.1",
    version: "9.1.2",
    revisions: &[SINCE_8_0, SINCE_8_1, REVISIONS],
    help: Help {
        acl: include_str!("help/valkey-9.1.acl.txt"),
        client: include_str!("help/valkey-9.1.client.txt"),
        ..valkey_8_1::TRAITS.help
    },
    words: WORDS,
    modules: &[Module { name: "lua", version: 1, path: "lua" }],
    asks_for_password_first: true,
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
    ])
    .with(&[Flags::ALLOW_BUSY]),
];
