//! Accounting, where no recording can hold the order in which a server heard its clients.
//!
//! What must hold whatever that order was: every PUBLISH is answered, the answers add up to what
//! was delivered, every subscriber of a channel hears everything that is published there, each
//! publisher's messages in their order, and all subscribers in the same one. A subscriber that the
//! server cut off may lack the end, and nothing else.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;

use crate::{
    compare::{Kind, Violation},
    conversation::{Conversation, Hear, Heard, Name, Place, Said, Shape},
    wire::Frame,
};

/// Channel and payload: what tells one message of an audited scenario from another.
type Content = (Bytes, Bytes);

/// Every way in which the accounts do not add up.
pub(super) fn audit(observed: &Conversation) -> Vec<Violation> {
    let books = Books::keep(observed);
    let mut violations = books.answers();
    violations.extend(books.sum());
    for (name, listener) in &books.listeners {
        violations.extend(books.deliveries(name, listener));
    }
    violations.extend(books.common_order());
    violations
}

/// What was said and heard, by who.
struct Books<'a> {
    title: &'a str,
    /// In the order of each publisher.
    published: Vec<(&'a Name, Vec<Content>)>,
    /// The answers to PUBLISH.
    counts: HashMap<&'a Name, Vec<i64>>,
    listeners: Vec<(&'a Name, Listener)>,
}

#[derive(Default)]
struct Listener {
    channels: HashSet<Bytes>,
    heard: Vec<Content>,
    /// Messages for patterns: counted, and not looked at.
    matched: usize,
    /// The server ended the connection.
    cut_off: bool,
}

impl<'a> Books<'a> {
    fn keep(observed: &'a Conversation) -> Self {
        let mut published: Vec<(&Name, Vec<Content>)> = Vec::new();
        let mut counts: HashMap<&Name, Vec<i64>> = HashMap::new();
        let mut listeners: Vec<(&Name, Listener)> = Vec::new();
        for turn in &observed.turns {
            for say in &turn.says {
                let Said::Request(words) = &say.said else { continue };
                match words.as_slice() {
                    [verb, channel, payload] if verb.eq_ignore_ascii_case(b"PUBLISH") => {
                        let content = (channel.clone(), payload.clone());
                        entry(&mut published, &say.connection).push(content);
                    }
                    [verb, channels @ ..] if verb.eq_ignore_ascii_case(b"SUBSCRIBE") => {
                        let listener = entry(&mut listeners, &say.connection);
                        listener.channels.extend(channels.iter().cloned());
                    }
                    _ => {}
                }
            }
            for Hear { connection, heard, .. } in turn.answer.iter().flat_map(|step| step.hears()) {
                match heard {
                    Heard::Frame(Shape::Exact(Frame::Integer(count))) => {
                        counts.entry(connection).or_default().push(*count);
                    }
                    Heard::Frame(Shape::Exact(Frame::Array(items) | Frame::Push(items))) => {
                        let listener = entry(&mut listeners, connection);
                        match items.as_slice() {
                            [Frame::Bulk(kind), Frame::Bulk(channel), Frame::Bulk(payload)]
                                if kind == "message" =>
                            {
                                listener.heard.push((channel.clone(), payload.clone()));
                            }
                            [Frame::Bulk(kind), ..] if kind == "pmessage" => listener.matched += 1,
                            _ => {}
                        }
                    }
                    Heard::Closed => entry(&mut listeners, connection).cut_off = true,
                    _ => {}
                }
            }
        }
        Self { title: &observed.title, published, counts, listeners }
    }

    /// Every PUBLISH is answered once.
    fn answers(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        for (name, published) in &self.published {
            let answered = self.counts.get(name).map_or(0, Vec::len);
            if answered < published.len() {
                let more = published.len() - answered - 1;
                violations.push(Violation { more, ..self.violation(Kind::Missing, name) });
            }
        }
        violations
    }

    /// What PUBLISH counted was delivered, and nothing else. Where the server cut a subscriber
    /// off, it may have counted more.
    fn sum(&self) -> Option<Violation> {
        let counted: i64 = self.counts.values().flatten().sum();
        let of = |(_, listener): &(&Name, Listener)| listener.heard.len() + listener.matched;
        let delivered = self.listeners.iter().map(of).sum::<usize>() as i64;
        let forgiven = self.listeners.iter().any(|(_, listener)| listener.cut_off);
        if counted == delivered || (forgiven && counted > delivered) {
            return None;
        }
        let (name, _) = self.published.first()?;
        Some(Violation {
            expected: Some(integer(delivered)),
            got: Some(integer(counted)),
            ..self.violation(Kind::WrongCount, name)
        })
    }

    /// One subscriber hears everything once, and nothing else.
    fn deliveries(&self, name: &Name, listener: &Listener) -> Vec<Violation> {
        let mut owed: HashMap<&Content, isize> = HashMap::new();
        for content in self.published.iter().flat_map(|(_, published)| published) {
            if listener.channels.contains(&content.0) {
                *owed.entry(content).or_default() += 1;
            }
        }
        let mut violations = Vec::new();
        for content in &listener.heard {
            match owed.get_mut(content) {
                None => violations.push(self.heard(Kind::Corrupted, name, content)),
                Some(0) => violations.push(self.heard(Kind::Duplicated, name, content)),
                Some(left) => *left -= 1,
            }
        }
        let missing = owed.values().filter(|&&left| left > 0).count();
        if missing > 0 && !listener.cut_off {
            let all = self.published.iter().flat_map(|(_, published)| published);
            let first = all.into_iter().find(|content| owed.get(content).is_some_and(|&n| n > 0));
            violations.push(Violation {
                expected: first.map(message),
                more: missing - 1,
                ..self.violation(Kind::Dropped, name)
            });
        }
        violations.extend(self.order_of_publishers(name, listener));
        violations
    }

    /// One subscriber hears each publisher in its order.
    fn order_of_publishers(&self, name: &Name, listener: &Listener) -> Option<Violation> {
        let mut places: HashMap<&Content, (usize, usize)> = HashMap::new();
        for (publisher, (_, published)) in self.published.iter().enumerate() {
            for (place, content) in published.iter().enumerate() {
                places.insert(content, (publisher, place));
            }
        }
        let mut next = vec![0; self.published.len()];
        listener.heard.iter().find_map(|content| {
            let (publisher, place) = *places.get(content)?;
            if place < next[publisher] {
                return Some(self.heard(Kind::Reordered, name, content));
            }
            next[publisher] = place;
            None
        })
    }

    /// All subscribers of a channel hear the same messages in the same order.
    fn common_order(&self) -> Option<Violation> {
        let channels: HashSet<&Bytes> =
            self.listeners.iter().flat_map(|(_, listener)| &listener.channels).collect();
        channels.into_iter().find_map(|channel| {
            let mut orders = self.listeners.iter().filter_map(|(name, listener)| {
                let of = |content: &&Content| content.0 == *channel;
                let heard: Vec<_> = listener.heard.iter().filter(of).collect();
                (listener.channels.contains(channel) && !listener.cut_off).then_some((name, heard))
            });
            let (_, first) = orders.next()?;
            orders.find_map(|(name, other)| {
                let (ours, theirs) = first.iter().zip(&other).find(|(a, b)| a != b)?;
                Some(Violation {
                    expected: Some(message(ours)),
                    ..self.heard(Kind::Reordered, name, theirs)
                })
            })
        })
    }

    fn heard(&self, kind: Kind, name: &Name, content: &Content) -> Violation {
        Violation { got: Some(message(content)), ..self.violation(kind, name) }
    }

    fn violation(&self, kind: Kind, connection: &Name) -> Violation {
        Violation {
            kind,
            title: self.title.to_owned(),
            connection: connection.clone(),
            place: Place::default(),
            turn: 0,
            after: None,
            expected: None,
            got: None,
            said: None,
            overtaken_by: None,
            difference: None,
            more: 0,
        }
    }
}

fn entry<'b, 'a, T: Default>(book: &'b mut Vec<(&'a Name, T)>, name: &'a Name) -> &'b mut T {
    let at = book.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
        book.push((name, T::default()));
        book.len() - 1
    });
    &mut book[at].1
}

fn integer(value: i64) -> Heard {
    Heard::Frame(Shape::Exact(Frame::Integer(value)))
}

fn message((channel, payload): &Content) -> Heard {
    let items = [&Bytes::from_static(b"message"), channel, payload];
    Heard::Frame(Shape::Exact(Frame::Array(items.map(|item| Frame::Bulk(item.clone())).to_vec())))
}
