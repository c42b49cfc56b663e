//! MULTI, EXEC, DISCARD, WATCH, UNWATCH.

use super::acl::permission;
use super::{Spec, Turn, cluster};
use crate::session::{Transaction, Watch};
use crate::wire::{Args, ErrorReply};

type Outcome = Result<(), ErrorReply>;

/// A second MULTI is an error, and the transaction goes on (other families refuse it altogether).
pub(super) fn multi(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    let session = &mut turn.client_mut().session;
    if session.transaction.is_some() {
        return Err("ERR MULTI calls can not be nested".into());
    }
    session.has_queued = true;
    session.transaction = Some(Box::<Transaction>::default());
    turn.reply().ok();
    Ok(())
}

/// Whether EXEC is refused because another node serves what it is about: before any pause, and without
/// anybody being shown.
pub(super) fn is_sent_elsewhere(turn: &mut Turn<'_>, spec: &Spec) -> bool {
    if spec.full_name != "exec" {
        return false;
    }
    let Err(elsewhere) = cluster::redirect_transaction(turn) else { return false };
    forget(turn);
    turn.world.stats.calls[spec.place].rejected += 1;
    turn.answer_error(&elsewhere);
    true
}

pub(super) fn exec(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    let session = &mut turn.client_mut().session;
    let broken = session.watch.as_ref().is_some_and(|watch| watch.broken);
    let Some(transaction) = &mut session.transaction else {
        return Err("ERR EXEC without MULTI".into());
    };
    if transaction.refused {
        forget(turn);
        return Err("EXECABORT Transaction discarded because of previous errors.".into());
    }
    if broken {
        forget(turn);
        turn.reply().null_array();
        return Ok(());
    }
    let commands = transaction.run();
    session.watch = None;
    turn.reply().array(commands.len());
    turn.in_transaction = true;
    let mut failed = false;
    for (spec, request) in &commands {
        match permission::check_again(turn, spec, request.args()) {
            Ok(()) => turn.run(spec, request.args()),
            Err(error) => {
                turn.answer_error(&error);
                failed = true;
            }
        }
    }
    // What was refused was not called: the error is that of EXEC.
    if failed && let Some(exec) = turn.world.commands.find(b"exec") {
        turn.world.stats.calls[exec.place].failed += 1;
    }
    forget(turn);
    Ok(())
}

/// Without a transaction, the watched keys stay watched.
pub(super) fn discard(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    if turn.client().session.transaction.is_none() {
        return Err("ERR DISCARD without MULTI".into());
    }
    forget(turn);
    turn.reply().ok();
    Ok(())
}

pub(super) fn watch(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let session = &mut turn.client_mut().session;
    if session.transaction.is_some() {
        return Err("ERR WATCH inside MULTI is not allowed".into());
    }
    session.has_queued = true;
    let database = session.database;
    let watch = session.watch.get_or_insert_with(Box::<Watch>::default);
    for key in args.from(1).iter() {
        watch.add(database, key);
    }
    turn.reply().ok();
    Ok(())
}

pub(super) fn unwatch(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    turn.client_mut().session.watch = None;
    turn.reply().ok();
    Ok(())
}

/// Ends the transaction, if there is one, without executing it.
pub(super) fn forget(turn: &mut Turn<'_>) {
    let session = &mut turn.client_mut().session;
    session.watch = None;
    session.transaction = None;
}

/// EXEC itself was refused: that ends the transaction, and the error says why.
pub(super) fn abort(turn: &mut Turn<'_>, why: &ErrorReply) -> ErrorReply {
    forget(turn);
    let why = why.as_bytes();
    let why = why.strip_prefix(b"ERR ").unwrap_or(why);
    ErrorReply::quoting("EXECABORT Transaction discarded because of: ", why, "")
}
