//! Redis 8.2.

use super::behaviour::Behaviour;
use super::redis_8_0;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.2",
    version: "8.2.3",
    redis: (8, 2),
    parameters: include_str!("redis-8.2.config"),
    ..redis_8_0::BEHAVIOUR
};
