//! LMOVEM, BLMOVEM: move several elements.

use super::moves::Move;
use super::{pop_event, push_event};
use crate::commands::errors::SYNTAX;
use crate::commands::waiting::{Nothing, parse_timeout};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{End, List};
use crate::wire::{Args, ErrorReply, parse_integer};

/// How many elements are moved, and how.
#[derive(Clone, Copy)]
struct Amount {
    count: usize,
    /// Either so many elements are moved, or none.
    exactly: bool,
    /// The elements stay in order; otherwise each is moved after the other.
    at_once: bool,
}

pub(super) fn lmovem(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let step = Move::parse(&args)?;
    let amount = Amount::parse(args.from(5))?;
    if !run(ctx, step, amount)? {
        ctx.reply().null_array();
    }
    Ok(())
}

pub(super) fn blmovem(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let step = Move::parse(&args)?;
    let deadline = parse_timeout(ctx, &args[5])?;
    let amount = Amount::parse(args.from(6))?;
    if !run(ctx, step, amount)? {
        let source = [step.source.0];
        ctx.wait_for::<List>(source, deadline, Nothing::NullArray, || args.to_request());
    }
    Ok(())
}

impl Amount {
    fn parse(words: Args<'_>) -> Result<Self, ErrorReply> {
        if words.is_empty() {
            return Ok(Self { count: 1, exactly: false, at_once: false });
        }
        if words.len() != 3 {
            return Err(SYNTAX.into());
        }
        let [limit, count, order] = [0, 1, 2].map(|at| words.get(at).unwrap_or_default());
        let exactly = is_second(limit, "count", "exactly")?;
        let count = parse_integer(count).and_then(|count| usize::try_from(count).ok());
        let count = count.filter(|count| *count > 0).ok_or("ERR count should be greater than 0")?;
        let at_once = is_second(order, "obo", "bulk")?;
        Ok(Self { count, exactly, at_once })
    }
}

/// Which of two words it is; an error if it is neither.
fn is_second(word: &[u8], first: &str, second: &str) -> Result<bool, ErrorReply> {
    match word {
        word if word.eq_ignore_ascii_case(first.as_bytes()) => Ok(false),
        word if word.eq_ignore_ascii_case(second.as_bytes()) => Ok(true),
        _ => Err(SYNTAX.into()),
    }
}

/// Moves the elements and replies with them, in the order of the target; false, without a reply, if
/// there are too few.
fn run(ctx: &mut Context<'_>, step: Move<'_>, amount: Amount) -> Result<bool, ErrorReply> {
    let Move { source: (source, from), target: (target, to) } = step;
    let present = ctx.edit::<List>(source)?.map_or(0, |list| list.len());
    if present == 0 || (amount.exactly && present < amount.count) {
        return Ok(false);
    }
    ctx.check_type::<List>(target)?;
    let Some(list) = ctx.edit::<List>(source)? else { return Ok(false) };
    let popped = (0..amount.count.min(present)).map_while(|_| list.pop(from));
    let mut elements: Vec<_> = popped.collect();
    let keeps_order = if amount.at_once { from == End::Left } else { to == End::Right };
    if !keeps_order {
        elements.reverse();
    }
    let list = ctx.edit_or_create::<List>(target)?;
    match to {
        End::Right => elements.iter().for_each(|element| list.push(to, element)),
        End::Left => elements.iter().rev().for_each(|element| list.push(to, element)),
    }
    let mut reply = ctx.reply();
    reply.array(elements.len());
    elements.iter().for_each(|element| _ = reply.bulk(element));
    let mut changes = [(target, push_event(to)), (source, pop_event(from))];
    if source == target {
        changes.reverse();
    }
    ctx.count_changes(elements.len());
    for (key, event) in changes {
        ctx.changed_by::<List>(key, event, 0);
    }
    Ok(true)
}
