//! ZADD, ZINCRBY, and what GEOADD has in common with them.

use super::score::{NO_FLOAT, parse_score, shown};
use crate::commands::errors::SYNTAX;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::SortedSet;
use crate::wire::{Args, ErrorReply};

/// The options of ZADD.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::commands) struct Options {
    pub(in crate::commands) only_new: bool,
    pub(in crate::commands) only_present: bool,
    only_greater: bool,
    only_less: bool,
    pub(in crate::commands) counts_changes: bool,
    increments: bool,
}

impl Options {
    /// Parses the options, and returns what follows them: scores and members.
    fn parse(mut args: Args<'_>) -> Result<(Self, Args<'_>), ErrorReply> {
        let mut options = Self::default();
        while let Some(word) = args.get(0) {
            match word.to_ascii_lowercase().as_slice() {
                b"nx" => options.only_new = true,
                b"xx" => options.only_present = true,
                b"gt" => options.only_greater = true,
                b"lt" => options.only_less = true,
                b"ch" => options.counts_changes = true,
                b"incr" => options.increments = true,
                _ => break,
            }
            args = args.from(1);
        }
        if args.is_empty() || args.len() % 2 == 1 {
            return Err(SYNTAX.into());
        }
        options.check(args.len() / 2)?;
        Ok((options, args))
    }

    fn check(self, pairs: usize) -> Outcome {
        let Self { only_new, only_present, only_greater, only_less, increments, .. } = self;
        if only_new && only_present {
            return Err("ERR XX and NX options at the same time are not compatible".into());
        }
        let conditions = [only_new, only_greater, only_less];
        if conditions.into_iter().filter(|condition| *condition).count() > 1 {
            return Err("ERR GT, LT, and/or NX options at the same time are not compatible".into());
        }
        if increments && pairs > 1 {
            return Err("ERR INCR option supports a single increment-element pair".into());
        }
        Ok(())
    }

    /// The score that a member gets, if the options allow it to change.
    fn new_score(self, present: Option<f64>, given: f64) -> Result<Option<f64>, ErrorReply> {
        let Some(present) = present else {
            return Ok(Some(given).filter(|_| !self.only_present));
        };
        if self.only_new {
            return Ok(None);
        }
        let score = if self.increments { present + given } else { given };
        if score.is_nan() {
            return Err("ERR resulting score is not a number (NaN)".into());
        }
        let refuses =
            (self.only_less && score >= present) || (self.only_greater && score <= present);
        Ok(Some(score).filter(|_| !refuses))
    }
}

pub(super) fn zadd(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (options, pairs) = Options::parse(args.from(2))?;
    add(ctx, &args[1], options, pairs)
}

pub(super) fn zincrby(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    add(ctx, &args[1], Options { increments: true, ..Options::default() }, args.from(2))
}

fn add(ctx: &mut Context<'_>, key: &[u8], options: Options, pairs: Args<'_>) -> Outcome {
    let behaviour = ctx.sorted_sets();
    let words = pairs.iter().zip(pairs.iter().skip(1)).step_by(2);
    let pairs = words.map(|(score, member)| Some((parse_score(score, behaviour)?, member)));
    let pairs = pairs.collect::<Option<Vec<_>>>().ok_or(NO_FLOAT)?;
    insert(ctx, key, options, pairs)
}

/// Adds members with scores, or changes their scores, as the options allow.
pub(in crate::commands) fn insert(
    ctx: &mut Context<'_>,
    key: &[u8],
    options: Options,
    pairs: Vec<(f64, &[u8])>,
) -> Outcome {
    let behaviour = ctx.sorted_sets();
    let (mut added, mut changed, mut last) = (0, 0, None);
    if ctx.edit::<SortedSet>(key)?.is_some() || !options.only_present {
        let set = ctx.edit_or_create::<SortedSet>(key)?;
        for (given, member) in pairs {
            let present = set.score(member);
            last = options.new_score(present, given)?;
            let Some(score) = last else { continue };
            set.insert(member, score);
            match present {
                None => added += 1,
                Some(present) => changed += usize::from(present != score),
            }
        }
    }
    let mut reply = ctx.reply();
    match (options.increments, last) {
        (true, Some(score)) => reply.decimal(&shown(score, behaviour)),
        (true, None) => reply.null(),
        (false, _) if options.counts_changes => reply.count(added + changed),
        (false, _) => reply.count(added),
    };
    if added + changed > 0 {
        let event = if options.increments { "zincr" } else { "zadd" };
        ctx.changed_by::<SortedSet>(key, event, added + changed);
    }
    Ok(())
}
