//! Lists: LPUSH, RPUSH, LPUSHX, RPUSHX, LPOP, RPOP, LLEN, LINDEX, LRANGE, LSET, LTRIM, LREM, LINSERT.
//!
//! [`search`] has LPOS, [`moves`] and [`several_moves`] the commands that move elements between lists,
//! [`pops`] those that pop from the first of several lists; they also wait.

mod moves;
mod pops;
mod search;
mod several_moves;

use moves::{blmove, brpoplpush, lmove, rpoplpush};
use pops::{blmpop, blpop, brpop, lmpop};
use search::lpos;
use several_moves::{blmovem, lmovem};

use super::errors::{NO_INTEGER, NO_KEY, SYNTAX};
use super::ranges::{index_of, range_of};
use super::{Context, Family, Outcome};
use crate::state::config::Events;
use crate::state::keyspace::{End, List};
use crate::wire::{Args, parse_integer};

pub(crate) const FAMILY: Family = &[
    ("lpush", lpush),
    ("rpush", rpush),
    ("lpushx", lpushx),
    ("rpushx", rpushx),
    ("lpop", lpop),
    ("rpop", rpop),
    ("llen", llen),
    ("lindex", lindex),
    ("lrange", lrange),
    ("lset", lset),
    ("ltrim", ltrim),
    ("lrem", lrem),
    ("linsert", linsert),
    ("lpos", lpos),
    ("lmove", lmove),
    ("rpoplpush", rpoplpush),
    ("blmove", blmove),
    ("brpoplpush", brpoplpush),
    ("lmovem", lmovem),
    ("blmovem", blmovem),
    ("lmpop", lmpop),
    ("blpop", blpop),
    ("brpop", brpop),
    ("blmpop", blmpop),
];

/// The event of a push at this end.
fn push_event(end: End) -> &'static str {
    match end {
        End::Left => "lpush",
        End::Right => "rpush",
    }
}

/// The event of a pop at this end.
fn pop_event(end: End) -> &'static str {
    match end {
        End::Left => "lpop",
        End::Right => "rpop",
    }
}

fn end_named(word: &[u8]) -> Option<End> {
    match word.to_ascii_lowercase().as_slice() {
        b"left" => Some(End::Left),
        b"right" => Some(End::Right),
        _ => None,
    }
}

/// Fails on some servers if the opposite of a number is no number.
fn check_opposite(ctx: &Context<'_>, number: i64) -> Outcome {
    if number == i64::MIN && ctx.state.profile.lists.refuses_lowest_number {
        return Err("ERR value is out of range, value must between -9223372036854775807 and \
                    9223372036854775807"
            .into());
    }
    Ok(())
}

fn lpush(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    push(ctx, args, End::Left)
}

fn rpush(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    push(ctx, args, End::Right)
}

fn push(ctx: &mut Context<'_>, args: Args<'_>, end: End) -> Outcome {
    let key = &args[1];
    let list = ctx.edit_or_create::<List>(key)?;
    args.from(2).iter().for_each(|element| list.push(end, element));
    let length = list.len();
    ctx.reply().count(length);
    ctx.changed_by::<List>(key, push_event(end), args.len() - 2);
    Ok(())
}

fn lpushx(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    push_if_present(ctx, args, End::Left)
}

fn rpushx(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    push_if_present(ctx, args, End::Right)
}

fn push_if_present(ctx: &mut Context<'_>, args: Args<'_>, end: End) -> Outcome {
    if ctx.edit::<List>(&args[1])?.is_some() {
        return push(ctx, args, end);
    }
    ctx.reply().count(0);
    Ok(())
}

fn lpop(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    pop(ctx, args, End::Left)
}

fn rpop(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    pop(ctx, args, End::Right)
}

