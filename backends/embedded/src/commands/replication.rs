//! ROLE and REPLICAOF. The server is a master, and cannot become anything else.

use super::errors::unsupported;
use super::{Context, Family, Outcome};
use crate::wire::Args;

pub(crate) const FAMILY: Family =
    &[("role", role), ("replicaof", replicaof), ("slaveof", replicaof)];

/// A master without replicas, which has sent nothing.
fn role(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply().array(3).bulk("master").count(0).array(0);
    Ok(())
}

/// A master may be told to be one.
fn replicaof(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if ctx.state.cluster.is_some() {
        return Err("ERR REPLICAOF not allowed in cluster mode.".into());
    }
    let is_master = args[1].eq_ignore_ascii_case(b"no") && args[2].eq_ignore_ascii_case(b"one");
    if !is_master {
        return Err(unsupported("replicaof HOST PORT"));
    }
    ctx.reply().ok();
    Ok(())
}
