//! Who serves which slots changes.

use super::{NO_INTEGER, Outcome};
use crate::cluster::{Change, Owner, Slot};
use crate::command::Turn;
use crate::wire::{Args, ErrorReply, parse_integer};

pub(in crate::command) fn addslots(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let slots = listed(turn, args)?;
    change(turn, Change::Add, &slots)
}

pub(in crate::command) fn delslots(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let slots = listed(turn, args)?;
    change(turn, Change::Delete, &slots)
}

pub(in crate::command) fn addslotsrange(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let slots = ranges(turn, args, "addslotsrange")?;
    change(turn, Change::Add, &slots)
}

pub(in crate::command) fn delslotsrange(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let slots = ranges(turn, args, "delslotsrange")?;
    change(turn, Change::Delete, &slots)
}

fn listed(turn: &mut Turn<'_>, args: Args<'_>) -> Result<Vec<Slot>, ErrorReply> {
    turn.view()?;
    args.from(2).iter().map(slot).collect()
}

fn ranges(turn: &mut Turn<'_>, args: Args<'_>, name: &str) -> Result<Vec<Slot>, ErrorReply> {
    turn.view()?;
    let words = args.from(2);
    if !words.len().is_multiple_of(2) {
        return Err(format!("ERR wrong number of arguments for 'cluster|{name}' command").into());
    }
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

fn change(turn: &mut Turn<'_>, change: Change, slots: &[Slot]) -> Outcome {
    turn.view()?.change(change, slots)?;
    if change == Change::Delete {
        turn.world.end_shard_channels(|slot| slots.contains(&slot), turn.now);
    }
    turn.reply().ok();
    Ok(())
}

pub(in crate::command) fn flushslots(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    turn.view()?;
    if turn.world.database(0, turn.now).len() > 0 {
        return Err("ERR DB must be empty to perform CLUSTER FLUSHSLOTS.".into());
    }
    let view = turn.view()?;
    let gone = view.slots_of(Owner::Here);
    view.flush(Owner::Here);
    turn.world.end_shard_channels(|slot| gone.binary_search(&slot).is_ok(), turn.now);
    turn.reply().ok();
    Ok(())
}

pub(in crate::command) fn setslot(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    turn.view()?;
    let moved = slot(&args[2])?;
    let has_keys = !turn.keys_in(moved).is_empty();
    let moves_to_itself = turn.world.profile.cluster.migrates_to_itself;
    let view = turn.view()?;
    match (args[3].to_ascii_lowercase().as_slice(), args.get(4), args.len()) {
        (b"migrating", Some(node), 5) => {
            let is_here = view.owner(moved) == Owner::Here;
            if is_here && !moves_to_itself && view.node(node) == Some(Owner::Here) {
                return Err("ERR Target node is myself".into());
            }
            view.migrate(moved, node)?;
        }
        (b"importing", Some(node), 5) => view.import(moved, node)?,
        (b"stable", None, 4) => view.hold(moved),
        (b"node", Some(node), 5) => {
            view.give(moved, node, has_keys)?;
            turn.world.end_shard_channels(|slot| slot == moved, turn.now);
        }
        _ => {
            return Err(
                "ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP"
                    .into(),
            );
        }
    }
    turn.reply().ok();
    Ok(())
}

pub(in crate::command) fn forget(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let node = &args[2];
    let view = turn.view()?;
    match view.node(node) {
        Some(Owner::There(place)) => {
            let gone = view.slots_of(Owner::There(place));
            view.forget(place);
            turn.world.end_shard_channels(|slot| gone.binary_search(&slot).is_ok(), turn.now);
            turn.reply().ok();
            Ok(())
        }
        Some(_) => Err("ERR I tried hard but I can't forget myself...".into()),
        None => Err(ErrorReply::quoting("ERR Unknown node ", node, "")),
    }
}

pub(in crate::command) fn reset(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    turn.view()?;
    let hard = match args.get(2).map(<[u8]>::to_ascii_lowercase).as_deref() {
        None | Some(b"soft") if args.len() <= 3 => false,
        Some(b"hard") if args.len() == 3 => true,
        _ => return Err("ERR syntax error".into()),
    };
    if turn.world.database(0, turn.now).len() > 0 {
        return Err("ERR CLUSTER RESET can't be called with master nodes containing keys".into());
    }
    let (now, port) = (turn.now, turn.world.config.port);
    turn.view()?.reset(hard, now, port);
    turn.world.end_shard_channels(|_| true, now);
    turn.reply().ok();
    Ok(())
}

pub(in crate::command) fn bumpepoch(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    let view = turn.view()?;
    let what = if view.bump() { "BUMPED" } else { "STILL" };
    let answer = format!("{what} {}", view.own_epoch);
    turn.reply().simple(&answer);
    Ok(())
}

pub(in crate::command) fn set_config_epoch(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    turn.view()?;
    let epoch = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let Ok(epoch) = u64::try_from(epoch) else {
        return Err(format!("ERR Invalid config epoch specified: {epoch}").into());
    };
    turn.view()?.begin_epoch(epoch)?;
    turn.reply().ok();
    Ok(())
}

/// There is no file that it could be written to, and nothing that a restart would read.
pub(in crate::command) fn saveconfig(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    turn.view()?;
    turn.reply().ok();
    Ok(())
}

fn slot(word: &[u8]) -> Result<Slot, ErrorReply> {
    let slot = parse_integer(word).and_then(Slot::new);
    slot.ok_or_else(|| "ERR Invalid or out of range slot".into())
}
