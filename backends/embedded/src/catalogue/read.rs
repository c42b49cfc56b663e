//! Reads the commands of one server from the text.

use super::Server;
use super::categories::Categories;
use super::command::Command;
use super::flags::Flags;
use super::keys::{KeySpec, KeySpecs};
use super::revision::EVERYWHERE;

/// The commands that a server has, sorted by lower-case name.
pub(super) fn commands(text: &'static str, server: &Server) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    let mut is_read = false;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines.filter(|line| !line.starts_with("server ")) {
        match line.strip_prefix("  ") {
            None => {
                commands.extend(start_command(line, server));
                is_read = commands.last().is_some_and(|command| is_named(line, command.name));
            }
            Some(fact) if is_read => {
                if let (Some(fact), Some(command)) = (fact_for(fact, server), commands.last_mut()) {
                    store(command, fact);
                }
            }
            Some(_) => {}
        }
    }
    commands.retain(|command| command.is_listed || has_unlisted(server, command));
    commands.sort_by_cached_key(Command::lower_case);
    finish(&mut commands, server);
    commands
}

/// The command that a line starts, without its facts; none if the server does not have it.
fn start_command(line: &'static str, server: &Server) -> Option<Command> {
    let (name, servers) = match line.split_once(" [") {
        Some((name, servers)) => (name, servers.trim_end_matches(']')),
        None => (line, ""),
    };
    let is_listable = server.lists_subcommands || !name.contains('|');
    let is_listed = is_listable && (servers.is_empty() || includes(servers, server.name));
    let may_be_unlisted = !is_listable || server.unlisted.contains(&name);
    (is_listed || may_be_unlisted).then(|| Command {
        name,
        arity: 0,
        flags: Flags::NONE,
        categories: Categories::NONE,
        key_range: [0; 3],
        keys: KeySpecs::default(),
        tips: Vec::new(),
        group: "",
        since: "",
        deprecated: None,
        is_listed,
        place: 0,
        subcommands: 0..0,
    })
}

fn is_named(line: &str, name: &str) -> bool {
    line.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Whether a list has this server: `redis-7.0 redis-7.2`, or `!redis-6.2` for all except these.
fn includes(servers: &str, server: &str) -> bool {
    match servers.strip_prefix('!') {
        Some(others) => !others.split(' ').any(|it| it.trim_start_matches('!') == server),
        None => servers.split(' ').any(|it| it == server),
    }
}

/// The fact of a line without its list of servers (`[redis-6.2] `); none if the list excludes this
/// server.
fn fact_for(fact: &'static str, server: &Server) -> Option<&'static str> {
    match fact.strip_prefix('[').and_then(|fact| fact.split_once(']')) {
        Some((servers, fact)) => includes(servers, server.name).then_some(fact.trim_start()),
        None => Some(fact),
    }
}

/// Stores a fact in its command. A later line about the same fact replaces an earlier one.
fn store(command: &mut Command, fact: &'static str) {
    let (kind, value) = fact.split_once(' ').unwrap_or((fact, ""));
    let words = || value.split(' ').filter(|word| !word.is_empty());
    match kind {
        "arity" => command.arity = value.parse().unwrap_or_default(),
        "flags" => command.flags = words().filter_map(Flags::named).fold(Flags::NONE, Flags::with),
        "categories" => {
            let categories = words().filter_map(|name| Categories::named(name.as_bytes()));
            command.categories = categories.fold(Categories::NONE, Categories::with);
        }
        "range" => {
            command.key_range = [0; 3];
            for (number, word) in command.key_range.iter_mut().zip(words()) {
                *number = word.parse().unwrap_or_default();
            }
        }
        "keys" => command.keys = KeySpecs(words().filter_map(KeySpec::parse).collect()),
        "notes" => {
            if let Some((nth, notes)) = value.split_once(' ')
                && let Some(nth) = nth.parse::<usize>().ok().and_then(|nth| nth.checked_sub(1))
                && let Some(spec) = command.keys.0.get_mut(nth)
            {
                spec.notes = Some(notes).filter(|notes| !notes.is_empty());
            }
        }
        "tips" => command.tips = words().collect(),
        "group" => command.group = value,
        "since" => command.since = value,
        "deprecated" => {
            let instead = command.deprecated.map_or("", |(_, instead)| instead);
            command.deprecated = Some((value, instead)).filter(|_| !value.is_empty());
        }
        "replaced" => {
            let since = command.deprecated.map_or("", |(since, _)| since);
            command.deprecated = Some((since, value)).filter(|_| !value.is_empty());
        }
        _ => {}
    }
}

/// Whether the server has a command that it does not list. A server that lists no subcommands has
/// those that are not newer than itself.
fn has_unlisted(server: &Server, command: &Command) -> bool {
    let mut numbers = command.since.split('.').map(|number| number.parse().unwrap_or(0));
    let since = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    !command.is_subcommand() || since <= server.release
}

/// Sets the index and the subcommands of every command, and applies the revisions.
fn finish(commands: &mut [Command], server: &Server) {
    for place in 0..commands.len() {
        commands[place].place = place;
        let prefix = format!("{}|", commands[place].lower_case());
        let start = commands.partition_point(|command| command.lower_case() < prefix);
        let subcommands = commands[start..].iter();
        let count =
            subcommands.take_while(|command| command.lower_case().starts_with(&prefix)).count();
        commands[place].subcommands = start..start + count;
        for revision in EVERYWHERE.iter().chain(server.revisions) {
            revision.revise(&mut commands[place]);
        }
    }
}
