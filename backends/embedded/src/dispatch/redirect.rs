//! Checks whether this cluster node serves a command, and redirects the client if it does not.

use crate::catalogue::{Command, Flags};
use crate::commands::Context;
use crate::state::cluster::{RouteRules, RoutedRequest, Slot};
use crate::state::session::Asking;
use crate::wire::{Args, ErrorReply};

/// Checks whether this node serves a command. Without a cluster it serves every command.
#[inline]
pub(super) fn redirect(
    ctx: &mut Context<'_>,
    command: &Command,
    args: Args<'_>,
) -> Result<(), ErrorReply> {
    if ctx.state.cluster.is_none() || command.keys().is_empty() || !is_routed(ctx, command) {
        return Ok(());
    }
    let is_sharded = uses_shard_channels(ctx, command);
    let names = command.keys().names(ctx.state.profile.key_search, args).collect();
    check_slots(ctx, is_sharded, command.flags().contains(Flags::WRITE), names)
}

/// Sets the slot of a request before anything else is known about it, if its keys are all in one.
pub(super) fn set_slot(ctx: &mut Context<'_>, command: &Command, args: Args<'_>) {
    if ctx.state.cluster.is_none() || command.keys().is_empty() || !is_routed(ctx, command) {
        return;
    }
    let search = ctx.state.profile.key_search;
    let mut slots = command.keys().names(search, args).map(Slot::of);
    let first = slots.next();
    ctx.state.set_current_slot(first.filter(|first| slots.all(|slot| slot == *first)));
}

/// Checks whether this node serves all commands of the open transaction.
pub(super) fn redirect_transaction(ctx: &mut Context<'_>) -> Result<(), ErrorReply> {
    if ctx.state.cluster.is_none() {
        return Ok(());
    }
    let Some(open) = ctx.state.clients[ctx.me].session.transaction.take() else { return Ok(()) };
    let redirects = ctx.state.profile.cluster.routes_queued_shard_commands_as_shards;
    let queue = open.queued();
    let is_sharded =
        redirects && queue.iter().any(|(command, _)| uses_shard_channels(ctx, command));
    let routed = queue.iter().filter(|(command, _)| is_routed(ctx, command));
    let search = ctx.state.profile.key_search;
    let names = routed.flat_map(|(command, words)| command.keys().names(search, words.args()));
    let names = names.collect();
    let result = check_slots(ctx, is_sharded, false, names);
    ctx.client_mut().session.transaction = Some(open);
    result
}

/// Whether the slots of a command's keys matter.
fn is_routed(ctx: &Context<'_>, command: &Command) -> bool {
    !ctx.state.profile.cluster.unrouted_commands.contains(&command.name)
}

fn uses_shard_channels(ctx: &Context<'_>, command: &Command) -> bool {
    let unsubscribes = ctx.state.profile.cluster.routes_sunsubscribe_as_shard;
    command.keys().has_shard_channels() && (unsubscribes || command.name != "sunsubscribe")
}

fn check_slots(
    ctx: &mut Context<'_>,
    is_sharded: bool,
    writes: bool,
    names: Vec<&[u8]>,
) -> Result<(), ErrorReply> {
    // This removes expired keys: they count as missing.
    ctx.state.database(0, ctx.now);
    let Some(view) = ctx.state.cluster.as_deref() else { return Ok(()) };
    let asks = ctx.state.clients[ctx.me].session.asking != Asking::No;
    let behaviour = ctx.state.profile.cluster;
    let rules = RouteRules {
        reads_when_down: ctx.state.config.reads_when_down,
        shards_when_down: ctx.state.config.shards_when_down,
        tryagain_on_split_keys: behaviour.tryagain_on_split_keys,
        checks_crossslot_first: behaviour.checks_crossslot_first,
    };
    let database = ctx.state.keyspace.database(0);
    let request = RoutedRequest { is_sharded, writes, asks };
    let slot = names.first().map(|name| Slot::of(name));
    view.admit(request, names, |key| database.contains(key), rules)?;
    ctx.state.set_current_slot(slot);
    Ok(())
}
