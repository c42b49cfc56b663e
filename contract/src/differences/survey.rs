use std::collections::{BTreeMap, BTreeSet};

use super::lines::{answer_lines, parted};
use crate::conversation::{Conversation, Expectation, ServerEvent, ServerName, Shape, Turn};
use crate::wire::Frame;

/// A conversation and its name, as reports name it.
#[derive(Clone, Debug)]
pub struct Known {
    /// `conversations/publishing/should_deliver_a_message`
    pub name: String,
    /// What was said.
    pub conversation: Conversation,
}

/// What a conversation shows of differences between servers.
#[derive(Debug)]
pub(super) struct Finding<'a> {
    pub(super) known: &'a Known,
    pub(super) departures: Vec<Departure>,
    /// Servers that do not know a command of it, by the command: what else they answer is owed to
    /// that.
    pub(super) lacking: BTreeMap<ServerName, BTreeSet<String>>,
}

/// Something that servers answer differently.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Departure {
    /// What was sent; the same difference may follow several times.
    pub(super) sent: Vec<String>,
    /// What the default reference answers, as far as others do not.
    pub(super) usual: Vec<String>,
    /// What others answer instead.
    pub(super) others: Vec<(Vec<ServerName>, Vec<String>)>,
}

impl Finding<'_> {
    pub(super) fn of(known: &Known) -> Finding<'_> {
        let mut lacking: BTreeMap<ServerName, BTreeSet<String>> = BTreeMap::new();
        for turn in &known.conversation.turns {
            let usual = unknown(&turn.answer);
            for variant in &turn.variants {
                let mut unknown = unknown(&variant.answer);
                // Nor does the reference know it, which may show less of its name.
                unknown.retain(|command| !usual.iter().any(|usual| command.starts_with(usual)));
                for server in variant.servers.iter().filter(|_| !unknown.is_empty()) {
                    lacking.entry(server.clone()).or_default().extend(unknown.clone());
                }
            }
        }
        let mut departures: Vec<Departure> = Vec::new();
        for turn in &known.conversation.turns {
            let Some(departure) = departure(turn, &lacking) else { continue };
            let same = |before: &&mut Departure| {
                (&before.usual, &before.others) == (&departure.usual, &departure.others)
            };
            match departures.iter_mut().find(same) {
                Some(before) => before.sent.extend(departure.sent),
                None => departures.push(departure),
            }
        }
        Finding { known, departures, lacking }
    }

    /// Whether the server answers otherwise than the default reference anywhere in it.
    pub(super) fn is_about(&self, server: &ServerName) -> bool {
        let mut others = self.departures.iter().flat_map(|departure| &departure.others);
        self.lacking.contains_key(server) || others.any(|(servers, _)| servers.contains(server))
    }

    /// The folder that it stands in.
    pub(super) fn subject(&self) -> &str {
        subject(&self.known.name)
    }
}

/// `keys` of `conversations/own/keys/should_expire`.
pub(super) fn subject(name: &str) -> &str {
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder.rsplit('/').next().unwrap_or(folder)
}

fn departure(turn: &Turn, lacking: &BTreeMap<ServerName, BTreeSet<String>>) -> Option<Departure> {
    let variants = turn.variants.iter().filter_map(|variant| {
        let servers = variant.servers.iter().filter(|server| !lacking.contains_key(*server));
        let servers: Vec<ServerName> = servers.cloned().collect();
        (!servers.is_empty()).then(|| (servers, answer_lines(&variant.answer)))
    });
    let variants: Vec<_> = variants.collect();
    if variants.is_empty() {
        return None;
    }
    let answers: Vec<&[String]> = variants.iter().map(|(_, answer)| &answer[..]).collect();
    let (usual, others) = parted(&answer_lines(&turn.answer), &answers);
    let servers = variants.into_iter().map(|(servers, _)| servers);
    Some(Departure {
        sent: turn.client_steps.iter().map(ToString::to_string).collect(),
        usual,
        others: servers.zip(others).collect(),
    })
}

/// The commands that an answer calls unknown.
fn unknown(answer: &[Expectation]) -> BTreeSet<String> {
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
