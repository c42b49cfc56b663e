//! MULTI, EXEC, DISCARD, WATCH, UNWATCH.

use super::{admit, permission, redirect, run};
use crate::catalogue::{Command, Flags};
use crate::commands::{Context, Family, Outcome};
use crate::profile::VainQueue;
use crate::state::session::Transaction;
use crate::wire::{Args, ErrorReply};

pub(super) const FAMILY: Family = &[
    ("multi", multi),
    ("exec", exec),
    ("discard", discard),
    ("watch", watch),
    ("unwatch", unwatch),
];

/// A nested MULTI is an error, but the transaction stays open. In Valkey, `admit` refuses it.
fn multi(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let session = &mut ctx.client_mut().session;
    if session.transaction.is_some() {
        return Err("ERR MULTI calls can not be nested".into());
    }
    session.has_used_transactions = true;
    session.transaction = Some(Box::<Transaction>::default());
    ctx.reply().ok();
    Ok(())
}

/// Redirects EXEC if another node serves one of its keys, and returns whether it did. This happens
/// before a pause can hold EXEC, and monitors do not see it.
pub(super) fn redirects_exec(ctx: &mut Context<'_>, command: &Command) -> bool {
    if command.name != "exec" {
        return false;
    }
    let Err(redirection) = redirect::redirect_transaction(ctx) else { return false };
    forget(ctx);
    ctx.state.stats.calls[command.place].rejected += 1;
    ctx.state.reply_error(ctx.me, &redirection);
    true
}

fn exec(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    expire_watched_keys(ctx);
    let session = &mut ctx.client_mut().session;
    let broken = session.watch.as_ref().is_some_and(|watch| watch.broken);
    let Some(transaction) = &mut session.transaction else {
        return Err("ERR EXEC without MULTI".into());
    };
    if transaction.refused {
        forget(ctx);
        return Err("EXECABORT Transaction discarded because of previous errors.".into());
    }
    if broken {
        forget(ctx);
        ctx.reply().null_array();
        return Ok(());
    }
    let commands = transaction.take_commands();
    session.watch = None;
    ctx.reply().array(commands.len());
    ctx.in_transaction = true;
    let before = ctx.state.changes;
    let mut failed = false;
    for (command, request) in &commands {
        match permission::check_again(ctx, command, request.args()) {
            Ok(()) => run::run(ctx, command, request.args()),
            Err(error) => {
                ctx.state.reply_error(ctx.me, &error);
                failed = true;
            }
        }
    }
    if ctx.state.changes != before {
        ctx.count_changes(ctx.state.profile.changes.by_commands_themselves.into());
    }
    // A refused command was not called, so its error counts as a failure of EXEC.
    if failed && let Some(exec) = ctx.state.catalogue.find(b"exec") {
        ctx.state.stats.calls[exec.place].failed += 1;
    }
    forget(ctx);
    Ok(())
}

/// Removes watched keys whose time is over, which breaks the transaction.
fn expire_watched_keys(ctx: &mut Context<'_>) {
    let watch = ctx.client().session.watch.iter();
    let keys: Vec<_> = watch.flat_map(|watch| watch.keys.iter().cloned()).collect();
    for (database, key) in keys {
        ctx.state.database(database, ctx.now);
        ctx.state.expire_key(database, &key, ctx.now);
    }
}

/// Without a transaction this is an error, and the watched keys stay watched.
fn discard(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    if ctx.client().session.transaction.is_none() {
        return Err("ERR DISCARD without MULTI".into());
    }
    forget(ctx);
    ctx.reply().ok();
    Ok(())
}

fn watch(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let session = &mut ctx.client_mut().session;
    if session.transaction.is_some() {
        return Err("ERR WATCH inside MULTI is not allowed".into());
    }
    session.has_used_transactions = true;
    let database = session.database;
    // A key that has ended already cannot end again.
    ctx.state.database(database, ctx.now);
    let watch = ctx.state.clients.watch_of(ctx.me);
    for key in args.from(1).iter() {
        watch.add(database, key);
    }
    ctx.reply().ok();
    Ok(())
}

fn unwatch(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.client_mut().session.watch = None;
    ctx.reply().ok();
    Ok(())
}

/// Whether the command is queued until `EXEC`.
pub(super) fn queues(ctx: &Context<'_>, command: &Command) -> bool {
    ctx.client().session.transaction.is_some() && !command.flags().contains(Flags::NOT_QUEUED)
}

/// Queues the command until `EXEC`. With a broken watch most servers keep nothing, since EXEC will
/// fail.
pub(super) fn queue(ctx: &mut Context<'_>, command: &'static Command, args: Args<'_>) {
    let keeps_all = ctx.state.profile.vain_queue == VainQueue::Grows;
    let session = &mut ctx.client_mut().session;
    let broken = session.watch.as_ref().is_some_and(|watch| watch.broken);
    if let Some(transaction) = session.transaction.as_mut().filter(|_| keeps_all || !broken) {
        transaction.queue(command, args);
    }
    ctx.reply().simple("QUEUED");
}

/// Replies with the error of a command that was not admitted. An open transaction will not run.
pub(super) fn refuse(ctx: &mut Context<'_>, args: Args<'_>, error: ErrorReply) {
    if let Ok(command) = admit::find(ctx, args) {
        ctx.state.stats.calls[command.place].rejected += 1;
    }
    if args[0].eq_ignore_ascii_case(b"exec") {
        let abort = abort(ctx, &error);
        ctx.state.reply_error(ctx.me, &abort);
        if !ctx.state.monitors.is_empty()
            && let Some(command) = ctx.state.catalogue.find(b"exec")
        {
            ctx.state.feed_monitors(ctx.me, command, args, ctx.now);
        }
        return;
    }
    let drops_queue = ctx.state.profile.vain_queue == VainQueue::IsDropped;
    if let Some(transaction) = &mut ctx.client_mut().session.transaction {
        transaction.abort(drops_queue);
    }
    ctx.state.reply_error(ctx.me, &error);
}

/// Ends an open transaction without running it.
fn forget(ctx: &mut Context<'_>) {
    ctx.client_mut().session.discard_transaction();
}

/// Ends the transaction of an EXEC that was refused, and builds the error that gives the reason.
fn abort(ctx: &mut Context<'_>, reason: &ErrorReply) -> ErrorReply {
    forget(ctx);
    let reason = reason.as_bytes();
    let reason = reason.strip_prefix(b"ERR ").unwrap_or(reason);
    ErrorReply::quoting("EXECABORT Transaction discarded because of: ", reason, "")
}
