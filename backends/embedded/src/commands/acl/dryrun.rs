//! ACL DRYRUN.

use memchr::memchr;

use super::{access_request, fill};
use crate::catalogue::Command;
use crate::commands::{Context, Outcome, errors};
use crate::state::access::{Denied, Reason};
use crate::wire::{Args, ErrorReply};

/// Tells whether a user may run a command, without running it. The reply is `OK` or the reason.
pub(super) fn dryrun(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (name, args) = (&args[2], args.from(3));
    let access = &ctx.state.access;
    let user =
        access.find(name).ok_or_else(|| ErrorReply::quoting("ERR User '", name, "' not found"))?;
    let command = command(ctx, args)?;
    match access_request(ctx, command, args).map_or(Ok(()), |request| access.permit(user, &request))
    {
        Ok(()) => _ = ctx.reply().ok(),
        Err(denied) => {
            let text = refusal(ctx, name, denied, command.name, args);
            ctx.reply().bulk(text.as_bytes());
        }
    }
    Ok(())
}

/// The command that `args` call. The embedded server need not implement it.
fn command(ctx: &Context<'_>, args: Args<'_>) -> Result<&'static Command, ErrorReply> {
    let catalogue = ctx.state.catalogue;
    let not_found = || ErrorReply::quoting("ERR Command '", &args[0], "' not found");
    let mut command =
        catalogue.find(&args[0]).filter(|command| command.is_listed).ok_or_else(not_found)?;
    if catalogue.listed_subcommands(command).next().is_some()
        && let Some(subcommand) = args.get(1)
    {
        command = catalogue.subcommand(command, subcommand).ok_or_else(not_found)?;
    }
    if !command.accepts(args.len()) {
        return Err(errors::wrong_arity(command));
    }
    Ok(command)
}

fn refusal(
    ctx: &Context<'_>,
    user: &[u8],
    denied: Denied,
    command: &str,
    args: Args<'_>,
) -> ErrorReply {
    let word = &args[denied.word];
    let end = if ctx.state.access.behaviour().names_whole_objects { None } else { memchr(0, word) };
    let word = &word[..end.unwrap_or(word.len())];
    let (what, object) = match denied.reason {
        Reason::Database => (" has no permissions to access database {object}", word),
        Reason::Command => {
            (" has no permissions to run the '{object}' command", command.as_bytes())
        }
        Reason::Key => (" has no permissions to access the '{object}' key", word),
        Reason::Channel => (" has no permissions to access the '{object}' channel", word),
    };
    let subject = fill(ErrorReply::text(""), ctx.state.access.behaviour().subject, user, b"");
    fill(subject, what, user, object)
}
