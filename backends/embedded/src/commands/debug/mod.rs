//! DEBUG: what tests of clients and servers use of it. What would crash the server, or is about its
//! files, replicas or memory, is named and refused.
//!
//! A server has the subcommands that its `HELP` names. [`digest`] has DIGEST and DIGEST-VALUE, [`describe`]
//! has OBJECT, LISTPACK and the like, [`protocol`] has PROTOCOL.

mod describe;
mod digest;
mod protocol;

use std::ops::RangeInclusive;
use std::time::Duration;

use super::errors::{self, NO_INTEGER};
use super::{Context, Family, Handler, Outcome};
use crate::profile::Behaviour;
use crate::state::config::memory_of;
use crate::state::keyspace::{DataType, Lifetime, SmallBytes, StringValue, Use};
use crate::wire::{Args, parse_integer};

pub(crate) const FAMILY: Family = &[("debug", debug)];

/// A subcommand, the number of its words with `DEBUG`, and its handler.
type Subcommand = (&'static str, RangeInclusive<usize>, Handler);

const SUBCOMMANDS: &[Subcommand] = &[
    ("client-eviction", 2..=2, client_eviction),
    ("client-enforce-reply-list", 3..=3, ok),
    ("dict-resizing", 3..=3, ok),
    ("digest", 2..=2, digest::digest),
    ("digest-value", 2..=usize::MAX, digest::digest_value),
    ("error", 3..=3, error),
    ("hashtable-can-abort-shrink", 3..=3, ok),
    ("help", 2..=2, help),
    ("listpack", 3..=3, describe::listpack),
    ("log", 3..=3, ok),
    ("object", 3..=4, describe::object),
    ("pause-cron", 3..=3, pause_cron),
    ("populate", 3..=5, populate),
    ("protocol", 3..=3, protocol::protocol),
    ("quicklist", 3..=4, describe::quicklist),
    ("quicklist-packed-threshold", 3..=3, packed_threshold),
    ("reload", 2..=usize::MAX, reload),
    ("replybuffer", 4..=4, replybuffer),
    ("set-active-expire", 3..=3, set_active_expire),
    ("set-disable-deny-scripts", 3..=3, set_disable_deny_scripts),
    ("set-skip-checksum-validation", 3..=3, set_skip_checksum_validation),
    ("sleep", 3..=3, sleep),
    ("ziplist", 3..=3, describe::ziplist),
];

fn debug(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let profile = ctx.state.profile;
    let name = String::from_utf8_lossy(&args[1]).to_ascii_lowercase();
    let unknown = || (profile.errors.wrong_number_for_subcommand)(&args[1], "DEBUG");
    if !has(profile, &name) {
        return Err(unknown());
    }
    let known = SUBCOMMANDS.iter().find(|(known, ..)| *known == name);
    let (_, words, handler) = known.ok_or_else(|| errors::unsupported(&format!("debug|{name}")))?;
    if !words.contains(&args.len()) {
        return Err(unknown());
    }
    handler(ctx, args)
}

/// Whether a server has a subcommand. The first words of the texts of HELP are not indented.
fn has(profile: &Behaviour, name: &str) -> bool {
    let named = profile.help.debug.lines().filter(|line| !line.starts_with(' '));
    let mut words = named.flat_map(|line| line.split(' ').take(2));
    let mut all = profile.debug.unnamed.iter().copied();
    words.any(|word| word.eq_ignore_ascii_case(name)) || all.any(|it| it.eq_ignore_ascii_case(name))
}

fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.debug);
    Ok(())
}

/// Accepts what changes nothing here: the server's log, and how real servers arrange their memory.
fn ok(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply().ok();
    Ok(())
}

/// Lets time pass without serving anybody: the thread is blocked. On a clock that stands still, the time
/// moves at once.
fn sleep(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let time = Duration::try_from_secs_f64(leading_number(&args[2])).unwrap_or_default();
    ctx.outside.sleep(time);
    ctx.took = ctx.took.saturating_add(time);
    ctx.reply().ok();
    Ok(())
}