/// With a count, the reply is an array.
fn pop(ctx: &mut Context<'_>, args: Args<'_>, end: End) -> Outcome {
    let key = &args[1];
    let count = match (args.get(2), args.len()) {
        (None, _) => None,
        (Some(word), 3) => {
            let count = parse_integer(word).and_then(|count| usize::try_from(count).ok());
            Some(count.ok_or("ERR value is out of range, must be positive")?)
        }
        _ => {
            let name = pop_event(end);
            return Err(format!("ERR wrong number of arguments for '{name}' command").into());
        }
    };
    let Some(list) = ctx.edit::<List>(key)? else {
        match count {
            Some(_) => ctx.reply().null_array(),
            None => ctx.reply().null(),
        };
        return Ok(());
    };
    let elements: Vec<_> = (0..count.unwrap_or(1)).map_while(|_| list.pop(end)).collect();
    let mut reply = ctx.reply();
    if count.is_some() {
        reply.array(elements.len());
    }
    elements.iter().for_each(|element| _ = reply.bulk(element));
    if !elements.is_empty() {
        ctx.changed_by::<List>(key, pop_event(end), elements.len());
    }
    Ok(())
}

fn llen(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (list, mut reply) = ctx.read::<List>(&args[1])?;
    reply.count(list.map_or(0, List::len));
    Ok(())
}

fn lindex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (list, mut reply) = ctx.read::<List>(&args[1])?;
    let Some(list) = list else {
        reply.null();
        return Ok(());
    };
    let index = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    reply.bulk_or_null(index_of(index, list.len()).and_then(|index| list.get(index)));
    Ok(())
}

fn lrange(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let start = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let stop = parse_integer(&args[3]).ok_or(NO_INTEGER)?;
    let (list, mut reply) = ctx.read::<List>(&args[1])?;
    let range = range_of(start, stop, list.map_or(0, List::len));
    reply.array(range.len());
    for element in list.iter().flat_map(|list| list.range(range.clone())) {
        reply.bulk(element);
    }
    Ok(())
}

fn lset(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let truncates = ctx.state.profile.lists.truncates_indexes;
    let list = ctx.edit::<List>(key)?.ok_or(NO_KEY)?;
    let mut index = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    if truncates && !list.is_quicklist() {
        index = index << 32 >> 32;
    }
    let is_set = index_of(index, list.len()).is_some_and(|index| list.set(index, &args[3]));
    if !is_set {
        return Err("ERR index out of range".into());
    }
    ctx.reply().ok();
    ctx.changed::<List>(key, "lset");
    Ok(())
}

fn ltrim(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let start = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let stop = parse_integer(&args[3]).ok_or(NO_INTEGER)?;
    if let Some(list) = ctx.edit::<List>(key)? {
        let range = range_of(start, stop, list.len());
        let removed = list.len() - range.len();
        list.trim(range);
        match removed == 0 && ctx.state.profile.lists.may_trim_in_vain {
            true => ctx.notify(Events::LIST, "ltrim", key),
            false => ctx.changed_by::<List>(key, "ltrim", removed),
        }
    }
    ctx.reply().ok();
    Ok(())
}

/// A negative count removes from the right; zero removes all.
fn lrem(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let count = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    check_opposite(ctx, count)?;
    let from = if count < 0 { End::Right } else { End::Left };
    let most = match usize::try_from(count.unsigned_abs()) {
        Ok(0) | Err(_) => usize::MAX,
        Ok(most) => most,
    };
    let removed = ctx.edit::<List>(key)?.map_or(0, |list| list.remove(&args[3], most, from));
    if removed > 0 {
        ctx.changed_by::<List>(key, "lrem", removed);
    }
    ctx.reply().count(removed);
    Ok(())
}

fn linsert(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let behind = match args[2].to_ascii_lowercase().as_slice() {
        b"before" => 0,
        b"after" => 1,
        _ => return Err(SYNTAX.into()),
    };
    let Some(list) = ctx.edit::<List>(key)? else {
        ctx.reply().count(0);
        return Ok(());
    };
    let Some(pivot) = list.iter().position(|element| **element == args[3]) else {
        ctx.reply().integer(-1);
        return Ok(());
    };
    list.insert(pivot + behind, &args[4]);
    let length = list.len();
    ctx.changed::<List>(key, "linsert");
    ctx.reply().count(length);
    Ok(())
}
