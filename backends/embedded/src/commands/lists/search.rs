//! LPOS.

use super::check_opposite;
use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{List, SmallBytes};
use crate::wire::{Args, ErrorReply, parse_integer};

/// The options of LPOS.
struct Options {
    /// Which match to begin with: 1 is the first, -1 the last.
    rank: i64,
    /// How many positions to return, 0 for all; without it the reply is a single position.
    count: Option<usize>,
    /// How many elements to compare, 0 for all.
    max_len: usize,
}

impl Options {
    fn parse(ctx: &Context<'_>, mut args: Args<'_>) -> Result<Self, ErrorReply> {
        let mut options = Self { rank: 1, count: None, max_len: 0 };
        while let Some(option) = args.get(0) {
            let value = args.get(1).ok_or(SYNTAX)?;
            args = args.from(2);
            match option.to_ascii_lowercase().as_slice() {
                b"rank" => {
                    options.rank = parse_integer(value).ok_or(NO_INTEGER)?;
                    if options.rank == 0 {
                        return Err(ctx.state.profile.lists.zero_rank.into());
                    }
                    check_opposite(ctx, options.rank)?;
                }
                b"count" => options.count = Some(natural(value, "ERR COUNT can't be negative")?),
                b"maxlen" => options.max_len = natural(value, "ERR MAXLEN can't be negative")?,
                _ => return Err(SYNTAX.into()),
            }
        }
        Ok(options)
    }
}

fn natural(word: &[u8], error: &'static str) -> Result<usize, ErrorReply> {
    let number = parse_integer(word).ok_or(error)?;
    Ok(usize::try_from(number).map_err(|_| error)?)
}

pub(super) fn lpos(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let options = Options::parse(ctx, args.from(3))?;
    let (list, mut reply) = ctx.read::<List>(&args[1])?;
    let found = list.map(|list| positions(list, &args[2], &options)).unwrap_or_default();
    match (options.count, found.first()) {
        (Some(_), _) => {
            reply.array(found.len());
            found.iter().for_each(|position| _ = reply.count(*position));
        }
        (None, Some(position)) => _ = reply.count(*position),
        (None, None) => _ = reply.null(),
    }
    Ok(())
}

fn positions(list: &List, element: &[u8], options: &Options) -> Vec<usize> {
    let limit = |most: usize| if most == 0 { usize::MAX } else { most };
    // Servers that accept the lowest rank take it for -1.
    let skipped = options.rank.checked_abs().map_or(0, |rank| rank - 1);
    let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
    let found = limit(options.count.unwrap_or(1));
    let compared = limit(options.max_len);
    let matches = |(_, other): &(usize, &SmallBytes)| ***other == *element;
    let all = list.iter().enumerate();
    if options.rank > 0 {
        let all = all.take(compared).filter(matches).skip(skipped).take(found);
        all.map(|(position, _)| position).collect()
    } else {
        let all = all.rev().take(compared).filter(matches).skip(skipped).take(found);
        all.map(|(position, _)| position).collect()
    }
}
