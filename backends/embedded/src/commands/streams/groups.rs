//! XGROUP, XACK.

use super::delete::parse_ids;
use super::ids::parse_id;
use crate::commands::errors::{NO_INTEGER, NO_KEY};
use crate::commands::{Context, Outcome};
use crate::profile::streams::StreamBehaviour;
use crate::state::keyspace::stream::{Group, Stream, StreamId};
use crate::wire::{Args, ErrorReply, parse_integer};

const NO_STREAM: &str = "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE \
                         you may want to use the MKSTREAM option to create an empty stream \
                         automatically.";

/// The error for a group that is not there.
pub(super) fn no_such_group(key: &[u8], group: &[u8]) -> ErrorReply {
    ErrorReply::quoting("NOGROUP No such consumer group '", group, "' for key name '")
        .and_quote(key)
        .and("'")
}

/// The options behind the ID.
#[derive(Default)]
struct Options {
    creates_stream: bool,
    entries_read: Option<u64>,
}

impl Options {
    fn parse(ctx: &Context<'_>, args: Args<'_>, may_create: bool) -> Result<Self, ErrorReply> {
        let mut options = Self::default();
        let counts = ctx.state.profile.streams.counts_entries;
        let mut words = args.from(5);
        while let Some(word) = words.get(0) {
            match (word.to_ascii_lowercase().as_slice(), words.get(1)) {
                (b"mkstream", _) if may_create && (counts || words.len() == 1) => {
                    options.creates_stream = true;
                    words = words.from(1);
                }
                (b"entriesread", Some(number)) if counts => {
                    let number = parse_integer(number).ok_or(NO_INTEGER)?;
                    if number < -1 {
                        return Err("ERR value for ENTRIESREAD must be positive or -1".into());
                    }
                    options.entries_read = u64::try_from(number).ok();
                    words = words.from(2);
                }
                _ => {
                    let error = ctx.state.profile.errors.wrong_number_for_subcommand;
                    return Err(error(&args[1], "XGROUP"));
                }
            }
        }
        Ok(options)
    }

    /// How many entries the group is to have read of a stream to which so many were added.
    fn entries_read(&self, added: u64, behaviour: &StreamBehaviour) -> Option<u64> {
        let most = if behaviour.limits_entries_read { added } else { u64::MAX };
        self.entries_read.map(|read| read.min(most))
    }
}

/// Parses the ID from which a group reads: `$` is the last one.
fn parse_start(word: &[u8], last_id: StreamId) -> Result<StreamId, ErrorReply> {
    if word == b"$" { Ok(last_id) } else { parse_id(word) }
}

/// Servers whose subcommands are not commands look at the key, and at the group, before the subcommand
/// and the number of its words.
pub(crate) fn check_container(
    ctx: &mut Context<'_>,
    container: &str,
    is_known: bool,
    args: Args<'_>,
) -> Outcome {
    match (container, args.len()) {
        ("xgroup", 4..) => check_group(ctx, args),
        ("xinfo", 3..) if !is_known => {
            ctx.look_up::<Stream>(&args[2])?.map(|_| ()).ok_or_else(|| NO_KEY.into())
        }
        _ => Ok(()),
    }
}

fn check_group(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, name) = (&args[2], &args[3]);
    let is = |subcommand: &str| args[1].eq_ignore_ascii_case(subcommand.as_bytes());
    let creates_stream = is("create") && args.len() == 6;
    if creates_stream && !args[5].eq_ignore_ascii_case(b"mkstream") {
        return Err((ctx.state.profile.errors.wrong_number_for_subcommand)(&args[1], "XGROUP"));
    }
    match ctx.peek::<Stream>(key)? {
        None if creates_stream => Ok(()),
        None => Err(NO_STREAM.into()),
        Some(stream) if stream.groups.contains_key(name) => Ok(()),
        Some(_) if ["setid", "createconsumer", "delconsumer"].into_iter().any(is) => {
            Err(no_such_group(key, name))
        }
        Some(_) => Ok(()),
    }
}

