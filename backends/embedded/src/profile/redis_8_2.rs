//! Redis 8.2 shows monitors what waited for the end of a pause.

use super::behaviour::Behaviour;
use super::error_texts::ErrorTexts;
use super::events::EventBehaviour;
use super::help::Help;
use super::redis_8_0;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.2",
    version: "8.2.3",
    redis: (8, 2),
    parameters: include_str!("redis-8.2.config"),
    help: Help { cluster: include_str!("help/redis-8.2.cluster.txt"), ..redis_8_0::BEHAVIOUR.help },
    errors: ErrorTexts {
        negative_value: Some("argument must be greater or equal to 0"),
        ..redis_8_0::BEHAVIOUR.errors
    },
    hides_held_commands: false,
    events: EventBehaviour { letters: "Ag$lshzxeKEtmdnoc", ..redis_8_0::BEHAVIOUR.events },
    info: include_str!("redis-8.2.info"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver io-thread tot-net-in tot-net-out tot-cmds",
    ..redis_8_0::BEHAVIOUR
};
