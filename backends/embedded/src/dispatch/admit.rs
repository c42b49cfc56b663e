//! Checks whether a client may run a command now, in the order in which real servers check.

use super::{permission, redirect};
use crate::catalogue::{Command, Flags};
use crate::commands::{Context, Outcome, errors};
use crate::state::config::Allowed;
use crate::state::session::Mode;
use crate::wire::{Args, ErrorReply};

/// Finds the command of a request and checks whether this client may run it now. `may_write` tells
/// whether it may write, which scripts say themselves.
pub(super) fn admit(
    ctx: &mut Context<'_>,
    args: Args<'_>,
    may_write: fn(&Context<'_>, &Command, Args<'_>) -> bool,
) -> Result<&'static Command, ErrorReply> {
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
    check_protected(ctx, command)?;
    let flags = command.flags();
    if ctx.state.profile.cluster.charges_refused_requests {
        redirect::set_slot(ctx, command, args);
    }
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
    check_memory(ctx, command)?;
    if ctx.client().session.mode() == Mode::Subscribed && !flags.contains(Flags::SUBSCRIBED) {
        return Err((ctx.state.profile.errors.subscriber_may_not_run)(command.name));
    }
    if flags.contains(Flags::SUBSCRIBERS_ONLY) && !ctx.client().session.is_subscriber() {
        let name = command.name;
        return Err(format!("NOSUB '{name}' command executed not in subscribed mode").into());
    }
    // Real servers treat a monitor as a replica, which may not use keys.
    let uses_keys = || flags.contains(Flags::READONLY) || may_write(ctx, command, args);
    if ctx.client().session.is_monitor && uses_keys() {
        return Err(ctx.state.profile.errors.monitor_may_not_run.into());
    }
    #[cfg(feature = "scripts")]
    if let Some(error) = ctx.state.scripts.busy(ctx.state.profile)
        && !may_interrupt(ctx.state.profile, command, args)
    {
        return Err(error);
    }
    // This check comes last, because a real server would report every other error first.
    if !ctx.handlers.has(command, ctx.state.catalogue) {
        return Err(errors::not_implemented(command));
    }
    Ok(command)
}

/// Refuses a protected command that the server was not started to allow.
fn check_protected(ctx: &Context<'_>, command: &Command) -> Outcome {
    if !ctx.state.profile.debug.asks_for_permission {
        return Ok(());
    }
    let (name, allowed) = match command.name {
        "debug" => ("debug", ctx.state.config.debug_allowed),
        "module|load" | "module|loadex" | "module|unload" => ("module", Allowed::No),
        _ => return Ok(()),
    };
    let is_allowed = match allowed {
        Allowed::No => false,
        Allowed::Yes => true,
        Allowed::Local => ctx.client().peer.is_local(),
    };
    if is_allowed {
        return Ok(());
    }
    Err(ErrorReply::from(format!(
        "ERR {} command not allowed. If the enable-{name}-command option is set to \"local\", you can \
         run it from a local connection, otherwise you need to set this option in the configuration \
         file, and then restart the server.",
        name.to_ascii_uppercase()
    )))
}

/// Whether a command may run while a script has run for too long.
#[cfg(feature = "scripts")]
fn may_interrupt(profile: &crate::profile::Behaviour, command: &Command, args: Args<'_>) -> bool {
    let second = args.get(1).unwrap_or_default();
    let listed = |words: &str| match words.split_once(' ') {
        None => command.name == words,
        Some((name, word)) => command.name == name && second.eq_ignore_ascii_case(word.as_bytes()),
    };
    command.flags().contains(Flags::ALLOW_BUSY)
        || profile.scripts.interrupting.iter().any(|words| listed(words))
}

/// A command that takes memory is refused.
pub(super) const OUT_OF_MEMORY: &str = "OOM command not allowed when used memory > 'maxmemory'.";

/// Refuses what may take memory when there is none left, and no key may be evicted.
fn check_memory(ctx: &mut Context<'_>, command: &Command) -> Result<(), ErrorReply> {
    if ctx.state.make_room(ctx.now) {
        return Ok(());
    }
    let takes_memory = |command: &Command| command.flags().contains(Flags::DENYOOM);
    let transaction = &ctx.client().session.transaction;
    let is_refused = takes_memory(command)
        || transaction.as_ref().is_some_and(|transaction| match command.name {
            "exec" => transaction.queued().iter().any(|(command, _)| takes_memory(command)),
            "discard" | "quit" | "reset" => false,
            _ => ctx.state.profile.queues_nothing_out_of_memory,
        });
    match is_refused {
        true => Err(OUT_OF_MEMORY.into()),
        false => Ok(()),
    }
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
