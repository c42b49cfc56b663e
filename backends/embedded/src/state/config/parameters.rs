//! The registry of honoured parameters: the name, the valid values and the field of each.

use std::num::NonZeroUsize;
use std::time::Duration;

use bytes::Bytes;

use super::parameter::{Change, Parameter, decimal, shown, yes_or_no};
use super::{Allowed, LogKind, encodings};
use crate::state::cluster::Cluster;
use crate::wire::parse_integer;

const fn busy_threshold(name: &'static str) -> Parameter {
    Parameter {
        name,
        shown: |config| decimal(config.busy_threshold),
        change: Change::Integer {
            min: 0,
            max: i64::MAX,
            set: |config, millis| config.busy_threshold = millis,
        },
    }
}

/// From when on a log has commands. `KIND` is a [`LogKind`].
const fn log_threshold<const KIND: usize>(name: &'static str) -> Parameter {
    Parameter {
        name,
        shown: |config| decimal(config.command_logs[KIND].threshold),
        change: Change::Integer {
            min: -1,
            max: i64::MAX,
            set: |config, threshold| config.command_logs[KIND].threshold = threshold,
        },
    }
}

/// How many commands a log has.
const fn log_length<const KIND: usize>(name: &'static str) -> Parameter {
    Parameter {
        name,
        shown: |config| decimal(config.command_logs[KIND].length),
        change: Change::Integer {
            min: 0,
            max: i64::MAX,
            set: |config, length| {
                config.command_logs[KIND].length = usize::try_from(length).unwrap_or(0);
            },
        },
    }
}

