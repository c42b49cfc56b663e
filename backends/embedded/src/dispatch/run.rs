//! Runs the handler of an admitted command, then updates statistics, tracking and monitors.

use crate::catalogue::{Command, Flags};
use crate::commands::{Context, Handler, cluster, errors, streams};
use crate::profile::{Behaviour, LargeCommands};
use crate::state::client::CloseMode;
use crate::state::command_log::Cost;
use crate::wire::{Args, ErrorReply};

/// Runs a command that has been admitted.
pub(super) fn run(ctx: &mut Context<'_>, command: &'static Command, args: Args<'_>) {
    // Monitors see a script before its commands.
    let shows_first = command.runs_script();
    if shows_first {
        show(ctx, command, args);
    }
    if ctx.state.debug.keeps_expired {
        ctx.expire_keys_of(command, args);
    }
    let before = ctx.took;
    let result = handler(ctx, command, args).and_then(|handler| handler(ctx, args));
    let took = ctx.took.saturating_sub(before);
    let calls = &mut ctx.state.stats.calls[command.place];
    calls.run += 1;
    if let Err(error) = result {
        calls.failed += 1;
        ctx.state.reply_error(ctx.me, &error);
    }
    ctx.state.count_call(ctx.me);
    let tracks = ctx.state.clients[ctx.caller].session.tracking.is_some();
    if tracks && reads_keys(command) {
        track(ctx, command, args);
        ctx.state.evict_tracked_keys(ctx.now);
    }
    if !shows_first {
        show(ctx, command, args);
    }
    if ctx.client().wait.is_none() {
        let cost = Cost { took, ..large(ctx) };
        ctx.state.log_command(ctx.me, command, args, cost, ctx.now);
    }
    if ctx.client().close_mode == Some(CloseMode::AfterCommand) {
        ctx.state.clients.close(ctx.me, CloseMode::AfterOutput);
    }
}

/// The bytes of a request, where large requests are logged.
#[inline]
pub(super) fn logged_len(profile: &Behaviour, args: Args<'_>) -> usize {
    match profile.logs_large_commands {
        LargeCommands::None => 0,
        _ => args.encoded_len(false),
    }
}

/// How large a command of a client, of its transaction or of its script is. All that the transaction has
/// replied so far counts.
fn large(ctx: &Context<'_>) -> Cost {
    let (request, sent) = (ctx.request_len, ctx.client().output.received());
    let runs_in_script = ctx.me != ctx.caller;
    match (ctx.state.profile.logs_large_commands, runs_in_script) {
        (LargeCommands::None, _) => Cost::default(),
        (LargeCommands::WithRequestOfScript, true) => Cost { request, ..Cost::default() },
        (LargeCommands::WithReplyToScript, true) => Cost { reply: sent, ..Cost::default() },
        (_, false) => Cost { request, reply: sent.saturating_sub(ctx.received), ..Cost::default() },
    }
}

/// Whether a command reads the keys that it is told. A script reads what its commands do.
fn reads_keys(command: &Command) -> bool {
    command.flags().contains(Flags::READONLY)
        && !command.runs_script()
        && !command.keys().is_empty()
}

/// Tracks the keys that a command read.
fn track(ctx: &mut Context<'_>, command: &Command, args: Args<'_>) {
    #[cfg(feature = "scripts")]
    if ctx.me != ctx.caller && ctx.state.profile.scripts.tracks_told_keys {
        return track_told_keys(ctx);
    }
    let search = ctx.state.profile.tracking_search;
    ctx.state.track_reads(ctx.caller, command.keys().names(search, args));
}

/// Tracks the keys that the running script was told.
#[cfg(feature = "scripts")]
fn track_told_keys(ctx: &mut Context<'_>) {
    let running = ctx.state.scripts.running.as_ref();
    let Some(request) = running.map(|running| running.request.clone()) else { return };
    let command = request.args().get(0).and_then(|name| ctx.state.catalogue.find(name));
    if let Some(command) = command {
        let search = ctx.state.profile.tracking_search;
        ctx.state.track_reads(ctx.caller, command.keys().names(search, request.args()));
    }
}

/// Shows a command to monitors.
fn show(ctx: &mut Context<'_>, command: &Command, args: Args<'_>) {
    if !ctx.state.monitors.is_empty() && !is_hidden(ctx, command) {
        ctx.state.feed_monitors(ctx.me, command, args, ctx.now);
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
    ctx: &mut Context<'_>,
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
        if !profile.subcommands_are_commands {
            streams::check_container(ctx, command.name, subcommand.is_some(), args)?;
        }
        resolved = subcommand.ok_or_else(|| errors::unknown_subcommand(profile, command, name))?;
    }
    ctx.handlers.of(resolved).ok_or_else(|| errors::not_implemented(resolved))
}
