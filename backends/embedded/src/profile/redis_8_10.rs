//! Redis 8.10.

use super::behaviour::Behaviour;
use super::events::EventBehaviour;
use super::redis_8_6;
use super::strings::StringBehaviour;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.10",
    version: "8.10.2",
    redis: (8, 10),
    events: EventBehaviour {
        letters: "Ag$lshzxeKEtmdnocaSTIV",
        unknown_letter: "Invalid event class character. Use 'Ag$lshzxeKEtmdnocaSTIV'.",
        set_in_the_past_removes_key: true,
        ..redis_8_6::BEHAVIOUR.events
    },
    strings: StringBehaviour {
        presence_may_follow_comparison: false,
        ..redis_8_6::BEHAVIOUR.strings
    },
    ..redis_8_6::BEHAVIOUR
};
