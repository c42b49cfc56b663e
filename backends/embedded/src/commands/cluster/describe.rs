//! The subcommands of CLUSTER that describe the cluster.

use std::fmt::Write;

use crate::commands::{Context, Outcome};
use crate::state::cluster::{ClusterView, Owner, Slot};
use crate::state::config::{BUS_PORT_OFFSET, Config};
use crate::wire::{Args, ErrorReply, Reply};

/// The address that this node announces.
struct Announced {
    host: String,
    port: u16,
    bus_port: u16,
}

impl Announced {
    fn of(config: &Config) -> Self {
        Self {
            host: config.announced_ip(),
            port: config.announced_port(),
            bus_port: config.announced_bus_port(),
        }
    }
}

pub(super) fn myid(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let id = ctx.view()?.id.clone();
    ctx.reply().bulk(id);
    Ok(())
}

pub(super) fn myshardid(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let id = ctx.view()?.shard_id.clone();
    ctx.reply().bulk(id);
    Ok(())
}

/// Takes the names of the lines from the profile. There is no cluster bus, so most values are zero.
pub(super) fn info(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let lines = ctx.state.profile.cluster.info;
    let view = ctx.view()?;
    let mut text = String::new();
    for name in lines.split_ascii_whitespace() {
        let number = match name {
            "cluster_state" => {
                let state = if view.is_up { "ok" } else { "fail" };
                _ = write!(text, "{name}:{state}\r\n");
                continue;
            }
            "cluster_slots_assigned" | "cluster_slots_ok" => view.assigned() as u64,
            "cluster_known_nodes" => 1 + view.others.len() as u64,
            "cluster_size" => view.serving() as u64,
            "cluster_current_epoch" => view.epoch,
            "cluster_my_epoch" => view.own_epoch,
            "cluster_slot_migration_active_tasks" => view.imports.active().is_some().into(),
            _ => 0,
        };
        // Writing to a string never fails.
        _ = write!(text, "{name}:{number}\r\n");
    }
    ctx.reply().verbatim(text);
    Ok(())
}

/// Writes one line per node, in the format of Redis' cluster configuration file.
pub(super) fn nodes(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let own = Announced::of(&ctx.state.config);
    let view = ctx.view()?;
    let mut text = String::new();
    line(view, Owner::Myself, &own, &mut text);
    for place in 0..view.others.len() {
        line(view, Owner::Other(place), &own, &mut text);
    }
    ctx.reply().verbatim(text);
    Ok(())
}

fn line(view: &ClusterView, node: Owner, own: &Announced, text: &mut String) {
    let (host, port) = address(view, node, own);
    let (bus, flags, epoch) = match node {
        Owner::Other(place) => match view.others.get(place) {
            Some(other) => {
                (port.checked_add(BUS_PORT_OFFSET).unwrap_or_default(), "master", other.epoch)
            }
            None => return,
        },
        Owner::Myself | Owner::Unassigned => (own.bus_port, "myself,master", view.own_epoch),
    };
    let id = view.id_of(node).unwrap_or_default();
    let link = if node == Owner::Myself { "connected" } else { "disconnected" };
    _ = write!(text, "{id} {host}:{port}@{bus} {flags} - 0 0 {epoch} {link}");
    for (first, last) in view.ranges_of(node) {
        _ = match first == last {
            true => write!(text, " {first}"),
            false => write!(text, " {first}-{last}"),
        };
    }
    if node == Owner::Myself {
        for (slot, to, from) in view.moving() {
            let (arrow, other) = if to.is_some() { (">", to) } else { ("<", from) };
            let other = other.and_then(|other| view.id_of(other)).unwrap_or_default();
            _ = write!(text, " [{}-{arrow}-{other}]", Slot::number(slot));
        }
    }
    text.push('\n');
}

