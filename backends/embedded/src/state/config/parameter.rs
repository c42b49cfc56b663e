//! A parameter: its name, its valid values and its field.

use std::borrow::Cow;

use super::{Config, Events, EvictionPolicy, SlotMetrics, memory};
use crate::profile::Behaviour;
use crate::wire::parse_integer;

/// One honoured parameter of `CONFIG`.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(super) shown: fn(&Config) -> Vec<u8>,
    pub(super) change: Change,
}

/// How a value is parsed, and where it is stored.
#[derive(Debug)]
pub(super) enum Change {
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
    /// An integer that must also fit the other parameters; the error is the reason why it does not.
    Checked {
        min: i64,
        max: i64,
        set: fn(&mut Config, i64) -> Result<(), &'static str>,
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
    /// The policy of eviction, by words that depend on the version.
    EvictionPolicy,
    /// Any text; the error is the reason why it is invalid.
    Text(fn(&mut Config, &[u8]) -> Result<(), &'static str>),
    /// The limits of classes of clients.
    OutputLimits,
    /// The letters of event classes, which depend on the version.
    Events,
    /// The metrics of each slot; words, or yes and no, as the version has it.
    SlotMetrics,
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
            Change::SlotMetrics => {
                config.slot_metrics = slot_metrics(value, profile)?;
                Ok(())
            }
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
                let number = integer(value)?;
                let is_unsigned = matches!(self.change, Change::Unsigned { .. });
                match profile.errors.negative_value.filter(|_| is_unsigned && number < 0) {
                    Some(reason) => return Err(reason.into()),
                    None => within(number, min, max)?,
                }
                set(config, number);
            }
            Change::Checked { min, max, set } => {
                let number = integer(value)?;
                within(number, min, max)?;
                set(config, number)?;
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
                    return Err(not_listed(profile, &format!("{first}, {second}")));
                }
                set(config, is(first));
            }
            Change::EvictionPolicy => {
                let knows_modification = profile.evicts_by_modification;
                let policy = EvictionPolicy::parse(value, knows_modification);
                config.eviction.policy = policy.map_err(|words| not_listed(profile, &words))?;
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
            Change::SlotMetrics => {
                let metrics = slot_metrics(value, profile)?;
                let selects = profile.cluster.selects_slot_metrics;
                if selects && metrics.memory && !config.slot_metrics.memory {
                    return Err("memory tracking cannot be enabled at runtime".into());
                }
                config.slot_metrics = metrics;
            }
            Change::Fixed | Change::WithBuilder(_) | Change::AtStart(_) => {
                keep(&self.value(config), value)?;
            }
        }
        Ok(())
    }
}

fn not_listed(profile: &Behaviour, words: &str) -> Cow<'static, str> {
    let argument = profile.errors.argument_noun;
    format!("{argument} must be one of the following: {words}").into()
}

fn slot_metrics(text: &[u8], profile: &Behaviour) -> Result<SlotMetrics, &'static str> {
    if !profile.cluster.selects_slot_metrics {
        return yes_or_no(text).map(SlotMetrics::all);
    }
    SlotMetrics::parse(text)
        .ok_or("argument(s) must be one of the following: no, yes, cpu, net, mem")
}

/// Accepts the value that a parameter has.
pub(super) fn keep(only: &[u8], value: &[u8]) -> Set {
    if value == only {
        return Ok(());
    }
    let only = only.escape_ascii();
    Err(format!("the embedded server knows no value but '{only}'").into())
}

fn integer(text: &[u8]) -> Result<i64, &'static str> {
    parse_integer(text).ok_or("argument couldn't be parsed into an integer")
}

fn within<N: PartialOrd + std::fmt::Display>(value: N, min: N, max: N) -> Result<(), String> {
    if (&min..=&max).contains(&&value) {
        return Ok(());
    }
    Err(format!("argument must be between {min} and {max} inclusive"))
}

pub(super) fn yes_or_no(text: &[u8]) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_slice() {
        b"yes" => Ok(true),
        b"no" => Ok(false),
        _ => Err("argument must be 'yes' or 'no'"),
    }
}

pub(super) fn shown(yes: bool) -> Vec<u8> {
    if yes { b"yes".to_vec() } else { b"no".to_vec() }
}

pub(super) fn decimal(value: impl ToString) -> Vec<u8> {
    value.to_string().into_bytes()
}
