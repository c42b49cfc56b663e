//! INFO, LASTSAVE, TIME, MONITOR and LOLWUT.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use super::errors::NO_INTEGER;
use super::{Context, Family, Outcome};
use crate::profile::Behaviour;
use crate::state::pubsub::Kind;
use crate::state::{Paused, State};
use crate::time::Timestamp;
use crate::wire::{Args, parse_integer};

pub(crate) const FAMILY: Family = &[
    ("info", info),
    ("lastsave", last_save),
    ("time", time),
    ("monitor", monitor),
    ("lolwut", lolwut),
];

/// Sections that INFO shows only on request, by title, and the names that request them. A request
/// for all sections shows them too.
const ON_REQUEST: &[(&str, &str)] = &[
    ("Commandstats", "commandstats"),
    ("Latencystats", "latencystats"),
    ("TLS", "tls"),
    ("Cluster Info", "cluster_info"),
    ("Scripting Engines", "scriptingengines"),
];

/// The `executable` of INFO. It is not a path, so that clients recognise the embedded server.
const EXECUTABLE: &str = "twincast-embedded";

/// Takes the lines from the profile, and fills in the values that change at run time.
fn info(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    if args.len() > 2 && !ctx.state.profile.info_accepts_many_sections {
        return Err("ERR syntax error".into());
    }
    // A real server expires keys ten times a second, this one when they are asked for.
    for index in 0..ctx.state.config.databases {
        ctx.state.database(index, ctx.now);
    }
    let mut text = String::new();
    for (title, lines) in sections(ctx.state.profile.info) {
        if !is_wanted(title, args.from(1), ctx.state.profile) {
            continue;
        }
        if !text.is_empty() {
            text.push_str("\r\n");
        }
        text.push_str("# ");
        text.push_str(title);
        text.push_str("\r\n");
        for line in lines.lines() {
            fill_in(line, ctx.state, ctx.now, &mut text);
        }
    }
    ctx.reply().verbatim(text);
    Ok(())
}

/// The titles of a profile's INFO, each with its lines.
fn sections(info: &str) -> impl Iterator<Item = (&str, &str)> {
    info.split("# ").skip(1).filter_map(|section| section.split_once('\n'))
}

fn is_wanted(title: &str, wanted: Args<'_>, profile: &Behaviour) -> bool {
    let is = |word: &[u8], name: &str| word.eq_ignore_ascii_case(name.as_bytes());
    let on_request = ON_REQUEST.iter().find(|(section, _)| *section == title);
    let by_default = on_request.is_none();
    let name = on_request.map_or(title, |(_, name)| name);
    if wanted.is_empty() {
        return by_default;
    }
    wanted.iter().any(|word| {
        is(word, name)
            // An alias, which came in the version that accepts several sections.
            || profile.info_accepts_many_sections && name == "Modules" && is(word, "module_list")
            || is(word, "all")
            || is(word, "everything")
            || by_default && is(word, "default")
    })
}

