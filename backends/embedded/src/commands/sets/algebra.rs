//! SINTER, SUNION, SDIFF, their stores, SINTERCARD, SUNIONCARD, SDIFFCARD.

use crate::commands::errors::SYNTAX;
use crate::commands::several_keys::number_of_keys;
use crate::commands::{Context, Outcome};
use crate::state::config::{EncodingLimits, Events};
use crate::state::keyspace::{DataType, Lifetime, Set};
use crate::wire::{Args, ErrorReply, parse_integer};

/// How sets are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Intersection,
    Union,
    Difference,
}

pub(super) fn sinter(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    reply(ctx, args, Operation::Intersection)
}

pub(super) fn sunion(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    reply(ctx, args, Operation::Union)
}

pub(super) fn sdiff(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    reply(ctx, args, Operation::Difference)
}

fn reply(ctx: &mut Context<'_>, args: Args<'_>, operation: Operation) -> Outcome {
    let result = operation.read(ctx, args.from(1), usize::MAX)?;
    let mut reply = ctx.reply();
    reply.set(result.len());
    result.iter().for_each(|member| _ = reply.bulk(member));
    Ok(())
}

pub(super) fn sinterstore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    store(ctx, args, Operation::Intersection, "sinterstore")
}

pub(super) fn sunionstore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    store(ctx, args, Operation::Union, "sunionstore")
}

pub(super) fn sdiffstore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    store(ctx, args, Operation::Difference, "sdiffstore")
}

fn store(ctx: &mut Context<'_>, args: Args<'_>, operation: Operation, event: &str) -> Outcome {
    let target = &args[1];
    let sources = args.from(2);
    for key in sources.iter() {
        ctx.look_up_to_copy::<Set>(key)?;
    }
    let result = operation.run(ctx, sources, usize::MAX);
    let stored = result.len();
    if stored == 0 {
        // Without a source there is nothing to intersect, and servers delete before they reply.
        let lacks_source = sources.iter().any(|key| !ctx.database().contains(key));
        if operation == Operation::Intersection && lacks_source {
            ctx.delete(target);
        }
        ctx.reply().count(0);
        ctx.delete(target);
        return Ok(());
    }
    ctx.replace(target, result.into_value(), Lifetime::Endless);
    ctx.reply().count(stored);
    ctx.notify(Events::SET, event, target);
    Ok(())
}

pub(super) fn sintercard(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    count(ctx, args, Operation::Intersection)
}

pub(super) fn sunioncard(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    count(ctx, args, Operation::Union)
}

pub(super) fn sdiffcard(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    count(ctx, args, Operation::Difference)
}

/// Counts the members of the result, up to a limit.
fn count(ctx: &mut Context<'_>, args: Args<'_>, operation: Operation) -> Outcome {
    const LIMIT: &str = "ERR LIMIT can't be negative";
    let number = number_of_keys(&args[1])?;
    let words = args.from(2);
    if number > words.len() {
        return Err("ERR Number of keys can't be greater than number of args".into());
    }
    let mut options = words.from(number);
    let mut limit = 0;
    while let Some(option) = options.get(0) {
        match (option.to_ascii_lowercase().as_slice(), options.get(1)) {
            (b"limit", Some(word)) => {
                let word = parse_integer(word).and_then(|limit| usize::try_from(limit).ok());
                limit = word.ok_or(LIMIT)?;
                options = options.from(2);
            }
            (b"approx", _) if operation == Operation::Union => options = options.from(1),
            _ => return Err(SYNTAX.into()),
        }
    }
    let most = if limit == 0 { usize::MAX } else { limit };
    let result = operation.read(ctx, words.up_to(number), most)?;
    ctx.reply().count(result.len());
    Ok(())
}

impl Operation {
    /// Reads the keys, and returns the members of the result, as soon as there are `most`.
    fn read(self, ctx: &mut Context<'_>, keys: Args<'_>, most: usize) -> Result<Set, ErrorReply> {
        for key in keys.iter() {
            ctx.look_up::<Set>(key)?;
        }
        Ok(self.run(ctx, keys, most))
    }

    /// The members of the result, as soon as there are `most`. All keys are sets.
    fn run(self, ctx: &mut Context<'_>, keys: Args<'_>, most: usize) -> Set {
        let limits = ctx.state.config.encodings;
        let packs = ctx.state.profile.encodings.packs_sets;
        let database = &*ctx.database();
        let sets = keys.iter().map(|key| database.get(key).and_then(Set::of));
        let mut result = match self {
            Self::Intersection => {
                let mut sets = sets.collect::<Option<Vec<_>>>().unwrap_or_default();
                sets.sort_by_key(|set| set.len());
                intersection(&sets, most, &limits)
            }
            Self::Union => {
                let mut result = Set::default();
                let members = sets.flatten().flat_map(Set::iter);
                add_up_to(&mut result, members, most, &limits);
                result
            }
            Self::Difference => {
                let sets: Vec<_> = sets.collect();
                difference(&sets, most, &limits)
            }
        };
        if packs {
            result.pack_integers(&limits);
        }
        result
    }
}

/// The members of the first set that are in all others.
fn intersection(sets: &[&Set], most: usize, limits: &EncodingLimits) -> Set {
    let mut result = Set::default();
    if let [smallest, others @ ..] = sets {
        let members = smallest.iter();
        let members = members.filter(|member| others.iter().all(|set| set.contains(member)));
        add_up_to(&mut result, members, most, limits);
    }
    result
}

/// The members of the first set that are in no other.
fn difference(sets: &[Option<&Set>], most: usize, limits: &EncodingLimits) -> Set {
    let mut result = Set::default();
    if let [Some(first), others @ ..] = sets {
        let is_left =
            |member: &[u8]| !others.iter().flatten().any(|set: &&Set| set.contains(member));
        let members = first.iter().filter(|member| is_left(member));
        add_up_to(&mut result, members, most, limits);
    }
    result
}

fn add_up_to<M: AsRef<[u8]>>(
    result: &mut Set,
    members: impl Iterator<Item = M>,
    most: usize,
    limits: &EncodingLimits,
) {
    for member in members {
        if result.len() >= most {
            return;
        }
        result.add(member.as_ref(), limits);
    }
}
