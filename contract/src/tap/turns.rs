use std::collections::HashMap;

use super::error::TapError;
use super::record::Record;
use super::scrub::Scrub;
use super::spoken::{Delivery, Publication};
use super::transcript::{Event, Step, transcript};
use crate::conversation::{Conversation, Expect, Hear, Heard, Name, Place, Said, Say, Shape, Turn};
use crate::wire::{Asked, Frame};

/// The record as a conversation in its canonical form: the same one whatever the network did to
/// the timing between connections.
pub(super) fn conversation(record: Record, prefix: &[u8]) -> Result<Conversation, TapError> {
    let mut scribe = Scribe::new(Scrub::new(prefix));
    for step in transcript(record)? {
        scribe.write(step);
    }
    Ok(scribe.finish())
}

/// Writes turns.
///
/// A turn begins where a client speaks after an answer. A message belongs to the turn of the
/// PUBLISH that caused it, even if it arrives when the publisher has spoken again already: the
/// answer to the publisher and the message travel on two connections, and which of them is faster
/// says nothing about the server. On one connection, nothing ever changes its order.
struct Scribe<'a> {
    scrub: Scrub<'a>,
    turns: Vec<Turn>,
    connections: HashMap<Name, Connection>,
    /// The turns in which this was published, oldest first.
    published: HashMap<Publication, Vec<usize>>,
}

#[derive(Default)]
struct Connection {
    /// The turn of the last thing that happened here: nothing comes before it any more.
    turn: usize,
    over: bool,
    /// How many publications came before the one that was delivered last, by what was delivered.
    delivered: HashMap<Delivery, usize>,
}

impl<'a> Scribe<'a> {
    fn new(scrub: Scrub<'a>) -> Self {
        Self { scrub, turns: Vec::new(), connections: HashMap::new(), published: HashMap::new() }
    }

    fn write(&mut self, Step { connection, event, .. }: Step) {
        if self.connections.get(&connection).is_some_and(|known| known.over) {
            // Nobody is there any more to say or hear anything.
            return;
        }
        match event {
            Event::Opened => self.say(connection, Said::Open),
            Event::Asked(Asked::Request(words)) => {
                let words = words.into_iter().map(|word| self.scrub.text(word)).collect();
                self.say(connection, Said::Request(words));
            }
            Event::Asked(Asked::Raw(bytes)) => self.say(connection, Said::Raw(bytes)),
            Event::HalfClosed => self.say(connection, Said::HalfClose),
            Event::Left => self.say(connection, Said::Close),
            Event::Answered(frame) => {
                let frame = self.scrub.frame(frame);
                self.hear(connection, Heard::Frame(Shape::Exact(frame)));
            }
            Event::Noise(bytes) => self.hear(connection, Heard::Raw(bytes)),
            Event::Closed => self.hear(connection, Heard::Closed),
        }
    }

    fn say(&mut self, connection: Name, said: Said) {
        if self.turns.last().is_none_or(|turn| !turn.answer.is_empty()) {
            self.turns.push(Turn::default());
        }
        let index = self.turns.len() - 1;
        let known = self.connections.entry(connection.clone()).or_default();
        known.turn = index;
        known.over = said == Said::Close;
        if let Said::Request(words) = &said
            && let Some(publication) = Publication::of(words)
        {
            self.published.entry(publication).or_default().push(index);
        }
        let says = &mut self.turns[index].says;
        // Malformed input has no end of its own: how it was cut on its way means nothing.
        if let (Said::Raw(more), Some(Say { connection: speaker, said: Said::Raw(raw), .. })) =
            (&said, says.last_mut())
            && *speaker == connection
        {
            *raw = [&raw[..], more].concat().into();
            return;
        }
        says.push(Say { connection, place: Place::default(), said });
    }

    fn hear(&mut self, connection: Name, heard: Heard) {
        let index = self.turn_of(&connection, &heard);
        let known = self.connections.entry(connection.clone()).or_default();
        known.turn = index;
        known.over = heard == Heard::Closed;
        let Some(turn) = self.turns.get_mut(index) else { return };
        if let Heard::Raw(more) = &heard
            && let Some(Heard::Raw(raw)) = last_heard(turn, &connection)
        {
            *raw = [&raw[..], more].concat().into();
            return;
        }
        turn.answer.push(Expect::One(Hear { connection, place: Place::default(), heard }));
    }

    /// Where it belongs: by its cause if that is known, else by its time.
    fn turn_of(&mut self, connection: &Name, heard: &Heard) -> usize {
        let now = self.turns.len().saturating_sub(1);
        let Heard::Frame(Shape::Exact(frame)) = heard else { return now };
        self.cause(connection, frame).unwrap_or(now)
    }

    /// The turn of the PUBLISH that this frame delivers.
    fn cause(&mut self, connection: &Name, frame: &Frame) -> Option<usize> {
        let delivery = Delivery::of(frame)?;
        let published = self.published.get(&delivery.publication)?;
        let known = self.connections.get_mut(connection)?;
        let before = known.delivered.entry(delivery).or_default();
        let late = published.get(*before..)?;
        let skipped = late.iter().position(|&turn| turn >= known.turn)?;
        *before += skipped + 1;
        Some(late[skipped])
    }

    fn finish(mut self) -> Conversation {
        for turn in &mut self.turns {
            turn.answer.sort_by(|one, other| speaker(one).cmp(&speaker(other)));
            // Clients that leave together leave in no order.
            for leaving in turn
                .says
                .chunk_by_mut(|one, other| one.said == Said::Close && other.said == Said::Close)
            {
                leaving.sort_by(|one, other| one.connection.cmp(&other.connection));
            }
        }
        Conversation { turns: self.turns, ..Conversation::default() }
    }
}

fn last_heard<'t>(turn: &'t mut Turn, connection: &Name) -> Option<&'t mut Heard> {
    turn.answer.iter_mut().rev().find_map(|expect| match expect {
        Expect::One(hear) if hear.connection == *connection => Some(&mut hear.heard),
        _ => None,
    })
}

fn speaker(expect: &Expect) -> Option<&Name> {
    expect.hears().first().map(|hear| &hear.connection)
}