/// Writes a line with its `{placeholders}` filled in. A line that is a single placeholder can stand
/// for any number of lines.
fn fill_in(line: &str, state: &mut State, now: Timestamp, text: &mut String) {
    match line {
        "{listeners}" => return listeners(state, text),
        "{commandstats}" => return commandstats(state, text),
        "{errorstats}" => return errorstats(state, text),
        "{keysizes}" => return keysizes(state, text),
        "{latencystats}" => return latencystats(state, text),
        _ => {}
    }
    if let Some(more) = line.strip_prefix("{keyspace}") {
        return keyspace(state, now, more, text);
    }
    let mut rest = line;
    while let Some((before, (placeholder, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        text.push_str(before);
        text.push_str(&value(placeholder, state, now));
        rest = after;
    }
    text.push_str(rest);
    text.push_str("\r\n");
}

fn value(placeholder: &str, state: &State, now: Timestamp) -> Cow<'static, str> {
    let stats = &state.stats;
    let uptime = now.since(state.started).as_secs();
    let clients = |counts: fn(&crate::state::session::Session) -> bool| {
        state.clients.present().iter().filter(|(_, client)| counts(&client.session)).count() as u64
    };
    let number = match placeholder {
        "process_id" => std::process::id().into(),
        "arch_bits" => usize::BITS.into(),
        "tcp_port" => state.config.port.into(),
        "uptime_in_seconds" => uptime,
        "uptime_in_days" => uptime / 86_400,
        "last_save" => state.started.since_epoch().as_secs(),
        "connected_clients" => state.clients.len() as u64,
        "maxclients" => state.config.max_clients as u64,
        "pubsub_clients" => clients(|session| session.is_subscriber()),
        "watching_clients" => {
            clients(|session| session.watch.as_ref().is_some_and(|watch| !watch.keys.is_empty()))
        }
        "total_blocking_keys" => state.blocked.keys() as u64,
        "total_blocking_keys_on_nokey" => state.keys_that_must_stay() as u64,
        "changes" => state.changes,
        "used_memory" => state.used_memory() as u64,
        "maxmemory" => state.config.max_memory,
        "maxmemory_policy" => return state.config.eviction.policy.word().into(),
        "lazyfreed_objects" => stats.lazyfreed_objects,
        "blocked_clients" => (state.waiting() + state.blocked.len()) as u64,
        "paused_reason" => return pause(state, now).map_or("none", |_| "client_pause").into(),
        "paused_actions" => return pause(state, now).map_or("none", |(actions, _)| actions).into(),
        "paused_timeout_milliseconds" => pause(state, now).map_or(0, |(_, millis)| millis),
        "tracking_clients" => clients(|session| session.tracking.is_some()),
        "tracking_total_keys" => state.tracking_table.keys() as u64,
        "tracking_total_items" => state.tracking_table.reads() as u64,
        "tracking_total_prefixes" => state.tracking_table.prefixes() as u64,
        "total_connections_received" => stats.connections_received,
        "total_commands_processed" => {
            state.catalogue.listed().map(|command| stats.calls[command.place].run).sum()
        }
        "total_net_input_bytes" => stats.bytes_received,
        "total_net_output_bytes" => stats.bytes_sent,
        "expired_keys" => stats.expired_keys,
        "evicted_keys" => stats.evicted_keys,
        "expired_fields" => stats.expired_fields,
        #[cfg(feature = "scripts")]
        "number_of_cached_scripts" => state.scripts.known.len() as u64,
        #[cfg(feature = "scripts")]
        "number_of_functions" => state.scripts.libraries.functions() as u64,
        #[cfg(feature = "scripts")]
        "number_of_libraries" => state.scripts.libraries.iter().len() as u64,
        #[cfg(not(feature = "scripts"))]
        "number_of_cached_scripts" | "number_of_functions" | "number_of_libraries" => 0,
        "keyspace_hits" => stats.keyspace_hits,
        "keyspace_misses" => stats.keyspace_misses,
        "acl_access_denied_auth" => stats.denied.login,
        "acl_access_denied_cmd" => stats.denied.command,
        "acl_access_denied_key" => stats.denied.key,
        "acl_access_denied_channel" => stats.denied.channel,
        "acl_access_denied_db" => stats.denied.database,
        "rejected_connections" => stats.connections_rejected,
        "total_error_replies" => stats.errors_replied,
        "client_query_buffer_limit_disconnections" => stats.query_limit_disconnections,
        "client_output_buffer_limit_disconnections" => stats.output_limit_disconnections,
        "pubsub_channels" => state.pubsub.len(Kind::Channel) as u64,
        "pubsub_patterns" => state.pubsub.len(Kind::Pattern) as u64,
        "pubsubshard_channels" => state.pubsub.len(Kind::Shard) as u64,
        "version" => return state.profile.version.into(),
        "mode" => return state.mode().into(),
        "cluster_enabled" => state.cluster.is_some().into(),
        "os" => return std::env::consts::OS.into(),
        "executable" => return EXECUTABLE.into(),
        "run_id" => return format!("{:040x}", state.started.since_epoch().as_nanos()).into(),
        "server_time_usec" => return now.since_epoch().as_micros().to_string().into(),
        "total_watched_keys" => watched_keys(state),
        unknown => return format!("{{{unknown}}}").into(),
    };
    number.to_string().into()
}

/// The paused actions, and the milliseconds until the pause ends.
fn pause(state: &State, now: Timestamp) -> Option<(&'static str, u64)> {
    let (paused, until) = state.paused(now)?;
    let actions = match paused {
        Paused::Writes => "write",
        Paused::Everything => "all",
    };
    Some((actions, until.unix_millis().saturating_sub(now.unix_millis())))
}

fn watched_keys(state: &State) -> u64 {
    let clients = state.clients.present();
    let watches = clients.iter().filter_map(|(_, client)| client.session.watch.as_ref());
    let keys: HashSet<_> = watches.flat_map(|watch| &watch.keys).collect();
    keys.len() as u64
}

fn listeners(state: &State, text: &mut String) {
    let config = &state.config;
    let tcp =
        (config.port != 0).then(|| format!("name=tcp,bind={},port={}", config.bind, config.port));
    let unix = config.unix_path.as_ref().map(|path| format!("name=unix,bind={}", path.display()));
    for (index, listener) in tcp.into_iter().chain(unix).enumerate() {
        // Writing to a string never fails.
        _ = write!(text, "listener{index}:{listener}\r\n");
    }
}

/// Writes a line for each database with keys. Some servers append `more` fields.
fn keyspace(state: &mut State, now: Timestamp, more: &str, text: &mut String) {
    for index in 0..state.config.databases {
        let database = state.database(index, now);
        let (keys, expiring, ttl) =
            (database.len(), database.expiring(), database.average_ttl(now));
        let expired = state.expired_in_pause(index).count();
        if keys + expired > 0 {
            _ = write!(
                text,
                "db{index}:keys={},expires={},avg_ttl={ttl}{more}\r\n",
                keys + expired,
                expiring + expired,
            );
        }
    }
}

/// The types whose sizes INFO counts, and the names of the counts.
const DISTRIBUTIONS: [(&str, &str); 5] = [
    ("string", "strings_sizes"),
    ("list", "lists_items"),
    ("set", "sets_items"),
    ("zset", "zsets_items"),
    ("hash", "hashes_items"),
];

/// Writes for each database and type how many values have a size of a power of two up to the next.
fn keysizes(state: &mut State, text: &mut String) {
    for index in 0..state.config.databases {
        let mut counts: BTreeMap<(&str, usize), usize> = BTreeMap::new();
        for (_, entry) in state.keyspace.database(index).iter() {
            let (kind, size) = (entry.value.type_name(), entry.value.size());
            let least = size.checked_ilog2().map_or(0, |power| 1 << power);
            *counts.entry((kind, least)).or_default() += 1;
        }
        for (kind, name) in DISTRIBUTIONS {
            let of_kind = counts.range((kind, 0)..=(kind, usize::MAX));
            let shown: Vec<String> = of_kind
                .map(|((_, least), count)| format!("{}={count}", in_units(*least)))
                .collect();
            if !shown.is_empty() {
                _ = write!(text, "db{index}_distrib_{name}:{}\r\n", shown.join(","));
            }
        }
    }
}

/// A power of two with the largest unit that keeps it whole.
fn in_units(size: usize) -> String {
    let thousands = size.checked_ilog2().unwrap_or(0) / 10;
    let unit = ["", "K", "M", "G", "T", "P", "E"][thousands as usize % 7];
    format!("{}{unit}", size >> (10 * thousands))
}

/// Times are always zero: measuring them would slow down every command.
fn commandstats(state: &State, text: &mut String) {
    for command in state.catalogue.listed() {
        let calls = state.stats.calls[command.place];
        if calls.run + calls.rejected > 0 {
            _ = write!(
                text,
                "cmdstat_{}:calls={},usec=0,usec_per_call=0.00,rejected_calls={},failed_calls={}\r\n",
                command.name, calls.run, calls.rejected, calls.failed,
            );
        }
    }
}

fn errorstats(state: &State, text: &mut String) {
    for (kind, count) in &state.stats.errors {
        // These would look like the end of a name or of a line.
        let kind = String::from_utf8_lossy(kind).replace(['#', ':', '\r', '\n'], "_");
        _ = write!(text, "errorstat_{kind}:count={count}\r\n");
    }
}

fn latencystats(state: &State, text: &mut String) {
    for command in state.catalogue.listed() {
        if state.stats.calls[command.place].run > 0 {
            let name = command.name;
            _ = write!(text, "latency_percentiles_usec_{name}:p50=0.000,p99=0.000,p99.9=0.000\r\n");
        }
    }
}

/// A server that never saves says that it did when it started, as real ones do.
fn last_save(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let started = ctx.state.started.since_epoch().as_secs();
    ctx.reply().integer(i64::try_from(started).unwrap_or(i64::MAX));
    Ok(())
}

/// What LOLWUT draws, where real servers draw art.
const DRAWING: &str = "  o     o\n /|\\   /|\\\n / \\   / \\\n\n";

/// Shows the version of the server, and a drawing if it has one. Servers have the drawings of the versions
/// that brought them.
fn lolwut(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let Behaviour { version, lolwut_name, lolwut_draws, .. } = ctx.state.profile;
    let draws = match (args.get(1), args.get(2)) {
        (Some(word), Some(version)) if word.eq_ignore_ascii_case(b"version") => {
            matches!(parse_integer(version).ok_or(NO_INTEGER)?, 5 | 6)
        }
        _ => *lolwut_draws,
    };
    let drawing = if draws { DRAWING } else { "" };
    ctx.reply().verbatim(format!("{drawing}{lolwut_name} ver. {version}\n"));
    Ok(())
}

fn time(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let now = ctx.now.since_epoch();
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let micros = now.subsec_micros().into();
    ctx.reply().array(2).bulk_integer(seconds).bulk_integer(micros);
    Ok(())
}

/// A client that already monitors gets no reply.
fn monitor(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    if ctx.in_transaction {
        return Err("ERR MONITOR isn't allowed for DENY BLOCKING client".into());
    }
    if ctx.state.monitor(ctx.me) {
        ctx.reply().ok();
    }
    Ok(())
}
