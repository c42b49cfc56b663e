//! Commands: from the words of a request to its effect and its answer.
//!
//! [`execute`] decides whether a request may run, [`table`] knows every command, and one file a family
//! holds the handlers. To add a command: write its handler, add its row to the table.

mod acl;
mod client;
mod config;
mod connection;
mod info;
mod introspection;
mod keyspace;
mod pubsub;
pub(crate) mod table;
mod transaction;
mod turn;

pub(crate) use table::Spec;
pub(crate) use turn::{Handler, Turn};

use acl::permission;
use table::{Flags, Run};

use crate::client::{ClientKey, Ending};
use crate::moment::Moment;
use crate::session::Mode;
use crate::wire::{Args, ErrorReply};
use crate::world::World;

/// Runs one request of a client, or queues it, or refuses it.
pub(crate) fn execute(world: &mut World, me: ClientKey, args: Args<'_>, now: Moment) {
    // A browser or a web hook that was pointed at this port: Redis hangs up without a word.
    if args[0].eq_ignore_ascii_case(b"post") || args[0].eq_ignore_ascii_case(b"host:") {
        world.unsubscribe_all(me);
        world.clients.end(me, Ending::Now);
        return;
    }
    let mut turn = Turn { world, me, now, in_transaction: false };
    match admit(&mut turn, args) {
        Ok(spec) if turn.queues(spec) => turn.queue(spec, args),
        Ok(spec) => turn.run(spec, args),
        Err(error) => turn.refuse(args, error),
    }
    turn.client_mut().session.end_of_command();
}

/// Finds the command and checks, in Redis' order, whether this client may run it now.
fn admit(turn: &mut Turn<'_>, args: Args<'_>) -> Result<&'static Spec, ErrorReply> {
    let client = turn.client();
    let barred = !client.session.authenticated && turn.world.access.asks_for_password();
    if barred && turn.world.profile.asks_for_password_first {
        return find(args)
            .ok()
            .filter(|spec| spec.flags.contains(Flags::NO_AUTH))
            .ok_or_else(no_auth);
    }
    let spec = find(args)?;
    turn.client_mut().last_command = Some(spec);
    if barred && !spec.flags.contains(Flags::NO_AUTH) {
        return Err(no_auth());
    }
    permission::check(turn, spec, args)?;
    if let Some(error) = turn.world.faults.strike(spec.full_name) {
        return Err(error);
    }
    if turn.client().session.mode() == Mode::Subscribed && !spec.flags.contains(Flags::SUBSCRIBED) {
        return Err(turn.world.profile.refusal_while_subscribed(spec.full_name));
    }
    // Last, since Redis would refuse it before this for every other reason.
    if let Run::Missing = spec.run {
        return Err(table::not_implemented(spec));
    }
    Ok(spec)
}

fn no_auth() -> ErrorReply {
    ErrorReply::from("NOAUTH Authentication required.")
}

/// Looks a command up, and its subcommand where it has some, and checks the number of arguments.
fn find(args: Args<'_>) -> Result<&'static Spec, ErrorReply> {
    let Some(mut spec) = table::find(&args[0]) else {
        return Err(table::unknown_command(args));
    };
    if let Some(name) = args.get(1).filter(|_| !spec.subcommands.is_empty()) {
        spec = spec.subcommand(name).ok_or_else(|| table::unknown_subcommand(spec, args))?;
    }
    if !spec.accepts(args.len()) {
        return Err(table::wrong_arity(spec));
    }
    Ok(spec)
}

#[cfg(test)]
mod tests;
