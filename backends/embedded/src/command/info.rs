//! INFO, TIME and MONITOR.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;

use super::Turn;
use crate::hub::Kind;
use crate::moment::Moment;
use crate::profile::Traits;
use crate::wire::{Args, ErrorReply};
use crate::world::{Paused, World};

/// Sections that are shown only when they, or all sections, are asked for, and by what name.
const ON_REQUEST: &[(&str, &str)] = &[
    ("Commandstats", "commandstats"),
    ("Latencystats", "latencystats"),
    ("TLS", "tls"),
    ("Cluster Info", "cluster_info"),
    ("Scripting Engines", "scriptingengines"),
];

/// No path: by this name anybody who asks knows the embedded server from the one it imitates.
const EXECUTABLE: &str = "twincast-embedded";

/// The profile knows the lines; what changes while a server runs is filled in here.
pub(super) fn info(turn: &mut Turn<'_>, args: Args<'_>) -> Result<(), ErrorReply> {
    if args.len() > 2 && !turn.world.profile.info_takes_sections {
        return Err("ERR syntax error".into());
    }
    let mut text = String::new();
    for (title, lines) in sections(turn.world.profile.info) {
        if !is_wanted(title, args.from(1), turn.world.profile) {
            continue;
        }
        if !text.is_empty() {
            text.push_str("\r\n");
        }
        text.push_str("# ");
        text.push_str(title);
        text.push_str("\r\n");
        for line in lines.lines() {
            fill_in(line, turn.world, turn.now, &mut text);
        }
    }
    turn.reply().verbatim(text);
    Ok(())
}

/// The titles of a profile's INFO, each with its lines.
fn sections(info: &str) -> impl Iterator<Item = (&str, &str)> {
    info.split("# ").skip(1).filter_map(|section| section.split_once('\n'))
}

fn is_wanted(title: &str, wanted: Args<'_>, profile: &Traits) -> bool {
    let is = |word: &[u8], name: &str| word.eq_ignore_ascii_case(name.as_bytes());
    let on_request = ON_REQUEST.iter().find(|(section, _)| *section == title);
    let by_default = on_request.is_none();
    let name = on_request.map_or(title, |(_, name)| name);
    if wanted.is_empty() {
        return by_default;
    }
    wanted.iter().any(|word| {
        is(word, name)
            // A second name, as old as the names of several sections.
            || profile.info_takes_sections && name == "Modules" && is(word, "module_list")
            || is(word, "all")
            || is(word, "everything")
            || by_default && is(word, "default")
    })
}