static PARAMETERS: &[Parameter] = &[
    busy_threshold("busy-reply-threshold"),
    busy_threshold("lua-time-limit"),
    Parameter {
        name: "maxclients",
        shown: |config| decimal(config.max_clients),
        change: Change::Unsigned {
            min: 1,
            max: u32::MAX as i64,
            set: |config, clients| config.max_clients = usize::try_from(clients).unwrap_or(1),
        },
    },
    Parameter {
        name: "timeout",
        shown: |config| decimal(config.timeout.unwrap_or_default().as_secs()),
        change: Change::Integer {
            min: 0,
            max: i32::MAX as i64,
            set: |config, seconds| {
                let seconds = u64::try_from(seconds).ok().filter(|seconds| *seconds > 0);
                config.timeout = seconds.map(Duration::from_secs);
            },
        },
    },
    Parameter {
        name: "enable-debug-command",
        shown: |config| {
            let word: &[u8] = match config.debug_allowed {
                Allowed::No => b"no",
                Allowed::Yes => b"yes",
                Allowed::Local => b"local",
            };
            word.to_vec()
        },
        change: Change::AtStart(|config, text| {
            config.debug_allowed = match text.to_ascii_lowercase().as_slice() {
                b"no" => Allowed::No,
                b"yes" => Allowed::Yes,
                b"local" => Allowed::Local,
                _ => return Err("argument must be one of the following: no, yes, local"),
            };
            Ok(())
        }),
    },
    Parameter {
        name: "requirepass",
        shown: |config| config.password.as_deref().unwrap_or_default().to_vec(),
        change: Change::Text(|config, text| {
            config.password = (!text.is_empty()).then(|| Bytes::copy_from_slice(text));
            Ok(())
        }),
    },
    Parameter {
        name: "stream-idmp-duration",
        shown: |config| decimal(config.duplicates.duration),
        change: Change::Integer {
            min: 1,
            max: 86_400,
            set: |config, seconds| config.duplicates.duration = seconds.unsigned_abs(),
        },
    },
    Parameter {
        name: "stream-idmp-maxsize",
        shown: |config| decimal(config.duplicates.entries),
        change: Change::Integer {
            min: 1,
            max: 10_000,
            set: |config, entries| {
                config.duplicates.entries = usize::try_from(entries).unwrap_or(usize::MAX);
            },
        },
    },
    Parameter {
        name: "acl-pubsub-default",
        shown: |config| {
            let word: &[u8] = if config.all_channels { b"allchannels" } else { b"resetchannels" };
            word.to_vec()
        },
        change: Change::Either {
            words: ["allchannels", "resetchannels"],
            set: |config, first| config.all_channels = first,
        },
    },
    Parameter {
        name: "acllog-max-len",
        shown: |config| decimal(config.access_log_length),
        change: Change::Integer {
            min: 0,
            max: i64::MAX,
            set: |config, entries| {
                config.access_log_length = usize::try_from(entries).unwrap_or(usize::MAX);
            },
        },
    },
    Parameter {
        name: "client-output-buffer-limit",
        shown: |config| config.output_limits.to_string().into_bytes(),
        change: Change::OutputLimits,
    },
    Parameter {
        name: "proto-max-bulk-len",
        shown: |config| decimal(config.max_bulk),
        change: Change::Memory { min: 1024 * 1024, set: |config, bytes| config.max_bulk = bytes },
    },
    Parameter {
        name: "client-query-buffer-limit",
        shown: |config| decimal(config.query_buffer),
        change: Change::Memory {
            min: 1024 * 1024,
            set: |config, bytes| config.query_buffer = bytes,
        },
    },
    Parameter {
        name: "databases",
        shown: |config| decimal(config.databases),
        change: Change::AtStart(|config, text| {
            let number = parse_integer(text).and_then(|number| usize::try_from(number).ok());
            let number = number.and_then(NonZeroUsize::new);
            config.databases = number.ok_or("a server has at least one database")?.get();
            Ok(())
        }),
    },
    Parameter {
        name: "unixsocket",
        shown: |config| {
            let path = config.unix_path.as_deref();
            path.map(|path| path.display().to_string()).unwrap_or_default().into_bytes()
        },
        change: Change::WithBuilder("unix_path"),
    },
    Parameter {
        name: "cluster-enabled",
        shown: |config| shown(config.cluster.is_some()),
        change: Change::AtStart(|config, text| {
            config.cluster = if yes_or_no(text)? {
                config.cluster.take().or(Some(Cluster::empty()))
            } else {
                None
            };
            Ok(())
        }),
    },
    Parameter {
        name: "cluster-require-full-coverage",
        shown: |config| shown(config.full_coverage),
        change: Change::YesNo(|config, yes| config.full_coverage = yes),
    },
    Parameter {
        name: "cluster-allow-reads-when-down",
        shown: |config| shown(config.reads_when_down),
        change: Change::YesNo(|config, yes| config.reads_when_down = yes),
    },
    Parameter {
        name: "cluster-allow-pubsubshard-when-down",
        shown: |config| shown(config.shards_when_down),
        change: Change::YesNo(|config, yes| config.shards_when_down = yes),
    },
    Parameter {
        name: "cluster-slot-stats-enabled",
        shown: |config| decimal(config.slot_metrics),
        change: Change::SlotMetrics,
    },
    Parameter {
        name: "cluster-node-timeout",
        shown: |config| decimal(config.node_timeout),
        change: Change::Integer {
            min: 0,
            max: i64::MAX,
            set: |config, millis| config.node_timeout = millis,
        },
    },
    Parameter {
        name: "cluster-announce-ip",
        shown: |config| config.announced_ip().into_bytes(),
        change: Change::Text(|config, text| {
            let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
            config.announced_ip = Some(String::from_utf8_lossy(text).into_owned());
            Ok(())
        }),
    },
    Parameter {
        name: "cluster-announce-port",
        shown: |config| decimal(config.announced_port),
        change: Change::Integer {
            min: 0,
            max: u16::MAX as i64,
            set: |config, port| config.announced_port = u16::try_from(port).unwrap_or(0),
        },
    },
    Parameter {
        name: "cluster-announce-bus-port",
        shown: |config| decimal(config.announced_bus_port),
        change: Change::Integer {
            min: 0,
            max: u16::MAX as i64,
            set: |config, port| config.announced_bus_port = u16::try_from(port).unwrap_or(0),
        },
    },
    Parameter {
        name: "port",
        shown: |config| decimal(config.port),
        change: Change::WithBuilder("port"),
    },
    Parameter {
        name: "bind",
        shown: |config| decimal(config.bind),
        change: Change::WithBuilder("bind"),
    },
    Parameter {
        name: "tcp-backlog",
        shown: |config| decimal(config.backlog),
        change: Change::AtStart(|config, text| {
            let number = parse_integer(text).and_then(|number| i32::try_from(number).ok());
            config.backlog = number
                .filter(|it| *it >= 0)
                .ok_or("argument must be between 0 and 2147483647 inclusive")?;
            Ok(())
        }),
    },
    Parameter {
        name: "tcp-keepalive",
        shown: |config| decimal(config.keepalive),
        change: Change::Integer {
            min: 0,
            max: i32::MAX as i64,
            set: |config, seconds| config.keepalive = seconds,
        },
    },
    log_threshold::<{ LogKind::Slow as usize }>("slowlog-log-slower-than"),
    log_threshold::<{ LogKind::Slow as usize }>("commandlog-execution-slower-than"),
    log_threshold::<{ LogKind::LargeRequest as usize }>("commandlog-request-larger-than"),
    log_threshold::<{ LogKind::LargeReply as usize }>("commandlog-reply-larger-than"),
    log_length::<{ LogKind::Slow as usize }>("slowlog-max-len"),
    log_length::<{ LogKind::Slow as usize }>("commandlog-slow-execution-max-len"),
    log_length::<{ LogKind::LargeRequest as usize }>("commandlog-large-request-max-len"),
    log_length::<{ LogKind::LargeReply as usize }>("commandlog-large-reply-max-len"),
    Parameter {
        name: "maxmemory",
        shown: |config| decimal(config.max_memory),
        change: Change::Memory { min: 0, set: |config, bytes| config.max_memory = bytes },
    },
    Parameter {
        name: "maxmemory-policy",
        shown: |config| config.eviction.policy.word().into(),
        change: Change::EvictionPolicy,
    },
    Parameter {
        name: "lfu-log-factor",
        shown: |config| decimal(config.eviction.log_factor),
        change: Change::Integer {
            min: 0,
            max: i32::MAX as i64,
            set: |config, factor| config.eviction.log_factor = factor,
        },
    },
    Parameter {
        name: "lfu-decay-time",
        shown: |config| decimal(config.eviction.decay_minutes),
        change: Change::Integer {
            min: 0,
            max: i32::MAX as i64,
            set: |config, minutes| config.eviction.decay_minutes = minutes,
        },
    },
    Parameter {
        name: "latency-monitor-threshold",
        shown: |config| decimal(config.latency_threshold),
        change: Change::Integer {
            min: 0,
            max: i64::MAX,
            set: |config, millis| config.latency_threshold = millis,
        },
    },
    Parameter { name: "save", shown: |_| Vec::new(), change: Change::Fixed },
    Parameter {
        name: "tracking-table-max-keys",
        shown: |config| decimal(config.tracked_keys),
        change: Change::Unsigned {
            min: 0,
            max: i64::MAX,
            set: |config, keys| config.tracked_keys = usize::try_from(keys).unwrap_or(usize::MAX),
        },
    },
    Parameter {
        name: "notify-keyspace-events",
        shown: |config| decimal(config.events),
        change: Change::Events,
    },
];

/// The honoured parameter with this name, in lower case.
pub(super) fn find(name: &str) -> Option<&'static Parameter> {
    all().find(|parameter| parameter.name == name)
}

/// The names of all honoured parameters.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    all().map(|parameter| parameter.name)
}

fn all() -> impl Iterator<Item = &'static Parameter> {
    PARAMETERS.iter().chain(encodings::PARAMETERS)
}
