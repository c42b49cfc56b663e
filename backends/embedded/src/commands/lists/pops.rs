//! LMPOP, BLMPOP, BLPOP, BRPOP: pop from the first list that has elements.

use super::{end_named, pop_event};
use crate::commands::several_keys::Pops;
use crate::commands::waiting::{Nothing, parse_timeout};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{End, List};
use crate::wire::{Args, ErrorReply};

pub(super) fn blpop(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    pop_one(ctx, args, End::Left)
}

pub(super) fn brpop(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    pop_one(ctx, args, End::Right)
}

fn pop_one(ctx: &mut Context<'_>, args: Args<'_>, end: End) -> Outcome {
    let timeout = args.len() - 1;
    let deadline = parse_timeout(ctx, &args[timeout])?;
    let keys = args.from(1).up_to(timeout - 1);
    match ctx.pop_first(keys, |list: &mut List| list.pop(end))? {
        Some((key, element)) => {
            ctx.reply().array(2).bulk(key).bulk(&element);
            ctx.taken::<List>(key, pop_event(end), 1);
        }
        None => {
            ctx.wait_for::<List>(keys.iter(), deadline, Nothing::NullArray, || args.to_request());
        }
    }
    Ok(())
}

pub(super) fn lmpop(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let pops = Pops::parse(args.from(1), end_named)?;
    if !pop_several(ctx, &pops)? {
        ctx.reply().null_array();
    }
    Ok(())
}

pub(super) fn blmpop(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let deadline = parse_timeout(ctx, &args[1])?;
    let pops = Pops::parse(args.from(2), end_named)?;
    if !pop_several(ctx, &pops)? {
        let keys = pops.keys.iter();
        ctx.wait_for::<List>(keys, deadline, Nothing::NullArray, || args.to_request());
    }
    Ok(())
}

/// Pops and replies; false, without a reply, if all lists are missing.
fn pop_several(ctx: &mut Context<'_>, pops: &Pops<'_, End>) -> Result<bool, ErrorReply> {
    let Pops { keys, end, count } = *pops;
    let pop = |list: &mut List| {
        Some((0..count.min(list.len())).map_while(|_| list.pop(end)).collect::<Vec<_>>())
    };
    let Some((key, elements)) = ctx.pop_first(keys, pop)? else { return Ok(false) };
    let mut reply = ctx.reply();
    reply.array(2).bulk(key).array(elements.len());
    elements.iter().for_each(|element| _ = reply.bulk(element));
    ctx.changed_by::<List>(key, pop_event(end), elements.len());
    Ok(true)
}
