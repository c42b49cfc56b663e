use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::lines::shorten_around;
use super::variants::{AnswerDifference, ConversationDifferences, NamedConversation, subject};
use crate::backend::BackendKind;
use crate::conversation::ServerName;
use crate::ledger::{Entry, Ledger};
use crate::report::counted;

/// The most lines that are shown of an answer, or of the requests before it.
const LONGEST: usize = 8;
/// The most differences that are shown of one conversation.
const MOST: usize = 6;

const HEAD: &str = "\
<!-- Written by `just differences` from tests/ledger and tests/conversations. -->

# Differences
";

/// The page, in Markdown.
pub fn page(conversations: &[NamedConversation], ledger: &Ledger) -> String {
    let mut out = HEAD.to_owned();
    embedded(&mut out, conversations, ledger);
    servers(&mut out, conversations);
    out
}

/// The first half: the embedded server, from the ledger.
fn embedded(out: &mut String, conversations: &[NamedConversation], ledger: &Ledger) {
    out.push_str(
        "\n## The embedded server and the servers that it imitates\n\n\
         The embedded server answers as they do in all conversations except those that \
         [the ledger](../tests/ledger) declares, for these reasons:\n\n\
         | because | it differs from | in |\n| --- | --- | --- |\n",
    );
    let entries = ledger.entries.iter().filter(|entry| entry.backend == BackendKind::Embedded);
    for entry in entries {
        let Entry { servers, reason, .. } = &**entry;
        let named: Vec<&NamedConversation> =
            conversations.iter().filter(|named| entry.names(&named.name)).collect();
        let subjects: BTreeSet<&str> = named.iter().map(|named| subject(&named.name)).collect();
        let subjects: Vec<String> = subjects.iter().map(|name| format!("`{name}`")).collect();
        let from = match &servers[..] {
            [] => "all".to_owned(),
            servers => servers.iter().map(label).collect::<Vec<_>>().join(", "),
        };
        line(
            out,
            format_args!("| {reason} | {from} | {} of {} |", named.len(), subjects.join(", ")),
        );
    }
}

/// The second half: each server and the default reference, from the variants of conversations.
fn servers(out: &mut String, conversations: &[NamedConversation]) {
    let default_server = ServerName::default();
    let mut asked: BTreeMap<ServerName, BTreeSet<&str>> = BTreeMap::new();
    for exact in conversations.iter().flat_map(|named| &named.conversation.recorded_from) {
        asked.entry(ServerName::of(exact)).or_default().insert(exact);
    }
    let exact = asked.values().flatten().copied().collect::<Vec<_>>().join(", ");
    let servers: Vec<ServerName> =
        asked.into_keys().filter(|server| *server != default_server).collect();
    let per_conversation: Vec<ConversationDifferences<'_>> =
        conversations.iter().map(ConversationDifferences::of).collect();

    line(out, format_args!("\n## Each server and {}\n", label(&default_server)));
    line(
        out,
        format_args!(
            "This compares {} that were recorded from {exact}. The table counts those in which a \
             server gives another answer than {}.\n",
            counted(conversations.len(), "conversation"),
            label(&default_server),
        ),
    );
    counts(out, &per_conversation, &servers);
    list_unknown_commands(out, &per_conversation);
    for subject in subjects(&per_conversation) {
        let differing = per_conversation.iter().filter(|differences| {
            differences.subject() == subject && !differences.answers.is_empty()
        });
        let differing: Vec<&ConversationDifferences<'_>> = differing.collect();
        if !differing.is_empty() {
            line(out, format_args!("\n### {}", capital(subject)));
        }
        differing.into_iter().for_each(|differences| conversation(out, differences));
    }
}

