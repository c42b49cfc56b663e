//! The subcommands of CLUSTER that change its slots, nodes and epochs.

use crate::commands::errors::NO_INTEGER;
use crate::commands::{Context, Outcome};
use crate::state::cluster::{Change, Owner, Slot};
use crate::wire::{Args, ErrorReply, parse_integer};

pub(super) fn addslots(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let slots = listed(ctx, args)?;
    change(ctx, Change::Add, &slots)
}

pub(super) fn delslots(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let slots = listed(ctx, args)?;
    change(ctx, Change::Delete, &slots)
}

pub(super) fn addslotsrange(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let slots = ranges(ctx, args, "addslotsrange")?;
    change(ctx, Change::Add, &slots)
}

pub(super) fn delslotsrange(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let slots = ranges(ctx, args, "delslotsrange")?;
    change(ctx, Change::Delete, &slots)
}

fn listed(ctx: &mut Context<'_>, args: Args<'_>) -> Result<Vec<Slot>, ErrorReply> {
    ctx.view()?;
    args.from(2).iter().map(slot).collect()
}

fn ranges(ctx: &mut Context<'_>, args: Args<'_>, name: &str) -> Result<Vec<Slot>, ErrorReply> {
    ctx.view()?;
    let words = args.from(2);
    if !words.len().is_multiple_of(2) {
        return Err(format!("ERR wrong number of arguments for 'cluster|{name}' command").into());
    }
    pairs_of_slots(words)
}

/// The slots of ranges that are given as pairs of their ends.
pub(super) fn pairs_of_slots(words: Args<'_>) -> Result<Vec<Slot>, ErrorReply> {
    let mut slots = Vec::new();
    for (first, last) in words.iter().step_by(2).zip(words.from(1).iter().step_by(2)) {
        let (first, last) = (slot(first)?, slot(last)?);
        if first > last {
            let (first, last) = (first.number(), last.number());
            return Err(format!(
                "ERR start slot number {first} is greater than end slot number {last}"
            )
            .into());
        }
        slots.extend(Slot::all().filter(|slot| (first..=last).contains(slot)));
    }
    Ok(slots)
}

fn change(ctx: &mut Context<'_>, change: Change, slots: &[Slot]) -> Outcome {
    let now = ctx.now;
    let view = ctx.view()?;
    view.change(change, slots)?;
    if view.is_imported(slots) {
        view.imports.cancel("slots configuration updated", now);
    }
    if change == Change::Delete {
        ctx.state.end_shard_channels(|slot| slots.contains(&slot), ctx.now);
    }
    ctx.reply().ok();
    Ok(())
}

pub(super) fn flushslots(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.view()?;
    if ctx.state.database(0, ctx.now).len() > 0 {
        return Err("ERR DB must be empty to perform CLUSTER FLUSHSLOTS.".into());
    }
    let view = ctx.view()?;
    let slots = view.slots_of(Owner::Myself);
    view.flush(Owner::Myself);
    ctx.state.end_shard_channels(|slot| slots.binary_search(&slot).is_ok(), ctx.now);
    ctx.reply().ok();
    Ok(())
}

pub(super) fn setslot(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.view()?;
    let moved = slot(&args[2])?;
    let has_keys = !ctx.keys_in(moved).is_empty();
    let moves_to_itself = ctx.state.profile.cluster.may_migrate_to_itself;
    let view = ctx.view()?;
    if view.is_imported(&[moved]) {
        return Err(format!(
            "ERR Slot {} is currently in an active atomic slot migration. CLUSTER SETSLOT cannot \
             be used at this time. To perform a legacy slot migration instead, first cancel the \
             ongoing task with CLUSTER MIGRATION CANCEL",
            moved.number()
        )
        .into());
    }
    match (args[3].to_ascii_lowercase().as_slice(), args.get(4), args.len()) {
        (b"migrating", Some(node), 5) => {
            let is_here = view.owner(moved) == Owner::Myself;
            if is_here && !moves_to_itself && view.node(node) == Some(Owner::Myself) {
                return Err("ERR Target node is myself".into());
            }
            view.migrate(moved, node)?;
        }
        (b"importing", Some(node), 5) => view.import(moved, node)?,
        (b"stable", None, 4) => view.stabilize(moved),
        (b"node", Some(node), 5) => {
            view.assign(moved, node, has_keys)?;
            ctx.state.end_shard_channels(|slot| slot == moved, ctx.now);
        }
        _ => {
            return Err(
                "ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP"
                    .into(),
            );
        }
    }
    ctx.reply().ok();
    Ok(())
}

pub(super) fn forget(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (node, now) = (&args[2], ctx.now);
    let forgets_again = ctx.state.profile.cluster.forgets_a_node_again;
    let view = ctx.view()?;
    match view.node(node) {
        None if forgets_again && view.has_just_forgotten(node, now) => {
            ctx.reply().ok();
            Ok(())
        }
        Some(Owner::Other(place)) => {
            let slots = view.slots_of(Owner::Other(place));
            if view.imports.active().is_some_and(|import| import.source.as_bytes() == node) {
                view.imports.cancel("node deleted", now);
            }
            view.forget(place, now);
            ctx.state.end_shard_channels(|slot| slots.binary_search(&slot).is_ok(), now);
            ctx.reply().ok();
            Ok(())
        }
        Some(_) => Err("ERR I tried hard but I can't forget myself...".into()),
        None => Err(ErrorReply::quoting("ERR Unknown node ", node, "")),
    }
}

pub(super) fn reset(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.view()?;
    let hard = match args.get(2).map(<[u8]>::to_ascii_lowercase).as_deref() {
        None | Some(b"soft") if args.len() <= 3 => false,
        Some(b"hard") if args.len() == 3 => true,
        _ => return Err("ERR syntax error".into()),
    };
    if ctx.state.database(0, ctx.now).len() > 0 {
        return Err("ERR CLUSTER RESET can't be called with master nodes containing keys".into());
    }
    let (now, port) = (ctx.now, ctx.state.config.port);
    let view = ctx.view()?;
    view.imports.cancel("CLUSTER RESET", now);
    view.reset(hard, now, port);
    ctx.state.end_shard_channels(|_| true, now);
    ctx.reply().ok();
    Ok(())
}

pub(super) fn bumpepoch(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let view = ctx.view()?;
    let what = if view.bump() { "BUMPED" } else { "STILL" };
    let reply = format!("{what} {}", view.own_epoch);
    ctx.reply().simple(&reply);
    Ok(())
}

pub(super) fn set_config_epoch(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.view()?;
    let epoch = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let Ok(epoch) = u64::try_from(epoch) else {
        return Err(format!("ERR Invalid config epoch specified: {epoch}").into());
    };
    ctx.view()?.set_config_epoch(epoch)?;
    ctx.reply().ok();
    Ok(())
}

/// Does nothing, because the embedded server has no cluster configuration file.
pub(super) fn saveconfig(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.view()?;
    ctx.reply().ok();
    Ok(())
}

pub(super) fn slot(word: &[u8]) -> Result<Slot, ErrorReply> {
    let slot = parse_integer(word).and_then(Slot::new);
    slot.ok_or_else(|| "ERR Invalid or out of range slot".into())
}
