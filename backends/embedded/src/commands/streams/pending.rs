//! XPENDING.

use super::ids::parse_bounds;
use super::no_group;
use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::stream::{Stream, StreamId};
use crate::wire::{Args, ErrorReply, parse_integer};

/// The filters of the long form of XPENDING.
struct Query<'a> {
    idle: u64,
    bounds: (StreamId, StreamId),
    most: usize,
    consumer: Option<&'a [u8]>,
}

impl<'a> Query<'a> {
    fn parse(args: Args<'a>) -> Result<Option<Self>, ErrorReply> {
        match args.len() {
            3 => return Ok(None),
            4 | 5 => return Err(SYNTAX.into()),
            _ => {}
        }
        let (mut idle, mut words) = (0, args.from(3));
        if words.get(0).is_some_and(|word| word.eq_ignore_ascii_case(b"idle")) {
            let least = parse_integer(words.get(1).ok_or(SYNTAX)?).ok_or(NO_INTEGER)?;
            idle = u64::try_from(least).unwrap_or(0);
            words = words.from(2);
        }
        let (Some(start), Some(end), Some(count)) = (words.get(0), words.get(1), words.get(2))
        else {
            return Err(SYNTAX.into());
        };
        let most = usize::try_from(parse_integer(count).ok_or(NO_INTEGER)?).unwrap_or(0);
        let bounds = parse_bounds(start, end)?;
        Ok(Some(Self { idle, bounds, most, consumer: words.get(3) }))
    }
}

pub(super) fn xpending(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, name) = (&args[1], &args[2]);
    let query = Query::parse(args)?;
    let now = ctx.millis();
    let (stream, mut reply) = ctx.read::<Stream>(key)?;
    let group = stream.and_then(|stream| stream.groups.get(name));
    let group = group.ok_or_else(|| no_group(key, name))?;
    let Some(query) = query else {
        let mut ids = group.pending().keys();
        let (first, count) = (ids.next(), group.pending().len());
        let Some(first) = first else {
            reply.array(4).count(0).null().null().null_array();
            return Ok(());
        };
        let last = ids.next_back().unwrap_or(first);
        reply.array(4).count(count).bulk(first.to_bytes()).bulk(last.to_bytes());
        let consumers = group.consumers.iter().filter(|(_, it)| !it.pending.is_empty());
        let consumers: Vec<_> = consumers.collect();
        reply.array(consumers.len());
        for (name, consumer) in consumers {
            reply.array(2).bulk(name).bulk(consumer.pending.len().to_string());
        }
        return Ok(());
    };
    let (start, end) = query.bounds;
    let is_wanted = |consumer: Option<&[u8]>| query.consumer.is_none_or(|it| Some(it) == consumer);
    let found: Vec<_> = match start <= end {
        true => group
            .pending()
            .range(start..=end)
            .filter(|(_, pending)| is_wanted(pending.consumer.as_deref()))
            .filter(|(_, pending)| pending.idle(now) >= query.idle)
            .take(query.most)
            .collect(),
        false => Vec::new(),
    };
    reply.array(found.len());
    for (id, pending) in found {
        let consumer = pending.consumer.as_deref();
        let idle = consumer.and_then(|_| i64::try_from(pending.idle(now)).ok());
        reply.array(4).bulk(id.to_bytes()).bulk(consumer.unwrap_or_default());
        reply.integer(idle.unwrap_or(-1));
        reply.integer(i64::try_from(pending.count).unwrap_or(i64::MAX));
    }
    Ok(())
}
