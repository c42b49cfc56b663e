//! Redis 8.2.

use super::behaviour::Behaviour;
use super::events::EventBehaviour;
use super::redis_8_0;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.2",
    version: "8.2.3",
    redis: (8, 2),
    events: EventBehaviour { letters: "Ag$lshzxeKEtmdnoc", ..redis_8_0::BEHAVIOUR.events },
    ..redis_8_0::BEHAVIOUR
};
