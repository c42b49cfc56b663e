//! ZUNION, ZINTER, ZDIFF, their stores, ZINTERCARD. A set takes part like a sorted set whose scores
//! are all one.

use super::score::parse_score;
use crate::commands::errors::{NO_INTEGER, SYNTAX, WRONG_TYPE};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{Database, Set, SmallBytes, SortedSet, Value};
use crate::wire::{Args, ErrorReply, parse_integer};

/// How sorted sets are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Union,
    Intersection,
    Difference,
}

/// How the scores of a member become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aggregate {
    Sum,
    Min,
    Max,
    /// Each key counts its weight, whatever the score.
    Count,
}

/// The use that a command makes of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    List,
    Store,
    Count,
}

/// The options behind the keys.
struct Options {
    weights: Vec<f64>,
    aggregate: Aggregate,
    with_scores: bool,
    most: usize,
}

/// One of the keys to combine.
#[derive(Clone, Copy)]
enum Source<'d> {
    Missing,
    Set(&'d Set),
    SortedSet(&'d SortedSet),
}

pub(super) fn zunion(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    list(ctx, args, Operation::Union, "zunion")
}

pub(super) fn zinter(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    list(ctx, args, Operation::Intersection, "zinter")
}

pub(super) fn zdiff(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    list(ctx, args, Operation::Difference, "zdiff")
}

fn list(ctx: &mut Context<'_>, args: Args<'_>, operation: Operation, name: &str) -> Outcome {
    let (result, options) = run(ctx, args.from(1), operation, Purpose::List, name)?;
    let listing = ctx.listing(options.with_scores);
    let mut reply = ctx.reply();
    reply.array(listing.items(result.len()));
    listing.write(&mut reply, result.iter());
    Ok(())
}

pub(super) fn zunionstore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    store(ctx, args, Operation::Union, "zunionstore")
}

pub(super) fn zinterstore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    store(ctx, args, Operation::Intersection, "zinterstore")
}

pub(super) fn zdiffstore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    store(ctx, args, Operation::Difference, "zdiffstore")
}

fn store(ctx: &mut Context<'_>, args: Args<'_>, operation: Operation, name: &str) -> Outcome {
    let (result, _) = run(ctx, args.from(2), operation, Purpose::Store, name)?;
    ctx.store_sorted_set(&args[1], result, name);
    Ok(())
}

pub(super) fn zintercard(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let operation = Operation::Intersection;
    let (result, _) = run(ctx, args.from(1), operation, Purpose::Count, "zintercard")?;
    ctx.reply().count(result.len());
    Ok(())
}

/// Combines keys; `words` begin with their number. The types of the keys are checked before the
/// options are parsed.
fn run(
    ctx: &mut Context<'_>,
    words: Args<'_>,
    operation: Operation,
    purpose: Purpose,
    name: &str,
) -> Result<(SortedSet, Options), ErrorReply> {
    let number = words.get(0).and_then(parse_integer).ok_or(NO_INTEGER)?;
    let words = words.from(1);
    let number = match usize::try_from(number) {
        Ok(0) | Err(_) => return Err((ctx.sorted_sets().no_input_key)(name)),
        Ok(number) if number > words.len() => return Err(SYNTAX.into()),
        Ok(number) => number,
    };
    let keys = words.up_to(number);
    for key in keys.iter() {
        let value = match purpose {
            Purpose::Store => ctx.look_up_any_to_copy(key),
            Purpose::List | Purpose::Count => ctx.look_up_any(key),
        };
        match value {
            None | Some(Value::Set(_) | Value::SortedSet(_)) => {}
            Some(_) => return Err(WRONG_TYPE.into()),
        }
    }
    let options = Options::parse(ctx, words.from(number), number, operation, purpose)?;
    let database = &*ctx.database();
    let sources = keys.iter().map(|key| Source::of(database, key));
    let mut weighted: Vec<_> = sources.zip(options.weights.iter().copied()).collect();
    if operation != Operation::Difference {
        weighted.sort_by_key(|(source, _)| source.len());
    }
    let result = match operation {
        Operation::Union => union(&weighted, options.aggregate),
        Operation::Intersection => intersection(&weighted, options.aggregate, options.most),
        Operation::Difference => difference(&weighted),
    };
    Ok((result, options))
}

