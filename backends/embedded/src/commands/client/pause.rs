//! CLIENT PAUSE, UNPAUSE, UNBLOCK.

use std::time::Duration;

use crate::commands::{Context, Outcome};
use crate::state::Paused;
use crate::time::Timestamp;
use crate::wire::{Args, ErrorReply, parse_integer};

/// The error of a client that `CLIENT UNBLOCK … ERROR` resumes.
const UNBLOCKED: &str = "UNBLOCKED client unblocked via CLIENT UNBLOCK";

pub(super) fn pause(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    check_argument_count(ctx, args)?;
    let paused = args.get(3).map_or(Ok(Paused::Everything), parse_mode)?;
    if let Some(until) = end(ctx, &args[2])? {
        ctx.state.pause(paused, until);
    }
    ctx.reply().ok();
    Ok(())
}

fn parse_mode(mode: &[u8]) -> Result<Paused, ErrorReply> {
    match mode.to_ascii_lowercase().as_slice() {
        b"write" => Ok(Paused::Writes),
        b"all" => Ok(Paused::Everything),
        _ => Err("ERR CLIENT PAUSE mode must be WRITE or ALL".into()),
    }
}

/// The end of a pause. If the time overflows, some servers refuse it, and the others do not pause.
fn end(ctx: &Context<'_>, millis: &[u8]) -> Result<Option<Timestamp>, ErrorReply> {
    let millis = parse_integer(millis).ok_or("ERR timeout is not an integer or out of range")?;
    let lasts = u64::try_from(millis).map_err(|_| "ERR timeout is negative")?;
    let now = i64::try_from(ctx.now.unix_millis()).unwrap_or(i64::MAX);
    match now.checked_add(millis) {
        Some(_) => Ok(Some(ctx.now + Duration::from_millis(lasts))),
        None if ctx.state.profile.rejects_endless_pauses => {
            Err("ERR timeout is out of range".into())
        }
        None => Ok(None),
    }
}

pub(super) fn unpause(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.state.unpause();
    ctx.reply().ok();
    Ok(())
}

/// Resumes a client that waits for a key. A client that a pause holds stays held.
pub(super) fn unblock(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    check_argument_count(ctx, args)?;
    let with_error = match args.get(3).map(<[u8]>::to_ascii_lowercase).as_deref() {
        None | Some(b"timeout") => false,
        Some(b"error") => true,
        Some(_) => return Err("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR".into()),
    };
    let id = parse_integer(&args[2]).ok_or("ERR value is not an integer or out of range")?;
    let client = u64::try_from(id).ok().and_then(|id| ctx.state.clients.by_id(id));
    let waited = client.is_some_and(|client| match with_error {
        true => ctx.state.unblock_with(client, &UNBLOCKED.into()),
        false => ctx.state.time_out(client),
    });
    ctx.reply().count(waited.into());
    Ok(())
}

fn check_argument_count(ctx: &Context<'_>, args: Args<'_>) -> Outcome {
    if args.len() > 4 && ctx.state.profile.rejects_extra_arguments {
        return Err((ctx.state.profile.errors.wrong_number_for_subcommand)(&args[1], "CLIENT"));
    }
    Ok(())
}