/// A line with its `{places}` filled in; one that stands for several, or for none, is all place.
fn fill_in(line: &str, world: &mut World, now: Moment, text: &mut String) {
    match line {
        "{listeners}" => return listeners(world, text),
        "{commandstats}" => return commandstats(world, text),
        "{errorstats}" => return errorstats(world, text),
        "{latencystats}" => return latencystats(world, text),
        _ => {}
    }
    if let Some(more) = line.strip_prefix("{keyspace}") {
        return keyspace(world, now, more, text);
    }
    let mut rest = line;
    while let Some((before, (place, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        text.push_str(before);
        text.push_str(&value(place, world, now));
        rest = after;
    }
    text.push_str(rest);
    text.push_str("\r\n");
}

fn value(place: &str, world: &World, now: Moment) -> Cow<'static, str> {
    let stats = &world.stats;
    let uptime = now.since(world.started).as_secs();
    let clients = |counts: fn(&crate::session::Session) -> bool| {
        world.clients.present().iter().filter(|(_, client)| counts(&client.session)).count() as u64
    };
    let number = match place {
        "process_id" => std::process::id().into(),
        "arch_bits" => usize::BITS.into(),
        "tcp_port" => world.config.port.into(),
        "uptime_in_seconds" => uptime,
        "uptime_in_days" => uptime / (24 * 60 * 60),
        "connected_clients" => world.clients.len() as u64,
        "maxclients" => world.config.max_clients as u64,
        "pubsub_clients" => clients(|session| session.is_subscriber()),
        "watching_clients" => {
            clients(|session| session.watch.as_ref().is_some_and(|watch| !watch.broken))
        }
        "blocked_clients" => world.waiting() as u64,
        "paused_reason" => return pause(world, now).map_or("none", |_| "client_pause").into(),
        "paused_actions" => return pause(world, now).map_or("none", |(actions, _)| actions).into(),
        "paused_timeout_milliseconds" => pause(world, now).map_or(0, |(_, millis)| millis),
        "tracking_clients" => clients(|session| session.tracking.is_some()),
        "tracking_total_keys" => world.caches.keys() as u64,
        "tracking_total_items" => world.caches.reads() as u64,
        "tracking_total_prefixes" => world.caches.prefixes() as u64,
        "total_connections_received" => stats.connections_received,
        "total_commands_processed" => {
            world.commands.all().map(|spec| stats.calls[spec.place].run).sum()
        }
        "total_net_input_bytes" => stats.bytes_received,
        "total_net_output_bytes" => stats.bytes_sent,
        "rejected_connections" => stats.connections_rejected,
        "total_error_replies" => stats.errors_replied,
        "client_query_buffer_limit_disconnections" => stats.query_limit_disconnections,
        "client_output_buffer_limit_disconnections" => stats.output_limit_disconnections,
        "pubsub_channels" => world.hub.len(Kind::Channel) as u64,
        "pubsub_patterns" => world.hub.len(Kind::Pattern) as u64,
        "pubsubshard_channels" => world.hub.len(Kind::Shard) as u64,
        "version" => return world.profile.version.into(),
        "mode" => return world.mode().into(),
        "cluster_enabled" => world.cluster.is_some().into(),
        "os" => return std::env::consts::OS.into(),
        "executable" => return EXECUTABLE.into(),
        "run_id" => return format!("{:040x}", world.started.since_epoch().as_nanos()).into(),
        "server_time_usec" => return now.since_epoch().as_micros().to_string().into(),
        "total_watched_keys" => watched_keys(world),
        unknown => return format!("{{{unknown}}}").into(),
    };
    number.to_string().into()
}

/// What is paused, and for how long.
fn pause(world: &World, now: Moment) -> Option<(&'static str, u64)> {
    let (paused, until) = world.paused(now)?;
    let actions = match paused {
        Paused::Writes => "write",
        Paused::Everything => "all",
    };
    Some((actions, until.unix_millis().saturating_sub(now.unix_millis())))
}

fn watched_keys(world: &World) -> u64 {
    let clients = world.clients.present();
    let watches = clients.iter().filter_map(|(_, client)| client.session.watch.as_ref());
    let keys: HashSet<_> =
        watches.filter(|watch| !watch.broken).flat_map(|watch| &watch.keys).collect();
    keys.len() as u64
}

fn listeners(world: &World, text: &mut String) {
    let config = &world.config;
    let tcp =
        (config.port != 0).then(|| format!("name=tcp,bind={},port={}", config.bind, config.port));
    let unix = config.unix_path.as_ref().map(|path| format!("name=unix,bind={}", path.display()));
    for (index, listener) in tcp.into_iter().chain(unix).enumerate() {
        // Writing into a string does not fail.
        _ = write!(text, "listener{index}:{listener}\r\n");
    }
}

/// Some servers tell `more` of each database.
fn keyspace(world: &mut World, now: Moment, more: &str, text: &mut String) {
    for index in 0..world.config.databases {
        let database = world.database(index, now);
        let (keys, expiring, ttl) =
            (database.len(), database.expiring(), database.average_ttl(now));
        let over = world.expired_in_pause(index);
        if keys + over > 0 {
            _ = write!(
                text,
                "db{index}:keys={},expires={},avg_ttl={ttl}{more}\r\n",
                keys + over,
                expiring + over,
            );
        }
    }
}

/// How long a command takes is not measured: it would take longer.
fn commandstats(world: &World, text: &mut String) {
    for spec in world.commands.all() {
        let calls = world.stats.calls[spec.place];
        if calls.run + calls.rejected > 0 {
            _ = write!(
                text,
                "cmdstat_{}:calls={},usec=0,usec_per_call=0.00,rejected_calls={},failed_calls={}\r\n",
                spec.full_name, calls.run, calls.rejected, calls.failed,
            );
        }
    }
}

fn errorstats(world: &World, text: &mut String) {
    for (kind, count) in &world.stats.errors {
        _ = write!(text, "errorstat_{}:count={count}\r\n", kind.escape_ascii());
    }
}

fn latencystats(world: &World, text: &mut String) {
    for spec in world.commands.all() {
        if world.stats.calls[spec.place].run > 0 {
            let name = spec.full_name;
            _ = write!(text, "latency_percentiles_usec_{name}:p50=0.000,p99=0.000,p99.9=0.000\r\n");
        }
    }
}

pub(super) fn time(turn: &mut Turn<'_>, _args: Args<'_>) -> Result<(), ErrorReply> {
    let now = turn.now.since_epoch();
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let micros = now.subsec_micros().into();
    turn.reply().array(2).bulk_integer(seconds).bulk_integer(micros);
    Ok(())
}

/// Who monitors already is not answered.
pub(super) fn monitor(turn: &mut Turn<'_>, _args: Args<'_>) -> Result<(), ErrorReply> {
    if turn.in_transaction {
        return Err("ERR MONITOR isn't allowed for DENY BLOCKING client".into());
    }
    if turn.world.monitor(turn.me) {
        turn.reply().ok();
    }
    Ok(())
}
