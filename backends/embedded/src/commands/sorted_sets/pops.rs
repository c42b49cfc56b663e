//! ZPOPMIN, ZPOPMAX, ZMPOP, and those that wait: BZPOPMIN, BZPOPMAX, BZMPOP.

use super::Listing;
use super::score::shown;
use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::several_keys::Pops;
use crate::commands::waiting::{Nothing, parse_timeout};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{SmallBytes, SortedSet};
use crate::wire::{Args, ErrorReply, parse_integer};

/// The end of a sorted set from which members are popped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Min,
    Max,
}

impl From {
    fn named(word: &[u8]) -> Option<Self> {
        match word.to_ascii_lowercase().as_slice() {
            b"min" => Some(Self::Min),
            b"max" => Some(Self::Max),
            _ => None,
        }
    }

    fn event(self) -> &'static str {
        match self {
            Self::Min => "zpopmin",
            Self::Max => "zpopmax",
        }
    }

    /// Removes up to `count` members, and returns them in the order in which they are popped.
    fn pop(self, set: &mut SortedSet, count: usize) -> Vec<(SmallBytes, f64)> {
        let len = set.len();
        let count = count.min(len);
        match self {
            Self::Min => set.remove_range(0..count, false),
            Self::Max => set.remove_range(len - count..len, true),
        }
    }
}

pub(super) fn zpopmin(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    pop(ctx, args, From::Min)
}

pub(super) fn zpopmax(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    pop(ctx, args, From::Max)
}

fn pop(ctx: &mut Context<'_>, args: Args<'_>, from: From) -> Outcome {
    const RANGE: &str = "ERR value is out of range, must be positive";
    let key = &args[1];
    let behaviour = ctx.sorted_sets();
    let mut listing = ctx.listing(true);
    let count = match (args.get(2), args.len()) {
        (None, _) => {
            listing.in_pairs = false;
            1
        }
        (Some(word), 3) if behaviour.negative_count_pops_nothing => {
            match parse_integer(word).ok_or(NO_INTEGER)? {
                count @ 1.. => usize::try_from(count).unwrap_or(usize::MAX),
                _ => {
                    ctx.reply().array(0);
                    return Ok(());
                }
            }
        }
        (Some(word), 3) => {
            parse_integer(word).and_then(|count| usize::try_from(count).ok()).ok_or(RANGE)?
        }
        _ => return Err(SYNTAX.into()),
    };
    let popped = ctx.edit::<SortedSet>(key)?.map(|set| from.pop(set, count)).unwrap_or_default();
    let number = popped.len();
    ctx.reply().array(listing.items(number));
    if number > 0 {
        let members = |ctx: &mut Context<'_>| listing.write(&mut ctx.reply(), popped);
        ctx.changed_and::<SortedSet>(key, from.event(), number, members);
    }
    Ok(())
}

pub(super) fn bzpopmin(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    pop_or_wait(ctx, args, From::Min)
}

pub(super) fn bzpopmax(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    pop_or_wait(ctx, args, From::Max)
}

fn pop_or_wait(ctx: &mut Context<'_>, args: Args<'_>, from: From) -> Outcome {
    let timeout = args.len() - 1;
    let deadline = parse_timeout(ctx, &args[timeout])?;
    let behaviour = ctx.sorted_sets();
    let keys = args.from(1).up_to(timeout - 1);
    match ctx.pop_first(keys, |set: &mut SortedSet| from.pop(set, 1).pop())? {
        Some((key, (member, score))) => {
            ctx.reply().array(3).bulk(key);
            ctx.changed_and::<SortedSet>(key, from.event(), 1, |ctx| {
                ctx.reply().bulk(&member).decimal(&shown(score, behaviour));
            });
        }
        None => {
            let request = || args.to_request();
            ctx.wait_for::<SortedSet>(keys.iter(), deadline, Nothing::NullArray, request);
        }
    }
    Ok(())
}

pub(super) fn zmpop(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let pops = Pops::parse(args.from(1), From::named)?;
    if !pop_several(ctx, &pops)? {
        ctx.reply().null_array();
    }
    Ok(())
}

pub(super) fn bzmpop(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let deadline = parse_timeout(ctx, &args[1])?;
    let pops = Pops::parse(args.from(2), From::named)?;
    if !pop_several(ctx, &pops)? {
        let keys = pops.keys.iter();
        ctx.wait_for::<SortedSet>(keys, deadline, Nothing::NullArray, || args.to_request());
    }
    Ok(())
}

/// Pops and replies; false, without a reply, if all keys are missing.
fn pop_several(ctx: &mut Context<'_>, pops: &Pops<'_, From>) -> Result<bool, ErrorReply> {
    let Pops { keys, end: from, count } = *pops;
    let pop = |set: &mut SortedSet| Some(from.pop(set, count));
    let Some((key, popped)) = ctx.pop_first(keys, pop)? else { return Ok(false) };
    let listing = Listing::in_pairs(ctx);
    let number = popped.len();
    ctx.reply().array(2).bulk(key).array(number);
    let members = |ctx: &mut Context<'_>| listing.write(&mut ctx.reply(), popped);
    ctx.changed_and::<SortedSet>(key, from.event(), number, members);
    Ok(true)
}
