//! The check before every command, and what is said to those who may not.

use crate::access::{Asked, Context, Denied, Logged, Reason, Refusal};
use crate::command::table::Flags;
use crate::command::{Spec, Turn, client};
use crate::wire::{Args, ErrorReply};

/// Whether the speaking client's user may do this. Costs one look where it may do everything.
#[inline]
pub(in crate::command) fn check(
    turn: &mut Turn<'_>,
    spec: &Spec,
    args: Args<'_>,
) -> Result<(), ErrorReply> {
    match denied(turn, spec, args) {
        None => Ok(()),
        Some((denied, command)) => Err(refusal(turn, denied, command)),
    }
}

/// The same for a command that has waited for EXEC, meanwhile its user's rules may have changed.
#[inline]
pub(in crate::command) fn check_again(
    turn: &mut Turn<'_>,
    spec: &Spec,
    args: Args<'_>,
) -> Result<(), ErrorReply> {
    match denied(turn, spec, args) {
        None => Ok(()),
        Some((denied, _)) => Err(refusal_at_exec(denied)),
    }
}

#[inline]
fn denied(turn: &mut Turn<'_>, spec: &Spec, args: Args<'_>) -> Option<(Denied, &'static str)> {
    let user = turn.client().session.user;
    if turn.world.access.is_unrestricted(user) {
        return None;
    }
    look(turn, spec, args)
}

/// What is refused is noted in the log.
#[cold]
fn look(turn: &mut Turn<'_>, spec: &Spec, args: Args<'_>) -> Option<(Denied, &'static str)> {
    let session = &turn.client().session;
    let user = session.user;
    let databases = (session.database, turn.world.config.databases);
    let open_to_all = spec.flags.contains(Flags::NO_AUTH);
    let access = &turn.world.access;
    let stars = turn.world.profile.most_stars;
    let asked =
        Asked::new(access.catalogue(), spec.full_name, args, open_to_all, databases, stars)?;
    let command = asked.name();
    let denied = access.permit(user, &asked).err()?;
    let object = match denied.reason {
        Reason::Command => command.as_bytes(),
        Reason::Database if denied.word == 0 => command.as_bytes(),
        _ => &args[denied.word],
    };
    let user = access.user(user).name.to_vec();
    note(turn, Logged::Denied(denied.reason), object, user);
    Some((denied, command))
}

/// Adds a refusal to the log.
pub(in crate::command) fn note(turn: &mut Turn<'_>, reason: Logged, object: &[u8], user: Vec<u8>) {
    let context = match turn.client().session.transaction {
        Some(_) => Context::Transaction,
        None => Context::TopLevel,
    };
    let client = client::describe(turn, turn.me);
    let refusal = Refusal { reason, context, object: object.to_vec(), user };
    let most = turn.world.config.access_log_length;
    turn.world.access.log.note(refusal, client, most, turn.now);
}

fn refusal(turn: &Turn<'_>, denied: Denied, command: &str) -> ErrorReply {
    let traits = turn.world.access.traits();
    let text = match denied.reason {
        Reason::Database => "No permissions to access database",
        Reason::Command => traits.command_denied,
        Reason::Key => traits.key_denied,
        Reason::Channel => traits.channel_denied,
    };
    fill(ErrorReply::text("NOPERM "), text, &turn.user().name, command.as_bytes())
}

/// `text` behind `error`, with `{user}` and `{object}` filled in.
pub(super) fn fill(
    mut error: ErrorReply,
    mut text: &'static str,
    user: &[u8],
    object: &[u8],
) -> ErrorReply {
    while let Some((before, place)) = text.split_once('{') {
        let (place, after) = place.split_once('}').unwrap_or((place, ""));
        error = error.and(before).append(if place == "user" { user } else { object });
        text = after;
    }
    error.and(text)
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
