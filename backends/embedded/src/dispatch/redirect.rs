//! Whether a command is served on this node.

use crate::catalogue::{Command, Flags};
use crate::commands::Context;
use crate::state::cluster::{RouteRules, RoutedRequest};
use crate::state::session::Asking;
use crate::wire::{Args, ErrorReply};

/// Whether a command is served on this node. Without a cluster everything is.
#[inline]
pub(super) fn redirect(
    ctx: &mut Context<'_>,
    command: &Command,
    args: Args<'_>,
) -> Result<(), ErrorReply> {
    if ctx.state.cluster.is_none() || command.keys().is_empty() {
        return Ok(());
    }
    let is_sharded = uses_shard_channels(ctx, command);
    let names = command.keys().names(args).collect();
    check_slots(ctx, is_sharded, command.flags().contains(Flags::WRITE), names)
}

/// Whether all commands that EXEC is to run are served on this node.
pub(super) fn redirect_transaction(ctx: &mut Context<'_>) -> Result<(), ErrorReply> {
    if ctx.state.cluster.is_none() {
        return Ok(());
    }
    let Some(open) = ctx.state.clients[ctx.me].session.transaction.take() else { return Ok(()) };
    let minded = ctx.state.profile.cluster.redirects_shards_in_transactions;
    let queue = open.queued();
    let is_sharded = minded && queue.iter().any(|(command, _)| uses_shard_channels(ctx, command));
    let names = queue.iter().flat_map(|(command, words)| command.keys().names(words.args()));
    let names = names.collect();
    let verdict = check_slots(ctx, is_sharded, false, names);
    ctx.client_mut().session.transaction = Some(open);
    verdict
}

fn uses_shard_channels(ctx: &Context<'_>, command: &Command) -> bool {
    let unsubscribes = ctx.state.profile.cluster.redirects_sunsubscribe;
    command.keys().has_shard_channels() && (unsubscribes || command.name != "sunsubscribe")
}

fn check_slots(
    ctx: &mut Context<'_>,
    is_sharded: bool,
    writes: bool,
    names: Vec<&[u8]>,
) -> Result<(), ErrorReply> {
    // What has expired is not there.
    ctx.state.database(0, ctx.now);
    let Some(view) = ctx.state.cluster.as_deref() else { return Ok(()) };
    let asks = ctx.state.clients[ctx.me].session.asking != Asking::No;
    let behaviour = ctx.state.profile.cluster;
    let rules = RouteRules {
        reads_when_down: ctx.state.config.reads_when_down,
        shards_when_down: ctx.state.config.shards_when_down,
        tries_again_on_split_keys: behaviour.tries_again_on_split_keys,
        checks_crossslot_first: behaviour.checks_crossslot_first,
    };
    let database = ctx.state.keyspace.database(0);
    let request = RoutedRequest { is_sharded, writes, asks };
    view.admit(request, names, |key| database.contains(key), rules)
}
