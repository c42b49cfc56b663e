use std::collections::HashMap;

use super::error::TapError;
use super::pubsub::{DeliveredMessage, Publication};
use super::record::Record;
use super::strip::PrefixStripper;
use super::transcript::{Event, Step, transcript};
use crate::conversation::{
    ClientAction, ClientStep, Conversation, Expectation, Name, Place, ServerEvent, ServerStep,
    Shape, Turn,
};
use crate::wire::{ClientInput, Frame};

/// Turns the record into a conversation in canonical form, which does not depend on the timing
/// between connections.
pub(super) fn conversation(record: Record, prefix: &[u8]) -> Result<Conversation, TapError> {
    let mut builder = TurnBuilder::new(PrefixStripper::new(prefix));
    for step in transcript(record)? {
        builder.push(step);
    }
    Ok(builder.finish())
}

/// Divides steps into turns.
///
/// A turn begins where a client sends after an answer. A message belongs to the turn of the PUBLISH
/// that caused it, even if it arrives after the publisher has sent again: the message and the
/// publisher's answer travel on two connections, and their relative speed says nothing about the
/// server. Within one connection, the order never changes.
struct TurnBuilder<'a> {
    stripper: PrefixStripper<'a>,
    turns: Vec<Turn>,
    connections: HashMap<Name, ConnectionState>,
    /// The turns of each publication, oldest first.
    published: HashMap<Publication, Vec<usize>>,
}

#[derive(Default)]
struct ConnectionState {
    /// The turn of the last step: later steps never belong to an earlier turn.
    turn: usize,
    closed: bool,
    /// For each message, how many of its publications are already delivered or skipped.
    delivered: HashMap<DeliveredMessage, usize>,
}

impl<'a> TurnBuilder<'a> {
    fn new(stripper: PrefixStripper<'a>) -> Self {
        Self { stripper, turns: Vec::new(), connections: HashMap::new(), published: HashMap::new() }
    }

    fn push(&mut self, Step { connection, event, .. }: Step) {
        if self.connections.get(&connection).is_some_and(|known| known.closed) {
            // Steps after the end of a connection are not part of the conversation.
            return;
        }
        match event {
            Event::Opened => self.client_step(connection, ClientAction::Open),
            Event::Input(ClientInput::Request(words)) => {
                let words = words.into_iter().map(|word| self.stripper.text(word)).collect();
                self.client_step(connection, ClientAction::Request(words));
            }
            Event::Input(ClientInput::Raw(bytes)) => {
                self.client_step(connection, ClientAction::Raw(bytes))
            }
            Event::ClientHalfClosed => self.client_step(connection, ClientAction::HalfClose),
            Event::ClientClosed => self.client_step(connection, ClientAction::Close),
            Event::Frame(frame) => {
                let frame = self.stripper.frame(frame);
                self.server_step(connection, ServerEvent::Frame(Shape::Exact(frame)));
            }
            Event::Raw(bytes) => self.server_step(connection, ServerEvent::Raw(bytes)),
            Event::ServerClosed => self.server_step(connection, ServerEvent::Closed),
        }
    }

    fn client_step(&mut self, connection: Name, action: ClientAction) {
        if self.turns.last().is_none_or(|turn| !turn.answer.is_empty()) {
            self.turns.push(Turn::default());
        }
        let index = self.turns.len() - 1;
        let known = self.connections.entry(connection.clone()).or_default();
        known.turn = index;
        known.closed = action == ClientAction::Close;
        if let ClientAction::Request(words) = &action
            && let Some(publication) = Publication::of(words)
        {
            self.published.entry(publication).or_default().push(index);
        }
        let client_steps = &mut self.turns[index].client_steps;
        // Raw bytes have no boundaries of their own, so adjacent pieces are joined.
        if let (
            ClientAction::Raw(more),
            Some(ClientStep { connection: previous, action: ClientAction::Raw(raw), .. }),
        ) = (&action, client_steps.last_mut())
            && *previous == connection
        {
            *raw = [&raw[..], more].concat().into();
            return;
        }
        client_steps.push(ClientStep { connection, place: Place::default(), action });
    }

    fn server_step(&mut self, connection: Name, event: ServerEvent) {
        let index = self.turn_of(&connection, &event);
        let known = self.connections.entry(connection.clone()).or_default();
        known.turn = index;
        known.closed = event == ServerEvent::Closed;
        let Some(turn) = self.turns.get_mut(index) else { return };
        if let ServerEvent::Raw(more) = &event
            && let Some(ServerEvent::Raw(raw)) = last_event(turn, &connection)
        {
            *raw = [&raw[..], more].concat().into();
            return;
        }
        turn.answer.push(Expectation::One(ServerStep {
            connection,
            place: Place::default(),
            event,
        }));
    }

    /// The turn of an event: that of its cause if it is known, else the current one.
    fn turn_of(&mut self, connection: &Name, event: &ServerEvent) -> usize {
        let now = self.turns.len().saturating_sub(1);
        let ServerEvent::Frame(Shape::Exact(frame)) = event else { return now };
        self.cause(connection, frame).unwrap_or(now)
    }

    /// The turn of the PUBLISH that this frame delivers.
    fn cause(&mut self, connection: &Name, frame: &Frame) -> Option<usize> {
        let message = DeliveredMessage::of(frame)?;
        let published = self.published.get(&message.publication)?;
        let known = self.connections.get_mut(connection)?;
        let before = known.delivered.entry(message).or_default();
        let late = published.get(*before..)?;
        let skipped = late.iter().position(|&turn| turn >= known.turn)?;
        *before += skipped + 1;
        Some(late[skipped])
    }

    fn finish(mut self) -> Conversation {
        for turn in &mut self.turns {
            turn.answer.sort_by(|one, other| connection_of(one).cmp(&connection_of(other)));
            // The order in which clients close at the same time means nothing, so it is sorted.
            for leaving in turn.client_steps.chunk_by_mut(|one, other| {
                one.action == ClientAction::Close && other.action == ClientAction::Close
            }) {
                leaving.sort_by(|one, other| one.connection.cmp(&other.connection));
            }
        }
        Conversation { turns: self.turns, ..Conversation::default() }
    }
}

fn last_event<'t>(turn: &'t mut Turn, connection: &Name) -> Option<&'t mut ServerEvent> {
    turn.answer.iter_mut().rev().find_map(|expectation| match expectation {
        Expectation::One(server_step) if server_step.connection == *connection => {
            Some(&mut server_step.event)
        }
        _ => None,
    })
}

fn connection_of(expectation: &Expectation) -> Option<&Name> {
    expectation.steps().first().map(|server_step| &server_step.connection)
}
