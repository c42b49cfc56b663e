//! CLUSTER MIGRATION, CLUSTER SYNCSLOTS, TRIMSLOTS: the commands that move slots as a whole.
//!
//! The other nodes of a cluster are only names here, so no import of slots ever succeeds.

use std::collections::HashSet;

use super::change::pairs_of_slots;
use crate::commands::errors::{NO_INTEGER, SYNTAX, unsupported};
use crate::commands::{Context, Outcome};
use crate::state::cluster::{ClusterView, Import, Owner, Ranges, Slot};
use crate::state::keyspace::expiry_of;
use crate::time::Timestamp;
use crate::wire::{Args, ErrorReply, parse_integer};

const WRONG_NUMBER: &str = "ERR wrong number of arguments for 'cluster|migration' command";

pub(super) fn migration(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.view()?;
    let (action, kind) = (args[2].to_ascii_lowercase(), args[3].to_ascii_lowercase());
    let answer = match (action.as_slice(), kind.as_slice()) {
        (b"import", _) => return import(ctx, args.from(3)),
        (b"status" | b"cancel", _) if args.len() > 5 => return Err(WRONG_NUMBER.into()),
        (b"status", b"all" | b"id") => status,
        (b"cancel", b"all" | b"id") => cancel,
        _ => return Err("ERR unknown argument".into()),
    };
    let expected = if kind == b"id" { 5 } else { 4 };
    if args.len() != expected {
        return Err(WRONG_NUMBER.into());
    }
    answer(ctx, args.get(4))
}

fn status(ctx: &mut Context<'_>, id: Option<&[u8]>) -> Outcome {
    let now = ctx.now;
    let imports = ctx.view()?.imports.iter().filter(|import| import.is_meant(id));
    let imports: Vec<_> = imports.map(|import| fields(import, now)).collect();
    let mut reply = ctx.reply();
    reply.array(imports.len());
    for fields in imports {
        reply.map(fields.len());
        for (name, value) in fields {
            reply.bulk(name);
            match value {
                Field::Text(text) => reply.bulk(text),
                Field::Number(number) => reply.integer(number),
            };
        }
    }
    Ok(())
}

/// A value in the description of an import.
enum Field {
    Text(String),
    Number(i64),
}

fn fields(import: &Import, now: Timestamp) -> [(&'static str, Field); 12] {
    let text = |text: &str| Field::Text(text.into());
    let time = |time: Timestamp| Field::Number(expiry_of(time));
    [
        ("id", text(&import.id)),
        ("slots", text(&import.slots.to_string())),
        ("source", text(&import.source)),
        ("dest", text(&import.target)),
        ("operation", text("import")),
        ("state", text(import.state())),
        ("last_error", text(&import.last_error())),
        ("retries", Field::Number(import.retries(now).into())),
        ("create_time", time(import.created)),
        ("start_time", time(import.started(now))),
        ("end_time", import.ended().map_or(Field::Number(-1), time)),
        ("write_pause_ms", Field::Number(0)),
    ]
}

fn cancel(ctx: &mut Context<'_>, id: Option<&[u8]>) -> Outcome {
    let now = ctx.now;
    let imports = &mut ctx.view()?.imports;
    let is_meant = imports.active().is_some_and(|import| import.is_meant(id));
    let is_cancelled = is_meant && imports.cancel("user request", now);
    ctx.reply().count(is_cancelled.into());
    Ok(())
}

fn import(ctx: &mut Context<'_>, words: Args<'_>) -> Outcome {
    if !words.len().is_multiple_of(2) {
        return Err(WRONG_NUMBER.into());
    }
    let slots = distinct(words)?;
    let now = ctx.now;
    let view = ctx.view()?;
    if view.moving().next().is_some() {
        return Err("ERR all slot states must be STABLE to start a slot migration task.".into());
    }
    let ranges = Ranges::of(&slots);
    let active = view.imports.active();
    if let Some((first, last)) = active.and_then(|active| ranges.overlap(&active.slots)) {
        return Err(format!("ERR overlapping import exists for slot range: {first}-{last}").into());
    }
    let source = source(view, &slots)?;
    let source = view.id_of(source).unwrap_or_default().to_owned();
    let id = view.imports.start(ranges, source, view.id.clone(), now);
    ctx.reply().bulk(id);
    Ok(())
}

/// The node that serves all of the slots; an error unless it is another one.
fn source(view: &ClusterView, slots: &[Slot]) -> Result<Owner, ErrorReply> {
    let source = slots.first().map_or(Owner::Unassigned, |slot| view.owner(*slot));
    for slot in slots {
        match view.owner(*slot) {
            Owner::Unassigned => {
                return Err(format!("ERR slot has no owner: {}", slot.number()).into());
            }
            owner if owner != source => {
                return Err("ERR slots belong to different source nodes".into());
            }
            _ => {}
        }
    }
    match source {
        Owner::Myself => Err("ERR this node is already the owner of the slot range".into()),
        source => Ok(source),
    }
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
