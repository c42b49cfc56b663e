//! ZRANDMEMBER, ZSCAN.

use super::score::scanned;
use crate::commands::errors::SYNTAX;
use crate::commands::keys::scan::{Scan, ScanOf, parse_cursor, steps};
use crate::commands::random::Choice;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::SortedSet;
use crate::wire::{Args, Decimal};

/// If all members are chosen, they come in descending order.
pub(super) fn zrandmember(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let mut random = ctx.state.random.fork();
    let Some(count) = args.get(2) else {
        let (set, mut reply) = ctx.read::<SortedSet>(key)?;
        let member = set.and_then(|set| {
            let rank = random.usize(..set.len());
            set.range(rank..rank + 1, false).next()
        });
        reply.bulk_or_null(member.map(|(member, _)| member));
        return Ok(());
    };
    let mut choice = Choice::parse(count)?;
    let with_scores = match args.get(3) {
        None => false,
        Some(word) if args.len() == 4 && word.eq_ignore_ascii_case(b"withscores") => true,
        Some(_) => return Err(SYNTAX.into()),
    };
    if with_scores {
        choice = choice.of_pairs()?;
    }
    let listing = ctx.listing(with_scores);
    let (set, mut reply) = ctx.read::<SortedSet>(key)?;
    let Some(set) = set else {
        reply.array(0);
        return Ok(());
    };
    let last = set.len() - 1;
    let ranks = choice.places(set.len(), &mut random).map(|place| last - place);
    reply.array(listing.items(choice.chosen(set.len())));
    listing.write(&mut reply, ranks.filter_map(|rank| set.range(rank..rank + 1, false).next()));
    Ok(())
}

/// A small sorted set is scanned at once and in order. The scan of a skip list goes from the last
/// place to the first.
pub(super) fn zscan(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let cursor = parse_cursor(ctx, &args[2])?;
    if ctx.look_up::<SortedSet>(&args[1])?.is_none() {
        ctx.reply().array(2).bulk("0").array(0);
        return Ok(());
    }
    let scan = Scan::parse(ctx, cursor, args.from(3), ScanOf::Members)?;
    let behaviour = ctx.sorted_sets();
    let Some(set) = ctx.peek::<SortedSet>(&args[1])? else { return Ok(()) };
    let is_skiplist = set.is_skiplist();
    let (next, members): (u64, Vec<_>) = match is_skiplist {
        true => {
            let (next, places) = steps(scan.cursor, scan.count, set.places());
            (next, places.filter_map(|place| set.at(place)).collect())
        }
        false => (0, set.iter().collect()),
    };
    let found = members.into_iter().filter(|(member, _)| scan.matches(member));
    let found: Vec<_> = found
        .map(|(member, score)| (member.clone(), scanned(score, is_skiplist, behaviour)))
        .collect();
    let mut reply = ctx.reply();
    reply.array(2).bulk(Decimal::unsigned(next).as_bytes()).array(2 * found.len());
    for (member, score) in found {
        reply.bulk(member).bulk(score);
    }
    Ok(())
}
