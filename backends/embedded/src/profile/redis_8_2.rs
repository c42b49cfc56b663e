//! Redis 8.2 shows monitors what waited for the end of a pause.

use super::behaviour::Behaviour;
use super::encodings::{EmbeddedStrings, EncodingBehaviour};
use super::error_texts::ErrorTexts;
use super::events::EventBehaviour;
use super::help::Help;
use super::redis_8_0;
use super::scripts::ScriptBehaviour;
use super::streams::StreamBehaviour;
use super::strings::StringBehaviour;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.2",
    version: "8.2.3",
    redis: (8, 2),
    parameters: include_str!("redis-8.2.config"),
    help: Help {
        cluster: include_str!("help/redis-8.2.cluster.txt"),
        debug: include_str!("help/redis-8.2.debug.txt"),
        ..redis_8_0::BEHAVIOUR.help
    },
    errors: ErrorTexts {
        negative_value: Some("argument must be greater or equal to 0"),
        ..redis_8_0::BEHAVIOUR.errors
    },
    hides_held_commands: false,
    encodings: EncodingBehaviour {
        embedded: EmbeddedStrings::WithKey { short_key: [41, 33], long_key: [41, 41] },
        shares_integers: false,
        ..redis_8_0::BEHAVIOUR.encodings
    },
    streams: StreamBehaviour {
        has_references: true,
        limits_entries_read: true,
        ..redis_8_0::BEHAVIOUR.streams
    },
    strings: StringBehaviour { has_set_operations_of_bits: true, ..redis_8_0::BEHAVIOUR.strings },
    events: EventBehaviour { letters: "Ag$lshzxeKEtmdnoc", ..redis_8_0::BEHAVIOUR.events },
    info: include_str!("redis-8.2.info"),
    client_fields: "id addr laddr fd name age idle flags db sub psub ssub multi watch qbuf \
                    qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events cmd user \
                    redir resp lib-name lib-ver io-thread tot-net-in tot-net-out tot-cmds",
    scripts: ScriptBehaviour {
        redis_version: "8.2.3",
        errors_keep_breaks: true,
        list_keeps_breaks: true,
        acl_check_counts: false,
        ..redis_8_0::BEHAVIOUR.scripts
    },
    ..redis_8_0::BEHAVIOUR
};
