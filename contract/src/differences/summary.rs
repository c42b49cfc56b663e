use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::variants::{
    ConversationDifferences, NamedConversation, capital, label, servers, subject,
};
use crate::backend::BackendKind;
use crate::conversation::ServerName;
use crate::ledger::{Entry, Ledger};
use crate::report::counted;

const HEAD: &str = "\
<!-- Written by `just differences` from tests/ledger and tests/conversations. -->

# Differences
";

/// The page, in Markdown.
pub fn summary(conversations: &[NamedConversation], ledger: &Ledger) -> String {
    let mut out = HEAD.to_owned();
    embedded(&mut out, conversations, ledger);
    real_servers(&mut out, conversations);
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
    for Row { reason, from, place } in embedded_rows(conversations, ledger) {
        line(out, format_args!("| {reason} | {from} | {place} |"));
    }
}

/// A reason of the ledger.
pub(super) struct Row {
    pub(super) reason: String,
    /// The servers from which the embedded one differs.
    pub(super) from: String,
    /// How many conversations of which subjects.
    pub(super) place: String,
}

/// Why the embedded server differs, entry by entry of the ledger.
pub(super) fn embedded_rows(conversations: &[NamedConversation], ledger: &Ledger) -> Vec<Row> {
    let entries = ledger.entries.iter().filter(|entry| entry.backend == BackendKind::Embedded);
    let rows = entries.map(|entry| {
        let Entry { servers, reason, .. } = &**entry;
        let named: Vec<&NamedConversation> =
            conversations.iter().filter(|named| entry.names(&named.name)).collect();
        let subjects: BTreeSet<&str> = named.iter().map(|named| subject(&named.name)).collect();
        let subjects: Vec<&str> = subjects.into_iter().collect();
        let from = match &servers[..] {
            [] => "all".to_owned(),
            servers => servers.iter().map(label).collect::<Vec<_>>().join(", "),
        };
        let place = format!("{} of {}", named.len(), subjects.join(", "));
        Row { reason: reason.clone(), from, place }
    });
    rows.collect()
}

/// The second half: each server and the default reference, from the variants of conversations.
fn real_servers(out: &mut String, conversations: &[NamedConversation]) {
    let default_server = ServerName::default();
    let servers = servers(conversations);
    let exact = servers.values().flatten().copied().collect::<Vec<_>>().join(", ");
    let others: Vec<ServerName> =
        servers.into_keys().filter(|server| *server != default_server).collect();
    let per_conversation: Vec<ConversationDifferences<'_>> =
        conversations.iter().map(ConversationDifferences::of).collect();

    line(out, format_args!("\n## Each server and {}\n", label(&default_server)));
    line(
        out,
        format_args!(
            "This compares {} that were recorded from {exact}. The table counts those in which a \
             server gives another answer than {}. `twincast differences --html DIR` writes pages \
             that show any two servers side by side, answer by answer.\n",
            counted(conversations.len(), "conversation"),
            label(&default_server),
        ),
    );
    counts(out, &per_conversation, &others);
    list_unknown_commands(out, &per_conversation);
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
    let subjects: BTreeSet<&str> =
        per_conversation.iter().map(ConversationDifferences::subject).collect();
    for subject in subjects {
        let all = per_conversation.iter().filter(|differences| differences.subject() == subject);
        row(&capital(subject), &all.collect::<Vec<_>>());
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
        "\n## Commands that a server does not know\n\n\
         Each is followed by the number of conversations that need it.\n\n",
    );
    for (server, commands) in all {
        let commands: Vec<String> =
            commands.iter().map(|(command, count)| format!("`{command}` ({count})")).collect();
        line(out, format_args!("- {}: {}", label(server), commands.join(", ")));
    }
}

fn line(out: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{line}");
}
