//! Redis 8.10.

use super::behaviour::Behaviour;
use super::redis_8_6;

pub(super) const BEHAVIOUR: Behaviour = Behaviour {
    name: "redis-8.10",
    version: "8.10.2",
    redis: (8, 10),
    parameters: include_str!("redis-8.10.config"),
    ..redis_8_6::BEHAVIOUR
};
