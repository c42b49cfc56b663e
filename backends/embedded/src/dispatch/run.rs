//! Runs the handler of an admitted command, then updates statistics, tracking and monitors.

use crate::catalogue::{Command, Flags};
use crate::commands::{Context, Handler, cluster, errors};
use crate::state::client::CloseMode;
use crate::wire::{Args, ErrorReply};

/// Runs a command that has been admitted.
pub(super) fn run(ctx: &mut Context<'_>, command: &'static Command, args: Args<'_>) {
    let result = handler(ctx, command, args).and_then(|handler| handler(ctx, args));
    let calls = &mut ctx.state.stats.calls[command.place];
    calls.run += 1;
    if let Err(error) = result {
        calls.failed += 1;
        ctx.state.reply_error(ctx.me, &error);
    }
    if ctx.client().session.tracking.is_some()
        && command.flags().contains(Flags::READONLY)
        && !command.keys().is_empty()
    {
        ctx.state.track_reads(ctx.me, command.keys().names(args));
        ctx.state.evict_tracked_keys(ctx.now);
    }
    if !ctx.state.monitors.is_empty() && !is_hidden(ctx, command) {
        ctx.state.feed_monitors(ctx.me, command, args, ctx.now);
    }
    if ctx.client().close_mode == Some(CloseMode::AfterCommand) {
        ctx.state.clients.close(ctx.me, CloseMode::AfterOutput);
    }
}

/// Whether monitors do not see a command because a pause has held it.
fn is_hidden(ctx: &Context<'_>, command: &Command) -> bool {
    ctx.was_held
        && ctx.state.profile.hides_held_commands
        && !ctx.in_transaction
        && command.name != "exec"
}

/// The handler of a request. Servers whose subcommands are not commands look them up only now.
fn handler(
    ctx: &Context<'_>,
    command: &'static Command,
    args: Args<'_>,
) -> Result<Handler, ErrorReply> {
    let mut resolved = command;
    if let Some(name) = args.get(1).filter(|_| command.has_subcommands()) {
        let profile = ctx.state.profile;
        if command.name == "cluster" && !profile.cluster.checks_subcommands_without_cluster {
            cluster::check_enabled(ctx.state)?;
        }
        let subcommand = ctx.state.catalogue.subcommand(command, name);
        let subcommand = subcommand.filter(|command| command.accepts(args.len()));
        resolved = subcommand.ok_or_else(|| errors::unknown_subcommand(profile, command, name))?;
    }
    ctx.handlers.of(resolved).ok_or_else(|| errors::not_implemented(resolved))
}
