//! ZRANGE and its family, ZRANGESTORE, ZCOUNT, ZLEXCOUNT, ZREMRANGEBY*.

use std::ops::Range;

use super::bounds::{LexRange, ScoreRange};
use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::ranges::range_of;
use crate::commands::{Context, Outcome};
use crate::profile::sorted_sets::SortedSetBehaviour;
use crate::state::config::Events;
use crate::state::keyspace::{DataType, Lifetime, SortedSet};
use crate::wire::{Args, ErrorReply, parse_integer};

/// The kind of the bounds of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Rank,
    Score,
    Lex,
}

/// The part of a range that the name of a command fixes. Options can choose what is not fixed.
#[derive(Clone, Copy, Debug, Default)]
struct Form {
    by: Option<By>,
    is_reversed: Option<bool>,
    stores: bool,
}

/// A range, parsed.
struct Request<'a> {
    bounds: Bounds<'a>,
    is_reversed: bool,
    with_scores: bool,
    /// How many members are left out, and how many follow at most. A negative number of members to
    /// leave out leaves out all.
    limit: Option<(i64, i64)>,
}

enum Bounds<'a> {
    Ranks(i64, i64),
    Scores(ScoreRange),
    Members(LexRange<'a>),
}

pub(super) fn zrange(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    list(ctx, args, Form::default())
}

pub(super) fn zrevrange(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    list(ctx, args, Form::fixed(By::Rank, true))
}

pub(super) fn zrangebyscore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    list(ctx, args, Form::fixed(By::Score, false))
}

pub(super) fn zrevrangebyscore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    list(ctx, args, Form::fixed(By::Score, true))
}

pub(super) fn zrangebylex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    list(ctx, args, Form::fixed(By::Lex, false))
}

pub(super) fn zrevrangebylex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    list(ctx, args, Form::fixed(By::Lex, true))
}

fn list(ctx: &mut Context<'_>, args: Args<'_>, form: Form) -> Outcome {
    let request = Request::parse(args.from(2), form, ctx.sorted_sets())?;
    let listing = ctx.listing(request.with_scores);
    let (set, _) = ctx.read::<SortedSet>(&args[1])?;
    let ranks = set.map_or(0..0, |set| request.ranks(set));
    if !matches!(request.bounds, Bounds::Ranks(..)) {
        ctx.defer_length(ranks.len());
    }
    let set = ctx.peek::<SortedSet>(&args[1])?;
    let members: Vec<_> = set
        .iter()
        .flat_map(|set| set.range(ranks.clone(), request.is_reversed))
        .map(|(member, score)| (member.clone(), score))
        .collect();
    let mut reply = ctx.reply();
    reply.array(listing.items(members.len()));
    listing.write(&mut reply, members);
    Ok(())
}

pub(super) fn zrangestore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (target, source) = (&args[1], &args[2]);
    let form = Form { stores: true, ..Form::default() };
    let request = Request::parse(args.from(3), form, ctx.sorted_sets())?;
    let mut result = SortedSet::default();
    if let Some(set) = ctx.look_up_to_copy::<SortedSet>(source)? {
        for (member, score) in set.range(request.ranks(set), request.is_reversed) {
            result.insert(member, score);
        }
    }
    ctx.store_sorted_set(target, result, "zrangestore");
    Ok(())
}

impl Context<'_> {
    /// Stores the result of a command, and replies with its size. An empty result deletes the key.
    pub(super) fn store_sorted_set(&mut self, key: &[u8], result: SortedSet, event: &str) {
        if result.len() == 0 {
            self.reply().count(0);
            self.delete(key);
            return;
        }
        let stored = self.replace_sorted_set(key, result);
        self.reply().count(stored);
        self.notify(Events::SORTED_SET, event, key);
    }

    /// Stores a sorted set, and returns its size. An empty one deletes the key.
    pub(in crate::commands) fn replace_sorted_set(
        &mut self,
        key: &[u8],
        mut set: SortedSet,
    ) -> usize {
        let stored = set.len();
        if stored == 0 {
            self.delete(key);
        } else {
            set.encode(&self.state.config.encodings);
            self.replace(key, set.into_value(), Lifetime::Endless);
        }
        stored
    }
}

impl Form {
    fn fixed(by: By, is_reversed: bool) -> Self {
        Self { by: Some(by), is_reversed: Some(is_reversed), stores: false }
    }
}

