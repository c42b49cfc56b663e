//! CLUSTER, ASKING, READONLY, READWRITE, and whether a command is served on this node at all.
//!
//! [`change`] holds what changes who serves which slots, [`describe`] what tells of it, [`redirect`](mod@redirect)
//! the look at every command's keys.

mod change;
mod describe;
mod redirect;

pub(super) use change::{
    addslots, addslotsrange, bumpepoch, delslots, delslotsrange, flushslots, forget, reset,
    saveconfig, set_config_epoch, setslot,
};
pub(super) use describe::{
    count_failure_reports, help, info, links, myid, myshardid, nodes, replicas, shards, slots,
};
pub(super) use redirect::{redirect, redirect_transaction};

use super::Turn;
use super::table::absent;
use crate::cluster::{Owner, Slot, View};
use crate::session::Asking;
use crate::wire::{Args, ErrorReply, parse_integer};
use crate::world::World;

type Outcome = Result<(), ErrorReply>;

const DISABLED: &str = "ERR This instance has cluster support disabled";
const NO_INTEGER: &str = "ERR value is not an integer or out of range";

/// Whether this server is a node of a cluster.
pub(super) fn check_enabled(world: &World) -> Outcome {
    world.cluster.as_ref().map(|_| ()).ok_or_else(|| DISABLED.into())
}

impl Turn<'_> {
    /// What this node believes of its cluster.
    fn view(&mut self) -> Result<&mut View, ErrorReply> {
        self.world.cluster.as_deref_mut().ok_or_else(|| DISABLED.into())
    }

    /// The keys of a slot, in no order.
    fn keys_in(&mut self, slot: Slot) -> Vec<bytes::Bytes> {
        let database = self.world.database(0, self.now);
        let all = database.matching(b"*", 1).into_iter();
        all.filter(|key| Slot::of(key) == slot).cloned().collect()
    }
}

pub(super) fn asking(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    turn.view()?;
    turn.client_mut().session.asking = Asking::FromNext;
    turn.reply().ok();
    Ok(())
}

/// There are no replicas here, which is what it is about.
pub(super) fn readonly(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    if !turn.world.profile.cluster.reads_without_cluster {
        turn.view()?;
    }
    turn.client_mut().session.read_only = true;
    turn.reply().ok();
    Ok(())
}

pub(super) fn readwrite(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    if !turn.world.profile.cluster.writes_without_cluster {
        turn.view()?;
    }
    turn.client_mut().session.read_only = false;
    turn.reply().ok();
    Ok(())
}

pub(super) fn keyslot(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    if !turn.world.profile.cluster.hashes_without_cluster {
        turn.view()?;
    }
    turn.reply().count(Slot::of(&args[2]).number().into());
    Ok(())
}

pub(super) fn countkeysinslot(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    turn.view()?;
    let number = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let slot = Slot::new(number).ok_or("ERR Invalid slot")?;
    let keys = turn.keys_in(slot).len();
    turn.reply().count(keys);
    Ok(())
}

pub(super) fn getkeysinslot(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    turn.view()?;
    let number = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    let most = parse_integer(&args[3]).ok_or(NO_INTEGER)?;
    let slot = Slot::new(number).zip(usize::try_from(most).ok());
    let (slot, most) = slot.ok_or("ERR Invalid slot or number of keys")?;
    let mut keys = turn.keys_in(slot);
    keys.truncate(most);
    let mut reply = turn.reply();
    reply.array(keys.len());
    for key in keys {
        reply.bulk(key);
    }
    Ok(())
}

/// What a cluster of one node has nobody to do it with. What is wrong is said before.
pub(super) fn meet(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    turn.view()?;
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
    Err(absent("cluster|meet"))
}

pub(super) fn failover(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    turn.view()?;
    match args.get(2).map(<[u8]>::to_ascii_lowercase).as_deref() {
        None | Some(b"force" | b"takeover") if args.len() <= 3 => {
            Err("ERR You should send CLUSTER FAILOVER to a replica".into())
        }
        _ => Err("ERR syntax error".into()),
    }
}

/// A node with slots cannot become another's replica, and here no node can.
pub(super) fn replicate(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let has_keys = turn.world.database(0, turn.now).len() > 0;
    let view = turn.view()?;
    let node = &args[2];
    match view.node(node) {
        None => Err(ErrorReply::quoting("ERR Unknown node ", node, "")),
        Some(Owner::Here) => Err("ERR Can't replicate myself".into()),
        Some(_) if has_keys || !view.slots_of(Owner::Here).is_empty() => {
            Err("ERR To set a master the node must be empty and without assigned slots.".into())
        }
        Some(_) => Err(absent("cluster|replicate")),
    }
}
