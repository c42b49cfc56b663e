//! Arrays: ARSET, ARMSET, ARGET, ARMGET, ARLEN, ARCOUNT, ARDEL, ARDELRANGE.
//!
//! [`words`] parses indexes, [`insert`] has the commands that work at a cursor, [`ranges`] those that read
//! a range, [`aggregate`] AROP, [`search`] ARGREP, [`info`] ARINFO.

mod aggregate;
mod info;
mod insert;
mod ranges;
mod search;
mod words;

use aggregate::arop;
use info::arinfo;
use insert::{arinsert, arlastitems, arnext, arring, arseek};
use ranges::{argetrange, arscan};
use search::argrep;
use words::{index, range, write_index};

use super::{Context, Family, Outcome};
use crate::state::keyspace::Array;
use crate::wire::Args;

pub(crate) const FAMILY: Family = &[
    ("arset", arset),
    ("armset", armset),
    ("arget", arget),
    ("armget", armget),
    ("arlen", arlen),
    ("arcount", arcount),
    ("ardel", ardel),
    ("ardelrange", ardelrange),
    ("arinsert", arinsert),
    ("arring", arring),
    ("arnext", arnext),
    ("arseek", arseek),
    ("arlastitems", arlastitems),
    ("argetrange", argetrange),
    ("arscan", arscan),
    ("arop", arop),
    ("argrep", argrep),
    ("arinfo", arinfo),
];

fn arset(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, start, values) = (&args[1], index(&args[2])?, args.from(3));
    if values.len() as u64 > Array::NO_INDEX - start {
        return Err("ERR array index overflow".into());
    }
    let limits = ctx.state.config.encodings;
    let array = ctx.edit_or_create::<Array>(key)?;
    let added = array.set_all(start, values.iter(), &limits);
    ctx.reply().count(added);
    ctx.changed_by::<Array>(key, "arset", values.len());
    Ok(())
}

fn armset(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, pairs) = (&args[1], args.from(2));
    if !pairs.len().is_multiple_of(2) {
        return Err("ERR wrong number of arguments for 'armset' command".into());
    }
    let indexes = pairs.iter().step_by(2).map(index).collect::<Result<Vec<_>, _>>()?;
    let limits = ctx.state.config.encodings;
    let array = ctx.edit_or_create::<Array>(key)?;
    let values = pairs.from(1).iter().step_by(2);
    let is_new = |(index, value): &(u64, &[u8])| array.set(*index, value, &limits);
    let added = indexes.into_iter().zip(values).filter(is_new).count();
    ctx.reply().count(added);
    ctx.changed_by::<Array>(key, "armset", pairs.len() / 2);
    Ok(())
}

fn arget(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (array, mut reply) = ctx.read::<Array>(&args[1])?;
    let index = index(&args[2])?;
    reply.bulk_or_null(array.and_then(|array| array.get(index)));
    Ok(())
}

fn armget(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (array, mut reply) = ctx.read::<Array>(&args[1])?;
    let indexes = args.from(2).iter().map(index).collect::<Result<Vec<_>, _>>()?;
    reply.array(indexes.len());
    for index in indexes {
        reply.bulk_or_null(array.and_then(|array| array.get(index)));
    }
    Ok(())
}

fn arlen(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (array, mut reply) = ctx.read::<Array>(&args[1])?;
    write_index(&mut reply, array.map_or(0, Array::span));
    Ok(())
}

fn arcount(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (array, mut reply) = ctx.read::<Array>(&args[1])?;
    reply.count(array.map_or(0, Array::len));
    Ok(())
}

fn ardel(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let indexes = args.from(2).iter().map(index).collect::<Result<Vec<_>, _>>()?;
    let limits = ctx.state.config.encodings;
    let removed = match ctx.edit::<Array>(&args[1])? {
        Some(array) => indexes.into_iter().filter(|index| array.remove(*index, &limits)).count(),
        None => 0,
    };
    removed_from(ctx, &args[1], removed, "ardel")
}

fn ardelrange(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let words = args.from(2);
    if !words.len().is_multiple_of(2) {
        return Err("ERR wrong number of arguments for 'ardelrange' command".into());
    }
    let starts = words.iter().step_by(2);
    let ranges = starts.zip(words.from(1).iter().step_by(2));
    let ranges = ranges.map(|(start, end)| range(start, end)).collect::<Result<Vec<_>, _>>()?;
    let limits = ctx.state.config.encodings;
    let removed = match ctx.edit::<Array>(&args[1])? {
        Some(array) => {
            ranges.into_iter().map(|range| array.remove_range(range.indexes(), &limits)).sum()
        }
        None => 0,
    };
    removed_from(ctx, &args[1], removed, "ardelrange")
}

/// Ends a removal of so many values.
fn removed_from(ctx: &mut Context<'_>, key: &[u8], removed: usize, event: &str) -> Outcome {
    if removed > 0 {
        ctx.changed_by::<Array>(key, event, removed);
    }
    ctx.reply().count(removed);
    Ok(())
}
