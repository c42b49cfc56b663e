use std::collections::{BTreeMap, BTreeSet};

use crate::conversation::{Conversation, Expectation, ServerEvent, ServerName, Shape, Turn};
use crate::wire::Frame;

/// A conversation, and its name in reports.
#[derive(Clone, Debug)]
pub struct NamedConversation {
    /// `conversations/publishing/should_deliver_a_message`
    pub name: String,
    /// The conversation.
    pub conversation: Conversation,
}

/// The differences between servers in one conversation.
#[derive(Debug)]
pub(super) struct ConversationDifferences<'a> {
    pub(super) named: &'a NamedConversation,
    /// The turns in which servers differ.
    pub(super) turns: Vec<&'a Turn>,
    /// The commands of the conversation that a server does not know.
    pub(super) unknown_commands: BTreeMap<ServerName, BTreeSet<String>>,
}

impl ConversationDifferences<'_> {
    pub(super) fn of(named: &NamedConversation) -> ConversationDifferences<'_> {
        let turns = named.conversation.turns.iter().filter(|turn| !turn.variants.is_empty());
        let turns: Vec<&Turn> = turns.collect();
        let mut unknown_commands: BTreeMap<ServerName, BTreeSet<String>> = BTreeMap::new();
        for turn in &turns {
            let in_reference = unknown_commands_in(&turn.answer);
            for variant in &turn.variants {
                let mut unknown = unknown_commands_in(&variant.answer);
                // The reference does not know these either, though it may print less of the name.
                unknown
                    .retain(|command| !in_reference.iter().any(|known| command.starts_with(known)));
                for server in variant.servers.iter().filter(|_| !unknown.is_empty()) {
                    unknown_commands.entry(server.clone()).or_default().extend(unknown.clone());
                }
            }
        }
        ConversationDifferences { named, turns, unknown_commands }
    }

    /// Whether the server differs from the default reference anywhere in the conversation.
    pub(super) fn is_about(&self, server: &ServerName) -> bool {
        let mut variants = self.turns.iter().flat_map(|turn| &turn.variants);
        variants.any(|variant| variant.servers.contains(server))
    }

    /// The folder of the conversation.
    pub(super) fn subject(&self) -> &str {
        subject(&self.named.name)
    }
}

/// `keys` of `conversations/own/keys/should_expire`.
pub(super) fn subject(name: &str) -> &str {
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder.rsplit('/').next().unwrap_or(folder)
}

/// The servers of which a conversation has answers, the exact versions of each, and the order in
/// which they are listed.
pub(super) fn servers(conversations: &[NamedConversation]) -> BTreeMap<ServerName, BTreeSet<&str>> {
    let mut servers: BTreeMap<ServerName, BTreeSet<&str>> = BTreeMap::new();
    for exact in conversations.iter().flat_map(|named| &named.conversation.recorded_from) {
        servers.entry(ServerName::of(exact)).or_default().insert(exact);
    }
    servers
}

/// `Redis 8.0`
pub(super) fn label(server: &ServerName) -> String {
    capital(&server.as_str().replacen('-', " ", 1))
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// The commands that an answer calls unknown.
fn unknown_commands_in(answer: &[Expectation]) -> BTreeSet<String> {
    let errors = answer.iter().flat_map(Expectation::steps).filter_map(|server_step| {
        match &server_step.event {
            ServerEvent::Frame(Shape::Exact(Frame::Error(text))) => {
                let rest = text.strip_prefix(b"ERR unknown command ")?;
                let mut parts = rest.split(|byte| matches!(byte, b'\'' | b'`')).skip(1);
                Some(String::from_utf8_lossy(parts.next()?).to_uppercase())
            }
            _ => None,
        }
    });
    errors.collect()
}
