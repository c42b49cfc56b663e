//! ACL and its subcommands. `dispatch::permission` checks the rules before every command.

mod dryrun;
mod getuser;
mod log;

use dryrun::dryrun;
use getuser::getuser;
use log::log;
pub(crate) use log::log_denial;

use super::{Context, Family, Outcome};
use crate::catalogue::Command;
use crate::state::access::{self, AccessRequest, SetUserError};
use crate::wire::{Args, ErrorReply, parse_integer};

pub(crate) const FAMILY: Family = &[
    ("acl|cat", cat),
    ("acl|deluser", deluser),
    ("acl|dryrun", dryrun),
    ("acl|genpass", genpass),
    ("acl|getuser", getuser),
    ("acl|help", help),
    ("acl|list", list),
    ("acl|load", no_file),
    ("acl|log", log),
    ("acl|save", no_file),
    ("acl|setuser", setuser),
    ("acl|users", users),
    ("acl|whoami", whoami),
];

/// The most bits of a password that ACL GENPASS generates.
const MOST_BITS: i64 = 4096;

/// Lists all categories, or the commands of one category.
fn cat(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let names: Vec<&str> = match (args.get(2), args.len()) {
        (None, _) => ctx.state.catalogue.categories().names().collect(),
        (Some(wanted), 3) => {
            let category = ctx.state.catalogue.category(wanted);
            let category = category
                .ok_or_else(|| ErrorReply::quoting("ERR Unknown category '", wanted, "'"))?;
            let commands = ctx.state.catalogue.listed();
            commands
                .filter(|command| command.categories().contains(category))
                .map(|command| command.name)
                .collect()
        }
        _ => return Err(too_many(ctx, args)),
    };
    let mut reply = ctx.deferred_array(names.len());
    for name in names {
        reply.bulk(name);
    }
    Ok(())
}

fn whoami(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let name = ctx.user().name.clone();
    ctx.reply().bulk(name);
    Ok(())
}

fn users(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let names: Vec<_> = ctx.state.access.users().map(|user| user.name.clone()).collect();
    let mut reply = ctx.reply();
    reply.array(names.len());
    for name in names {
        reply.bulk(name);
    }
    Ok(())
}

fn list(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let access = &ctx.state.access;
    let lines: Vec<_> = access.users().map(|user| user.line(access.grammar())).collect();
    let mut reply = ctx.reply();
    reply.array(lines.len());
    for line in lines {
        reply.bulk(line);
    }
    Ok(())
}

/// Applies all rules or none. Subscribers whose channels are no longer allowed are disconnected.
fn setuser(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let name = &args[2];
    if access::has_blanks(name) {
        return Err("ERR Usernames can't contain spaces or null characters".into());
    }
    let all_channels = ctx.state.config.all_channels;
    let narrowed = ctx.state.access.set_user(name, args.from(3), all_channels).map_err(refusal)?;
    if let Some(user) = narrowed {
        ctx.state.recheck_subscriptions(user);
    }
    ctx.reply().ok();
    Ok(())
}

fn refusal(error: SetUserError) -> ErrorReply {
    match error {
        SetUserError::Unmatched(start) => ErrorReply::quoting(
            "ERR Unmatched parenthesis in acl selector starting at '",
            &start,
            "'.",
        ),
        SetUserError::Rule { rule, error } => {
            ErrorReply::quoting("ERR Error in ACL SETUSER modifier '", &rule, "': ")
                .and(&error.to_string())
        }
    }
}

/// Removes users and disconnects their clients.
fn deluser(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let names = args.from(2);
    if names.iter().any(|name| name == b"default") {
        return Err("ERR The 'default' user cannot be removed".into());
    }
    let mut removed = 0;
    for name in names.iter() {
        if let Some(user) = ctx.state.access.remove(name) {
            ctx.state.disconnect_user(user);
            removed += 1;
        }
    }
    ctx.reply().count(removed);
    Ok(())
}

fn genpass(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let bits = match (args.get(2), args.len()) {
        (None, _) => 256,
        (Some(bits), 3) => {
            parse_integer(bits).ok_or("ERR value is not an integer or out of range")?
        }
        _ => return Err(too_many(ctx, args)),
    };
    let bits = usize::try_from(bits).ok().filter(|_| (1..=MOST_BITS).contains(&bits)).ok_or(
        "ERR ACL GENPASS argument must be the number of bits for the output password, a positive \
         number up to 4096",
    )?;
    ctx.reply().bulk(access::generate(bits));
    Ok(())
}

/// ACL LOAD and ACL SAVE fail, because the embedded server has no ACL file.
fn no_file(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    Err(ErrorReply::text("ERR ").and(ctx.state.access.behaviour().no_file))
}

/// The error of CAT, GENPASS and LOG for too many arguments, which they count themselves.
fn too_many(ctx: &Context<'_>, args: Args<'_>) -> ErrorReply {
    (ctx.state.profile.errors.wrong_number_for_subcommand)(&args[1], "ACL")
}

fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.acl);
    Ok(())
}

/// Appends `text` to `error`, with `{user}` and `{object}` filled in.
pub(crate) fn fill(
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

/// A request of this client, for a check of its permissions. `None` for an unlisted command, which
/// every user may run.
pub(crate) fn access_request<'a>(
    ctx: &Context<'_>,
    command: &'a Command,
    args: Args<'a>,
) -> Option<AccessRequest<'a>> {
    let databases = (ctx.client().session.database, ctx.state.config.databases);
    AccessRequest::new(command, args, databases, ctx.state.profile)
}
