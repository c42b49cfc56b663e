//! DUMP and RESTORE.

use crate::commands::errors::{NO_INTEGER, SYNTAX};
use crate::commands::{Context, Outcome};
use crate::state::config::Events;
use crate::state::keyspace::{Lifetime, expiry_of, payload};
use crate::wire::{Args, ErrorReply, parse_integer};

pub(super) fn dump(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let format = ctx.state.profile.payload;
    let payload = ctx.look_up_any(&args[1]).map(|value| payload::dump(value, format));
    ctx.reply().bulk_or_null(payload);
    Ok(())
}

/// The options of RESTORE.
#[derive(Clone, Copy, Debug, Default)]
struct Options {
    replaces: bool,
    is_absolute: bool,
    /// How many seconds the key was not used.
    idle: Option<u32>,
    /// How often it was used.
    frequency: Option<u8>,
}

impl Options {
    fn parse(mut words: Args<'_>) -> Result<Self, ErrorReply> {
        let mut options = Self::default();
        while let Some(word) = words.get(0) {
            let taken = match (word.to_ascii_lowercase().as_slice(), words.get(1)) {
                (b"replace", _) => {
                    options.replaces = true;
                    1
                }
                (b"absttl", _) => {
                    options.is_absolute = true;
                    1
                }
                (b"idletime", Some(seconds)) if options.frequency.is_none() => {
                    let seconds = parse_integer(seconds).ok_or(NO_INTEGER)?;
                    if seconds < 0 {
                        return Err("ERR Invalid IDLETIME value, must be >= 0".into());
                    }
                    options.idle = Some(u32::try_from(seconds).unwrap_or(u32::MAX));
                    2
                }
                (b"freq", Some(frequency)) if options.idle.is_none() => {
                    let frequency = parse_integer(frequency).ok_or(NO_INTEGER)?;
                    let frequency = u8::try_from(frequency)
                        .map_err(|_| "ERR Invalid FREQ value, must be >= 0 and <= 255")?;
                    options.frequency = Some(frequency);
                    2
                }
                _ => return Err(SYNTAX.into()),
            };
            words = words.from(taken);
        }
        Ok(options)
    }
}

/// A key whose time is already over is not restored, and the old one is deleted.
pub(super) fn restore(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (key, payload) = (&args[1], &args[3]);
    let options = Options::parse(args.from(4))?;
    if !options.replaces && ctx.database().contains(key) {
        return Err("BUSYKEY Target key name already exists.".into());
    }
    let ttl = parse_integer(&args[2]).ok_or(NO_INTEGER)?;
    if ttl < 0 {
        return Err("ERR Invalid TTL value, must be >= 0".into());
    }
    let open = match ctx.state.debug.skips_checksums {
        true => payload::open_unchecked,
        false => payload::open,
    };
    let format = ctx.state.profile.payload;
    let body = open(payload, format.version);
    let body = body.ok_or("ERR DUMP payload version or checksum are wrong")?;
    let value = payload::restore(body, format, &ctx.state.config.encodings);
    let value = value.ok_or("ERR Bad data format")?;
    let now = expiry_of(ctx.now);
    let is_deleted = ctx.database().remove(key).is_some();
    let expiry = if options.is_absolute { ttl } else { now.saturating_add(ttl) };
    if ttl > 0 && expiry <= now {
        if is_deleted {
            ctx.key_changed(key);
            ctx.notify(Events::GENERIC, "del", key);
        }
        ctx.reply().ok();
        return Ok(());
    }
    let lifetime = if ttl > 0 { Lifetime::Until(expiry) } else { Lifetime::Endless };
    ctx.replace(key, value, lifetime);
    let (now, counts_uses) = (ctx.now, ctx.state.config.eviction.counts_uses());
    let database = ctx.database();
    database.schedule_fields(key);
    match (options.idle, options.frequency) {
        (_, Some(frequency)) if counts_uses => database.set_frequency(key, frequency),
        (Some(idle), _) if !counts_uses => database.set_idle(key, idle, now),
        _ => {}
    }
    ctx.notify(Events::GENERIC, "restore", key);
    ctx.reply().ok();
    Ok(())
}