/// The number at the start of a text, as C reads it; zero if there is none.
fn leading_number(text: &[u8]) -> f64 {
    let len = text.iter().take_while(|byte| b"+-.eE0123456789".contains(byte)).count();
    let text = std::str::from_utf8(&text[..len]).unwrap_or_default();
    (1..=len).rev().find_map(|len| text[..len].parse().ok()).unwrap_or_default()
}

/// Replies with the error of the client's choice, which no statistics count.
fn error(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let text = args[2].iter().map(|byte| match byte {
        b'\r' | b'\n' => b' ',
        byte => *byte,
    });
    let text: Vec<u8> = text.collect();
    ctx.reply().raw(b"-").raw(&text).raw(b"\r\n");
    Ok(())
}

/// The number that switches are set by, as C reads it: zero if the text is no number.
fn is_on(word: &[u8]) -> bool {
    leading_number(word) != 0.0
}

fn set_active_expire(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.state.debug.keeps_expired = !is_on(&args[2]);
    ok(ctx, args)
}

fn pause_cron(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.state.debug.pauses_tasks = is_on(&args[2]);
    ok(ctx, args)
}

fn set_disable_deny_scripts(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.state.debug.frees_scripts = is_on(&args[2]);
    ok(ctx, args)
}

fn set_skip_checksum_validation(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    ctx.state.debug.skips_checksums = is_on(&args[2]);
    ok(ctx, args)
}

/// No list shows from which size on its elements are stored on their own.
fn packed_threshold(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    const MOST: u64 = 1 << 32;
    if memory_of(&args[2]).is_none_or(|bytes| bytes >= MOST) {
        let reason = "ERR argument must be a memory value bigger than 1 and smaller than 4gb";
        return Err(reason.into());
    }
    ok(ctx, args)
}

/// The buffers of replies have no size of their own here.
fn replybuffer(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let is = |index: usize, word: &str| args[index].eq_ignore_ascii_case(word.as_bytes());
    if is(2, "peak-reset-time") {
        if !is(3, "never") && !is(3, "reset") && parse_integer(&args[3]).is_none() {
            return Err(NO_INTEGER.into());
        }
    } else if !is(2, "resizing") {
        return Err((ctx.state.profile.errors.wrong_number_for_subcommand)(&args[1], "DEBUG"));
    }
    ok(ctx, args)
}

/// The memory of clients has no limit here, as on a real server by default.
fn client_eviction(_ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    Err("ERR maxmemory-clients is disabled.".into())
}

/// Writes and reads all keys, in memory. There is no file that could be read without being written, and
/// the keys that were written are those that a real server would keep with `NOFLUSH MERGE`.
fn reload(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (mut saves, mut flushes, mut merges) = (true, true, false);
    for option in args.from(2).iter() {
        match option.to_ascii_lowercase().as_slice() {
            b"merge" => merges = true,
            b"noflush" => flushes = false,
            b"nosave" => saves = false,
            _ => {
                return Err("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE \
                            options."
                    .into());
            }
        }
    }
    if !saves {
        return Err(errors::unsupported("debug|reload nosave"));
    }
    if !flushes && !merges {
        return Err(errors::unsupported("debug|reload noflush"));
    }
    ctx.state.reload(ctx.now);
    ok(ctx, args)
}

/// Adds strings, except where there is a key already.
fn populate(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    const NO_COUNT: &str = "ERR value is out of range, must be positive";
    let count = |word: &[u8]| parse_integer(word).and_then(|number| u64::try_from(number).ok());
    let keys = count(&args[2]).ok_or(NO_COUNT)?;
    let prefix = args.get(3).unwrap_or(b"key");
    let size = args.get(4).map(|word| count(word).ok_or(NO_COUNT)).transpose()?;
    let size = size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0);
    let now = ctx.now;
    for number in 0..keys {
        let key = SmallBytes::new(&[prefix, format!(":{number}").as_bytes()].concat());
        if ctx.database().contains(&key) {
            continue;
        }
        let mut value = format!("value:{number}").into_bytes();
        value.resize(size.unwrap_or(value.len()), 0);
        let value = StringValue::new(&value).into_value();
        ctx.database().set(&key, value, Lifetime::Endless, Use::Plain, now);
        ctx.key_changed_by(&key, 0);
    }
    ok(ctx, args)
}
