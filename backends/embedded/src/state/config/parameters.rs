//! The registry of honoured parameters: the name, the valid values and the field of each.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;

use super::listed::keep;
use super::{Config, Events, memory};
use crate::profile::Behaviour;
use crate::state::cluster::Cluster;
use crate::wire::parse_integer;

/// One honoured parameter of `CONFIG`.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    shown: fn(&Config) -> Vec<u8>,
    change: Change,
}

/// How a value is parsed, and where it is stored.
#[derive(Debug)]
enum Change {
    Integer {
        min: i64,
        max: i64,
        set: fn(&mut Config, i64),
    },
    /// An integer, if some servers reject a negative one for a reason of its own.
    Unsigned {
        min: i64,
        max: i64,
        set: fn(&mut Config, i64),
    },
    Memory {
        min: u64,
        set: fn(&mut Config, u64),
    },
    YesNo(fn(&mut Config, bool)),
    /// One of two words; `set` gets whether it is the first.
    Either {
        words: [&'static str; 2],
        set: fn(&mut Config, bool),
    },
    /// Any text; the error is the reason why it is invalid.
    Text(fn(&mut Config, &[u8]) -> Result<(), &'static str>),
    /// The limits of classes of clients.
    OutputLimits,
    /// The letters of event classes, which depend on the version.
    Events,
    /// This server accepts only the current value.
    Fixed,
    /// The same, but a method of the builder sets it.
    WithBuilder(&'static str),
    /// It can be set at the start; the error is the reason why a value is invalid.
    AtStart(fn(&mut Config, &[u8]) -> Result<(), &'static str>),
}

/// Whether a value was valid; the error is the reason.
pub(crate) type Set = Result<(), Cow<'static, str>>;

/// The largest amount of memory that may be configured.
const MAX_MEMORY: u64 = i64::MAX.unsigned_abs();

static PARAMETERS: &[Parameter] = &[
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
        name: "requirepass",
        shown: |config| config.password.as_deref().unwrap_or_default().to_vec(),
        change: Change::Text(|config, text| {
            config.password = (!text.is_empty()).then(|| Bytes::copy_from_slice(text));
            Ok(())
        }),
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
            config.databases =
                number.filter(|it| *it > 0).ok_or("a server has at least one database")?;
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

impl Parameter {
    /// The value as `CONFIG GET` shows it.
    pub(crate) fn value(&self, config: &Config) -> Vec<u8> {
        (self.shown)(config)
    }

    /// Sets the value that a server starts with.
    pub(super) fn set_at_start(
        &self,
        config: &mut Config,
        value: &[u8],
        profile: &Behaviour,
    ) -> Set {
        match self.change {
            Change::AtStart(set) => Ok(set(config, value)?),
            Change::WithBuilder(method) if value != self.value(config) => {
                Err(format!("set it with `.{method}()` of the builder").into())
            }
            _ => self.set(config, value, profile),
        }
    }

    /// Parses and sets a value, or returns why it is invalid.
    pub(super) fn set(&self, config: &mut Config, value: &[u8], profile: &Behaviour) -> Set {
        match self.change {
            Change::Integer { min, max, set } | Change::Unsigned { min, max, set } => {
                let number =
                    parse_integer(value).ok_or("argument couldn't be parsed into an integer")?;
                let is_unsigned = matches!(self.change, Change::Unsigned { .. });
                match profile.errors.negative_value.filter(|_| is_unsigned && number < 0) {
                    Some(reason) => return Err(reason.into()),
                    None => within(number, min, max)?,
                }
                set(config, number);
            }
            Change::Memory { min, set } => {
                let bytes = memory::parse(value).ok_or("argument must be a memory value")?;
                within(bytes, min, MAX_MEMORY)?;
                set(config, bytes);
            }
            Change::YesNo(set) => set(config, yes_or_no(value)?),
            Change::Either { words: [first, second], set } => {
                let is = |word: &str| value.eq_ignore_ascii_case(word.as_bytes());
                if !is(first) && !is(second) {
                    let argument = profile.errors.argument_noun;
                    return Err(format!(
                        "{argument} must be one of the following: {first}, {second}"
                    )
                    .into());
                }
                set(config, is(first));
            }
            Change::Text(set) => set(config, value)?,
            Change::OutputLimits => {
                let invalid = config.output_limits.change(value).err();
                if let Some(reason) = invalid {
                    let explains = profile.errors.explains_invalid_output_limits;
                    return Err(if explains { reason } else { "" }.into());
                }
            }
            Change::Events => {
                let events = Events::parse(value, profile.events.letters);
                config.events = events.ok_or(profile.events.unknown_letter)?;
            }
            Change::Fixed | Change::WithBuilder(_) | Change::AtStart(_) => {
                keep(&self.value(config), value)?;
            }
        }
        Ok(())
    }
}

/// The honoured parameter with this name, in lower case.
pub(super) fn find(name: &str) -> Option<&'static Parameter> {
    PARAMETERS.iter().find(|parameter| parameter.name == name)
}

/// The names of all honoured parameters.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    PARAMETERS.iter().map(|parameter| parameter.name)
}

fn within<N: PartialOrd + std::fmt::Display>(value: N, min: N, max: N) -> Result<(), String> {
    if (&min..=&max).contains(&&value) {
        return Ok(());
    }
    Err(format!("argument must be between {min} and {max} inclusive"))
}

fn yes_or_no(text: &[u8]) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_slice() {
        b"yes" => Ok(true),
        b"no" => Ok(false),
        _ => Err("argument must be 'yes' or 'no'"),
    }
}

fn shown(yes: bool) -> Vec<u8> {
    if yes { b"yes".to_vec() } else { b"no".to_vec() }
}

fn decimal(value: impl ToString) -> Vec<u8> {
    value.to_string().into_bytes()
}
