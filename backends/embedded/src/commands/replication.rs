//! ROLE, REPLICAOF and FAILOVER. The server is a master without replicas, and cannot become anything else.

use super::errors::{NO_INTEGER, SYNTAX, unsupported};
use super::{Context, Family, Outcome};
use crate::wire::{Args, parse_integer};

pub(crate) const FAMILY: Family =
    &[("role", role), ("replicaof", replicaof), ("slaveof", replicaof), ("failover", failover)];

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
        return Err(unsupported("replicaof"));
    }
    ctx.reply().ok();
    Ok(())
}

/// Refuses to hand over to a replica, as there is none. Each option may be there once, and ABORT only alone.
fn failover(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if ctx.state.cluster.is_some() {
        return Err("ERR FAILOVER not allowed in cluster mode. Use CLUSTER FAILOVER command \
                    instead."
            .into());
    }
    let (mut has_timeout, mut has_target, mut is_forced) = (false, false, false);
    let mut words = args.from(1);
    while let Some(word) = words.get(0) {
        let taken = match (word.to_ascii_lowercase().as_slice(), words.get(1), words.get(2)) {
            (b"abort", None, _) if args.len() == 2 => {
                return Err("ERR No failover in progress.".into());
            }
            (b"timeout", Some(millis), _) if !has_timeout => {
                if parse_integer(millis).ok_or(NO_INTEGER)? <= 0 {
                    return Err("ERR FAILOVER timeout must be greater than 0".into());
                }
                has_timeout = true;
                2
            }
            (b"to", Some(_host), Some(port)) if !has_target => {
                parse_integer(port).ok_or(NO_INTEGER)?;
                has_target = true;
                3
            }
            (b"force", ..) if !is_forced => {
                is_forced = true;
                1
            }
            _ => return Err(SYNTAX.into()),
        };
        words = words.from(taken);
    }
    Err("ERR FAILOVER requires connected replicas.".into())
}
