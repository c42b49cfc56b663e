//! SLOWLOG and COMMANDLOG.

use super::errors::NO_INTEGER;
use super::{Context, Family, Outcome};
use crate::state::config::LogKind;
use crate::wire::{Args, parse_integer};

pub(crate) const FAMILY: Family = &[
    ("slowlog|get", get),
    ("slowlog|len", len),
    ("slowlog|reset", reset),
    ("slowlog|help", help),
    ("commandlog|get", get_of_kind),
    ("commandlog|len", len_of_kind),
    ("commandlog|reset", reset_of_kind),
    ("commandlog|help", help_of_kinds),
];

/// How many entries SLOWLOG GET shows by default.
const SHOWN: usize = 10;

/// The kind of a log, as clients name it.
fn kind(name: &[u8]) -> Result<LogKind, &'static str> {
    let is_named = |(_, known): &&(LogKind, &str)| name.eq_ignore_ascii_case(known.as_bytes());
    LogKind::ALL
        .iter()
        .find(is_named)
        .map(|(kind, _)| *kind)
        .ok_or("ERR type should be one of the following: slow, large-request, large-reply")
}

fn get(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let profile = ctx.state.profile;
    let most = match (args.get(2), args.len()) {
        (None, _) => SHOWN,
        (Some(count), 3) => most(ctx, count)?,
        _ => return Err((profile.errors.wrong_number_for_subcommand)(&args[1], "SLOWLOG")),
    };
    show(ctx, LogKind::Slow, most)
}

/// How many entries a client wants; all of them if it says `-1`.
fn most(ctx: &Context<'_>, count: &[u8]) -> Result<usize, &'static str> {
    let error = ctx.state.profile.errors.slow_log_count;
    let count = parse_integer(count).ok_or(error.unwrap_or(NO_INTEGER))?;
    match usize::try_from(count) {
        Ok(count) => Ok(count),
        Err(_) if count == -1 => Ok(usize::MAX),
        Err(_) => error.map_or(Ok(usize::MAX), Err),
    }
}

fn get_of_kind(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let most = most(ctx, &args[2])?;
    show(ctx, kind(&args[3])?, most)
}

fn show(ctx: &mut Context<'_>, kind: LogKind, most: usize) -> Outcome {
    let counts_words = ctx.state.profile.slow_log_counts_words;
    let entries: Vec<_> = ctx.state.command_logs.of(kind).iter().take(most).cloned().collect();
    let mut reply = ctx.deferred_array(entries.len());
    for entry in entries {
        reply.array(if counts_words { 7 } else { 6 });
        let seconds = (entry.time.unix_millis() / 1000).cast_signed();
        reply.integer(entry.id.cast_signed()).integer(seconds).integer(entry.value);
        reply.array(entry.words.len());
        entry.words.iter().for_each(|word| _ = reply.bulk(word));
        reply.bulk(entry.address).bulk(entry.name);
        if counts_words {
            reply.count(entry.word_count);
        }
    }
    Ok(())
}

fn len(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    count(ctx, LogKind::Slow)
}

fn len_of_kind(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    count(ctx, kind(&args[2])?)
}

fn count(ctx: &mut Context<'_>, kind: LogKind) -> Outcome {
    let length = ctx.state.command_logs.of(kind).len();
    ctx.reply().count(length);
    Ok(())
}

fn reset(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    clear(ctx, LogKind::Slow)
}

fn reset_of_kind(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    clear(ctx, kind(&args[2])?)
}

fn clear(ctx: &mut Context<'_>, kind: LogKind) -> Outcome {
    ctx.state.command_logs.clear(kind);
    ctx.reply().ok();
    Ok(())
}

fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.slowlog);
    Ok(())
}

fn help_of_kinds(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.commandlog);
    Ok(())
}
