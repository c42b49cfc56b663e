//! CLUSTER MIGRATION, CLUSTER SYNCSLOTS, TRIMSLOTS: the commands that move slots as a whole.
//!
//! The other nodes of a cluster are only names here, so no slot is ever imported.

use std::collections::HashSet;

use super::change::pairs_of_slots;
use crate::commands::errors::{NO_INTEGER, SYNTAX, unsupported};
use crate::commands::{Context, Outcome};
use crate::state::cluster::{Owner, Slot};
use crate::wire::{Args, ErrorReply, parse_integer};

const WRONG_NUMBER: &str = "ERR wrong number of arguments for 'cluster|migration' command";

/// There are no imports, so none is listed and none is cancelled.
pub(super) fn migration(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.view()?;
    let (action, kind) = (args[2].to_ascii_lowercase(), args[3].to_ascii_lowercase());
    let is_list = match (action.as_slice(), kind.as_slice()) {
        (b"import", _) => return import(ctx, args.from(3)),
        (b"status", b"all" | b"id") => true,
        (b"cancel", b"all" | b"id") => false,
        _ => return Err("ERR unknown argument".into()),
    };
    let expected = if kind == b"id" { 5 } else { 4 };
    if args.len() != expected {
        return Err(WRONG_NUMBER.into());
    }
    if is_list {
        ctx.reply().array(0);
    } else {
        ctx.reply().count(0);
    }
    Ok(())
}

fn import(ctx: &mut Context<'_>, words: Args<'_>) -> Outcome {
    if !words.len().is_multiple_of(2) {
        return Err(WRONG_NUMBER.into());
    }
    let slots = distinct(words)?;
    let view = ctx.view()?;
    if let Some(slot) = slots.iter().find(|slot| view.owner(**slot) == Owner::Unassigned) {
        return Err(format!("ERR slot has no owner: {}", slot.number()).into());
    }
    if slots.iter().all(|slot| view.owner(*slot) == Owner::Myself) {
        return Err("ERR this node is already the owner of the slot range".into());
    }
    Err(unsupported("cluster|migration"))
}

/// The slots of some ranges; an error if a slot is in two of them.
fn distinct(words: Args<'_>) -> Result<Vec<Slot>, ErrorReply> {
    let slots = pairs_of_slots(words)?;
    let mut seen = HashSet::new();
    match slots.iter().find(|slot| !seen.insert(**slot)) {
        Some(slot) => Err(format!("ERR Slot {} specified multiple times", slot.number()).into()),
        None => Ok(slots),
    }
}

/// Only other nodes may use it. Some servers disconnect a client that tries.
pub(super) fn syncslots(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.view()?;
    if ctx.state.profile.cluster.closes_clients_that_sync_slots {
        ctx.state.kill(ctx.me);
        return Err(
            "ERR CLUSTER SYNCSLOTS subcommands are only allowed for internal clients".into()
        );
    }
    let word = args[2].to_ascii_uppercase();
    match word.as_slice() {
        b"SNAPSHOT-EOF" | b"REQUEST-PAUSE" | b"PAUSED" | b"REQUEST-FAILOVER"
        | b"FAILOVER-GRANTED" | b"ACK" => {
            let error = ErrorReply::quoting("ERR CLUSTER SYNCSLOTS ", &word, "");
            Err(error.and(" should only be used by slot migration clients"))
        }
        b"CAPA" => Err(unsupported("cluster|syncslots")),
        b"ESTABLISH" if args.len() > 4 => Err(unsupported("cluster|syncslots")),
        _ => Err(SYNTAX.into()),
    }
}

/// Deletes the keys of slots that this node does not serve. Caching clients are told, but there is no
/// event, and watches are not broken. While clients cache keys, real servers delete over some time.
pub(super) fn trimslots(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.view()?;
    if !args[1].eq_ignore_ascii_case(b"ranges") {
        return Err("ERR missing ranges argument".into());
    }
    let number = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let words = args.from(3);
    let expected = usize::try_from(number).ok().and_then(|number| number.checked_mul(2));
    if number < 1 || expected != Some(words.len()) {
        return Err("ERR invalid number of ranges".into());
    }
    let slots = distinct(words)?;
    let view = ctx.view()?;
    if let Some(slot) = slots.iter().find(|slot| view.owner(**slot) == Owner::Myself) {
        return Err(format!("ERR the slot {} is served by this node", slot.number()).into());
    }
    let slots: HashSet<Slot> = slots.into_iter().collect();
    let keys = ctx.state.database(0, ctx.now).matching(b"*", 1).into_iter();
    for key in keys.filter(|key| slots.contains(&Slot::of(key))).cloned().collect::<Vec<_>>() {
        ctx.state.database(0, ctx.now).remove(&key);
        ctx.state.invalidate(&key, None, ctx.now);
    }
    ctx.reply().ok();
    Ok(())
}
