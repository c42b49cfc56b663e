//! Redis 8.6.

use super::behaviour::Behaviour;
use super::redis_8_2;
use super::strings::StringBehaviour;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.6",
    version: "8.6.2",
    redis: (8, 6),
    strings: StringBehaviour {
        set_comparisons: "IFEQ IFNE IFDEQ IFDNE",
        comparisons_read: true,
        ..redis_8_2::BEHAVIOUR.strings
    },
    ..redis_8_2::BEHAVIOUR
};