impl<'a> Request<'a> {
    /// Parses the bounds and the options behind them.
    fn parse(
        words: Args<'a>,
        form: Form,
        behaviour: &SortedSetBehaviour,
    ) -> Result<Self, ErrorReply> {
        let (mut by, mut is_reversed) = (form.by, form.is_reversed);
        let (mut with_scores, mut limit) = (false, None);
        let mut options = words.from(2);
        while let Some(option) = options.get(0) {
            let mut taken = 1;
            match (option.to_ascii_lowercase().as_slice(), options.get(1), options.get(2)) {
                (b"withscores", ..) if !form.stores => with_scores = true,
                (b"limit", Some(offset), Some(count)) => {
                    let offset = parse_integer(offset).ok_or(NO_INTEGER)?;
                    limit = Some((offset, parse_integer(count).ok_or(NO_INTEGER)?));
                    taken = 3;
                }
                (b"rev", ..) if is_reversed.is_none() => is_reversed = Some(true),
                (b"byscore", ..) if by.is_none() => by = Some(By::Score),
                (b"bylex", ..) if by.is_none() => by = Some(By::Lex),
                _ => return Err(SYNTAX.into()),
            }
            options = options.from(taken);
        }
        let (by, is_reversed) = (by.unwrap_or(By::Rank), is_reversed.unwrap_or(false));
        if by == By::Rank && limit.is_some_and(|(_, count)| count != -1) {
            return Err("ERR syntax error, LIMIT is only supported in combination with either \
                        BYSCORE or BYLEX"
                .into());
        }
        if by == By::Lex && with_scores {
            return Err(
                "ERR syntax error, WITHSCORES not supported in combination with BYLEX".into()
            );
        }
        let (first, second) = (argument(words, 0), argument(words, 1));
        let (min, max) = if is_reversed { (second, first) } else { (first, second) };
        let bounds = match by {
            By::Rank => Bounds::Ranks(
                parse_integer(first).ok_or(NO_INTEGER)?,
                parse_integer(second).ok_or(NO_INTEGER)?,
            ),
            By::Score => Bounds::Scores(ScoreRange::parse(min, max, behaviour)?),
            By::Lex => Bounds::Members(LexRange::parse(min, max)?),
        };
        Ok(Self { bounds, is_reversed, with_scores, limit: limit.filter(|_| by != By::Rank) })
    }

    /// The ranks of the members, counted from the lowest one.
    fn ranks(&self, set: &SortedSet) -> Range<usize> {
        let mut ranks = match &self.bounds {
            Bounds::Ranks(start, stop) => {
                let range = range_of(*start, *stop, set.len());
                match self.is_reversed {
                    true => set.len() - range.end..set.len() - range.start,
                    false => range,
                }
            }
            Bounds::Scores(range) => range.ranks(set),
            Bounds::Members(range) => range.ranks(set),
        };
        let Some((offset, count)) = self.limit else { return ranks };
        let skipped = usize::try_from(offset).unwrap_or(usize::MAX).min(ranks.len());
        let most = usize::try_from(count).unwrap_or(usize::MAX).min(ranks.len() - skipped);
        if self.is_reversed {
            ranks.end -= skipped;
            ranks.start = ranks.end - most;
        } else {
            ranks.start += skipped;
            ranks.end = ranks.start + most;
        }
        ranks
    }
}

/// The word at an index; the arity of the command guarantees that it is there.
fn argument<'a>(words: Args<'a>, index: usize) -> &'a [u8] {
    words.get(index).unwrap_or_default()
}

pub(super) fn zcount(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let range = ScoreRange::parse(&args[2], &args[3], ctx.sorted_sets())?;
    let (set, mut reply) = ctx.read::<SortedSet>(&args[1])?;
    reply.count(set.map_or(0, |set| range.ranks(set).len()));
    Ok(())
}

pub(super) fn zlexcount(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let range = LexRange::parse(&args[2], &args[3])?;
    let (set, mut reply) = ctx.read::<SortedSet>(&args[1])?;
    reply.count(set.map_or(0, |set| range.ranks(set).len()));
    Ok(())
}

pub(super) fn zremrangebyrank(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let start = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let stop = parse_integer(&args[3]).ok_or(NO_INTEGER)?;
    remove(ctx, &args[1], "zremrangebyrank", |set| range_of(start, stop, set.len()))
}

pub(super) fn zremrangebyscore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let range = ScoreRange::parse(&args[2], &args[3], ctx.sorted_sets())?;
    remove(ctx, &args[1], "zremrangebyscore", |set| range.ranks(set))
}

pub(super) fn zremrangebylex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let range = LexRange::parse(&args[2], &args[3])?;
    remove(ctx, &args[1], "zremrangebylex", |set| range.ranks(set))
}

fn remove(
    ctx: &mut Context<'_>,
    key: &[u8],
    event: &str,
    ranks: impl Fn(&SortedSet) -> Range<usize>,
) -> Outcome {
    let set = ctx.edit::<SortedSet>(key)?;
    let removed = set.map_or(0, |set| set.remove_range(ranks(set), false).len());
    if removed > 0 {
        ctx.changed_by::<SortedSet>(key, event, removed);
    }
    ctx.reply().count(removed);
    Ok(())
}
