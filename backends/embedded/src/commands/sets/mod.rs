//! Sets: SADD, SREM, SMOVE, SISMEMBER, SMISMEMBER, SCARD, SMEMBERS.
//!
//! [`algebra`] has unions, intersections and differences, [`choose`] SPOP, SRANDMEMBER and SSCAN.

mod algebra;
mod choose;

use algebra::{
    sdiff, sdiffcard, sdiffstore, sinter, sintercard, sinterstore, sunion, sunioncard, sunionstore,
};
use choose::{spop, srandmember, sscan};

use super::{Context, Family, Outcome};
use crate::state::keyspace::Set;
use crate::wire::Args;

pub(crate) const FAMILY: Family = &[
    ("sadd", sadd),
    ("srem", srem),
    ("smove", smove),
    ("sismember", sismember),
    ("smismember", smismember),
    ("scard", scard),
    ("smembers", smembers),
    ("sinter", sinter),
    ("sunion", sunion),
    ("sdiff", sdiff),
    ("sinterstore", sinterstore),
    ("sunionstore", sunionstore),
    ("sdiffstore", sdiffstore),
    ("sintercard", sintercard),
    ("sunioncard", sunioncard),
    ("sdiffcard", sdiffcard),
    ("spop", spop),
    ("srandmember", srandmember),
    ("sscan", sscan),
];

fn sadd(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, members) = (&args[1], args.from(2));
    let limits = ctx.state.config.encodings;
    let expects = ctx.state.profile.encodings.packs_sets;
    let set = ctx.edit_or_create::<Set>(key)?;
    if expects {
        set.expect(members.len(), &members[0], &limits);
    }
    let added = members.iter().filter(|member| set.add(member, &limits)).count();
    if added > 0 {
        ctx.changed_by::<Set>(key, "sadd", added);
    }
    ctx.reply().count(added);
    Ok(())
}

fn srem(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let set = ctx.edit::<Set>(key)?;
    let removed =
        set.map_or(0, |set| args.from(2).iter().filter(|member| set.remove(member)).count());
    if removed > 0 {
        ctx.changed_by::<Set>(key, "srem", removed);
    }
    ctx.reply().count(removed);
    Ok(())
}

/// The target's type is only checked if the source is there.
fn smove(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (source, target, member) = (&args[1], &args[2], &args[3]);
    let limits = ctx.state.config.encodings;
    if ctx.edit::<Set>(source)?.is_none() {
        ctx.reply().count(0);
        return Ok(());
    }
    ctx.check_type::<Set>(target)?;
    if source == target {
        let is_member = ctx.peek::<Set>(source)?.is_some_and(|set| set.contains(member));
        ctx.reply().count(is_member.into());
        return Ok(());
    }
    let moves = ctx.edit::<Set>(source)?.is_some_and(|set| set.remove(member));
    if moves {
        ctx.changed::<Set>(source, "srem");
        if ctx.edit_or_create::<Set>(target)?.add(member, &limits) {
            ctx.changed::<Set>(target, "sadd");
        }
    }
    ctx.reply().count(moves.into());
    Ok(())
}

fn sismember(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (set, mut reply) = ctx.read::<Set>(&args[1])?;
    reply.count(set.is_some_and(|set| set.contains(&args[2])).into());
    Ok(())
}

fn smismember(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (set, mut reply) = ctx.read::<Set>(&args[1])?;
    let members = args.from(2);
    reply.array(members.len());
    for member in members.iter() {
        reply.count(set.is_some_and(|set| set.contains(member)).into());
    }
    Ok(())
}

fn scard(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (set, mut reply) = ctx.read::<Set>(&args[1])?;
    reply.count(set.map_or(0, Set::len));
    Ok(())
}

fn smembers(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (set, mut reply) = ctx.read::<Set>(&args[1])?;
    reply.set(set.map_or(0, Set::len));
    set.iter().flat_map(|set| set.iter()).for_each(|member| _ = reply.bulk(member));
    Ok(())
}
