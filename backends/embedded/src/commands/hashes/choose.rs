//! HRANDFIELD, HSCAN.

use crate::commands::errors::SYNTAX;
use crate::commands::keys::scan::{Scan, ScanOf, parse_cursor, steps};
use crate::commands::random::Choice;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::Hash;
use crate::wire::{Args, Decimal, Protocol};

pub(super) fn hrandfield(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let Some(count) = args.get(2) else {
        let len = ctx.look_up::<Hash>(key)?.map_or(0, Hash::len);
        let place = (len > 0).then(|| ctx.state.random.usize(..len));
        let hash = ctx.peek::<Hash>(key)?;
        let field = hash.zip(place).and_then(|(hash, place)| hash.at(place));
        let field = field.map(|(field, _)| field.clone());
        ctx.reply().bulk_or_null(field);
        return Ok(());
    };
    let mut choice = Choice::parse(count)?;
    let with_values = match args.get(3) {
        None => false,
        Some(word) if args.len() == 4 && word.eq_ignore_ascii_case(b"withvalues") => true,
        Some(_) => return Err(SYNTAX.into()),
    };
    if with_values {
        choice = choice.of_pairs()?;
    }
    let in_pairs = with_values && ctx.client().session.protocol == Protocol::Resp3;
    let mut random = ctx.state.random.fork();
    let (hash, mut reply) = ctx.read::<Hash>(key)?;
    let Some(hash) = hash else {
        reply.array(0);
        return Ok(());
    };
    let chosen = choice.chosen(hash.len());
    reply.array(if with_values && !in_pairs { 2 * chosen } else { chosen });
    for (field, value) in choice.places(hash.len(), &mut random).filter_map(|place| hash.at(place))
    {
        if in_pairs {
            reply.array(2);
        }
        reply.bulk(field);
        if with_values {
            reply.bulk(value);
        }
    }
    Ok(())
}

/// A packed hash is scanned at once. That of a table goes from the last field to the first.
pub(super) fn hscan(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let cursor = parse_cursor(ctx, &args[2])?;
    if ctx.look_up::<Hash>(&args[1])?.is_none() {
        ctx.reply().array(2).bulk("0").array(0);
        return Ok(());
    }
    let scan = Scan::parse(ctx, cursor, args.from(3), ScanOf::Hash)?;
    let Some(hash) = ctx.peek::<Hash>(&args[1])? else { return Ok(()) };
    let (next, places) = match hash.is_table() {
        true => steps(scan.cursor, scan.count, hash.len()),
        false => (0, 0..hash.len()),
    };
    let found = places.filter_map(|place| hash.at(place));
    let found = found.filter(|(field, _)| scan.matches(field));
    let found: Vec<_> = found.map(|(field, value)| (field.clone(), value.clone())).collect();
    let mut reply = ctx.reply();
    let items = if scan.names_only { found.len() } else { 2 * found.len() };
    reply.array(2).bulk(Decimal::unsigned(next).as_bytes()).array(items);
    for (field, value) in found {
        reply.bulk(field);
        if !scan.names_only {
            reply.bulk(value);
        }
    }
    Ok(())
}
