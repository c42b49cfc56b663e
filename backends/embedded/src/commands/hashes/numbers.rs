//! HINCRBY, HINCRBYFLOAT.

use crate::commands::errors::NO_INTEGER;
use crate::commands::float::LongDouble;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::Hash;
use crate::wire::{Args, Decimal, parse_integer};

pub(super) fn hincrby(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, field) = (&args[1], &args[2]);
    let is_measured = ctx.state.profile.hashes.measures_sums;
    let by = parse_integer(&args[3]).ok_or(NO_INTEGER)?;
    let present = match ctx.peek::<Hash>(key)?.and_then(|hash| hash.get(field)) {
        Some(value) => parse_integer(value).ok_or("ERR hash value is not an integer")?,
        None => 0,
    };
    let sum = present.checked_add(by).ok_or("ERR increment or decrement would overflow")?;
    ctx.edit_or_create::<Hash>(key)?.update(field, Decimal::new(sum).as_bytes(), is_measured);
    ctx.reply().integer(sum);
    ctx.hash_changed(key, "hincrby", [field]);
    Ok(())
}

pub(super) fn hincrbyfloat(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, field) = (&args[1], &args[2]);
    let is_measured = ctx.state.profile.hashes.measures_sums;
    let by = LongDouble::parse(&args[3]).ok_or("ERR value is not a valid float")?;
    if by.is_infinite() {
        return Err("ERR value is NaN or Infinity".into());
    }
    let present = match ctx.peek::<Hash>(key)?.and_then(|hash| hash.get(field)) {
        Some(value) => LongDouble::parse(value).ok_or("ERR hash value is not a float")?,
        None => LongDouble::ZERO,
    };
    let sum = present.plus(by);
    if sum.is_infinite() {
        return Err("ERR increment would produce NaN or Infinity".into());
    }
    let sum = sum.to_string();
    ctx.edit_or_create::<Hash>(key)?.update(field, sum.as_bytes(), is_measured);
    ctx.reply().bulk(&sum);
    ctx.hash_changed(key, "hincrbyfloat", [field]);
    Ok(())
}
