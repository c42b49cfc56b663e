//! RENAME, RENAMENX, COPY, MOVE, SWAPDB.

use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::{Context, Outcome};
use crate::state::config::Events;
use crate::state::keyspace::Entry;
use crate::wire::{Args, ErrorReply, parse_integer};

const SAME_OBJECTS: &str = "ERR source and destination objects are the same";
const DATABASE_OUT_OF_RANGE: &str = "ERR DB index is out of range";

pub(super) fn rename(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (from, to) = (&args[1], &args[2]);
    check_source(ctx, from)?;
    if from != to {
        let old = ctx.database().remove(to);
        ctx.rename(from, to);
        ctx.tell_of_replacement(ctx.client().session.database, to, old);
    }
    ctx.reply().ok();
    Ok(())
}

pub(super) fn renamenx(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (from, to) = (&args[1], &args[2]);
    check_source(ctx, from)?;
    let renames = !ctx.database().contains(to);
    if renames {
        ctx.rename(from, to);
    }
    ctx.reply().count(renames.into());
    Ok(())
}

fn check_source(ctx: &mut Context<'_>, key: &[u8]) -> Outcome {
    if ctx.database().contains(key) { Ok(()) } else { Err("ERR no such key".into()) }
}

impl Context<'_> {
    /// Whether no command may use several databases.
    fn refuses_databases(&self) -> bool {
        self.state.cluster.is_some() && !self.state.profile.cluster.checks_databases
    }

    /// Renames a key to a name that no key has. It keeps its expiry.
    fn rename(&mut self, from: &[u8], to: &[u8]) {
        let Some(entry) = self.take_for_move(from) else { return };
        self.database().add(to, entry);
        self.notify(Events::NEW, "new", to);
        self.key_changed(from);
        self.key_changed_by(to, 0);
        self.notify(Events::GENERIC, "rename_from", from);
        self.notify(Events::GENERIC, "rename_to", to);
    }

    /// Removes a key that gets another name or another database.
    fn take_for_move(&mut self, key: &[u8]) -> Option<Entry> {
        self.touch(key);
        let entry = self.database().remove(key)?;
        Some(match self.state.profile.moved_keys_are_new {
            true => entry.renewed(self.now),
            false => entry,
        })
    }

    /// Sends the event of a key in a database that the client has not selected.
    fn notify_in(&mut self, database: usize, class: Events, event: &str, key: &[u8]) {
        self.state.notify_keyspace_event(class, event, database, key, self.now);
    }

    /// Sends the events of a key that has replaced another one.
    fn tell_of_replacement(&mut self, database: usize, key: &[u8], old: Option<Entry>) {
        let Some(old) = old else { return };
        self.notify_in(database, Events::OVERWRITTEN, "overwritten", key);
        let new = self.state.database(database, self.now).get(key);
        if new.is_some_and(|new| new.type_name() != old.value.type_name()) {
            self.notify_in(database, Events::TYPE_CHANGED, "type_changed", key);
        }
    }

    /// Whether a database has a key.
    fn has_key_in(&mut self, database: usize, key: &[u8]) -> bool {
        self.state.database(database, self.now).contains(key)
    }
}

/// The options of COPY.
struct CopyOptions {
    database: usize,
    replaces: bool,
}

impl CopyOptions {
    fn parse(ctx: &Context<'_>, mut args: Args<'_>) -> Result<Self, ErrorReply> {
        let mut options = Self { database: ctx.client().session.database, replaces: false };
        while let Some(option) = args.get(0) {
            match (option.to_ascii_lowercase().as_slice(), args.get(1)) {
                (b"replace", _) => {
                    options.replaces = true;
                    args = args.from(1);
                }
                (b"db", Some(index)) => {
                    options.database = database(ctx, index, NO_INTEGER)?;
                    args = args.from(2);
                }
                _ => return Err(SYNTAX.into()),
            }
        }
        Ok(options)
    }
}

/// The copy keeps the expiry.
pub(super) fn copy(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (from, to) = (&args[1], &args[2]);
    let CopyOptions { database, replaces } = CopyOptions::parse(ctx, args.from(3))?;
    if ctx.refuses_databases() && database != 0 {
        return Err("ERR Copying to another database is not allowed in cluster mode".into());
    }
    if database == ctx.client().session.database && from == to {
        return Err(SAME_OBJECTS.into());
    }
    let present = ctx.look_up_any_to_copy(from).is_some();
    let entry = ctx.database().entry(from).filter(|_| present).cloned();
    let Some(entry) = entry.filter(|_| replaces || !ctx.has_key_in(database, to)) else {
        ctx.reply().count(0);
        return Ok(());
    };
    let target = ctx.state.database(database, ctx.now);
    let old = target.remove(to);
    target.add(to, entry.renewed(ctx.now));
    ctx.notify_in(database, Events::NEW, "new", to);
    ctx.count_changes(1);
    ctx.state.key_changed(database, to, ctx.now);
    ctx.notify_in(database, Events::GENERIC, "copy_to", to);
    ctx.tell_of_replacement(database, to, old);
    ctx.reply().count(1);
    Ok(())
}

/// Handles MOVE: `move` is a keyword in Rust.
pub(super) fn move_key(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if ctx.refuses_databases() {
        return Err("ERR MOVE is not allowed in cluster mode".into());
    }
    let key = &args[1];
    let (from, to) = (ctx.client().session.database, database(ctx, &args[2], NO_INTEGER)?);
    if from == to {
        return Err(SAME_OBJECTS.into());
    }
    let moves = ctx.database().contains(key) && !ctx.has_key_in(to, key);
    if moves && let Some(entry) = ctx.take_for_move(key) {
        ctx.state.database(to, ctx.now).add(key, entry);
        ctx.notify_in(to, Events::NEW, "new", key);
        ctx.key_changed(key);
        ctx.state.key_changed(to, key, ctx.now);
        ctx.notify(Events::GENERIC, "move_from", key);
        ctx.notify_in(to, Events::GENERIC, "move_to", key);
    }
    ctx.reply().count(moves.into());
    Ok(())
}

pub(super) fn swapdb(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if ctx.state.cluster.is_some() {
        return Err("ERR SWAPDB is not allowed in cluster mode".into());
    }
    let one = parse_integer(&args[1]).ok_or("ERR invalid first DB index")?;
    let other = parse_integer(&args[2]).ok_or("ERR invalid second DB index")?;
    let (one, other) = (in_range(ctx, one)?, in_range(ctx, other)?);
    ctx.state.swap_databases(one, other, ctx.now);
    ctx.count_changes(1);
    ctx.reply().ok();
    Ok(())
}

fn database(ctx: &Context<'_>, word: &[u8], error: &'static str) -> Result<usize, ErrorReply> {
    in_range(ctx, parse_integer(word).ok_or(error)?)
}

fn in_range(ctx: &Context<'_>, index: i64) -> Result<usize, ErrorReply> {
    let one_only = ctx.state.cluster.is_some() && ctx.state.profile.cluster.checks_databases;
    let databases = if one_only { 1 } else { ctx.state.config.databases };
    let index = usize::try_from(index).ok().filter(|index| *index < databases);
    index.ok_or_else(|| DATABASE_OUT_OF_RANGE.into())
}
