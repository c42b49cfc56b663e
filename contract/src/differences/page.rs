use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::lines::cut;
use super::survey::{Departure, Finding, Known, subject};
use crate::backend::BackendKind;
use crate::conversation::ServerName;
use crate::ledger::{Entry, Ledger};

/// Lines of an answer, and requests, that are shown before it is enough.
const LONGEST: usize = 8;
/// Differences of one conversation that are shown.
const MOST: usize = 6;

const HEAD: &str = "\
<!-- Written by `just differences` from tests/ledger and tests/conversations. -->

# Differences
";

/// The page, in Markdown.
pub fn page(conversations: &[Known], ledger: &Ledger) -> String {
    let mut out = HEAD.to_owned();
    embedded(&mut out, conversations, ledger);
    servers(&mut out, conversations);
    out
}

/// (a) The embedded server, from the ledger.
fn embedded(out: &mut String, conversations: &[Known], ledger: &Ledger) {
    out.push_str(
        "\n## The embedded server and the servers that it imitates\n\n\
         It answers as they do in every conversation but those that are declared in \
         [the ledger](../tests/ledger), for these reasons:\n\n\
         | because | it differs from | in |\n| --- | --- | --- |\n",
    );
    let entries = ledger.entries.iter().filter(|entry| entry.backend == BackendKind::Embedded);
    for entry in entries {
        let Entry { servers, reason, .. } = &**entry;
        let named: Vec<&Known> =
            conversations.iter().filter(|known| entry.names(&known.name)).collect();
        let subjects: BTreeSet<&str> = named.iter().map(|known| subject(&known.name)).collect();
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

/// (b) Each server and the default reference, from the variants of conversations.
fn servers(out: &mut String, conversations: &[Known]) {
    let usual = ServerName::default();
    let mut asked: BTreeMap<ServerName, BTreeSet<&str>> = BTreeMap::new();
    for exact in conversations.iter().flat_map(|known| &known.conversation.recorded_from) {
        asked.entry(ServerName::of(exact)).or_default().insert(exact);
    }
    let exact = asked.values().flatten().copied().collect::<Vec<_>>().join(", ");
    let servers: Vec<ServerName> = asked.into_keys().filter(|server| *server != usual).collect();
    let findings: Vec<Finding<'_>> = conversations.iter().map(Finding::of).collect();

    line(out, format_args!("\n## Each server and {}\n", label(&usual)));
    line(
        out,
        format_args!(
            "Of {} conversations that were held with {exact}: in how many each server answers \
             anything otherwise than {}.\n",
            conversations.len(),
            label(&usual),
        ),
    );
    counts(out, &findings, &servers);
    lacking(out, &findings);
    for subject in subjects(&findings) {
        let told = findings
            .iter()
            .filter(|finding| finding.subject() == subject && !finding.departures.is_empty());
        let told: Vec<&Finding<'_>> = told.collect();
        if !told.is_empty() {
            line(out, format_args!("\n### {}", capital(subject)));
        }
        told.into_iter().for_each(|finding| conversation(out, finding));
    }
}

/// The table: subjects by servers.
fn counts(out: &mut String, findings: &[Finding<'_>], servers: &[ServerName]) {
    let labels: Vec<String> = servers.iter().map(label).collect();
    line(out, format_args!("| | of | {} |", labels.join(" | ")));
    line(out, format_args!("| --- | ---: |{}", " ---: |".repeat(servers.len())));
    let mut row = |head: &str, all: &[&Finding<'_>]| {
        let cells = servers.iter().map(|server| {
            match all.iter().filter(|finding| finding.is_about(server)).count() {
                0 => "·".to_owned(),
                count => count.to_string(),
            }
        });
        let cells: Vec<String> = cells.collect();
        line(out, format_args!("| {head} | {} | {} |", all.len(), cells.join(" | ")));
    };
    for subject in subjects(findings) {
        let all = findings.iter().filter(|finding| finding.subject() == subject);
        let all: Vec<&Finding<'_>> = all.collect();
        let told = all.iter().any(|finding| !finding.departures.is_empty());
        let name = capital(subject);
        let head = if told { format!("[{name}](#{subject})") } else { name };
        row(&head, &all);
    }
    row("**all**", &findings.iter().collect::<Vec<_>>());
}

/// What servers do not know at all.
fn lacking(out: &mut String, findings: &[Finding<'_>]) {
    let mut all: BTreeMap<&ServerName, BTreeMap<&str, usize>> = BTreeMap::new();
    for finding in findings {
        for (server, commands) in &finding.lacking {
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
         What else it answers in a conversation that needs one of them is not told below.\n\n",
    );
    for (server, commands) in all {
        let commands: Vec<String> =
            commands.iter().map(|(command, count)| format!("`{command}` ({count})")).collect();
        line(out, format_args!("- {}: {}", label(server), commands.join(", ")));
    }
}

fn conversation(out: &mut String, finding: &Finding<'_>) {
    let Finding { known, departures, .. } = finding;
    let name = &known.name;
    let short = name.rsplit('/').next().unwrap_or(name);
    line(
        out,
        format_args!(
            "\n**{}.** [{short}](../tests/{name}.twin)\n",
            known.conversation.title.trim_end_matches('.')
        ),
    );
    for remark in &known.conversation.remark {
        line(out, format_args!("{remark}"));
    }
    if !known.conversation.remark.is_empty() {
        out.push('\n');
    }
    out.push_str("````text\n");
    for (at, departure) in departures.iter().take(MOST).enumerate() {
        if at > 0 {
            out.push('\n');
        }
        show(out, departure);
    }
    if departures.len() > MOST {
        line(out, format_args!("\n… {} more in the file", departures.len() - MOST));
    }
    out.push_str("````\n");
}

fn show(out: &mut String, departure: &Departure) {
    let Departure { sent, usual, others } = departure;
    for action in some(sent) {
        line(out, format_args!("{action}"));
    }
    let usually = [ServerName::default()];
    let others = others.iter().map(|(servers, lines)| (&servers[..], lines));
    for (servers, lines) in std::iter::once((&usually[..], usual)).chain(others) {
        let mut lines = some(lines);
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

/// At most so many lines, none of them too long.
fn some(lines: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = lines.iter().take(LONGEST).map(|line| cut(line, 0)).collect();
    if lines.len() > LONGEST {
        shown.push(format!("… {} more", lines.len() - LONGEST));
    }
    shown
}

fn subjects<'a>(findings: &'a [Finding<'_>]) -> BTreeSet<&'a str> {
    findings.iter().map(Finding::subject).collect()
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
    // A string takes everything.
    let _ = writeln!(out, "{line}");
}
