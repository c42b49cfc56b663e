//! From the text to the commands of one server, and from their lines to their facts.

use std::cmp::Ordering;
use std::sync::OnceLock;

use memchr::memmem;

use super::Server;
use super::command::Command;
use super::facts::is_among;

/// The commands that a server has, by name, without regard to case.
pub(super) fn commands(text: &'static str, server: &Server) -> Vec<Command> {
    let mut commands: Vec<Command> =
        paragraphs(text).filter_map(|paragraph| command(paragraph, server)).collect();
    commands.sort_by(|one, other| compare(one.name, other.name));
    for place in 0..commands.len() {
        commands[place].place = place;
        if let Some((container, _)) = commands[place].name.split_once('|')
            && let Ok(container) =
                commands.binary_search_by(|command| compare(command.name, container))
        {
            let subcommands = &mut commands[container].subcommands;
            let start =
                if subcommands.start == subcommands.end { place } else { subcommands.start };
            *subcommands = start..place + 1;
        }
    }
    commands
}

/// The paragraphs about commands: an empty line stands in front of each, and of the list of servers.
fn paragraphs(text: &'static str) -> impl Iterator<Item = &'static str> {
    let mut ends = memmem::find_iter(text.as_bytes(), "\n\n");
    let mut start = ends.next();
    // One pass: the end of a paragraph is the start of the next one.
    let paragraphs = std::iter::from_fn(move || {
        let from = start? + 2;
        start = ends.next();
        Some(&text[from..start.unwrap_or(text.len())])
    });
    paragraphs.filter(|paragraph| !paragraph.starts_with("server "))
}

fn compare(one: &str, other: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    one.bytes().map(lower).cmp(other.bytes().map(lower))
}

/// The command of a paragraph, if this server has it.
fn command(paragraph: &'static str, server: &Server) -> Option<Command> {
    let (head, lines) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
    let (name, servers) = match head.split_once(" [") {
        Some((name, servers)) => (name, servers.trim_end_matches(']')),
        None => (head, ""),
    };
    let is_subcommand = name.contains('|');
    let tells = server.lists_subcommands || !is_subcommand;
    let command = Command {
        name,
        is_subcommand,
        is_listed: tells && (servers.is_empty() || is_among(servers, server.name)),
        place: 0,
        subcommands: 0..0,
        lines,
        server: server.name,
        keys_are_optional: server.keys_are_optional,
        revisions: server.revisions,
        facts: OnceLock::new(),
    };
    let has_unlisted = || match tells {
        true => server.unlisted.contains(&name),
        // A server that lists no subcommands has those that came before it.
        false => release(command.since()) <= server.release,
    };
    (command.is_listed || has_unlisted()).then_some(command)
}

/// The first two numbers of a version.
fn release(version: &str) -> (u32, u32) {
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}