impl Options {
    fn parse(
        ctx: &Context<'_>,
        mut words: Args<'_>,
        keys: usize,
        operation: Operation,
        purpose: Purpose,
    ) -> Result<Self, ErrorReply> {
        let behaviour = ctx.sorted_sets();
        let combines = operation != Operation::Difference && purpose != Purpose::Count;
        let mut options = Self {
            weights: vec![1.0; keys],
            aggregate: Aggregate::Sum,
            with_scores: false,
            most: usize::MAX,
        };
        while let Some(option) = words.get(0) {
            let mut taken = 2;
            match (option.to_ascii_lowercase().as_slice(), words.get(1)) {
                (b"weights", _) if combines && words.len() > keys => {
                    let weights = words.from(1).up_to(keys);
                    let weights = weights.iter().map(|weight| parse_score(weight, behaviour));
                    let weights = weights.collect::<Option<_>>();
                    options.weights = weights.ok_or("ERR weight value is not a float")?;
                    taken = keys + 1;
                }
                (b"aggregate", Some(word)) if combines => {
                    let known = behaviour.aggregates.split_ascii_whitespace();
                    let is_known =
                        known.into_iter().any(|known| known.as_bytes().eq_ignore_ascii_case(word));
                    let aggregate = Aggregate::named(word).filter(|_| is_known);
                    options.aggregate = aggregate.ok_or(SYNTAX)?;
                }
                (b"withscores", _) if purpose == Purpose::List => {
                    options.with_scores = true;
                    taken = 1;
                }
                (b"limit", Some(word)) if purpose == Purpose::Count => {
                    let limit = parse_integer(word).and_then(|limit| usize::try_from(limit).ok());
                    let limit = limit.ok_or("ERR LIMIT can't be negative")?;
                    options.most = if limit == 0 { usize::MAX } else { limit };
                }
                _ => return Err(SYNTAX.into()),
            }
            words = words.from(taken);
        }
        Ok(options)
    }
}

impl Aggregate {
    fn named(word: &[u8]) -> Option<Self> {
        match word.to_ascii_lowercase().as_slice() {
            b"sum" => Some(Self::Sum),
            b"min" => Some(Self::Min),
            b"max" => Some(Self::Max),
            b"count" => Some(Self::Count),
            _ => None,
        }
    }

    /// The score that a key contributes to a member. Zero times infinity is zero.
    fn weighted(self, score: f64, weight: f64) -> f64 {
        let value = if self == Self::Count { weight } else { score * weight };
        if value.is_nan() { 0.0 } else { value }
    }

    fn combine(self, one: f64, other: f64) -> f64 {
        match self {
            Self::Sum | Self::Count => {
                let sum = one + other;
                if sum.is_nan() { 0.0 } else { sum }
            }
            Self::Min => one.min(other),
            Self::Max => one.max(other),
        }
    }
}

impl<'d> Source<'d> {
    fn of(database: &'d Database, key: &[u8]) -> Self {
        match database.get(key) {
            Some(Value::Set(set)) => Self::Set(set),
            Some(Value::SortedSet(set)) => Self::SortedSet(set),
            _ => Self::Missing,
        }
    }

    fn len(self) -> usize {
        match self {
            Self::Missing => 0,
            Self::Set(set) => set.len(),
            Self::SortedSet(set) => set.len(),
        }
    }

    fn score(self, member: &[u8]) -> Option<f64> {
        match self {
            Self::Missing => None,
            Self::Set(set) => set.contains(member).then_some(1.0),
            Self::SortedSet(set) => set.score(member),
        }
    }

    fn members(self) -> Box<dyn Iterator<Item = (SmallBytes, f64)> + 'd> {
        match self {
            Self::Missing => Box::new(std::iter::empty()),
            Self::Set(set) => Box::new(set.iter().map(|member| (SmallBytes::new(&member), 1.0))),
            Self::SortedSet(set) => {
                Box::new(set.iter().map(|(member, score)| (member.clone(), score)))
            }
        }
    }
}

fn union(sources: &[(Source<'_>, f64)], aggregate: Aggregate) -> SortedSet {
    let mut result = SortedSet::default();
    for (source, weight) in sources {
        for (member, score) in source.members() {
            let value = aggregate.weighted(score, *weight);
            let present = result.score(&member);
            result.insert(&member, present.map_or(value, |it| aggregate.combine(it, value)));
        }
    }
    result
}

/// The members of the smallest source that are in all others.
fn intersection(sources: &[(Source<'_>, f64)], aggregate: Aggregate, most: usize) -> SortedSet {
    let mut result = SortedSet::default();
    let [(smallest, weight), others @ ..] = sources else { return result };
    for (member, score) in smallest.members() {
        if result.len() >= most {
            break;
        }
        let first = Some(aggregate.weighted(score, *weight));
        let value = others.iter().fold(first, |value, (source, weight)| {
            let other = aggregate.weighted(source.score(&member)?, *weight);
            Some(aggregate.combine(value?, other))
        });
        if let Some(value) = value {
            result.insert(&member, value);
        }
    }
    result
}

/// The members of the first source that are in no other, with their scores.
fn difference(sources: &[(Source<'_>, f64)]) -> SortedSet {
    let mut result = SortedSet::default();
    let [(first, _), others @ ..] = sources else { return result };
    for (member, score) in first.members() {
        if others.iter().all(|(source, _)| source.score(&member).is_none()) {
            result.insert(&member, score);
        }
    }
    result
}
