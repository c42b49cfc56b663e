//! XDEL, XDELEX, XACKDEL.

use super::ids::parse_id;
use crate::commands::errors::SYNTAX;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::stream::{References, Stream, StreamId};
use crate::wire::{Args, ErrorReply, parse_integer};

pub(super) fn xdel(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let Some(stream) = ctx.edit::<Stream>(key)? else {
        ctx.reply().count(0);
        return Ok(());
    };
    let ids = parse_ids(args.from(2))?;
    let deleted = ids.into_iter().filter(|id| stream.delete(*id)).count();
    if deleted > 0 {
        ctx.changed_by::<Stream>(key, "xdel", deleted);
    }
    ctx.reply().count(deleted);
    Ok(())
}

pub(super) fn parse_ids(words: Args<'_>) -> Result<Vec<StreamId>, ErrorReply> {
    words.iter().map(parse_id).collect()
}

/// `[KEEPREF | DELREF | ACKED] IDS number id…`, in any order.
struct Deletion<'a> {
    references: References,
    ids: Args<'a>,
}

impl<'a> Deletion<'a> {
    fn parse(mut words: Args<'a>) -> Result<Self, ErrorReply> {
        let (mut references, mut ids) = (None, None);
        while let Some(word) = words.get(0) {
            let mut used = 1;
            let named = match word.to_ascii_lowercase().as_slice() {
                b"keepref" => Some(References::Keep),
                b"delref" => Some(References::Delete),
                b"acked" => Some(References::Acknowledged),
                b"ids" => {
                    let number = words.get(1).and_then(parse_integer).filter(|number| *number > 0);
                    let number = number.and_then(|number| usize::try_from(number).ok());
                    let number = number.ok_or("ERR Number of IDs must be a positive integer")?;
                    let named = words.from(2).up_to(number);
                    if named.len() < number {
                        return Err(
                            "ERR The `numids` parameter must match the number of arguments".into(),
                        );
                    }
                    ids = Some(named);
                    used += 1 + number;
                    None
                }
                _ => return Err(SYNTAX.into()),
            };
            if references.is_some() && named.is_some() {
                return Err(SYNTAX.into());
            }
            references = references.or(named);
            words = words.from(used);
        }
        Ok(Self { references: references.unwrap_or_default(), ids: ids.ok_or(SYNTAX)? })
    }
}

/// The result for an entry, as XDELEX and XACKDEL reply.
const NOT_FOUND: i64 = -1;
const DELETED: i64 = 1;
const STILL_REFERENCED: i64 = 2;

pub(super) fn xdelex(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    ctx.check_type::<Stream>(key)?;
    let Deletion { references, ids } = Deletion::parse(args.from(2))?;
    let Some(stream) = ctx.edit::<Stream>(key)? else {
        return reply(ctx, &vec![NOT_FOUND; ids.len()]);
    };
    let ids = parse_ids(ids)?.into_iter();
    let results: Vec<i64> = ids
        .map(|id| match stream.get(id).is_some() {
            // A group will read, or acknowledge, what it has not read yet, even a missing entry.
            _ if references == References::Acknowledged && !stream.is_done_with(id) => {
                STILL_REFERENCED
            }
            true if stream.delete_with(id, references) => DELETED,
            _ => NOT_FOUND,
        })
        .collect();
    let deleted = results.iter().filter(|result| **result == DELETED).count();
    if deleted > 0 {
        ctx.changed_by::<Stream>(key, "xdel", deleted);
    }
    reply(ctx, &results)
}

/// Acknowledges entries in one group, and then deletes them.
pub(super) fn xackdel(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, name) = (&args[1], &args[2]);
    ctx.look_up::<Stream>(key)?;
    let Deletion { references, ids } = Deletion::parse(args.from(3))?;
    let stream = ctx.edit::<Stream>(key)?.filter(|stream| stream.groups.contains_key(name));
    let Some(stream) = stream else { return reply(ctx, &vec![NOT_FOUND; ids.len()]) };
    let ids = parse_ids(ids)?.into_iter();
    let mut has_deleted = false;
    let results: Vec<i64> = ids
        .map(|id| {
            let group = stream.groups.get_mut(name);
            if !group.is_some_and(|group| group.acknowledge(id)) {
                return NOT_FOUND;
            }
            let deletes = stream.get(id).is_some() && stream.delete_with(id, references);
            has_deleted |= deletes;
            if deletes || stream.get(id).is_none() { DELETED } else { STILL_REFERENCED }
        })
        .collect();
    ctx.count_changes(results.iter().filter(|result| **result != NOT_FOUND).count());
    if has_deleted {
        ctx.changed_by::<Stream>(key, "xdel", 0);
    }
    reply(ctx, &results)
}

fn reply(ctx: &mut Context<'_>, results: &[i64]) -> Outcome {
    let mut reply = ctx.reply();
    reply.array(results.len());
    results.iter().for_each(|result| _ = reply.integer(*result));
    Ok(())
}
