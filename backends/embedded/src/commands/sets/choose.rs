//! SPOP, SRANDMEMBER, SSCAN.

use crate::commands::errors::SYNTAX;
use crate::commands::keys::scan::{Scan, ScanOf, parse_cursor, steps};
use crate::commands::random::Choice;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{Set, SmallBytes};
use crate::wire::{Args, Decimal, parse_integer};

pub(super) fn spop(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let mut random = ctx.state.random.fork();
    let Some(count) = args.get(2) else {
        let popped = match ctx.edit::<Set>(key)? {
            Some(set) => set.remove_at(random.usize(..set.len())),
            None => None,
        };
        if popped.is_some() {
            ctx.changed::<Set>(key, "spop");
        }
        ctx.reply().bulk_or_null(popped);
        return Ok(());
    };
    if args.len() > 3 {
        return Err(SYNTAX.into());
    }
    let count = parse_integer(count).and_then(|count| usize::try_from(count).ok());
    let count = count.ok_or("ERR value is out of range, must be positive")?;
    let Some(set) = ctx.edit::<Set>(key)?.filter(|_| count > 0) else {
        ctx.reply().set(0);
        return Ok(());
    };
    let popped = match count >= set.len() {
        true => std::mem::take(set).into_members(),
        false => (0..count).filter_map(|_| set.remove_at(random.usize(..set.len()))).collect(),
    };
    ctx.changed_and::<Set>(key, "spop", popped.len(), |ctx| {
        let mut reply = ctx.reply();
        reply.set(popped.len());
        popped.iter().for_each(|member| _ = reply.bulk(member));
    });
    Ok(())
}

pub(super) fn srandmember(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let mut random = ctx.state.random.fork();
    let Some(count) = args.get(2) else {
        let (set, mut reply) = ctx.read::<Set>(key)?;
        reply.bulk_or_null(set.and_then(|set| set.at(random.usize(..set.len()))));
        return Ok(());
    };
    if args.len() > 3 {
        return Err(SYNTAX.into());
    }
    let choice = Choice::parse(count)?;
    let (set, mut reply) = ctx.read::<Set>(key)?;
    let Some(set) = set else {
        reply.array(0);
        return Ok(());
    };
    reply.array(choice.chosen(set.len()));
    for member in choice.places(set.len(), &mut random).filter_map(|place| set.at(place)) {
        reply.bulk(member);
    }
    Ok(())
}

/// A small set is scanned at once. The scan of a table goes from the last member to the first.
pub(super) fn sscan(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let cursor = parse_cursor(ctx, &args[2])?;
    if ctx.look_up::<Set>(&args[1])?.is_none() {
        ctx.reply().array(2).bulk("0").array(0);
        return Ok(());
    }
    let scan = Scan::parse(ctx, cursor, args.from(3), ScanOf::Members)?;
    let Some(set) = ctx.peek::<Set>(&args[1])? else { return Ok(()) };
    let (next, places) = match set.is_table() {
        true => steps(scan.cursor, scan.count, set.len()),
        false => (0, 0..set.len()),
    };
    let found = places.filter_map(|place| set.at(place)).filter(|member| scan.matches(member));
    let found: Vec<SmallBytes> = found.map(|member| SmallBytes::new(&member)).collect();
    let mut reply = ctx.reply();
    reply.array(2).bulk(Decimal::unsigned(next).as_bytes()).array(found.len());
    found.iter().for_each(|member| _ = reply.bulk(member));
    Ok(())
}
