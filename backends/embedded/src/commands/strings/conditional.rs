//! DELEX, DELIFEQ, DIGEST.

use super::compare::{self, Comparison};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{DataType, StringValue};
use crate::wire::Args;

/// Looks for the key before it checks the condition, so a missing key hides errors.
pub(super) fn delex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let (word, operand) = match (args.get(2), args.get(3), args.len()) {
        (None, ..) => {
            let removed = ctx.delete(key);
            ctx.reply().integer(removed.into());
            return Ok(());
        }
        (Some(word), Some(operand), 4) => (word, operand),
        _ => return Err("ERR wrong number of arguments for 'delex' command".into()),
    };
    const NO_STRING: &str = "ERR Key should be of string type if conditions are specified";
    let removes = match ctx.look_up_any(key) {
        Some(value) => {
            let value = StringValue::of(value).ok_or(NO_STRING)?;
            Comparison::named(word)
                .ok_or("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE")?
                .holds(operand, Some(&value.bytes()))?
        }
        None => false,
    };
    let removed = removes && ctx.delete(key);
    ctx.reply().integer(removed.into());
    Ok(())
}

pub(super) fn delifeq(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let value = ctx.peek::<StringValue>(key)?;
    let removes = value.is_some_and(|value| value.bytes()[..] == args[2]);
    let removed = removes && ctx.delete(key);
    ctx.reply().integer(removed.into());
    Ok(())
}

pub(super) fn digest(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (value, mut reply) = ctx.read::<StringValue>(&args[1])?;
    reply.bulk_or_null(value.map(|value| compare::digest(&value.bytes())));
    Ok(())
}
