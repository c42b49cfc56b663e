//! ARINSERT, ARRING, ARNEXT, ARSEEK, ARLASTITEMS: insertions at a cursor.

use super::words::{cursor, write_index};
use crate::commands::errors::SYNTAX;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::Array;
use crate::wire::{Args, parse_integer};

pub(super) fn arinsert(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, values) = (&args[1], args.from(2));
    let start = ctx.peek::<Array>(key)?.map_or(0, Array::next);
    let count = values.len() as u64;
    if count > Array::NO_INDEX - start {
        return Err("ERR insert index overflow".into());
    }
    let limits = ctx.state.config.encodings;
    let array = ctx.edit_or_create::<Array>(key)?;
    array.set_all(start, values.iter(), &limits);
    array.seek(start + count);
    write_index(&mut ctx.reply(), start + (count - 1));
    ctx.changed_by::<Array>(key, "arinsert", values.len());
    Ok(())
}

pub(super) fn arring(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let size = match parse_integer(&args[2]) {
        None => return Err("ERR invalid size".into()),
        Some(size) => u64::try_from(size).ok().filter(|size| *size > 0),
    };
    let size = size.ok_or("ERR size must be positive")?;
    let limits = ctx.state.config.encodings;
    let array = ctx.edit_or_create::<Array>(key)?;
    array.fit_ring(size, &limits);
    let values = args.from(3).iter();
    let last = values.fold(0, |_, value| array.insert_into_ring(size, value, &limits));
    write_index(&mut ctx.reply(), last);
    ctx.changed_by::<Array>(key, "arring", args.len() - 3);
    Ok(())
}

/// The index of the next insertion; null if the last index is behind it.
pub(super) fn arnext(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (array, mut reply) = ctx.read::<Array>(&args[1])?;
    match array.map_or(0, Array::next) {
        Array::NO_INDEX => _ = reply.null(),
        next => write_index(&mut reply, next),
    }
    Ok(())
}

pub(super) fn arseek(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, next) = (&args[1], cursor(&args[2])?);
    let Some(array) = ctx.edit::<Array>(key)? else {
        ctx.reply().count(0);
        return Ok(());
    };
    array.seek(next);
    ctx.reply().count(1);
    ctx.changed::<Array>(key, "arseek");
    Ok(())
}

/// The newest values: as many as the client wants, and the oldest of them first. Without a positive
/// count, no key and no other word is read.
pub(super) fn arlastitems(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let count = parse_integer(&args[2]).ok_or("ERR invalid COUNT")?;
    let most = usize::try_from(count).unwrap_or(0);
    if most == 0 {
        ctx.reply().array(0);
        return Ok(());
    }
    let newest_first = match (args.get(3), args.len()) {
        (None, _) => false,
        (Some(word), 4) if word.eq_ignore_ascii_case(b"rev") => true,
        (Some(_), 4) => return Err(SYNTAX.into()),
        _ => return Err("ERR wrong number of arguments for 'arlastitems' command".into()),
    };
    let (array, mut reply) = ctx.read::<Array>(&args[1])?;
    let mut items = array.map(|array| array.last_inserted(most)).unwrap_or_default();
    if !newest_first {
        items.reverse();
    }
    reply.array(items.len());
    items.into_iter().for_each(|item| _ = reply.bulk_or_null(item));
    Ok(())
}
