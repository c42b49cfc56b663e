//! ARGETRANGE and ARSCAN: the values of a range, with the gaps or without them.

use super::words::{range, write_index};
use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{Array, SmallBytes};
use crate::wire::{Args, ErrorReply, Reply, parse_integer};

/// The most items of one reply with gaps.
const MOST_ITEMS: u64 = 1_000_000;

pub(super) fn argetrange(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let range = range(&args[2], &args[3])?;
    let (array, mut reply) = ctx.read::<Array>(&args[1])?;
    let (first, last) = range.indexes().into_inner();
    if last - first >= MOST_ITEMS {
        return Err("ERR range exceeds maximum of 1000000 items".into());
    }
    reply.array((last - first) as usize + 1);
    let mut values = array.into_iter().flat_map(|array| range.values(array)).peekable();
    for index in range.iter() {
        let value = values.next_if(|(next, _)| *next == index).map(|(_, value)| value);
        reply.bulk_or_null(value);
    }
    Ok(())
}

pub(super) fn arscan(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let range = range(&args[2], &args[3])?;
    let most = match (args.get(4), args.get(5), args.len()) {
        (None, ..) => usize::MAX,
        (Some(word), Some(most), 6) if word.eq_ignore_ascii_case(b"limit") => limit(most)?,
        (.., 6) => return Err(SYNTAX.into()),
        _ => return Err("ERR wrong number of arguments for 'arscan' command".into()),
    };
    let (array, mut reply) = ctx.read::<Array>(&args[1])?;
    let values = array.into_iter().flat_map(|array| range.values(array));
    let values: Vec<_> = values.take(most).collect();
    reply.array(values.len());
    values.into_iter().for_each(|(index, value)| write_pair(&mut reply, index, value));
    Ok(())
}

/// Parses how many items the client wants.
pub(super) fn limit(word: &[u8]) -> Result<usize, ErrorReply> {
    let most = parse_integer(word).ok_or(NO_INTEGER)?;
    let most = usize::try_from(most).ok().filter(|most| *most > 0);
    Ok(most.ok_or("ERR LIMIT must be positive")?)
}

/// Replies with an index and its value.
pub(super) fn write_pair(reply: &mut Reply<'_>, index: u64, value: &SmallBytes) {
    reply.array(2);
    write_index(reply, index);
    reply.bulk(value);
}
