//! SUBSCRIBE, PUBLISH, PUBSUB and their kin.

use super::Turn;
use crate::glob;
use crate::hub::{Kind, Name};
use crate::wire::{Args, ErrorReply};

type Outcome = Result<(), ErrorReply>;

pub(super) fn subscribe(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    join(turn, Kind::Channel, args)
}

pub(super) fn psubscribe(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    join(turn, Kind::Pattern, args)
}

/// Unlike its siblings not welcome in a transaction.
pub(super) fn ssubscribe(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    if turn.in_transaction {
        return Err("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client".into());
    }
    join(turn, Kind::Shard, args)
}

pub(super) fn unsubscribe(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    leave(turn, Kind::Channel, args)
}

pub(super) fn punsubscribe(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    leave(turn, Kind::Pattern, args)
}

pub(super) fn sunsubscribe(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    leave(turn, Kind::Shard, args)
}

/// Every argument is confirmed by itself, also one that was subscribed to already.
fn join(turn: &mut Turn<'_>, kind: Kind, args: Args<'_>) -> Outcome {
    for name in args.iter().skip(1) {
        turn.world.subscribe(kind, name, turn.me);
        confirm(turn, kind, kind.subscribed(), Some(name));
    }
    Ok(())
}

/// Every argument is confirmed by itself, also one that was not subscribed to. Without arguments
/// everything of this kind ends, and if there is nothing, that is confirmed once, with a null.
fn leave(turn: &mut Turn<'_>, kind: Kind, args: Args<'_>) -> Outcome {
    let names: Vec<Name> = match args.len() {
        1 => turn.client().session.subscriptions.names(kind),
        _ => args.iter().skip(1).map(Name::from).collect(),
    };
    for name in &names {
        turn.world.unsubscribe(kind, name, turn.me);
        confirm(turn, kind, kind.unsubscribed(), Some(name));
    }
    if names.is_empty() {
        confirm(turn, kind, kind.unsubscribed(), None);
    }
    Ok(())
}

fn confirm(turn: &mut Turn<'_>, kind: Kind, what: &str, name: Option<&[u8]>) {
    let count = turn.client().session.subscriptions.confirmed(kind);
    turn.confirm().push(3).bulk(what).bulk_or_null(name).count(count);
}

pub(super) fn publish(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    send(turn, Kind::Channel, args)
}

pub(super) fn spublish(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    send(turn, Kind::Shard, args)
}

fn send(turn: &mut Turn<'_>, kind: Kind, args: Args<'_>) -> Outcome {
    let deliveries = turn.world.publish(kind, &args[1], &args[2], turn.now);
    turn.reply().count(deliveries);
    Ok(())
}

pub(super) fn channels(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    list(turn, Kind::Channel, args)
}

pub(super) fn shardchannels(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    list(turn, Kind::Shard, args)
}

fn list(turn: &mut Turn<'_>, kind: Kind, args: Args<'_>) -> Outcome {
    if args.len() > 3 {
        return Err((turn.world.profile.words.wrong_number_for_subcommand)(&args[1], "PUBSUB"));
    }
    let most_stars = turn.world.profile.most_stars;
    let matches = |pattern: &[u8], name: &Name| glob::matches_with(most_stars, pattern, name);
    let wanted = |name: &Name| args.get(2).is_none_or(|pattern| matches(pattern, name));
    let names: Vec<Name> =
        turn.world.hub.names(kind).filter(|name| wanted(name)).map(Name::clone).collect();
    let mut reply = turn.open_array(names.len());
    for name in &names {
        reply.bulk(name);
    }
    Ok(())
}

pub(super) fn numsub(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    count(turn, Kind::Channel, args)
}

pub(super) fn shardnumsub(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    count(turn, Kind::Shard, args)
}

/// A flat array in RESP3 too, where a map would be expected.
fn count(turn: &mut Turn<'_>, kind: Kind, args: Args<'_>) -> Outcome {
    let names = args.from(2);
    turn.reply().array(names.len() * 2);
    for name in names.iter() {
        let listeners = turn.world.hub.listeners(kind, name).len();
        turn.reply().bulk(name).count(listeners);
    }
    Ok(())
}

/// Unique patterns, not subscriptions.
pub(super) fn numpat(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    let patterns = turn.world.hub.len(Kind::Pattern);
    turn.reply().count(patterns);
    Ok(())
}

pub(super) fn help(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    turn.reply_help(turn.world.profile.help.pubsub);
    Ok(())
}
