//! DEBUG OBJECT, LISTPACK, QUICKLIST, ZIPLIST: how a value is stored. There are no such structures here,
//! so what real servers print is not printed, and addresses mean nothing.

use crate::commands::errors::NO_KEY;
use crate::commands::{Context, Outcome};
use crate::state::keyspace::{Entry, Value, payload};
use crate::wire::{Args, ErrorReply};

/// Describes a value on a line. The length is that of its payload in `DUMP`.
pub(super) fn object(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let profile = ctx.state.profile;
    let debug = &profile.debug;
    if args.len() > 3 && !debug.describes_fast {
        return Err((profile.errors.wrong_number_for_subcommand)(&args[1], "DEBUG"));
    }
    let is_fast = args.get(3).is_some_and(|word| word.eq_ignore_ascii_case(b"fast"));
    let (key, now) = (&args[2], ctx.now);
    let limits = ctx.state.config.encodings;
    let (level, depth) = (limits.list_size, limits.list_compress_depth);
    let entry = ctx.database().entry(key).ok_or(NO_KEY)?;
    let encoding = entry.encoding(key, &profile.encodings);
    let references = entry.references(&profile.encodings);
    let mut line = format!("Value at:{entry:p} refcount:{references} encoding:{encoding}");
    if !is_fast {
        line += &format!(" serializedlength:{}", payload::body_len(&entry.value, profile.payload));
    }
    let idle = entry.idle_seconds(now);
    let used = now.since_epoch().as_secs().saturating_sub(idle.into());
    // Servers keep 24 bits of the seconds.
    line += &format!(" lru:{} lru_seconds_idle:{idle}", used & 0xff_ffff);
    if debug.shows_frequency {
        line += &format!(" lfu_freq:0 lfu_access_time_minutes:{}", (used / 60) & 0xffff);
    }
    if let (Value::List(list), "quicklist") = (&entry.value, encoding) {
        let nodes = list.nodes(level);
        let average = list.len() as f64 / nodes as f64;
        line += &format!(
            " ql_nodes:{nodes} ql_avg_node:{average:.2} {}:{level} ql_compressed:{depth} \
             ql_uncompressed_size:{}",
            debug.node_limit,
            list.bytes_of_nodes(nodes)
        );
    }
    ctx.reply().simple(&line);
    Ok(())
}

pub(super) fn listpack(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    check(ctx, args, "listpack", "Listpack")
}

pub(super) fn ziplist(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    check(ctx, args, "ziplist", "Ziplist")
}

pub(super) fn quicklist(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    check(ctx, args, "quicklist", "Quicklist")
}

/// Says that a value of an encoding was printed.
fn check(ctx: &mut Context<'_>, args: Args<'_>, encoding: &str, name: &str) -> Outcome {
    let behaviour = &ctx.state.profile.encodings;
    let key = &args[2];
    let entry: &Entry = ctx.database().entry(key).ok_or(NO_KEY)?;
    if entry.encoding(key, behaviour) != encoding {
        return Err(ErrorReply::from(format!("ERR Not a {encoding} encoded object.")));
    }
    ctx.reply().simple(&format!("{name} structure printed on stdout"));
    Ok(())
}
