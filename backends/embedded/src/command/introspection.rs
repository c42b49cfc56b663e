//! COMMAND, COMMAND COUNT, INFO, DOCS, LIST, GETKEYS, GETKEYSANDFLAGS, HELP.

mod describe;

use super::Turn;
use super::table::{self, Categories, Commands, KeySpec, Spec};
use crate::glob;
use crate::wire::{Args, ErrorReply};
use crate::world::World;

type Outcome = Result<(), ErrorReply>;

/// COMMAND alone: COMMAND INFO of every command.
pub(super) fn command(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    let (commands, profile) = (turn.world.commands, turn.world.profile);
    let count = commands.listed().count();
    if profile.opens_reply_of_commands {
        turn.open_reply(count);
    }
    let mut reply = turn.reply();
    reply.array(count);
    for spec in commands.listed() {
        describe::for_programs(spec, profile, &mut reply);
    }
    Ok(())
}

pub(super) fn count(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    let count = turn.world.commands.listed().count();
    turn.reply().count(count);
    Ok(())
}

pub(super) fn info(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let names = args.from(2);
    if names.is_empty() {
        return command(turn, args);
    }
    let profile = turn.world.profile;
    let specs: Vec<_> = names.iter().map(|name| known(turn.world, name)).collect();
    if profile.opens_reply_of_commands {
        turn.open_reply(specs.iter().flatten().count());
    }
    let mut reply = turn.reply();
    reply.array(specs.len());
    for spec in specs {
        match spec {
            Some(spec) => describe::for_programs(spec, profile, &mut reply),
            None => _ = reply.null(),
        }
    }
    Ok(())
}

pub(super) fn docs(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let names = args.from(2);
    let commands = turn.world.commands;
    let specs: Vec<&Spec> = if names.is_empty() {
        commands.listed().collect()
    } else {
        names.iter().filter_map(|name| known(turn.world, name)).collect()
    };
    turn.open_reply(specs.len());
    let mut reply = turn.reply();
    reply.opened().map(specs.len());
    for spec in specs {
        describe::for_people(spec, &mut reply);
    }
    Ok(())
}

/// Without a filter, commands alone; with one, subcommands too.
pub(super) fn list(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let option = args.get(2).unwrap_or_default();
    let names: Vec<&str> = match args.len() {
        2 => turn.world.commands.listed().map(|spec| spec.full_name).collect(),
        5 if option.eq_ignore_ascii_case(b"filterby") => {
            filtered(turn.world.commands, &args[3], &args[4])?
        }
        _ => return Err("ERR syntax error".into()),
    };
    let opens = args.len() > 2;
    if opens {
        turn.open_reply(names.len());
    }
    let mut reply = turn.reply();
    reply.opened_if(opens).array(names.len());
    for name in names {
        reply.bulk(name);
    }
    Ok(())
}

fn filtered(
    commands: &Commands,
    by: &[u8],
    wanted: &[u8],
) -> Result<Vec<&'static str>, ErrorReply> {
    let all = commands.listed().flat_map(|spec| {
        std::iter::once(spec).chain(spec.subcommands.iter().filter(|sub| sub.is_implemented()))
    });
    let names = |keep: &dyn Fn(&Spec) -> bool| {
        all.clone().filter(|spec| keep(spec)).map(|spec| spec.full_name).collect()
    };
    match by.to_ascii_lowercase().as_slice() {
        b"aclcat" => {
            let category = Categories::named(wanted);
            Ok(names(&|spec| category.is_some_and(|it| spec.categories().contains(it))))
        }
        b"pattern" => {
            let pattern = wanted.to_ascii_lowercase();
            Ok(names(&|spec| glob::matches(&pattern, spec.full_name.as_bytes())))
        }
        // No module brings a command along.
        b"module" => Ok(Vec::new()),
        _ => Err("ERR syntax error".into()),
    }
}

pub(super) fn getkeys(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let (keys, _) = keys_of(turn.world, args.from(2))?;
    let mut reply = turn.reply();
    reply.array(keys.len());
    for key in keys {
        reply.bulk(key);
    }
    Ok(())
}

pub(super) fn getkeysandflags(turn: &mut Turn<'_>, args: Args<'_>) -> Outcome {
    let (keys, spec) = keys_of(turn.world, args.from(2))?;
    let flags = spec.flags_of(args.from(2));
    let mut reply = turn.reply();
    reply.array(keys.len());
    for key in keys {
        reply.array(2).bulk(key);
        describe::words(flags.iter().copied(), &mut reply);
    }
    Ok(())
}

/// The keys of a command that is not run.
fn keys_of<'a>(world: &World, args: Args<'a>) -> Result<(Vec<&'a [u8]>, KeySpec), ErrorReply> {
    let mut spec = world.commands.find(&args[0]).ok_or("ERR Invalid command specified")?;
    if world.profile.subcommands_are_commands
        && let Some(name) = args.get(1).filter(|_| !spec.subcommands.is_empty())
    {
        spec = spec.subcommand(name).ok_or("ERR Invalid command specified")?;
    }
    if !spec.is_implemented() {
        return Err(table::not_implemented(spec));
    }
    let keys = spec.keys.filter(|keys| keys.are_keys());
    let keys = keys.ok_or("ERR The command has no key arguments")?;
    if !spec.accepts(args.len()) {
        return Err("ERR Invalid number of arguments specified for command".into());
    }
    Ok((keys.of(args), keys))
}

/// The command or, where it is a command too, the subcommand of this full name.
fn known(world: &World, name: &[u8]) -> Option<&'static Spec> {
    let spec = match world.profile.subcommands_are_commands {
        true => world.commands.find_full(name),
        false => world.commands.find(name),
    };
    spec.filter(|spec| spec.is_listed())
}

pub(super) fn help(turn: &mut Turn<'_>, _args: Args<'_>) -> Outcome {
    turn.reply_help(turn.world.profile.help.command);
    Ok(())
}
