//! The ACL check before every command, and the errors that refuse a command.

use crate::catalogue::Command;
use crate::commands::Context;
use crate::commands::acl::{access_request, fill, log_denial};
use crate::state::access::{Denied, LogReason, Reason};
use crate::wire::{Args, ErrorReply};

/// Checks whether the client's user may run this command. An unrestricted user costs one lookup.
#[inline]
pub(super) fn check(
    ctx: &mut Context<'_>,
    command: &Command,
    args: Args<'_>,
) -> Result<(), ErrorReply> {
    match denied(ctx, command, args, true) {
        None => Ok(()),
        Some((denied, command)) => Err(refusal(ctx, "NOPERM ", &denied, command)),
    }
}

/// The same check for a command that EXEC runs: the rules may have changed since it was queued.
#[inline]
pub(super) fn check_again(
    ctx: &mut Context<'_>,
    command: &Command,
    args: Args<'_>,
) -> Result<(), ErrorReply> {
    let checks_keys = ctx.state.profile.access.checks_keys_at_exec;
    match denied(ctx, command, args, checks_keys) {
        None => Ok(()),
        Some((denied, _)) => Err(refusal_at_exec(denied)),
    }
}

#[inline]
pub(super) fn denied(
    ctx: &mut Context<'_>,
    command: &Command,
    args: Args<'_>,
    checks_keys: bool,
) -> Option<(Denied, &'static str)> {
    let user = ctx.client().session.user;
    if ctx.state.access.is_unrestricted(user) {
        return None;
    }
    check_restricted(ctx, command, args, checks_keys)
}

/// Writes every refusal to the ACL log.
#[cold]
fn check_restricted(
    ctx: &mut Context<'_>,
    command: &Command,
    args: Args<'_>,
    checks_keys: bool,
) -> Option<(Denied, &'static str)> {
    let user = ctx.client().session.user;
    let access = &ctx.state.access;
    let mut request = access_request(ctx, command, args)?;
    request.checks_keys = checks_keys;
    let command = request.name();
    let denied = access.permit(user, &request).err()?;
    let object = match denied.reason {
        Reason::Command => command.as_bytes(),
        Reason::Database if denied.word == 0 => command.as_bytes(),
        _ => &args[denied.word],
    };
    let user = access.user(user).name.to_vec();
    log_denial(ctx, LogReason::Denied(denied.reason), object, user);
    Some((denied, command))
}

pub(super) fn refusal(
    ctx: &Context<'_>,
    code: &'static str,
    denied: &Denied,
    command: &str,
) -> ErrorReply {
    let behaviour = ctx.state.access.behaviour();
    let text = match denied.reason {
        Reason::Database => "No permissions to access database",
        Reason::Command => behaviour.command_denied,
        Reason::Key => behaviour.key_denied,
        Reason::Channel => behaviour.channel_denied,
    };
    fill(ErrorReply::text(code), text, &ctx.user().name, command.as_bytes())
}

fn refusal_at_exec(denied: Denied) -> ErrorReply {
    let reason = match denied.reason {
        Reason::Database => "no permission",
        Reason::Command => "no permission to execute the command or subcommand",
        Reason::Key => "no permission to touch the specified keys",
        Reason::Channel => "no permission to access one of the channels used as arguments",
    };
    ErrorReply::text(
        "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC \
         call. This command is no longer allowed for the following reason: ",
    )
    .and(reason)
}

/// Whether the client's user may run a command. A refusal is not logged.
#[cfg(feature = "scripts")]
pub(super) fn would_permit(ctx: &Context<'_>, command: &Command, args: Args<'_>) -> bool {
    let user = ctx.client().session.user;
    let request = access_request(ctx, command, args);
    request.is_none_or(|request| ctx.state.access.permit(user, &request).is_ok())
}
