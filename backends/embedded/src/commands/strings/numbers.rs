//! INCR, DECR, INCRBY, DECRBY, INCRBYFLOAT.

use crate::commands::errors::NO_INTEGER;
use crate::commands::float::LongDouble;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{Lifetime, StringValue};
use crate::wire::{Args, parse_integer};

pub(super) fn incr(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    add(ctx, &args[1], 1)
}

pub(super) fn decr(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    add(ctx, &args[1], -1)
}

pub(super) fn incrby(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let by = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    add(ctx, &args[1], by)
}

pub(super) fn decrby(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let by = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let by = by.checked_neg().ok_or(ctx.state.profile.strings.lowest_decrement)?;
    add(ctx, &args[1], by)
}

fn add(ctx: &mut Context<'_>, key: &[u8], by: i64) -> Outcome {
    let present = match ctx.peek::<StringValue>(key)? {
        Some(value) => value.integer().ok_or(NO_INTEGER)?,
        None => 0,
    };
    let sum = present.checked_add(by).ok_or("ERR increment or decrement would overflow")?;
    ctx.update_string(key, StringValue::Integer(sum), Lifetime::Kept, "incrby");
    ctx.reply().integer(sum);
    Ok(())
}

pub(super) fn incrbyfloat(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    const NO_FLOAT: &str = "ERR value is not a valid float";
    let key = &args[1];
    let present = match ctx.peek::<StringValue>(key)? {
        Some(value) => LongDouble::parse(&value.bytes()).ok_or(NO_FLOAT)?,
        None => LongDouble::ZERO,
    };
    let sum = present.plus(LongDouble::parse(&args[2]).ok_or(NO_FLOAT)?);
    if !sum.is_finite() {
        return Err("ERR increment would produce NaN or Infinity".into());
    }
    let sum = sum.to_string();
    ctx.update_string(key, StringValue::text(sum.as_bytes()), Lifetime::Kept, "incrbyfloat");
    ctx.reply().bulk(&sum);
    Ok(())
}
