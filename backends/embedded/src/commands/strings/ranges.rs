//! APPEND, STRLEN, GETRANGE, SETRANGE.

use crate::commands::errors::NO_INTEGER;
use crate::commands::ranges::byte_range;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{Lifetime, StringValue};
use crate::wire::{Args, ErrorReply, parse_integer};

/// A missing key gets the value as SET would store it.
pub(super) fn append(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, more) = (&args[1], &args[2]);
    let present = ctx.peek::<StringValue>(key)?.map(|value| value.bytes().len());
    let length = present.unwrap_or(0) + more.len();
    check_length(ctx, length)?;
    match ctx.edit::<StringValue>(key)? {
        Some(value) => {
            value.edit(|bytes| bytes.extend_from_slice(more));
            ctx.changed::<StringValue>(key, "append");
        }
        None => {
            let value = ctx.sent_string(more);
            ctx.update_string(key, value, Lifetime::Kept, "append");
        }
    }
    ctx.reply().count(length);
    Ok(())
}

fn check_length(ctx: &Context<'_>, length: usize) -> Result<(), ErrorReply> {
    if length as u64 > ctx.state.config.max_bulk {
        return Err("ERR string exceeds maximum allowed size (proto-max-bulk-len)".into());
    }
    Ok(())
}

pub(super) fn strlen(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (value, mut reply) = ctx.read::<StringValue>(&args[1])?;
    reply.count(value.map_or(0, |value| value.bytes().len()));
    Ok(())
}

pub(super) fn getrange(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let start = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let end = parse_integer(&args[3]).ok_or(NO_INTEGER)?;
    let (value, mut reply) = ctx.read::<StringValue>(&args[1])?;
    match value.map(StringValue::bytes) {
        Some(bytes) => reply.bulk(&bytes[byte_range(start, end, bytes.len())]),
        None => reply.bulk(""),
    };
    Ok(())
}

/// Fills a gap with zeros. Nothing to write changes nothing, wherever it is to be written.
pub(super) fn setrange(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, part) = (&args[1], &args[3]);
    let offset = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let offset = usize::try_from(offset).map_err(|_| "ERR offset is out of range")?;
    let present = ctx.peek::<StringValue>(key)?.map(|value| value.bytes().len());
    if part.is_empty() {
        ctx.reply().count(present.unwrap_or(0));
        return Ok(());
    }
    let end = offset.saturating_add(part.len());
    check_length(ctx, end)?;
    let length = ctx.edit_or_create::<StringValue>(key)?.edit(|bytes| {
        bytes.resize(bytes.len().max(end), 0);
        bytes[offset..end].copy_from_slice(part);
        bytes.len()
    });
    ctx.changed::<StringValue>(key, "setrange");
    ctx.reply().count(length);
    Ok(())
}
