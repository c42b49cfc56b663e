//! Whether a client may run a command now, checked in the order of the servers.

use super::{permission, redirect};
use crate::catalogue::{Command, Flags};
use crate::commands::{Context, errors};
use crate::state::session::Mode;
use crate::wire::{Args, ErrorReply};

/// What a monitor may not use: servers take monitors for a kind of replica.
const TOUCHES_KEYS: Flags = Flags::of(&[Flags::READONLY, Flags::WRITE, Flags::REPLICATED]);

/// Finds the command of a request and checks whether this client may run it now.
pub(super) fn admit(ctx: &mut Context<'_>, args: Args<'_>) -> Result<&'static Command, ErrorReply> {
    let client = ctx.client();
    let is_stranger = !client.session.authenticated && ctx.state.access.asks_for_password();
    let found = find(ctx, args);
    // A command called in a wrong way counts as the client's last one; an unlisted one does not.
    if found.as_ref().map_or(true, |command| command.is_listed) {
        ctx.client_mut().last_command = found.as_ref().ok().copied();
    }
    let checked = found.and_then(|command| match command.accepts(args.len()) {
        true => Ok(command),
        false => Err(errors::wrong_arity(command)),
    });
    let is_open = |command: &&Command| command.flags().contains(Flags::NO_AUTH);
    if is_stranger && ctx.state.profile.checks_password_first {
        return checked.ok().filter(is_open).ok_or_else(no_auth);
    }
    let command = checked?;
    if is_stranger && !is_open(&command) {
        return Err(no_auth());
    }
    if ctx.client().session.transaction.is_some() && command.flags().contains(Flags::NO_MULTI) {
        return Err((ctx.state.profile.errors.not_in_a_transaction)(command.name));
    }
    permission::check(ctx, command, args)?;
    if let Some(error) = ctx.state.faults.take_for(command.name) {
        return Err(error);
    }
    redirect::redirect(ctx, command, args)?;
    if ctx.client().session.mode() == Mode::Subscribed
        && !command.flags().contains(Flags::SUBSCRIBED)
    {
        return Err((ctx.state.profile.errors.not_for_a_subscriber)(command.name));
    }
    if command.flags().contains(Flags::WANTS_SUBSCRIBER) && !ctx.client().session.is_subscriber() {
        let name = command.name;
        return Err(format!("NOSUB '{name}' command executed not in subscribed mode").into());
    }
    if ctx.client().session.is_monitor && command.flags().intersects(TOUCHES_KEYS) {
        return Err(ctx.state.profile.errors.not_for_a_monitor.into());
    }
    // Last, since a real server would refuse the request for every other reason before this one.
    if !ctx.handlers.has(command, ctx.state.catalogue) {
        return Err(errors::not_implemented(command));
    }
    Ok(command)
}

fn no_auth() -> ErrorReply {
    ErrorReply::from("NOAUTH Authentication required.")
}

/// Finds a command, and its subcommand where it has some. Clients repeat themselves: the client's
/// last command is tried first.
pub(super) fn find(ctx: &Context<'_>, args: Args<'_>) -> Result<&'static Command, ErrorReply> {
    let (profile, catalogue) = (ctx.state.profile, ctx.state.catalogue);
    let last = ctx.client().last_command.filter(|last| last.is_called(&args[0]));
    let Some(command) = last.or_else(|| catalogue.find(&args[0])) else {
        return Err(errors::unknown_command(profile, args));
    };
    match args.get(1) {
        Some(name) if profile.subcommands_are_commands && command.has_subcommands() => {
            let subcommand = catalogue.subcommand(command, name);
            subcommand.ok_or_else(|| errors::unknown_subcommand(profile, command, name))
        }
        _ => Ok(command),
    }
}
