//! Whether a command is served on this node.

use crate::cluster::{Request, Rules};
use crate::command::table::Flags;
use crate::command::{Spec, Turn};
use crate::session::Asking;
use crate::wire::{Args, ErrorReply};

/// Whether a command is served on this node. Without a cluster everything is.
#[inline]
pub(in crate::command) fn redirect(
    turn: &mut Turn<'_>,
    spec: &'static Spec,
    args: Args<'_>,
) -> Result<(), ErrorReply> {
    match spec.keys {
        Some(keys) if turn.world.cluster.is_some() => {
            let is_sharded = speaks_of_shards(turn, spec);
            judge(turn, is_sharded, spec.flags.contains(Flags::WRITE), keys.of(args))
        }
        _ => Ok(()),
    }
}

/// Whether all commands that EXEC is to run are served on this node.
pub(in crate::command) fn redirect_transaction(turn: &mut Turn<'_>) -> Result<(), ErrorReply> {
    if turn.world.cluster.is_none() {
        return Ok(());
    }
    let Some(open) = turn.world.clients[turn.me].session.transaction.take() else { return Ok(()) };
    let minded = turn.world.profile.cluster.shards_in_transactions;
    let queue = open.queued();
    let is_sharded = minded && queue.iter().any(|(spec, _)| speaks_of_shards(turn, spec));
    let keyed = queue.iter().filter_map(|(spec, words)| Some((spec.keys?, words)));
    let names = keyed.flat_map(|(keys, words)| keys.of(words.args())).collect();
    let verdict = judge(turn, is_sharded, false, names);
    turn.client_mut().session.transaction = Some(open);
    verdict
}

fn speaks_of_shards(turn: &Turn<'_>, spec: &Spec) -> bool {
    let unsubscribes = turn.world.profile.cluster.unsubscribes_from_shards;
    spec.keys.is_some_and(|keys| !keys.are_keys())
        && (unsubscribes || spec.full_name != "sunsubscribe")
}

fn judge(
    turn: &mut Turn<'_>,
    is_sharded: bool,
    writes: bool,
    names: Vec<&[u8]>,
) -> Result<(), ErrorReply> {
    // What has expired is not there.
    turn.world.database(0, turn.now);
    let Some(view) = turn.world.cluster.as_deref() else { return Ok(()) };
    let asks = turn.world.clients[turn.me].session.asking != Asking::No;
    let traits = turn.world.profile.cluster;
    let rules = Rules {
        reads_when_down: turn.world.config.reads_when_down,
        shards_when_down: turn.world.config.shards_when_down,
        splits_multiple_keys: traits.splits_multiple_keys,
        crosses_before_unserved: traits.crosses_before_unserved,
    };
    let database = turn.world.keyspace.database(0);
    let request = Request { is_sharded, writes, asks };
    view.admit(request, names, |key| database.contains(key), rules)
}