pub(super) fn create(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, name) = (&args[2], &args[3]);
    let options = Options::parse(ctx, args, true)?;
    let behaviour = &ctx.state.profile.streams;
    let present = ctx.edit::<Stream>(key)?;
    if present.is_none() && !options.creates_stream {
        return Err(NO_STREAM.into());
    }
    let is_new = present.is_none();
    let id = parse_start(&args[4], present.map(|stream| stream.last_id).unwrap_or_default())?;
    let stream = ctx.edit_or_create_stream(key)?;
    if stream.groups.contains_key(name) {
        return Err("BUSYGROUP Consumer Group name already exists".into());
    }
    let entries_read = options.entries_read(stream.added, behaviour);
    stream.groups.insert(name.into(), Group::new(id, entries_read));
    ctx.reply().ok();
    match is_new {
        true => ctx.changed::<Stream>(key, "xgroup-create"),
        false => ctx.groups_changed(key, "xgroup-create"),
    }
    Ok(())
}

pub(super) fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.xgroup);
    Ok(())
}

/// The group that a request names.
fn group<'c>(ctx: &'c mut Context<'_>, args: Args<'_>) -> Result<&'c mut Group, ErrorReply> {
    let (key, name) = (&args[2], &args[3]);
    let stream = ctx.edit::<Stream>(key)?.ok_or(NO_STREAM)?;
    stream.groups.get_mut(name).ok_or_else(|| no_such_group(key, name))
}

pub(super) fn setid(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[2];
    let options = Options::parse(ctx, args, false)?;
    let behaviour = &ctx.state.profile.streams;
    let stream = ctx.peek::<Stream>(key)?;
    let (last_id, added) = stream.map(|stream| (stream.last_id, stream.added)).unwrap_or_default();
    let group = group(ctx, args)?;
    group.last_id = match &args[4] {
        b"-" => StreamId::MIN,
        b"+" => StreamId::MAX,
        word => parse_start(word, last_id)?,
    };
    group.entries_read = options.entries_read(added, behaviour);
    ctx.reply().ok();
    ctx.groups_changed(key, "xgroup-setid");
    Ok(())
}

pub(super) fn destroy(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let key = &args[2];
    let stream = ctx.edit::<Stream>(key)?.ok_or(NO_STREAM)?;
    let is_destroyed = stream.groups.remove(&args[3]).is_some();
    ctx.reply().count(is_destroyed.into());
    if is_destroyed {
        ctx.groups_changed(key, "xgroup-destroy");
        ctx.wake_waiting(key);
    }
    Ok(())
}

pub(super) fn createconsumer(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let now = ctx.millis();
    let is_new = group(ctx, args)?.add_consumer(&args[4], now);
    if is_new {
        ctx.groups_changed(&args[2], "xgroup-createconsumer");
    }
    ctx.reply().count(is_new.into());
    Ok(())
}

pub(super) fn delconsumer(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let pending = group(ctx, args)?.remove_consumer(&args[4]);
    let tells_always = ctx.state.profile.streams.tells_of_missing_consumers;
    if pending.is_some() && !tells_always {
        ctx.groups_changed(&args[2], "xgroup-delconsumer");
    }
    ctx.reply().count(pending.unwrap_or(0));
    if tells_always {
        ctx.groups_changed(&args[2], "xgroup-delconsumer");
    }
    Ok(())
}

pub(super) fn xack(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.look_up::<Stream>(&args[1])?;
    let stream = ctx.edit::<Stream>(&args[1])?;
    let Some(group) = stream.and_then(|stream| stream.groups.get_mut(&args[2])) else {
        ctx.reply().count(0);
        return Ok(());
    };
    let ids = parse_ids(args.from(3))?;
    let acknowledged = ids.into_iter().filter(|id| group.acknowledge(*id)).count();
    ctx.count_changes(acknowledged);
    ctx.reply().count(acknowledged);
    Ok(())
}
