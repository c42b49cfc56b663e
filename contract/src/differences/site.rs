use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::facts::Fact;
use super::summary::{Row, embedded_rows};
use super::variants::{ConversationDifferences, NamedConversation, capital, label, servers};
use crate::conversation::{Answer, Expectation, ServerName, Turn};
use crate::ledger::Ledger;
use crate::page::Document;
use crate::report::counted;
use crate::shorten::shorten;

const SCRIPT: &str = include_str!("site.js");

/// The folder of the site in which each conversation has a page.
pub const PAGES: &str = "conversations";

/// The longest line of an answer that is shown in full.
const LONGEST: usize = 4000;

/// The page that shows every difference: a matrix of families and servers, and below it each
/// conversation in which servers differ.
pub fn site(conversations: &[NamedConversation], ledger: &Ledger, facts: &[Fact]) -> String {
    let recorded = servers(conversations);
    let site = Site {
        exact: recorded.values().flatten().copied().collect::<Vec<_>>().join(", "),
        servers: recorded.into_keys().collect(),
        all: conversations.iter().map(ConversationDifferences::of).collect(),
        facts,
    };
    let title = "How servers differ on Redis Pub/Sub";
    let header = html! {
        h1 { (title) }
        p {
            (counted(conversations.len(), "conversation")) ", each of them recorded from "
            (site.exact) ". Choose two servers, and see every answer in which they part."
        }
    };
    let main = html! {
        (site.tools())
        (site.matrix())
        (embedded(&embedded_rows(conversations, ledger)))
        section aria-labelledby="each" {
            h2 #each { "Each conversation in which servers differ" }
            @for differences in site.differing() { (site.article(differences)) }
            p #none .verdict.good hidden { "✓ No conversation shows a difference between these." }
        }
    };
    Document { title, header, main, script: SCRIPT }.render()
}

struct Site<'a> {
    exact: String,
    /// The servers, in the order of the matrix.
    servers: Vec<ServerName>,
    all: Vec<ConversationDifferences<'a>>,
    facts: &'a [Fact],
}

