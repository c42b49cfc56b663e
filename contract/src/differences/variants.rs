use std::collections::{BTreeMap, BTreeSet};

use super::lines::{answer_lines, trim_common};
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
    pub(super) answers: Vec<AnswerDifference>,
    /// The commands of the conversation that a server does not know. The other answers of such a
    /// server are not compared.
    pub(super) unknown_commands: BTreeMap<ServerName, BTreeSet<String>>,
}

/// An answer that differs between servers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AnswerDifference {
    /// The requests before it. Several turns may show the same difference.
    pub(super) sent: Vec<String>,
    /// The lines that only the default reference answers.
    pub(super) reference: Vec<String>,
    /// The lines that other servers answer instead.
    pub(super) others: Vec<(Vec<ServerName>, Vec<String>)>,
}

impl ConversationDifferences<'_> {
    pub(super) fn of(named: &NamedConversation) -> ConversationDifferences<'_> {
        let mut unknown_commands: BTreeMap<ServerName, BTreeSet<String>> = BTreeMap::new();
        for turn in &named.conversation.turns {
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
        let mut answers: Vec<AnswerDifference> = Vec::new();
        for turn in &named.conversation.turns {
            let Some(difference) = difference(turn, &unknown_commands) else { continue };
            let same = |before: &&mut AnswerDifference| {
                (&before.reference, &before.others) == (&difference.reference, &difference.others)
            };
            match answers.iter_mut().find(same) {
                Some(before) => before.sent.extend(difference.sent),
                None => answers.push(difference),
            }
        }
        ConversationDifferences { named, answers, unknown_commands }
    }

    /// Whether the server differs from the default reference anywhere in the conversation.
    pub(super) fn is_about(&self, server: &ServerName) -> bool {
        let mut others = self.answers.iter().flat_map(|difference| &difference.others);
        self.unknown_commands.contains_key(server)
            || others.any(|(servers, _)| servers.contains(server))
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

fn difference(
    turn: &Turn,
    unknown_commands: &BTreeMap<ServerName, BTreeSet<String>>,
) -> Option<AnswerDifference> {
    let variants = turn.variants.iter().filter_map(|variant| {
        let servers =
            variant.servers.iter().filter(|server| !unknown_commands.contains_key(*server));
        let servers: Vec<ServerName> = servers.cloned().collect();
        (!servers.is_empty()).then(|| (servers, answer_lines(&variant.answer)))
    });
    let variants: Vec<_> = variants.collect();
    if variants.is_empty() {
        return None;
    }
    let answers: Vec<&[String]> = variants.iter().map(|(_, answer)| &answer[..]).collect();
    let (reference, others) = trim_common(&answer_lines(&turn.answer), &answers);
    let servers = variants.into_iter().map(|(servers, _)| servers);
    Some(AnswerDifference {
        sent: turn.client_steps.iter().map(ToString::to_string).collect(),
        reference,
        others: servers.zip(others).collect(),
    })
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
