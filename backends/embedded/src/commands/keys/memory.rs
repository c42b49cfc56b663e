//! MEMORY: how much memory keys take, approximately. Nothing is told about the process: it is a part of a
//! test.

use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::{Context, Outcome};
use crate::state::State;
use crate::wire::{Args, parse_integer};

/// How many elements of a collection are measured, if the client does not say it.
const SAMPLES: usize = 5;

/// The answer of `MEMORY DOCTOR` about a server that uses little memory.
const HEALTHY: &str = "Hi Sam, this instance is empty or is using very little memory, my issues \
                       detector can't be used in these conditions. Please, leave for your mission on \
                       Earth and fill it with some data. The new Sam and I will be back to our \
                       programming as soon as I finished rebooting.\n";

pub(super) fn usage(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let mut samples = SAMPLES;
    let mut options = args.from(3);
    while let Some(option) = options.get(0) {
        let (b"samples", Some(count)) = (option.to_ascii_lowercase().as_slice(), options.get(1))
        else {
            return Err(SYNTAX.into());
        };
        let count = parse_integer(count).ok_or(NO_INTEGER)?;
        samples = match usize::try_from(count).map_err(|_| SYNTAX)? {
            0 => usize::MAX,
            count => count,
        };
        options = options.from(2);
    }
    let key = &args[2];
    let bytes = ctx.database().entry(key).map(|entry| entry.memory(&key.into(), samples));
    match bytes {
        Some(bytes) => ctx.reply().count(bytes),
        None => ctx.reply().null(),
    };
    Ok(())
}

/// Lists the figures of the imitated server. Those about the process, clients and tables are zero.
pub(super) fn stats(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let names = ctx.state.profile.memory_stats;
    let details = ctx.state.profile.memory_stats_of_database;
    let sizes = (0..ctx.state.config.databases).map(|it| ctx.state.keyspace.iter(it).len());
    let databases: Vec<_> = sizes.enumerate().filter(|(_, keys)| *keys > 0).collect();
    let keys: usize = databases.iter().map(|(_, keys)| keys).sum();
    let (total, empty) = (ctx.state.used_memory(), State::STARTUP_MEMORY);
    let mut reply = ctx.reply();
    reply.map(names.len() - 1 + databases.len());
    for name in names {
        match *name {
            "db" => {
                for (index, _) in &databases {
                    reply.bulk(format!("db.{index}")).map(details.len());
                    details.iter().for_each(|detail| _ = reply.bulk(detail).count(0));
                }
            }
            "dataset.percentage" | "peak.percentage" => _ = reply.bulk(name).double(100.0),
            _ if name.ends_with("ratio") || *name == "fragmentation" => {
                reply.bulk(name).double(1.0);
            }
            _ => {
                reply.bulk(name).count(match *name {
                    "peak.allocated"
                    | "total.allocated"
                    | "allocator.allocated"
                    | "allocator.active"
                    | "allocator.resident" => total,
                    "startup.allocated" | "overhead.total" => empty,
                    "dataset.bytes" => total - empty,
                    "keys.count" => keys,
                    "keys.bytes-per-key" => (total - empty) / keys.max(1),
                    _ => 0,
                });
            }
        }
    }
    Ok(())
}

pub(super) fn doctor(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply().verbatim(HEALTHY);
    Ok(())
}

pub(super) fn malloc_stats(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply().verbatim("Stats not supported for the current allocator");
    Ok(())
}

pub(super) fn purge(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply().ok();
    Ok(())
}

pub(super) fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.memory);
    Ok(())
}