impl Site<'_> {
    fn differing(&self) -> impl Iterator<Item = &ConversationDifferences<'_>> {
        self.all.iter().filter(|differences| !differences.turns.is_empty())
    }

    fn families(&self) -> BTreeSet<&str> {
        self.all.iter().map(ConversationDifferences::subject).collect()
    }

    fn tools(&self) -> Markup {
        html! {
            form.tools role="search" hidden {
                label { "Between " (self.select("left", false)) }
                label { " and " (self.select("right", true)) }
                input #q type="search" placeholder="Search, for example a command (press /)"
                    aria-label="Search the conversations" autocomplete="off";
                output #count for="q left right" {}
            }
        }
    }

    fn select(&self, id: &str, with_all: bool) -> Markup {
        html! {
            select id=(id) {
                @if with_all { option value="" { "all others" } }
                @for server in &self.servers {
                    option value=(server) selected[!with_all && server.is_default()] {
                        (label(server))
                    }
                }
            }
        }
    }

    /// The table of families and servers. The script counts it anew for another base.
    fn matrix(&self) -> Markup {
        let default_server = ServerName::default();
        let count = |family: Option<&str>, server: &ServerName| {
            let is_of = |it: &&ConversationDifferences<'_>| {
                family.is_none_or(|family| it.subject() == family) && it.is_about(server)
            };
            self.all.iter().filter(is_of).count()
        };
        let size = |family: &str| self.all.iter().filter(|it| it.subject() == family).count();
        html! {
            section aria-labelledby="matrix" {
                h2 #matrix { "Conversations that differ from " span #base { (label(&default_server)) } }
                div.scroll role="region" aria-labelledby="matrix" tabindex="0" {
                    table.matrix {
                        thead { tr {
                            th scope="col" { "family" }
                            th.number scope="col" { "of" }
                            @for server in &self.servers { th.number scope="col" { (label(server)) } }
                        } }
                        tbody {
                            @for family in self.families() {
                                tr data-row=(family) {
                                    th scope="row" { a href={ "#family=" (family) } { (capital(family)) } }
                                    td.number.dim { (size(family)) }
                                    @for server in &self.servers {
                                        (cell(count(Some(family), server), server, Some(family)))
                                    }
                                }
                            }
                        }
                        tfoot { tr data-row="" {
                            th scope="row" { "all" }
                            td.number.dim { (self.all.len()) }
                            @for server in &self.servers { (cell(count(None, server), server, None)) }
                        } }
                    }
                }
            }
        }
    }

    fn article(&self, differences: &ConversationDifferences<'_>) -> Markup {
        let ConversationDifferences { named, turns, unknown_commands } = differences;
        let conversation = &named.conversation;
        let facts = self.facts.iter().filter(|fact| fact.conversations.contains(&named.name));
        let page = format!("{PAGES}/{}", page_name(&named.name));
        html! {
            article id=(named.name) data-item data-counted data-family=(differences.subject()) {
                h3 { a href={ "#" (named.name) } { (conversation.title) } }
                p.facts {
                    code { (named.name) }
                    a href=(page) { "the whole conversation" }
                    @if !conversation.setup.is_empty() { span { "with " (conversation.setup) } }
                }
                @for fact in facts { p.fact { b { (fact.name) } " " (inline(&fact.text)) } }
                @for line in &conversation.remark { p.dim { (line) } }
                @for (server, commands) in unknown_commands {
                    p.dim data-only=(server) {
                        (label(server)) " does not know "
                        (commands.iter().map(String::as_str).collect::<Vec<_>>().join(", ")) "."
                    }
                }
                @for turn in turns { (self.turn(conversation.recorded_from.as_slice(), turn)) }
            }
        }
    }

    /// A turn in which servers differ: what was sent, and each answer with its servers.
    fn turn(&self, recorded_from: &[String], turn: &Turn) -> Markup {
        let recorded: BTreeSet<ServerName> =
            recorded_from.iter().map(|exact| ServerName::of(exact)).collect();
        let answers: Vec<&Answer> = std::iter::once(&turn.answer)
            .chain(turn.variants.iter().map(|variant| &variant.answer))
            .collect();
        let mut by_answer: BTreeMap<usize, Vec<&ServerName>> = BTreeMap::new();
        // The script compares servers by the numbers of their answers.
        let numbers = self.servers.iter().map(|server| {
            if !recorded.contains(server) {
                return "-".to_owned();
            }
            let own = turn.variants.iter().position(|variant| variant.servers.contains(server));
            let number = own.map_or(0, |index| index + 1);
            by_answer.entry(number).or_default().push(server);
            number.to_string()
        });
        let numbers = numbers.collect::<Vec<_>>().join(" ");
        let sent: Vec<String> =
            turn.client_steps.iter().map(|step| shorten(&step.to_string(), LONGEST)).collect();
        html! {
            div.differs data-by=(numbers) {
                @if !turn.remark.is_empty() { p.dim { (turn.remark.join(" ")) } }
                pre.sent { (sent.join("\n")) }
                div.answers {
                    @for (number, servers) in &by_answer {
                        div.answer data-answer=(number) {
                            p { (servers.iter().map(|it| label(it)).collect::<Vec<_>>().join(", ")) }
                            pre { (lines(answers[*number])) }
                        }
                    }
                }
            }
        }
    }
}

/// A cell of the matrix: how many conversations differ, as a link to them.
fn cell(count: usize, server: &ServerName, family: Option<&str>) -> Markup {
    let family = family.map_or(String::new(), |family| format!("&family={family}"));
    html! {
        td.number data-server=(server) {
            @if count > 0 { a href={ "#right=" (server) (family) } { (count) } }
            @else { span.dim { "·" } }
        }
    }
}

fn embedded(rows: &[Row]) -> Markup {
    html! {
        @if !rows.is_empty() {
            details.family {
                summary { b { "Where the embedded server differs from all of them" } }
                div.scroll {
                    table {
                        thead { tr {
                            th scope="col" { "because" } th scope="col" { "it differs from" }
                            th scope="col" { "in" }
                        } }
                        tbody { @for Row { reason, from, place } in rows {
                            tr { td { (reason) } td { (from) } td { (place) } }
                        } }
                    }
                }
            }
        }
    }
}

/// The lines of an answer, connection by connection: order counts within a connection only.
fn lines(answer: &Answer) -> String {
    let mut server_steps: Vec<_> = answer.iter().flat_map(Expectation::steps).collect();
    server_steps.sort_by(|a, b| a.connection.cmp(&b.connection));
    let lines = server_steps.into_iter().map(|step| shorten(&step.to_string(), LONGEST));
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { "nothing".to_owned() } else { lines.join("\n") }
}

/// The name of a conversation's page: its folders are part of the name, so that all pages stand in
/// one folder.
pub fn page_name(name: &str) -> String {
    let name = name.strip_prefix("conversations/").unwrap_or(name);
    format!("{}.html", name.replace('/', "."))
}

/// Markdown within a line: only code.
fn inline(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
