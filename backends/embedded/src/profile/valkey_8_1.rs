//! Clients say what they are capable of.

use super::{Profile, valkey_8_0};

pub(super) const PROFILE: Profile = Profile {
    name: "valkey-8.1",
    version: "8.1.1",
    info: include_str!("valkey-8.1.info"),
    client_fields: "id addr laddr fd name age idle flags capa db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver tot-net-in tot-net-out tot-cmds",
    ..valkey_8_0::PROFILE
};