/// Lists ranges of slots, each with the node that serves it.
pub(super) fn slots(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let own = Announced::of(&ctx.state.config);
    let has_metadata = ctx.state.profile.cluster.slots_have_metadata;
    let view = ctx.view()?;
    let mut ranges = Vec::new();
    for ((first, last), owner) in view.ranges() {
        let (host, port) = address(view, owner, &own);
        let id = view.id_of(owner).unwrap_or_default();
        ranges.push((first, last, host.to_owned(), port, id.to_owned()));
    }
    let mut reply = ctx.reply();
    reply.array(ranges.len());
    for (first, last, host, port, id) in ranges {
        reply.array(3).count(first.into()).count(last.into());
        reply.array(if has_metadata { 4 } else { 3 }).bulk(host).count(port.into()).bulk(id);
        if has_metadata {
            reply.map(0);
        }
    }
    Ok(())
}

/// Lists one shard per node, because no node has replicas.
pub(super) fn shards(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let own = Announced::of(&ctx.state.config);
    let has_ids = ctx.state.profile.cluster.shards_have_ids;
    let view = ctx.view()?;
    let nodes = std::iter::once(Owner::Myself).chain((0..view.others.len()).map(Owner::Other));
    let mut shards = Vec::new();
    for node in nodes {
        let (host, port) = address(view, node, &own);
        let id = view.id_of(node).unwrap_or_default();
        let shard_id = if node == Owner::Myself { &view.shard_id } else { id };
        shards.push(Shard {
            id: has_ids.then(|| shard_id.to_owned()),
            ranges: view.ranges_of(node).collect(),
            node: id.to_owned(),
            host: host.to_owned(),
            port,
        });
    }
    let mut reply = ctx.deferred_array(shards.len());
    for shard in shards {
        shard.write(&mut reply);
    }
    Ok(())
}

/// A node and the slots that it serves.
struct Shard {
    /// The id of the shard, on servers that show it.
    id: Option<String>,
    ranges: Vec<(u16, u16)>,
    node: String,
    host: String,
    port: u16,
}

impl Shard {
    fn write(self, reply: &mut Reply<'_>) {
        let Self { id, ranges, node, host, port } = self;
        reply.map(2 + id.iter().len()).bulk("slots").array(2 * ranges.len());
        for (first, last) in ranges {
            reply.count(first.into()).count(last.into());
        }
        reply.bulk("nodes").array(1).map(7);
        reply.bulk("id").bulk(node).bulk("port").count(port.into());
        reply.bulk("ip").bulk(&host).bulk("endpoint").bulk(&host);
        reply.bulk("role").bulk("master").bulk("replication-offset").count(0);
        reply.bulk("health").bulk("online");
        if let Some(id) = id {
            reply.bulk("id").bulk(id);
        }
    }
}

/// The host and port where clients reach a node.
fn address<'a>(view: &'a ClusterView, node: Owner, own: &'a Announced) -> (&'a str, u16) {
    match node {
        Owner::Other(place) => match view.others.get(place) {
            Some(other) => (&other.node.host, other.node.port),
            None => ("", 0),
        },
        Owner::Myself | Owner::Unassigned => (&own.host, own.port),
    }
}

/// The list is empty, because there is no cluster bus.
pub(super) fn links(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.view()?;
    ctx.reply().array(0);
    Ok(())
}

/// No node has replicas.
pub(super) fn replicas(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    check_known(ctx, &args[2])?;
    ctx.reply().array(0);
    Ok(())
}

/// No node reports failures.
pub(super) fn count_failure_reports(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    check_known(ctx, &args[2])?;
    ctx.reply().count(0);
    Ok(())
}

fn check_known(ctx: &mut Context<'_>, node: &[u8]) -> Outcome {
    let unknown = || ErrorReply::quoting("ERR Unknown node ", node, "");
    ctx.view()?.node(node).map(drop).ok_or_else(unknown)
}

pub(super) fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.view()?;
    ctx.reply_help(ctx.state.profile.help.cluster);
    Ok(())
}
