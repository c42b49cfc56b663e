//! Redis 8.6.

use super::behaviour::Behaviour;
use super::redis_8_2;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.6",
    version: "8.6.2",
    redis: (8, 6),
    parameters: include_str!("redis-8.6.config"),
    ..redis_8_2::BEHAVIOUR
};
