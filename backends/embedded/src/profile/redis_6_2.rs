//! The oldest server that is imitated: all others descend from it.

use super::Profile;

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
};
