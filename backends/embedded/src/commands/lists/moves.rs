//! LMOVE, RPOPLPUSH, BLMOVE, BRPOPLPUSH.

use super::{end_named, pop_event, push_event};
use crate::commands::errors::SYNTAX;
use crate::commands::waiting::{Nothing, parse_timeout};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{End, List};
use crate::wire::{Args, ErrorReply};

/// From an end of one list to an end of another, or of the same.
#[derive(Clone, Copy)]
pub(super) struct Move<'a> {
    pub(super) source: (&'a [u8], End),
    pub(super) target: (&'a [u8], End),
}

pub(super) fn lmove(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let step = Move::parse(&args)?;
    if !step.run(ctx)? {
        ctx.reply().null();
    }
    Ok(())
}

pub(super) fn rpoplpush(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if !Move::from_right_to_left(&args).run(ctx)? {
        ctx.reply().null();
    }
    Ok(())
}

pub(super) fn blmove(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let step = Move::parse(&args)?;
    step.run_or_wait(ctx, args, &args[5])
}

pub(super) fn brpoplpush(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    Move::from_right_to_left(&args).run_or_wait(ctx, args, &args[3])
}

impl<'a> Move<'a> {
    pub(super) fn parse(args: &'a Args<'a>) -> Result<Self, ErrorReply> {
        Ok(Self {
            source: (&args[1], end_named(&args[3]).ok_or(SYNTAX)?),
            target: (&args[2], end_named(&args[4]).ok_or(SYNTAX)?),
        })
    }

    fn from_right_to_left(args: &'a Args<'a>) -> Self {
        Self { source: (&args[1], End::Right), target: (&args[2], End::Left) }
    }

    /// Moves one element and replies with it; false, without a reply, if there is none.
    ///
    /// The target's type is only checked if there is an element.
    fn run(self, ctx: &mut Context<'_>) -> Result<bool, ErrorReply> {
        let Self { source: (source, from), target: (target, to) } = self;
        if ctx.edit::<List>(source)?.is_none() {
            return Ok(false);
        }
        ctx.check_type::<List>(target)?;
        let Some(element) = ctx.edit::<List>(source)?.and_then(|list| list.pop(from)) else {
            return Ok(false);
        };
        ctx.edit_or_create::<List>(target)?.push(to, &element);
        let changes = ctx.changes_after_wait().into();
        ctx.changed_by::<List>(target, push_event(to), changes);
        ctx.reply().bulk(&element);
        ctx.taken::<List>(source, pop_event(from), 0);
        Ok(true)
    }

    fn run_or_wait(self, ctx: &mut Context<'_>, args: Args<'_>, timeout: &[u8]) -> Outcome {
        let deadline = parse_timeout(ctx, timeout)?;
        if !self.run(ctx)? {
            ctx.wait_for::<List>([self.source.0], deadline, Nothing::Null, || args.to_request());
        }
        Ok(())
    }
}
