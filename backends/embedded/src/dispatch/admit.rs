//! Checks whether a client may run a command now, in the order in which real servers check.

use super::{permission, redirect};
use crate::catalogue::{Command, Flags};
use crate::commands::{Context, errors};
use crate::state::session::Mode;
use crate::wire::{Args, ErrorReply};

/// Commands with these flags are not for monitors: real servers treat a monitor as a replica.
const TOUCHES_KEYS: Flags = Flags::of(&[Flags::READONLY, Flags::WRITE, Flags::REPLICATED]);

/// Finds the command of a request and checks whether this client may run it now.
pub(super) fn admit(ctx: &mut Context<'_>, args: Args<'_>) -> Result<&'static Command, ErrorReply> {
    let client = ctx.client();
    let must_authenticate = !client.session.authenticated && ctx.state.access.requires_password();
    let found = find(ctx, args);
    // A listed command counts as the client's last one, even if its arity is wrong. An unlisted
    // command does not replace the last one.
    if found.as_ref().map_or(true, |command| command.is_listed) {
        ctx.client_mut().last_command = found.as_ref().ok().copied();
    }
    let checked = found.and_then(|command| match command.accepts(args.len()) {
        true => Ok(command),
        false => Err(errors::wrong_arity(command)),
    });
    if must_authenticate && ctx.state.profile.checks_password_first {
        let allowed = |command: &&Command| command.flags().contains(Flags::NO_AUTH);
        return checked.ok().filter(allowed).ok_or_else(no_auth);
    }
    let command = checked?;
    let flags = command.flags();
    if must_authenticate && !flags.contains(Flags::NO_AUTH) {
        return Err(no_auth());
    }
    if flags.contains(Flags::NO_MULTI) && ctx.client().session.transaction.is_some() {
        return Err((ctx.state.profile.errors.not_in_a_transaction)(command.name));
    }
    permission::check(ctx, command, args)?;
    if let Some(error) = ctx.state.faults.take_for(command.name) {
        return Err(error);
    }
    redirect::redirect(ctx, command, args)?;
    if ctx.client().session.mode() == Mode::Subscribed && !flags.contains(Flags::SUBSCRIBED) {
        return Err((ctx.state.profile.errors.subscriber_may_not_run)(command.name));
    }
    if flags.contains(Flags::SUBSCRIBERS_ONLY) && !ctx.client().session.is_subscriber() {
        let name = command.name;
        return Err(format!("NOSUB '{name}' command executed not in subscribed mode").into());
    }
    if ctx.client().session.is_monitor && flags.intersects(TOUCHES_KEYS) {
        return Err(ctx.state.profile.errors.monitor_may_not_run.into());
    }
    // This check comes last, because a real server would report every other error first.
    if !ctx.handlers.has(command, ctx.state.catalogue) {
        return Err(errors::not_implemented(command));
    }
    Ok(command)
}

fn no_auth() -> ErrorReply {
    ErrorReply::from("NOAUTH Authentication required.")
}

/// Finds the command of a request, or its subcommand where subcommands are commands of their own.
/// Clients often repeat a command, so the client's last one is tried first.
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
