//! SCRIPT LOAD, EXISTS, FLUSH, SHOW, DEBUG, KILL, HELP.

use super::{compile, known};
use crate::commands::keys::is_way_to_flush;
use crate::commands::{Context, Outcome, errors};
use crate::wire::{Args, ErrorReply};

pub(super) fn load(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let script = compile(ctx, &args[2])?;
    ctx.reply().bulk(&*script.name);
    Ok(())
}

pub(super) fn exists(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let hashes = args.from(2);
    let found: Vec<bool> = hashes.iter().map(|hash| known(ctx, hash).is_some()).collect();
    let mut reply = ctx.reply();
    reply.array(found.len());
    for found in found {
        reply.integer(i64::from(found));
    }
    Ok(())
}

/// The code of a script.
pub(super) fn show(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let script = known(ctx, &args[2]).ok_or(ctx.state.profile.scripts.texts.no_script)?;
    ctx.reply().bulk(&script.code);
    Ok(())
}

pub(super) fn flush(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if !is_way_to_flush(args.from(2)) {
        return Err("ERR SCRIPT FLUSH only support SYNC|ASYNC option".into());
    }
    ctx.state.scripts.known.clear();
    ctx.count_changes(ctx.state.profile.changes.by_commands_themselves.into());
    ctx.reply().ok();
    Ok(())
}

/// There is no debugger: only `NO` is accepted.
pub(super) fn debug(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let is = |word: &[u8]| args[2].eq_ignore_ascii_case(word);
    if is(b"no") {
        ctx.reply().ok();
        Ok(())
    } else if is(b"yes") || is(b"sync") {
        Err(errors::unsupported("script|debug yes"))
    } else {
        Err("ERR Use SCRIPT DEBUG YES/SYNC/NO".into())
    }
}

pub(super) fn kill(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    kill_running(ctx, false)
}

/// Kills the running script, or the running function.
pub(super) fn kill_running(ctx: &mut Context<'_>, is_function: bool) -> Outcome {
    let busy = ctx.state.scripts.busy(ctx.state.profile);
    let Some(running) = &mut ctx.state.scripts.running else {
        return Err("NOTBUSY No scripts in execution right now.".into());
    };
    if running.is_function != is_function {
        return Err(busy.unwrap_or_else(|| ErrorReply::from("BUSY")));
    }
    if running.has_written {
        return Err("UNKILLABLE Sorry the script already executed write commands against the \
                    dataset. You can either wait the script termination or kill the server in a \
                    hard way using the SHUTDOWN NOSAVE command."
            .into());
    }
    running.is_killed = true;
    ctx.reply().ok();
    Ok(())
}

pub(super) fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.script);
    Ok(())
}
