use memchr::memchr;

use super::Outcome;
use super::permission::fill;
use crate::access::{Asked, Denied, Reason};
use crate::command::Turn;
use crate::command::table::Flags;
use crate::wire::{Args, ErrorReply};

/// Tells whether a user may do something, without doing it: `OK`, or why not.
pub(in crate::command) fn dryrun(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let (name, args) = (&args[2], args.from(3));
    let access = &turn.world.access;
    let user =
        access.find(name).ok_or_else(|| ErrorReply::quoting("ERR User '", name, "' not found"))?;
    let (full_name, open_to_all) = command(turn, args)?;
    let databases = (turn.client().session.database, turn.world.config.databases);
    let stars = turn.world.profile.most_stars;
    let asked = Asked::new(access.catalogue(), &full_name, args, open_to_all, databases, stars);
    match asked.map_or(Ok(()), |asked| access.permit(user, &asked)) {
        Ok(()) => _ = turn.reply().ok(),
        Err(denied) => {
            let text = refusal(turn, name, denied, &full_name, args);
            turn.reply().bulk(text.as_bytes());
        }
    }
    Ok(())
}

/// The full name of what `args` ask for, if a real server can do it, and whether strangers may.
fn command(turn: &Turn<'_>, args: Args<'_>) -> Result<(String, bool), ErrorReply> {
    let catalogue = turn.world.access.catalogue();
    let not_found = || ErrorReply::quoting("ERR Command '", &args[0], "' not found");
    let mut id = catalogue
        .find(&args[0])
        .filter(|id| !catalogue.command(*id).is_subcommand())
        .ok_or_else(not_found)?;
    if catalogue.family(id).nth(1).is_some()
        && let Some(subcommand) = args.get(1)
    {
        let full_name = [&args[0], b"|", subcommand].concat();
        id = catalogue.find(&full_name).ok_or_else(not_found)?;
    }
    let command = catalogue.command(id);
    if !command.accepts(args.len()) {
        let name = command.name;
        return Err(format!("ERR wrong number of arguments for '{name}' command").into());
    }
    let spec = turn.world.commands.find_full(command.name.as_bytes());
    let open_to_all = spec.is_some_and(|spec| spec.flags.contains(Flags::NO_AUTH));
    Ok((command.name.to_owned(), open_to_all))
}

fn refusal(
    turn: &Turn<'_>,
    user: &[u8],
    denied: Denied,
    command: &str,
    args: Args<'_>,
) -> ErrorReply {
    let word = &args[denied.word];
    let end = if turn.world.access.traits().names_whole_objects { None } else { memchr(0, word) };
    let word = &word[..end.unwrap_or(word.len())];
    let (what, object) = match denied.reason {
        Reason::Database => (" has no permissions to access database {object}", word),
        Reason::Command => {
            (" has no permissions to run the '{object}' command", command.as_bytes())
        }
        Reason::Key => (" has no permissions to access the '{object}' key", word),
        Reason::Channel => (" has no permissions to access the '{object}' channel", word),
    };
    let subject = fill(ErrorReply::text(""), turn.world.access.traits().subject, user, b"");
    fill(subject, what, user, object)
}
