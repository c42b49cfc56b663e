//! CLUSTER, ASKING, READONLY, READWRITE, TRIMSLOTS.
//!
//! [`change`] has the subcommands that change the cluster, [`describe`] and [`stats`] have those
//! that describe it, and [`migrate`] has those that move slots as a whole.
//! `dispatch::redirect` checks whether this node serves a command.

mod change;
mod describe;
mod migrate;
mod stats;

use change::{
    addslots, addslotsrange, bumpepoch, delslots, delslotsrange, flushslots, forget, reset,
    saveconfig, set_config_epoch, setslot,
};
use describe::{
    count_failure_reports, help, info, links, myid, myshardid, nodes, replicas, shards, slots,
};
use migrate::{migration, syncslots, trimslots};
use stats::slot_stats;

use super::errors::{NO_INTEGER, unsupported};
use super::{Context, Family, Outcome};
use crate::state::State;
use crate::state::cluster::{ClusterView, Owner, Slot};
use crate::state::keyspace::SmallBytes;
use crate::state::session::Asking;
use crate::wire::{Args, ErrorReply, parse_integer};

pub(crate) const FAMILY: Family = &[
    ("asking", asking),
    ("readonly", readonly),
    ("readwrite", readwrite),
    ("cluster|addslots", addslots),
    ("cluster|addslotsrange", addslotsrange),
    ("cluster|bumpepoch", bumpepoch),
    ("cluster|count-failure-reports", count_failure_reports),
    ("cluster|countkeysinslot", countkeysinslot),
    ("cluster|delslots", delslots),
    ("cluster|delslotsrange", delslotsrange),
    ("cluster|failover", failover),
    ("cluster|flushslots", flushslots),
    ("cluster|forget", forget),
    ("cluster|getkeysinslot", getkeysinslot),
    ("cluster|help", help),
    ("cluster|info", info),
    ("cluster|keyslot", keyslot),
    ("cluster|links", links),
    ("cluster|meet", meet),
    ("cluster|migration", migration),
    ("cluster|myid", myid),
    ("cluster|myshardid", myshardid),
    ("cluster|nodes", nodes),
    ("cluster|replicas", replicas),
    ("cluster|replicate", replicate),
    ("cluster|reset", reset),
    ("cluster|saveconfig", saveconfig),
    ("cluster|set-config-epoch", set_config_epoch),
    ("cluster|setslot", setslot),
    ("cluster|shards", shards),
    ("cluster|slaves", replicas),
    ("cluster|slot-stats", slot_stats),
    ("cluster|slots", slots),
    ("cluster|syncslots", syncslots),
    ("trimslots", trimslots),
];

const DISABLED: &str = "ERR This instance has cluster support disabled";

/// Fails if this server is not a node of a cluster.
pub(crate) fn check_enabled(state: &State) -> Outcome {
    state.cluster.as_ref().map(|_| ()).ok_or_else(|| DISABLED.into())
}

impl Context<'_> {
    /// This node's view of its cluster; an error without a cluster.
    fn view(&mut self) -> Result<&mut ClusterView, ErrorReply> {
        self.state.cluster.as_deref_mut().ok_or_else(|| DISABLED.into())
    }

    /// The keys of a slot that clients may see, in no order.
    fn keys_in(&mut self, slot: Slot) -> Vec<SmallBytes> {
        if self.state.hides_slot(slot) {
            return Vec::new();
        }
        let database = self.state.database(0, self.now);
        let all = database.matching(b"*", 1).into_iter();
        all.filter(|key| Slot::of(key) == slot).cloned().collect()
    }
}

fn asking(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.view()?;
    ctx.client_mut().session.asking = Asking::FromNext;
    ctx.reply().ok();
    Ok(())
}

/// Only sets a flag: it would matter on a replica, but this node never is one.
fn readonly(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    if !ctx.state.profile.cluster.readonly_works_without_cluster {
        ctx.view()?;
    }
    ctx.client_mut().session.read_only = true;
    ctx.reply().ok();
    Ok(())
}

fn readwrite(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    if !ctx.state.profile.cluster.readwrite_works_without_cluster {
        ctx.view()?;
    }
    ctx.client_mut().session.read_only = false;
    ctx.reply().ok();
    Ok(())
}

fn keyslot(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if !ctx.state.profile.cluster.keyslot_works_without_cluster {
        ctx.view()?;
    }
    ctx.reply().count(Slot::of(&args[2]).number().into());
    Ok(())
}

fn countkeysinslot(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.view()?;
    let number = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let slot = Slot::new(number).ok_or("ERR Invalid slot")?;
    let keys = ctx.keys_in(slot).len();
    ctx.reply().count(keys);
    Ok(())
}

fn getkeysinslot(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.view()?;
    let number = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let most = parse_integer(&args[3]).ok_or(NO_INTEGER)?;
    let slot = Slot::new(number).zip(usize::try_from(most).ok());
    let (slot, most) = slot.ok_or("ERR Invalid slot or number of keys")?;
    let mut keys = ctx.keys_in(slot);
    keys.truncate(most);
    let mut reply = ctx.reply();
    reply.array(keys.len());
    for key in keys {
        reply.bulk(key);
    }
    Ok(())
}

/// Not implemented, because there is no other real node. Wrong arguments still get Redis' errors.
fn meet(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.view()?;
    for (place, what) in
        [(3, "ERR Invalid base port specified: "), (4, "ERR Invalid bus port specified: ")]
    {
        if let Some(port) = args.get(place)
            && parse_integer(port).is_none()
        {
            return Err(ErrorReply::quoting(what, port, ""));
        }
    }
    let (host, port) = (&args[2], &args[3]);
    let address = std::str::from_utf8(host).ok().and_then(|it| it.parse::<std::net::IpAddr>().ok());
    let number = parse_integer(port).and_then(|port| u16::try_from(port).ok());
    if address.is_none() || number.is_none_or(|port| port == 0) {
        let error = ErrorReply::quoting("ERR Invalid node address specified: ", host, ":");
        return Err(error.and_quote(port));
    }
    Err(unsupported("cluster|meet"))
}

fn failover(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.view()?;
    match args.get(2).map(<[u8]>::to_ascii_lowercase).as_deref() {
        None | Some(b"force" | b"takeover") if args.len() <= 3 => {
            Err("ERR You should send CLUSTER FAILOVER to a replica".into())
        }
        _ => Err("ERR syntax error".into()),
    }
}

/// A node with keys or slots cannot become a replica. An empty node could, but that is not
/// implemented.
fn replicate(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let has_keys = ctx.state.database(0, ctx.now).len() > 0;
    let view = ctx.view()?;
    let node = &args[2];
    match view.node(node) {
        None => Err(ErrorReply::quoting("ERR Unknown node ", node, "")),
        Some(Owner::Myself) => Err("ERR Can't replicate myself".into()),
        Some(_) if has_keys || !view.slots_of(Owner::Myself).is_empty() => {
            Err("ERR To set a master the node must be empty and without assigned slots.".into())
        }
        Some(_) => Err(unsupported("cluster|replicate")),
    }
}
