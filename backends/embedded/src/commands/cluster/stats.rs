//! CLUSTER SLOT-STATS.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::change::slot;
use crate::commands::errors::SYNTAX;
use crate::commands::{Context, Outcome};
use crate::state::cluster::{Owner, Slot};
use crate::wire::{Args, ErrorReply, parse_integer};

/// Reports the number of keys; real servers count more if a parameter says so.
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
    let mut reply = ctx.reply();
    reply.array(slots.len());
    for (slot, keys) in slots {
        reply.array(2).count(slot.number().into());
        reply.map(1).bulk("key-count").count(keys);
    }
    Ok(())
}

/// The slots of this node in a range, each with its number of keys.
fn in_range(ctx: &mut Context<'_>, words: Args<'_>) -> Result<Vec<(Slot, usize)>, ErrorReply> {
    let (first, last) = (slot(&words[0])?, slot(&words[1])?);
    if first > last {
        let (first, last) = (first.number(), last.number());
        return Err(format!(
            "ERR Start slot number {first} is greater than end slot number {last}"
        )
        .into());
    }
    let mut slots = key_counts(ctx)?;
    slots.retain(|(slot, _)| (first..=last).contains(slot));
    Ok(slots)
}

/// The slots of this node with the most keys, or with the fewest.
fn in_order(ctx: &mut Context<'_>, words: Args<'_>) -> Result<Vec<(Slot, usize)>, ErrorReply> {
    const REPEATED: &str = "ERR Multiple filters of the same type are disallowed.";
    const LIMIT: &str = "ERR Limit has to lie in between 1 and 16384 (maximum number of slots).";
    if !words[0].eq_ignore_ascii_case(b"key-count") {
        return Err("ERR Unrecognized sort metric for ORDERBY.".into());
    }
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
    let mut slots = key_counts(ctx)?;
    // Slots with the same number of keys stay in the order of their numbers.
    match ascends {
        Some(true) => slots.sort_by_key(|(_, keys)| *keys),
        _ => slots.sort_by_key(|(_, keys)| Reverse(*keys)),
    }
    slots.truncate(limit.unwrap_or(usize::MAX));
    Ok(slots)
}

/// All slots of this node, in order, each with its number of keys.
fn key_counts(ctx: &mut Context<'_>) -> Result<Vec<(Slot, usize)>, ErrorReply> {
    let mut counts: HashMap<Slot, usize> = HashMap::new();
    for key in ctx.state.database(0, ctx.now).matching(b"*", 1) {
        *counts.entry(Slot::of(key)).or_default() += 1;
    }
    let slots = ctx.view()?.slots_of(Owner::Myself).into_iter();
    Ok(slots.map(|slot| (slot, counts.get(&slot).copied().unwrap_or_default())).collect())
}
