//! ACL and its subcommands; the check before every command is in [`permission`].

mod dryrun;
mod getuser;
mod log;
pub(super) mod permission;

pub(super) use dryrun::dryrun;
pub(super) use getuser::getuser;
pub(super) use log::log;

use super::Turn;
use super::table::Categories;
use crate::access::{self, SetUserError};
use crate::wire::{Args, ErrorReply, parse_integer};

type Outcome = Result<(), ErrorReply>;

/// The most bits of a new password.
const MOST_BITS: i64 = 4096;

/// Without a category, all categories; with one, what is filed under it.
pub(super) fn cat(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let names: Vec<&str> = match (args.get(2), args.len()) {
        (None, _) => Categories::NAMES.iter().map(|(_, name)| *name).collect(),
        (Some(wanted), 3) => {
            let category = Categories::named(wanted);
            let category = category
                .ok_or_else(|| ErrorReply::quoting("ERR Unknown category '", wanted, "'"))?;
            let commands = turn.world.access.catalogue().iter();
            commands
                .filter(|(_, command)| command.categories.contains(category))
                .map(|(_, command)| command.name)
                .collect()
        }
        _ => return Err(too_many(turn, args)),
    };
    let mut reply = turn.open_array(names.len());
    for name in names {
        reply.bulk(name);
    }
    Ok(())
}

pub(super) fn whoami(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    let name = turn.user().name.clone();
    turn.reply().bulk(name);
    Ok(())
}

pub(super) fn users(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    let names: Vec<_> = turn.world.access.users().map(|user| user.name.clone()).collect();
    let mut reply = turn.reply();
    reply.array(names.len());
    for name in names {
        reply.bulk(name);
    }
    Ok(())
}

pub(super) fn list(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    let access = &turn.world.access;
    let lines: Vec<_> = access.users().map(|user| user.line(access.grammar())).collect();
    let mut reply = turn.reply();
    reply.array(lines.len());
    for line in lines {
        reply.bulk(line);
    }
    Ok(())
}

/// All rules take effect, or none. Who listens to what is not allowed any more is sent away.
pub(super) fn setuser(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let name = &args[2];
    if access::has_blanks(name) {
        return Err("ERR Usernames can't contain spaces or null characters".into());
    }
    let all_channels = turn.world.config.all_channels;
    let narrowed = turn.world.access.set_user(name, args.from(3), all_channels).map_err(refusal)?;
    if let Some(user) = narrowed {
        turn.world.recheck_subscriptions(user);
    }
    turn.reply().ok();
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

/// Whoever is logged in as one of them is sent away.
pub(super) fn deluser(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let names = args.from(2);
    if names.iter().any(|name| name == b"default") {
        return Err("ERR The 'default' user cannot be removed".into());
    }
    let mut removed = 0;
    for name in names.iter() {
        if let Some(user) = turn.world.access.remove(name) {
            turn.world.send_away(user);
            removed += 1;
        }
    }
    turn.reply().count(removed);
    Ok(())
}

pub(super) fn genpass(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let bits = match (args.get(2), args.len()) {
        (None, _) => 256,
        (Some(bits), 3) => {
            parse_integer(bits).ok_or("ERR value is not an integer or out of range")?
        }
        _ => return Err(too_many(turn, args)),
    };
    let bits = usize::try_from(bits).ok().filter(|_| (1..=MOST_BITS).contains(&bits)).ok_or(
        "ERR ACL GENPASS argument must be the number of bits for the output password, a positive \
         number up to 4096",
    )?;
    turn.reply().bulk(access::generate(bits));
    Ok(())
}

/// LOAD and SAVE: there is no file.
pub(super) fn no_file(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    Err(ErrorReply::text("ERR ").and(turn.world.access.traits().no_file))
}

/// As CAT, GENPASS and LOG say it: they count their words themselves.
fn too_many(turn: &Turn<'_>, args: Args<'_>) -> ErrorReply {
    (turn.world.profile.words.wrong_number_for_subcommand)(&args[1], "ACL")
}

pub(super) fn help(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    turn.reply_help(turn.world.profile.help.acl);
    Ok(())
}
