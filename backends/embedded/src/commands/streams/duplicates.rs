//! XCFGSET, XIDMPRECORD: how a stream finds entries that producers send again.

use super::ids::parse_id;
use crate::commands::errors::{NO_INTEGER, NO_KEY, SYNTAX};
use crate::commands::{Context, Outcome};
use crate::state::keyspace::stream::{EntryName, Stream};
use crate::wire::{Args, parse_integer};

pub(super) fn xcfgset(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[1];
    let stream = ctx.edit::<Stream>(key)?.ok_or(NO_KEY)?;
    let mut limits = stream.duplicates.limits();
    let (mut has_duration, mut has_entries) = (false, false);
    let mut words = args.from(2);
    if words.is_empty() {
        return Err("ERR At least one parameter must be specified".into());
    }
    while let Some(word) = words.get(0) {
        let value = words.get(1).ok_or(SYNTAX)?;
        match word.to_ascii_uppercase().as_slice() {
            b"IDMP-DURATION" => {
                if std::mem::replace(&mut has_duration, true) {
                    return Err("ERR IDMP-DURATION specified multiple times".into());
                }
                let seconds = u64::try_from(parse_integer(value).ok_or(NO_INTEGER)?);
                limits.duration = seconds
                    .ok()
                    .filter(|seconds| (1..=86_400).contains(seconds))
                    .ok_or("ERR IDMP-DURATION must be between 1 and 86400 seconds")?;
            }
            b"IDMP-MAXSIZE" => {
                if std::mem::replace(&mut has_entries, true) {
                    return Err("ERR IDMP-MAXSIZE specified multiple times".into());
                }
                let entries = usize::try_from(parse_integer(value).ok_or(NO_INTEGER)?);
                limits.entries = entries
                    .ok()
                    .filter(|entries| (1..=10_000).contains(entries))
                    .ok_or("ERR IDMP-MAXSIZE must be between 1 and 10000 entries")?;
            }
            _ => return Err(SYNTAX.into()),
        }
        words = words.from(2);
    }
    let has_changed = stream.duplicates.limits() != limits;
    stream.duplicates.limit(limits);
    ctx.count_changes(has_changed.into());
    ctx.reply().ok();
    Ok(())
}

pub(super) fn xidmprecord(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, producer, name) = (&args[1], &args[2], &args[3]);
    let id = parse_id(&args[4])?;
    if producer.is_empty() {
        return Err("ERR producer ID must be non-empty".into());
    }
    if name.is_empty() {
        return Err("ERR idempotent ID must be non-empty".into());
    }
    let now = ctx.millis();
    let stream = ctx.edit::<Stream>(key)?.ok_or(NO_KEY)?;
    if stream.get(id).is_none() {
        return Err("ERR No such message in stream".into());
    }
    let name = EntryName::Given(name.into());
    match stream.duplicates.find(producer, &name, now) {
        None => {
            stream.duplicates.add(producer, name, id, now);
            ctx.count_changes(1);
        }
        Some(known) if known == id => {}
        Some(_) => {
            return Err(
                "ERR IID already exists for this producer with a different stream ID".into()
            );
        }
    }
    ctx.reply().ok();
    Ok(())
}
