//! CLUSTER SLOT-STATS.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::change::slot;
use crate::commands::errors::SYNTAX;
use crate::commands::{Context, Outcome};
use crate::state::cluster::{Owner, Slot};
use crate::state::keyspace::Value;
use crate::wire::{Args, ErrorReply, parse_integer};

/// A slot, and the value of each metric that is reported.
type Row = (Slot, Vec<u64>);

pub(super) fn slot_stats(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.view()?;
    let words = args.from(3);
    let slots = match args[2].to_ascii_lowercase().as_slice() {
        b"slotsrange" if words.len() == 2 => in_range(ctx, words)?,
        b"orderby" => in_order(ctx, words)?,
        _ => {
            return Err("ERR unknown subcommand or wrong number of arguments for 'SLOT-STATS'. \
                        Try CLUSTER HELP."
                .into());
        }
    };
    let metrics = metrics(ctx);
    let mut reply = ctx.reply();
    reply.array(slots.len());
    for (slot, values) in slots {
        reply.array(2).count(slot.number().into());
        reply.map(values.len());
        for (metric, value) in metrics.iter().zip(values) {
            reply.bulk(metric.name()).count(usize::try_from(value).unwrap_or(usize::MAX));
        }
    }
    Ok(())
}

/// The counters of each slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Metric {
    Keys,
    Memory,
    Processor,
    BytesIn,
    BytesOut,
}

impl Metric {
    fn name(self) -> &'static str {
        match self {
            Self::Keys => "key-count",
            Self::Memory => "memory-bytes",
            Self::Processor => "cpu-usec",
            Self::BytesIn => "network-bytes-in",
            Self::BytesOut => "network-bytes-out",
        }
    }
}

/// The metrics that this server counts now, in the order of the reply.
fn metrics(ctx: &Context<'_>) -> Vec<Metric> {
    let (counted, profile) = (ctx.state.config.slot_metrics, ctx.state.profile);
    let memory = counted.memory && profile.cluster.selects_slot_metrics;
    let all = [
        (Metric::Keys, true),
        (Metric::Memory, memory),
        (Metric::Processor, counted.cpu),
        (Metric::BytesIn, counted.network),
        (Metric::BytesOut, counted.network),
    ];
    all.into_iter().filter(|(_, is_counted)| *is_counted).map(|(metric, _)| metric).collect()
}

/// The slots of this node in a range.
fn in_range(ctx: &mut Context<'_>, words: Args<'_>) -> Result<Vec<Row>, ErrorReply> {
    let (first, last) = (slot(&words[0])?, slot(&words[1])?);
    if first > last {
        let (first, last) = (first.number(), last.number());
        return Err(format!(
            "ERR Start slot number {first} is greater than end slot number {last}"
        )
        .into());
    }
    let mut slots = rows(ctx)?;
    slots.retain(|(slot, _)| (first..=last).contains(slot));
    Ok(slots)
}

/// The slots of this node in the order of one metric, the largest first unless `ASC` is given.
fn in_order(ctx: &mut Context<'_>, words: Args<'_>) -> Result<Vec<Row>, ErrorReply> {
    const REPEATED: &str = "ERR Multiple filters of the same type are disallowed.";
    const LIMIT: &str = "ERR Limit has to lie in between 1 and 16384 (maximum number of slots).";
    let mut metrics = metrics(ctx).into_iter();
    let column = metrics
        .position(|metric| words[0].eq_ignore_ascii_case(metric.name().as_bytes()))
        .ok_or("ERR Unrecognized sort metric for ORDERBY.")?;
    let (mut limit, mut ascends) = (None, None);
    let mut rest = words.from(1);
    while let Some(word) = rest.get(0) {
        rest = rest.from(1);
        match (word.to_ascii_lowercase().as_slice(), rest.get(0)) {
            (b"limit", Some(number)) => {
                rest = rest.from(1);
                let number = parse_integer(number).and_then(|number| usize::try_from(number).ok());
                let number = number.filter(|number| (1..=16384).contains(number)).ok_or(LIMIT)?;
                if limit.replace(number).is_some() {
                    return Err(REPEATED.into());
                }
            }
            (b"asc" | b"desc", _) => {
                if ascends.replace(word.eq_ignore_ascii_case(b"asc")).is_some() {
                    return Err(REPEATED.into());
                }
            }
            _ => return Err(SYNTAX.into()),
        }
    }
    let mut slots = rows(ctx)?;
    // Slots with the same value stay in the order of their numbers.
    match ascends {
        Some(true) => slots.sort_by_key(|(_, values)| values[column]),
        _ => slots.sort_by_key(|(_, values)| Reverse(values[column])),
    }
    slots.truncate(limit.unwrap_or(usize::MAX));
    Ok(slots)
}

/// All slots of this node, in order.
///
/// There is no clock here, so a command takes a microsecond. The memory of a key is an estimate; real
/// servers report what their allocator gave them.
fn rows(ctx: &mut Context<'_>) -> Result<Vec<Row>, ErrorReply> {
    let metrics = metrics(ctx);
    let mut keys: HashMap<Slot, (u64, u64)> = HashMap::new();
    for (key, value) in ctx.state.database(0, ctx.now).entries() {
        let (count, memory) = keys.entry(Slot::of(key)).or_default();
        *count += 1;
        *memory += (key.len() + size_of(value)) as u64;
    }
    let view = ctx.view()?;
    let row = |slot: Slot| {
        let (count, memory) = keys.get(&slot).copied().unwrap_or_default();
        let used = view.traffic.of(slot);
        let values = metrics.iter().map(|metric| match metric {
            Metric::Keys => count,
            Metric::Memory => memory,
            Metric::Processor => used.calls,
            Metric::BytesIn => used.bytes_in,
            Metric::BytesOut => used.bytes_out,
        });
        (slot, values.collect())
    };
    Ok(view.slots_of(Owner::Myself).into_iter().map(row).collect())
}

/// An estimate of the bytes of a value.
fn size_of(value: &Value) -> usize {
    const ELEMENT: usize = 16;
    let elements = match value {
        Value::String(text) => return text.bytes().len(),
        Value::List(list) => list.len(),
        Value::Hash(hash) => hash.len(),
        Value::Set(set) => set.len(),
        Value::SortedSet(set) => set.len(),
        Value::Stream(stream) => stream.len(),
        Value::Array(array) => array.len(),
    };
    elements * ELEMENT
}
