//! GEOSEARCH, GEOSEARCHSTORE, GEORADIUS, GEORADIUSBYMEMBER and their variants that only read.

use super::options::{Form, Options, Request, Start, Stores};
use super::search::{Found, Search};
use super::write_position;
use crate::commands::{Context, Outcome};
use crate::state::config::Events;
use crate::state::keyspace::SortedSet;
use crate::wire::{Args, ErrorReply};

pub(super) fn geosearch(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let form = Form { command: "GEOSEARCH", start: Start::Options, stores: Stores::Never };
    search(ctx, form, &args[1], args.from(2))
}

pub(super) fn geosearchstore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let form = Form { command: "GEOSEARCHSTORE", start: Start::Options, stores: Stores::Always };
    let Request { search, options } = Request::parse(ctx, form, &args[2], args.from(3))?;
    let found = find(ctx, &args[2], &search, &options)?;
    store(ctx, &args[1], found, &options, "geosearchstore");
    Ok(())
}

pub(super) fn georadius(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    radius(ctx, args, Start::Position, Stores::WhenTold)
}

pub(super) fn georadius_ro(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    radius(ctx, args, Start::Position, Stores::Never)
}

pub(super) fn georadiusbymember(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    radius(ctx, args, Start::Member, Stores::WhenTold)
}

pub(super) fn georadiusbymember_ro(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    radius(ctx, args, Start::Member, Stores::Never)
}

fn radius(ctx: &mut Context<'_>, args: Args<'_>, start: Start, stores: Stores) -> Outcome {
    search(ctx, Form { command: "GEORADIUS", start, stores }, &args[1], args.from(2))
}

/// Searches, and replies with what was found, or stores it.
fn search(ctx: &mut Context<'_>, form: Form, source: &[u8], words: Args<'_>) -> Outcome {
    let Request { search, options } = Request::parse(ctx, form, source, words)?;
    let found = find(ctx, source, &search, &options)?;
    match options.target {
        Some(target) => store(ctx, target, found, &options, "georadiusstore"),
        None => reply(ctx, &found, &options),
    }
    Ok(())
}

/// The members that were asked for, in their order.
fn find(
    ctx: &mut Context<'_>,
    source: &[u8],
    search: &Search,
    options: &Options<'_>,
) -> Result<Vec<Found>, ErrorReply> {
    let at_centre = ctx.geo().measures_width_at_centre;
    let most = options.count.filter(|_| options.any).unwrap_or(usize::MAX);
    let set = ctx.peek::<SortedSet>(source)?;
    let mut found = set.map(|set| search.members(set, at_centre, most)).unwrap_or_default();
    let takes_nearest = options.count.is_some() && !options.any;
    if let Some(ascending) = options.ascending.or(takes_nearest.then_some(true)) {
        found.sort_by(|one, other| one.distance.total_cmp(&other.distance));
        if !ascending {
            found.reverse();
        }
    }
    found.truncate(options.count.unwrap_or(usize::MAX));
    Ok(found)
}

fn store(ctx: &mut Context<'_>, key: &[u8], found: Vec<Found>, options: &Options<'_>, event: &str) {
    let mut set = SortedSet::default();
    for it in found {
        let distance = options.unit.of(it.distance);
        set.insert(&it.member, if options.stores_distances { distance } else { it.score });
    }
    let stored = ctx.replace_sorted_set(key, set);
    if stored > 0 {
        // The key counts for one of its members.
        ctx.count_changes(stored - 1);
        ctx.notify(Events::SORTED_SET, event, key);
    }
    ctx.reply().count(stored);
}

fn reply(ctx: &mut Context<'_>, found: &[Found], options: &Options<'_>) {
    let behaviour = ctx.geo();
    let details = [options.with_distance, options.with_hash, options.with_position];
    let details = details.into_iter().filter(|it| *it).count();
    let mut reply = ctx.reply();
    reply.array(found.len());
    for it in found {
        if details > 0 {
            reply.array(1 + details);
        }
        reply.bulk(&it.member);
        if options.with_distance {
            reply.bulk(options.unit.shown(it.distance));
        }
        if options.with_hash {
            reply.integer(it.score as i64);
        }
        if options.with_position {
            write_position(&mut reply, it.position(), behaviour);
        }
    }
}