/// The table of subjects and servers.
fn counts(
    out: &mut String,
    per_conversation: &[ConversationDifferences<'_>],
    servers: &[ServerName],
) {
    let labels: Vec<String> = servers.iter().map(label).collect();
    line(out, format_args!("| | of | {} |", labels.join(" | ")));
    line(out, format_args!("| --- | ---: |{}", " ---: |".repeat(servers.len())));
    let mut row = |head: &str, all: &[&ConversationDifferences<'_>]| {
        let cells = servers.iter().map(|server| {
            match all.iter().filter(|differences| differences.is_about(server)).count() {
                0 => "·".to_owned(),
                count => count.to_string(),
            }
        });
        let cells: Vec<String> = cells.collect();
        line(out, format_args!("| {head} | {} | {} |", all.len(), cells.join(" | ")));
    };
    for subject in subjects(per_conversation) {
        let all = per_conversation.iter().filter(|differences| differences.subject() == subject);
        let all: Vec<&ConversationDifferences<'_>> = all.collect();
        let differing = all.iter().any(|differences| !differences.answers.is_empty());
        let name = capital(subject);
        let head = if differing { format!("[{name}](#{subject})") } else { name };
        row(&head, &all);
    }
    row("**all**", &per_conversation.iter().collect::<Vec<_>>());
}

/// The commands that servers do not know.
fn list_unknown_commands(out: &mut String, per_conversation: &[ConversationDifferences<'_>]) {
    let mut all: BTreeMap<&ServerName, BTreeMap<&str, usize>> = BTreeMap::new();
    for differences in per_conversation {
        for (server, commands) in &differences.unknown_commands {
            for command in commands {
                *all.entry(server).or_default().entry(command).or_default() += 1;
            }
        }
    }
    if all.is_empty() {
        return;
    }
    out.push_str(
        "\n### Commands that a server does not know\n\n\
         Its other answers in a conversation that needs one of them are not compared below.\n\n",
    );
    for (server, commands) in all {
        let commands: Vec<String> =
            commands.iter().map(|(command, count)| format!("`{command}` ({count})")).collect();
        line(out, format_args!("- {}: {}", label(server), commands.join(", ")));
    }
}

fn conversation(out: &mut String, differences: &ConversationDifferences<'_>) {
    let ConversationDifferences { named, answers, .. } = differences;
    let name = &named.name;
    let short = name.rsplit('/').next().unwrap_or(name);
    line(
        out,
        format_args!(
            "\n**{}.** [{short}](../tests/{name}.twin)\n",
            named.conversation.title.trim_end_matches('.')
        ),
    );
    for remark in &named.conversation.remark {
        line(out, format_args!("{remark}"));
    }
    if !named.conversation.remark.is_empty() {
        out.push('\n');
    }
    out.push_str("````text\n");
    for (at, difference) in answers.iter().take(MOST).enumerate() {
        if at > 0 {
            out.push('\n');
        }
        show(out, difference);
    }
    if answers.len() > MOST {
        line(out, format_args!("\n… {} more in the file", answers.len() - MOST));
    }
    out.push_str("````\n");
}

fn show(out: &mut String, difference: &AnswerDifference) {
    let AnswerDifference { sent, reference, others } = difference;
    for action in first_lines(sent) {
        line(out, format_args!("{action}"));
    }
    let default_server = [ServerName::default()];
    let others = others.iter().map(|(servers, lines)| (&servers[..], lines));
    for (servers, lines) in std::iter::once((&default_server[..], reference)).chain(others) {
        let mut lines = first_lines(lines);
        if lines.is_empty() {
            lines.push("nothing".to_owned());
        }
        for row in 0..servers.len().max(lines.len()) {
            let server = servers.get(row).map_or(String::new(), label);
            let action = lines.get(row).map_or("", String::as_str);
            line(out, format_args!("{}", format!("  {server:<10}  {action}").trim_end()));
        }
    }
}

/// The first lines, each of them shortened.
fn first_lines(lines: &[String]) -> Vec<String> {
    let mut shown: Vec<String> =
        lines.iter().take(LONGEST).map(|line| shorten_around(line, 0)).collect();
    if lines.len() > LONGEST {
        shown.push(format!("… {} more", lines.len() - LONGEST));
    }
    shown
}

fn subjects<'a>(per_conversation: &'a [ConversationDifferences<'_>]) -> BTreeSet<&'a str> {
    per_conversation.iter().map(ConversationDifferences::subject).collect()
}

/// `Redis 8.0`
fn label(server: &ServerName) -> String {
    capital(&server.as_str().replacen('-', " ", 1))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

fn line(out: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{line}");
}
