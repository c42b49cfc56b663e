//! Redis 8.10, the newest: `SET` with a time in the past removes the key.

use super::access::AccessBehaviour;
use super::behaviour::Behaviour;
use super::events::EventBehaviour;
use super::redis_8_6;
use super::strings::StringBehaviour;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.10",
    version: "8.10.2",
    redis: (8, 10),
    parameters: include_str!("redis-8.10.config"),
    passes_over_missing_keys: true,
    events: EventBehaviour {
        letters: "Ag$lshzxeKEtmdnocaSTIV",
        unknown_letter: "Invalid event class character. Use 'Ag$lshzxeKEtmdnocaSTIV'.",
        set_in_the_past_removes_key: true,
        ..redis_8_6::BEHAVIOUR.events
    },
    info: include_str!("redis-8.10.info"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem omem-shared omem-unshared \
                    tot-mem events cmd user redir resp lib-name lib-ver io-thread tot-net-in \
                    tot-net-out tot-cmds read-events avg-pipeline-len-sum avg-pipeline-len-cnt",
    access: AccessBehaviour { checks_keys_at_exec: true, ..redis_8_6::BEHAVIOUR.access },
    strings: StringBehaviour {
        presence_may_follow_comparison: false,
        ..redis_8_6::BEHAVIOUR.strings
    },
    ..redis_8_6::BEHAVIOUR
};
