//! ACL LOG, and the function that adds to the log.

use super::too_many;
use crate::commands::client;
use crate::commands::{Context, Outcome};
use crate::state::access::{LogContext, LogEntry, LogReason, Reason, Refusal};
use crate::time::Timestamp;
use crate::wire::{Args, Reply, parse_integer};

/// How many entries ACL LOG shows by default.
const SHOWN: usize = 10;

/// Shows the latest refusals, or clears the log.
pub(super) fn log(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let most = match (args.get(2), args.len()) {
        (None, _) => SHOWN,
        (Some(word), 3) if word.eq_ignore_ascii_case(b"reset") => {
            ctx.state.access.log.clear();
            ctx.reply().ok();
            return Ok(());
        }
        (Some(count), 3) => {
            let count = parse_integer(count);
            let count = count.ok_or("ERR value is not an integer or out of range")?;
            usize::try_from(count).unwrap_or_default()
        }
        _ => return Err(too_many(ctx, args)),
    };
    let numbered = ctx.state.access.behaviour().log_has_ids;
    let mut described = Vec::new();
    let mut reply = Reply::new(&mut described, ctx.client().session.protocol);
    let entries = ctx.state.access.log.latest(most);
    reply.array(entries.len());
    for entry in entries {
        describe(entry, numbered, ctx.now, &mut reply);
    }
    ctx.reply().raw(&described);
    Ok(())
}

fn describe(entry: &LogEntry, numbered: bool, now: Timestamp, reply: &mut Reply<'_>) {
    reply.map(if numbered { 10 } else { 7 });
    reply.bulk("count").count(usize::try_from(entry.count).unwrap_or(usize::MAX));
    reply.bulk("reason").bulk(entry.refusal.reason.word());
    reply.bulk("context").bulk(entry.refusal.context.word());
    reply.bulk("object").bulk(&entry.refusal.object);
    reply.bulk("username").bulk(&entry.refusal.user);
    reply.bulk("age-seconds").double(now.since(entry.created).as_secs_f64());
    reply.bulk("client-info").bulk(&entry.client);
    if numbered {
        let millis = |time: Timestamp| i64::try_from(time.unix_millis()).unwrap_or(i64::MAX);
        reply.bulk("entry-id").integer(i64::try_from(entry.id).unwrap_or(i64::MAX));
        reply.bulk("timestamp-created").integer(millis(entry.created));
        reply.bulk("timestamp-last-updated").integer(millis(entry.updated));
    }
}

/// Counts a refusal, and adds it to the log.
pub(crate) fn log_denial(ctx: &mut Context<'_>, reason: LogReason, object: &[u8], user: Vec<u8>) {
    let denied = &mut ctx.state.stats.denied;
    let count = match reason {
        LogReason::Login => &mut denied.login,
        LogReason::Denied(Reason::Command) => &mut denied.command,
        LogReason::Denied(Reason::Key) => &mut denied.key,
        LogReason::Denied(Reason::Channel) => &mut denied.channel,
        LogReason::Denied(Reason::Database) => &mut denied.database,
    };
    *count += 1;
    let context = match ctx.client().session.transaction {
        _ if ctx.me != ctx.caller => LogContext::Script,
        Some(_) => LogContext::Transaction,
        None => LogContext::TopLevel,
    };
    let client = client::describe(ctx, ctx.caller);
    let refusal = Refusal { reason, context, object: object.to_vec(), user };
    let most = ctx.state.config.access_log_length;
    ctx.state.access.log.note(refusal, client, most, ctx.now);
}
