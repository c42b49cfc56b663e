//! Commands: from the words of a request to its effect and its answer.
//!
//! [`execute`] decides whether a request may run, [`table`] knows every command, and one file a family
//! holds the handlers. To add a command: write its handler, add its row to the table.

mod acl;
mod client;
mod cluster;
mod config;
mod connection;
mod info;
mod introspection;
mod keyspace;
mod pubsub;
pub(crate) mod table;
mod transaction;
mod turn;

pub(crate) use table::{Categories, Commands, Flags, Revision, Spec};
pub(crate) use turn::{Handler, Turn};

use acl::permission;
use table::Run;

use crate::client::ClientKey;
use crate::moment::Moment;
use crate::session::Mode;
use crate::wire::{Args, ErrorReply};
use crate::world::World;

/// What monitors may not use, since servers take them for a kind of replica.
const TOUCHES_KEYS: &[Flags] = &[Flags::READONLY, Flags::WRITE, Flags::REPLICATED];

/// Runs one request of a client, or queues it, or refuses it, or holds it until a pause is over.
pub(crate) fn execute(world: &mut World, me: ClientKey, args: Args<'_>, now: Moment) {
    let was_held = std::mem::take(&mut world.clients[me].was_held);
    let mut turn = Turn { world, me, now, was_held, in_transaction: false };
    // Where these are no commands, they are looked for in front of all others.
    let is_http = args[0].eq_ignore_ascii_case(b"post") || args[0].eq_ignore_ascii_case(b"host:");
    if is_http && turn.world.commands.find(&args[0]).is_none() {
        return connection::hang_up(&mut turn);
    }
    match admit(&mut turn, args) {
        Ok(spec) if transaction::is_sent_elsewhere(&mut turn, spec) => {}
        Ok(spec) if turn.world.holds(me, spec, now) => return turn.world.hold(me),
        Ok(spec) if turn.queues(spec) => turn.queue(spec, args),
        Ok(spec) => turn.run(spec, args),
        Err(error) => turn.refuse(args, error),
    }
    turn.client_mut().end_of_command();
}

/// Finds the command and checks, in Redis' order, whether this client may run it now.
fn admit(turn: &mut Turn<'_>, args: Args<'_>) -> Result<&'static Spec, ErrorReply> {
    let client = turn.client();
    let barred = !client.session.authenticated && turn.world.access.asks_for_password();
    let found = find(turn, args);
    // A command that is called in a wrong way is known all the same; one that is in no list is none.
    if !found.as_ref().is_ok_and(|spec| spec.flags.contains(Flags::UNLISTED)) {
        turn.client_mut().last_command = found.as_ref().ok().copied();
    }
    let checked = found.and_then(|spec| match spec.accepts(args.len()) {
        true => Ok(spec),
        false => Err(table::wrong_arity(spec)),
    });
    if barred && turn.world.profile.asks_for_password_first {
        return checked.ok().filter(|spec| spec.flags.contains(Flags::NO_AUTH)).ok_or_else(no_auth);
    }
    let spec = checked?;
    if barred && !spec.flags.contains(Flags::NO_AUTH) {
        return Err(no_auth());
    }
    if turn.client().session.transaction.is_some() && spec.flags.contains(Flags::NO_MULTI) {
        return Err((turn.world.profile.words.not_in_a_transaction)(spec.full_name));
    }
    permission::check(turn, spec, args)?;
    if let Some(error) = turn.world.faults.strike(spec.full_name) {
        return Err(error);
    }
    cluster::redirect(turn, spec, args)?;
    if turn.client().session.mode() == Mode::Subscribed && !spec.flags.contains(Flags::SUBSCRIBED) {
        return Err((turn.world.profile.words.not_for_a_subscriber)(spec.full_name));
    }
    if spec.flags.contains(Flags::WANTS_SUBSCRIBER) && !turn.client().session.is_subscriber() {
        let name = spec.full_name;
        return Err(format!("NOSUB '{name}' command executed not in subscribed mode").into());
    }
    let session = &turn.client().session;
    if session.monitors && spec.flags.intersects(Flags::of(TOUCHES_KEYS)) {
        return Err(turn.world.profile.words.not_for_a_monitor.into());
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

/// Looks a command up, and its subcommand where it has some. Clients repeat themselves: what this
/// one asked for last is tried first.
fn find(turn: &Turn<'_>, args: Args<'_>) -> Result<&'static Spec, ErrorReply> {
    let Turn { world, me, .. } = turn;
    let profile = world.profile;
    let last = world.clients[*me].last_command.filter(|last| last.is_called(&args[0]));
    let Some(mut spec) = last.or_else(|| world.commands.find(&args[0])) else {
        return Err(table::unknown_command(profile, args));
    };
    if profile.subcommands_are_commands
        && let Some(name) = args.get(1).filter(|_| !spec.subcommands.is_empty())
    {
        let subcommand = spec.subcommand(name);
        spec = subcommand.ok_or_else(|| table::unknown_subcommand(profile, spec, name))?;
    }
    Ok(spec)
}

#[cfg(test)]
mod tests;
