//! WAIT, WAITAOF: wait until replicas and the disk have what was written. This server has neither.

use crate::commands::errors::NO_INTEGER;
use crate::commands::waiting::end_after;
use crate::commands::{Context, Outcome};
use crate::wire::{Args, ErrorReply, Reply, parse_integer};

pub(super) fn wait(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let replicas = parse_integer(&args[1]).ok_or(NO_INTEGER)?;
    wait_in_vain(ctx, replicas, args, &args[2], |reply| _ = reply.count(0))
}

pub(super) fn waitaof(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let local = parse_integer(&args[1]).ok_or(NO_INTEGER)?;
    if !(0..=1).contains(&local) {
        return Err("ERR value is out of range, value must between 0 and 1".into());
    }
    let replicas = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let millis = parse_timeout(&args[3])?;
    end_after(ctx, millis)?;
    if local == 1 {
        return Err(
            "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.".into()
        );
    }
    wait_in_vain(ctx, replicas, args, &args[3], |reply| _ = reply.array(2).count(0).count(0))
}

fn parse_timeout(word: &[u8]) -> Result<i64, ErrorReply> {
    parse_integer(word).ok_or_else(|| "ERR timeout is not an integer or out of range".into())
}

/// Waits until the timeout, unless no replica is asked for.
fn wait_in_vain(
    ctx: &mut Context<'_>,
    replicas: i64,
    args: Args<'_>,
    timeout: &[u8],
    reply: fn(&mut Reply<'_>),
) -> Outcome {
    let deadline = end_after(ctx, parse_timeout(timeout)?)?;
    if replicas <= 0 {
        reply(&mut ctx.reply());
    } else {
        ctx.wait_for_time(deadline, reply, args);
    }
    Ok(())
}
