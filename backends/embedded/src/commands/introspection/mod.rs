//! COMMAND, COMMAND COUNT, INFO, DOCS, LIST, GETKEYS, GETKEYSANDFLAGS, HELP.

mod describe;
mod listing;

use super::{Context, Family, Outcome, errors};
use crate::catalogue::{Command, Flags, KeySearch, KeySpecs};
use crate::glob;
use crate::wire::{Args, ErrorReply};
use listing::Listing;

pub(crate) const FAMILY: Family = &[
    ("command", command),
    ("command|count", count),
    ("command|info", info),
    ("command|docs", docs),
    ("command|list", list),
    ("command|getkeys", getkeys),
    ("command|getkeysandflags", getkeysandflags),
    ("command|help", help),
];

/// COMMAND without arguments: COMMAND INFO of every command.
fn command(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let commands = Listing::of(ctx).commands();
    describe_all(ctx, commands.into_iter().map(Some).collect())
}

fn count(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    let count = Listing::of(ctx).commands().len();
    ctx.reply().count(count);
    Ok(())
}

fn info(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let names = args.from(2);
    if names.is_empty() {
        return command(ctx, args);
    }
    let listing = Listing::of(ctx);
    describe_all(ctx, names.iter().map(|name| listing.find(name)).collect())
}

/// Writes COMMAND INFO of commands, with a null for each unknown one.
fn describe_all(ctx: &mut Context<'_>, commands: Vec<Option<&'static Command>>) -> Outcome {
    let (listing, profile) = (Listing::of(ctx), ctx.state.profile);
    // A server begins each description in this way.
    let found = commands.iter().flatten().count();
    if profile.command_info_defers_length && found > 0 {
        ctx.defer_length(found);
    }
    let mut reply = ctx.reply();
    reply.array(commands.len());
    for command in commands {
        match command {
            Some(command) => describe::describe_info(command, listing, profile, &mut reply),
            None => _ = reply.null(),
        }
    }
    Ok(())
}

fn docs(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let (listing, profile, names) = (Listing::of(ctx), ctx.state.profile, args.from(2));
    let commands = match names.is_empty() {
        true => listing.commands(),
        false => names.iter().filter_map(|name| listing.find(name)).collect(),
    };
    ctx.defer_length(commands.len());
    let mut reply = ctx.reply();
    reply.deferred_len().map(commands.len());
    for command in commands {
        describe::describe_docs(command, listing, profile, &mut reply);
    }
    Ok(())
}

/// Lists the names of commands. Only a filtered list includes subcommands.
fn list(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let option = args.get(2).unwrap_or_default();
    let commands = match args.len() {
        2 => Listing::of(ctx).with_subcommands(),
        5 if option.eq_ignore_ascii_case(b"filterby") => {
            filtered(Listing::of(ctx), &args[3], &args[4])?
        }
        _ => return Err("ERR syntax error".into()),
    };
    let defers_length = args.len() > 2;
    if defers_length {
        ctx.defer_length(commands.len());
    }
    let mut reply = ctx.reply();
    reply.deferred_if(defers_length).array(commands.len());
    for command in commands {
        reply.bulk(command.name);
    }
    Ok(())
}

fn filtered(
    listing: Listing,
    by: &[u8],
    wanted: &[u8],
) -> Result<Vec<&'static Command>, ErrorReply> {
    let mut all = listing.with_subcommands();
    match by.to_ascii_lowercase().as_slice() {
        b"aclcat" => {
            let category = listing.category(wanted);
            all.retain(|command| category.is_some_and(|it| command.categories().contains(it)));
        }
        b"pattern" => {
            let pattern = wanted.to_ascii_lowercase();
            all.retain(|command| glob::matches(&pattern, command.name.as_bytes()));
        }
        // No implemented command comes from a module.
        b"module" => all.clear(),
        _ => return Err("ERR syntax error".into()),
    }
    Ok(all)
}

fn getkeys(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let args = args.from(2);
    let command = keyed_command(ctx, args)?;
    let specs = command.keys();
    let keys: Vec<_> = specs.names(key_search(ctx, specs), args).collect();
    check_found(command, &keys)?;
    let mut reply = ctx.reply();
    reply.array(keys.len());
    for key in keys {
        reply.bulk(key);
    }
    Ok(())
}

fn getkeysandflags(ctx: &mut Context<'_>, args: Args<'_>) -> Outcome {
    let args = args.from(2);
    let comparisons_read = ctx.state.profile.strings.comparisons_read;
    let command = keyed_command(ctx, args)?;
    let specs = command.keys();
    let keys: Vec<_> = specs.positions(key_search(ctx, specs), args).collect();
    check_found(command, &keys)?;
    let mut reply = ctx.reply();
    reply.array(keys.len());
    for (position, spec) in keys {
        reply.array(2).bulk(&args[position]);
        let flags = spec.flags_of(args, comparisons_read).iter().copied();
        // It says that the rule is not enough to find all keys, and here they are found.
        let flags: Vec<_> = flags.filter(|flag| *flag != "incomplete").collect();
        describe::words(flags.into_iter(), &mut reply);
    }
    Ok(())
}

/// How GETKEYS finds the keys of a request.
fn key_search(ctx: &Context<'_>, specs: &KeySpecs) -> KeySearch {
    match ctx.state.profile.getkeys_searches_as_routing || specs.are_incomplete() {
        true => ctx.state.profile.key_search,
        false => KeySearch::Specs,
    }
}

/// A request without any key is an error, unless the command needs none, such as a script.
fn check_found<K>(command: &Command, keys: &[K]) -> Outcome {
    if keys.is_empty() && !command.flags().contains(Flags::NO_MANDATORY_KEYS) {
        return Err("ERR Invalid arguments specified for command".into());
    }
    Ok(())
}

/// The command whose keys GETKEYS is to find. A command without keys is an error.
fn keyed_command(ctx: &Context<'_>, args: Args<'_>) -> Result<&'static Command, ErrorReply> {
    const INVALID: &str = "ERR Invalid command specified";
    let catalogue = ctx.state.catalogue;
    let mut command = catalogue.find(&args[0]).ok_or(INVALID)?;
    if ctx.state.profile.subcommands_are_commands
        && let Some(name) = args.get(1).filter(|_| command.has_subcommands())
    {
        command = catalogue.subcommand(command, name).ok_or(INVALID)?;
    }
    if !ctx.handlers.has(command, catalogue) {
        return Err(errors::not_implemented(command));
    }
    if !command.keys().has_keys() {
        return Err("ERR The command has no key arguments".into());
    }
    if !command.accepts(args.len()) {
        return Err("ERR Invalid number of arguments specified for command".into());
    }
    Ok(command)
}

fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> Outcome {
    ctx.reply_help(ctx.state.profile.help.command);
    Ok(())
}
