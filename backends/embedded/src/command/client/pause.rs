//! CLIENT PAUSE, UNPAUSE, UNBLOCK.

use std::time::Duration;

use super::Outcome;
use crate::command::Turn;
use crate::moment::Moment;
use crate::wire::{Args, ErrorReply, parse_integer};
use crate::world::Paused;

pub(in crate::command) fn pause(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    mind_more_words(turn, args)?;
    let what = args.get(3).map_or(Ok(Paused::Everything), what)?;
    if let Some(until) = end(turn, &args[2])? {
        turn.world.pause(what, until);
    }
    turn.reply().ok();
    Ok(())
}

fn what(mode: &[u8]) -> Result<Paused, ErrorReply> {
    match mode.to_ascii_lowercase().as_slice() {
        b"write" => Ok(Paused::Writes),
        b"all" => Ok(Paused::Everything),
        _ => Err("ERR CLIENT PAUSE mode must be WRITE or ALL".into()),
    }
}

/// When a pause of so many milliseconds ends. Where there is no such time, it has ended already.
fn end(turn: &Turn<'_>, millis: &[u8]) -> Result<Option<Moment>, ErrorReply> {
    let millis = parse_integer(millis).ok_or("ERR timeout is not an integer or out of range")?;
    let lasts = u64::try_from(millis).map_err(|_| "ERR timeout is negative")?;
    let now = i64::try_from(turn.now.unix_millis()).unwrap_or(i64::MAX);
    match now.checked_add(millis) {
        Some(_) => Ok(Some(turn.now + Duration::from_millis(lasts))),
        None if turn.world.profile.limits_pauses => Err("ERR timeout is out of range".into()),
        None => Ok(None),
    }
}

pub(in crate::command) fn unpause(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    turn.world.unpause();
    turn.reply().ok();
    Ok(())
}

/// Here nobody waits for a key; and who waits for the end of a pause is not let go.
pub(in crate::command) fn unblock(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    mind_more_words(turn, args)?;
    let how = args.get(3).map(<[u8]>::to_ascii_lowercase);
    if !matches!(how.as_deref(), None | Some(b"timeout" | b"error")) {
        return Err("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR".into());
    }
    parse_integer(&args[2]).ok_or("ERR value is not an integer or out of range")?;
    turn.reply().count(0);
    Ok(())
}

fn mind_more_words(turn: &Turn<'_>, args: Args<'_>) -> Outcome {
    if args.len() > 4 && turn.world.profile.minds_more_words {
        return Err((turn.world.profile.words.wrong_number_for_subcommand)(&args[1], "CLIENT"));
    }
    Ok(())
}
