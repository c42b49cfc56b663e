//! SUBSCRIBE, PUBLISH, PUBSUB and the related commands.

use super::{Context, Family, Outcome};
use crate::glob;
use crate::state::pubsub::{Kind, Name};
use crate::wire::Args;

pub(crate) const FAMILY: Family = &[
    ("subscribe", subscribe),
    ("unsubscribe", unsubscribe),
    ("psubscribe", psubscribe),
    ("punsubscribe", punsubscribe),
    ("publish", publish),
    ("ssubscribe", ssubscribe),
    ("sunsubscribe", sunsubscribe),
    ("spublish", spublish),
    ("pubsub|channels", channels),
    ("pubsub|numpat", numpat),
    ("pubsub|numsub", numsub),
    ("pubsub|shardchannels", shardchannels),
    ("pubsub|shardnumsub", shardnumsub),
    ("pubsub|help", help),
];

fn subscribe(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    subscribe_to(ctx, Kind::Channel, args)
}

fn psubscribe(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    subscribe_to(ctx, Kind::Pattern, args)
}

/// Unlike SUBSCRIBE and PSUBSCRIBE, SSUBSCRIBE fails in a transaction.
fn ssubscribe(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if ctx.in_transaction {
        return Err("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client".into());
    }
    subscribe_to(ctx, Kind::Shard, args)
}

fn unsubscribe(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    unsubscribe_from(ctx, Kind::Channel, args)
}

fn punsubscribe(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    unsubscribe_from(ctx, Kind::Pattern, args)
}

fn sunsubscribe(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    unsubscribe_from(ctx, Kind::Shard, args)
}

/// Confirms every argument separately, even if the client is already subscribed to it.
fn subscribe_to(ctx: &mut Context<'_>, kind: Kind, args: Args<'_>) -> Outcome {
    for name in args.iter().skip(1) {
        ctx.state.subscribe(kind, name, ctx.me);
        confirm(ctx, kind, kind.subscribed(), Some(name));
    }
    Ok(())
}

/// Confirms every argument separately, even if the client is not subscribed to it. Without
/// arguments it ends all subscriptions of this kind. If there are none, it confirms a null once.
fn unsubscribe_from(ctx: &mut Context<'_>, kind: Kind, args: Args<'_>) -> Outcome {
    let names: Vec<Name> = match args.len() {
        1 => ctx.client().session.subscriptions.names(kind),
        _ => args.iter().skip(1).map(Name::from).collect(),
    };
    for name in &names {
        ctx.state.unsubscribe(kind, name, ctx.me);
        confirm(ctx, kind, kind.unsubscribed(), Some(name));
    }
    if names.is_empty() {
        confirm(ctx, kind, kind.unsubscribed(), None);
    }
    Ok(())
}

fn confirm(ctx: &mut Context<'_>, kind: Kind, what: &str, name: Option<&[u8]>) {
    let count = ctx.client().session.subscriptions.confirmed(kind);
    ctx.confirm().push(3).bulk(what).bulk_or_null(name).count(count);
}

fn publish(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    send(ctx, Kind::Channel, args)
}

fn spublish(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    send(ctx, Kind::Shard, args)
}

fn send(ctx: &mut Context<'_>, kind: Kind, args: Args<'_>) -> Outcome {
    let deliveries = ctx.state.publish(kind, &args[1], &args[2], ctx.now);
    ctx.reply().count(deliveries);
    Ok(())
}

fn channels(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    list(ctx, Kind::Channel, args)
}

fn shardchannels(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    list(ctx, Kind::Shard, args)
}

fn list(ctx: &mut Context<'_>, kind: Kind, args: Args<'_>) -> Outcome {
    if args.len() > 3 {
        return Err((ctx.state.profile.errors.wrong_number_for_subcommand)(&args[1], "PUBSUB"));
    }
    let max_stars = ctx.state.profile.max_stars;
    let matches = |pattern: &[u8], name: &Name| glob::matches_with(max_stars, pattern, name);
    let wanted = |name: &Name| args.get(2).is_none_or(|pattern| matches(pattern, name));
    let names: Vec<Name> =
        ctx.state.pubsub.names(kind).filter(|name| wanted(name)).map(Name::clone).collect();
    let mut reply = ctx.deferred_array(names.len());
    for name in &names {
        reply.bulk(name);
    }
    Ok(())
}

fn numsub(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    count(ctx, Kind::Channel, args)
}

fn shardnumsub(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    count(ctx, Kind::Shard, args)
}

/// The reply is a flat array, even in RESP3, where one would expect a map.
fn count(ctx: &mut Context<'_>, kind: Kind, args: Args<'_>) -> Outcome {
    let names = args.from(2);
    ctx.reply().array(names.len() * 2);
    for name in names.iter() {
        let subscribers = ctx.state.pubsub.subscribers(kind, name).len();
        ctx.reply().bulk(name).count(subscribers);
    }
    Ok(())
}

/// Counts unique patterns, not subscriptions.
fn numpat(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let patterns = ctx.state.pubsub.len(Kind::Pattern);
    ctx.reply().count(patterns);
    Ok(())
}

fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.pubsub);
    Ok(())
}
