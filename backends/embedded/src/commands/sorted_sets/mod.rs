//! Sorted sets: ZCARD, ZSCORE, ZMSCORE, ZRANK, ZREVRANK, ZREM.
//!
//! Reading order: [`score`] (how scores are read and shown), [`add`] (ZADD, ZINCRBY), [`bounds`] and
//! [`ranges`] (ZRANGE and all that select by rank, score or member), [`pops`] (also those that wait),
//! [`algebra`] (unions, intersections and differences), [`choose`] (ZRANDMEMBER, ZSCAN).

pub(super) mod add;
mod algebra;
mod bounds;
mod choose;
mod pops;
mod ranges;
pub(super) mod score;

use add::{zadd, zincrby};
use algebra::{zdiff, zdiffstore, zinter, zintercard, zinterstore, zunion, zunionstore};
use choose::{zrandmember, zscan};
use pops::{bzmpop, bzpopmax, bzpopmin, zmpop, zpopmax, zpopmin};
use ranges::{
    zcount, zlexcount, zrange, zrangebylex, zrangebyscore, zrangestore, zremrangebylex,
    zremrangebyrank, zremrangebyscore, zrevrange, zrevrangebylex, zrevrangebyscore,
};

use super::errors::SYNTAX;
use super::{Context, Family, Outcome};
use crate::profile::sorted_sets::SortedSetBehaviour;
use crate::state::keyspace::SortedSet;
use crate::wire::{Args, Protocol, Reply};

pub(crate) const FAMILY: Family = &[
    ("zadd", zadd),
    ("zincrby", zincrby),
    ("zcard", zcard),
    ("zscore", zscore),
    ("zmscore", zmscore),
    ("zrank", zrank),
    ("zrevrank", zrevrank),
    ("zrem", zrem),
    ("zrange", zrange),
    ("zrangestore", zrangestore),
    ("zrangebyscore", zrangebyscore),
    ("zrangebylex", zrangebylex),
    ("zrevrange", zrevrange),
    ("zrevrangebyscore", zrevrangebyscore),
    ("zrevrangebylex", zrevrangebylex),
    ("zcount", zcount),
    ("zlexcount", zlexcount),
    ("zremrangebyrank", zremrangebyrank),
    ("zremrangebyscore", zremrangebyscore),
    ("zremrangebylex", zremrangebylex),
    ("zpopmin", zpopmin),
    ("zpopmax", zpopmax),
    ("zmpop", zmpop),
    ("bzpopmin", bzpopmin),
    ("bzpopmax", bzpopmax),
    ("bzmpop", bzmpop),
    ("zunion", zunion),
    ("zinter", zinter),
    ("zdiff", zdiff),
    ("zunionstore", zunionstore),
    ("zinterstore", zinterstore),
    ("zdiffstore", zdiffstore),
    ("zintercard", zintercard),
    ("zrandmember", zrandmember),
    ("zscan", zscan),
];

impl Context<'_> {
    pub(super) fn sorted_sets(&self) -> &'static SortedSetBehaviour {
        &self.state.profile.sorted_sets
    }

    /// How a list of members is written.
    fn listing(&self, with_scores: bool) -> Listing {
        Listing {
            behaviour: self.sorted_sets(),
            with_scores,
            in_pairs: with_scores && self.client().session.protocol == Protocol::Resp3,
        }
    }
}

/// How a list of members is written: with scores or without. In RESP3 a member and its score are an
/// array.
#[derive(Clone, Copy)]
struct Listing {
    behaviour: &'static SortedSetBehaviour,
    with_scores: bool,
    in_pairs: bool,
}

impl Listing {
    /// Members with scores, each of them an array in both protocols.
    fn in_pairs(ctx: &Context<'_>) -> Self {
        Self { behaviour: ctx.sorted_sets(), with_scores: true, in_pairs: true }
    }

    /// How many items the array of so many members has.
    fn items(self, members: usize) -> usize {
        if self.with_scores && !self.in_pairs { 2 * members } else { members }
    }

    fn write<M: AsRef<[u8]>>(
        self,
        reply: &mut Reply<'_>,
        members: impl IntoIterator<Item = (M, f64)>,
    ) {
        for (member, score) in members {
            if self.in_pairs {
                reply.array(2);
            }
            reply.bulk(member);
            if self.with_scores {
                reply.decimal(&score::shown(score, self.behaviour));
            }
        }
    }
}

fn zcard(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (set, mut reply) = ctx.read::<SortedSet>(&args[1])?;
    reply.count(set.map_or(0, SortedSet::len));
    Ok(())
}

fn zscore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    write_scores(ctx, args, false)
}

fn zmscore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    write_scores(ctx, args, true)
}

fn write_scores(ctx: &mut Context<'_>, args: Args<'_>, as_array: bool) -> Outcome {
    let behaviour = ctx.sorted_sets();
    let (set, mut reply) = ctx.read::<SortedSet>(&args[1])?;
    let members = args.from(2);
    if as_array {
        reply.array(members.len());
    }
    for member in members.iter() {
        match set.and_then(|set| set.score(member)) {
            Some(score) => reply.decimal(&score::shown(score, behaviour)),
            None => reply.null(),
        };
    }
    Ok(())
}

fn zrank(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    rank(ctx, args, "zrank", |rank, _| rank)
}

fn zrevrank(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    rank(ctx, args, "zrevrank", |rank, len| len - 1 - rank)
}

fn rank(
    ctx: &mut Context<'_>,
    args: Args<'_>,
    command: &str,
    counted: fn(usize, usize) -> usize,
) -> Outcome {
    let member = &args[2];
    let with_score = match args.get(3) {
        None => false,
        Some(_) if args.len() > 4 => {
            return Err(format!("ERR wrong number of arguments for '{command}' command").into());
        }
        Some(word) if word.eq_ignore_ascii_case(b"withscore") => true,
        Some(_) => return Err(SYNTAX.into()),
    };
    let behaviour = ctx.sorted_sets();
    let (set, mut reply) = ctx.read::<SortedSet>(&args[1])?;
    let found =
        set.and_then(|set| Some((counted(set.rank(member)?, set.len()), set.score(member)?)));
    match (found, with_score) {
        (None, false) => reply.null(),
        (None, true) => reply.null_array(),
        (Some((rank, _)), false) => reply.count(rank),
        (Some((rank, score)), true) => {
            reply.array(2).count(rank).decimal(&score::shown(score, behaviour))
        }
    };
    Ok(())
}

fn zrem(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let set = ctx.edit::<SortedSet>(key)?;
    let removed = set
        .map_or(0, |set| args.from(2).iter().filter(|member| set.remove(member).is_some()).count());
    if removed > 0 {
        ctx.changed_by::<SortedSet>(key, "zrem", removed);
    }
    ctx.reply().count(removed);
    Ok(())
}
