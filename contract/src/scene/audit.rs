//! Accounting, where no recording can hold the order in which a server heard its clients.
//!
//! What must hold whatever that order was:
//! - every PUBLISH and every PING is answered, and the answers to PUBLISH add up to what was
//!   delivered;
//! - nobody hears what was not published, or hears it twice, or before the subscription is
//!   confirmed, or after its end is;
//! - each publisher's messages come in their order, and to all subscribers in the same one;
//! - a subscriber that was there from before the first message, and still answered at the end,
//!   has heard all.

mod books;

use std::collections::HashMap;

use bytes::Bytes;

use self::books::{Books, Content, Listener};
use crate::{
    compare::{Kind, Violation},
    conversation::{Conversation, Heard, Name, Place, Shape},
    wire::Frame,
};

/// Every way in which the accounts do not add up.
pub(super) fn audit(observed: &Conversation) -> Vec<Violation> {
    let books = Books::keep(observed);
    let audit = Audit { title: &observed.title, books: &books };
    let mut violations = audit.answers();
    violations.extend(audit.sum());
    for (name, listener) in &books.listeners {
        violations.extend(listener.trespasses.iter().map(|(kind, content)| {
            audit.heard(*kind, name, content)
        }));
        violations.extend(audit.deliveries(name, listener));
        violations.extend(audit.order_of_publishers(name, listener));
    }
    violations.extend(audit.common_order());
    violations
}

struct Audit<'a> {
    title: &'a str,
    books: &'a Books<'a>,
}

impl Audit<'_> {
    /// Every question is answered.
    fn answers(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        for (name, published) in &self.books.published {
            let answered = self.books.counts.get(name).map_or(0, Vec::len);
            if let Some(more) = published.len().checked_sub(answered + 1) {
                violations.push(Violation { more, ..self.violation(Kind::Missing, name) });
            }
        }
        for (name, listener) in &self.books.listeners {
            if listener.pings > listener.pongs && !listener.cut_off {
                violations.push(self.violation(Kind::Missing, name));
            }
        }
        violations
    }

    /// What PUBLISH counted was delivered, and nothing else. To a subscriber that did not answer at
    /// the end, less may have been.
    fn sum(&self) -> Option<Violation> {
        let counted: i64 = self.books.counts.values().flatten().sum();
        let of = |(_, listener): &(&Name, Listener)| listener.heard.len() + listener.matched;
        let delivered = self.books.listeners.iter().map(of).sum::<usize>() as i64;
        let forgiven = self.books.listeners.iter().any(|(_, listener)| !listener.fenced);
        if counted == delivered || (forgiven && counted > delivered) {
            return None;
        }
        let (name, _) = self.books.published.first()?;
        Some(Violation {
            expected: Some(integer(delivered)),
            got: Some(integer(counted)),
            ..self.violation(Kind::WrongCount, name)
        })
    }

    /// A subscriber hears what is published on its channels, each message once.
    fn deliveries(&self, name: &Name, listener: &Listener) -> Vec<Violation> {
        let mut owed: HashMap<&Content, usize> = HashMap::new();
        let all = || self.books.published.iter().flat_map(|(_, published)| published);
        for content in all().filter(|content| listener.channels.contains(&content.0)) {
            *owed.entry(content).or_default() += 1;
        }
        let mut violations = Vec::new();
        for content in &listener.heard {
            match owed.get_mut(content) {
                None => violations.push(self.heard(Kind::Corrupted, name, content)),
                Some(0) => violations.push(self.heard(Kind::Duplicated, name, content)),
                Some(left) => *left -= 1,
            }
        }
        let missing: usize = owed.values().sum();
        if let Some(more) = missing.checked_sub(1)
            && listener.steady
            && listener.fenced
        {
            let lost = all().find(|content| owed.get(content).is_some_and(|&left| left > 0));
            let expected = lost.map(message);
            violations.push(Violation { expected, more, ..self.violation(Kind::Dropped, name) });
        }
        violations
    }

    /// A subscriber hears each publisher in its order.
    fn order_of_publishers(&self, name: &Name, listener: &Listener) -> Option<Violation> {
        let mut places: HashMap<&Content, (usize, usize)> = HashMap::new();
        for (publisher, (_, published)) in self.books.published.iter().enumerate() {
            for (place, content) in published.iter().enumerate() {
                places.insert(content, (publisher, place));
            }
        }
        let mut next = vec![0; self.books.published.len()];
        listener.heard.iter().find_map(|content| {
            let (publisher, place) = *places.get(content)?;
            if place < next[publisher] {
                return Some(self.heard(Kind::Reordered, name, content));
            }
            next[publisher] = place;
            None
        })
    }

    /// Two subscribers hear what both of them hear in one order.
    fn common_order(&self) -> Option<Violation> {
        let mut orders = self.books.listeners.iter();
        let (_, first) = orders.find(|(_, listener)| listener.steady && listener.fenced)?;
        let places: HashMap<&Content, usize> =
            first.heard.iter().enumerate().map(|(place, content)| (content, place)).collect();
        orders.find_map(|(name, listener)| {
            let mut next = 0;
            listener.heard.iter().find_map(|content| {
                let place = *places.get(content)?;
                if place < next {
                    return Some(self.heard(Kind::Reordered, name, content));
                }
                next = place;
                None
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

fn integer(value: i64) -> Heard {
    Heard::Frame(Shape::Exact(Frame::Integer(value)))
}

fn message((channel, payload): &Content) -> Heard {
    let items = [&Bytes::from_static(b"message"), channel, payload];
    Heard::Frame(Shape::Exact(Frame::Array(items.map(|item| Frame::Bulk(item.clone())).to_vec())))
}
