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
#[cfg(test)]
mod tests;

use bytes::Bytes;

use self::books::{Books, Id, Listener};
use crate::{
    compare::{Violation, ViolationKind},
    conversation::{Conversation, Name, Place, ServerEvent, Shape},
    wire::Frame,
};

/// Every way in which the accounts do not add up.
pub(super) fn audit(observed: &Conversation, title: &str) -> Vec<Violation> {
    let books = Books::keep(observed);
    let audit = Audit { title, books: &books };
    let mut violations = audit.answers();
    violations.extend(audit.sum());
    for (name, listener) in &books.listeners {
        let trespasses = listener.trespasses.iter();
        violations.extend(trespasses.map(|&(kind, id)| audit.heard(kind, name, id)));
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
                violations.push(Violation { more, ..self.violation(ViolationKind::Missing, name) });
            }
        }
        for (name, listener) in &self.books.listeners {
            if listener.pings > listener.pongs && !listener.cut_off {
                violations.push(self.violation(ViolationKind::Missing, name));
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
            ..self.violation(ViolationKind::WrongCount, name)
        })
    }

    /// A subscriber hears what is published on its channels, each message once.
    fn deliveries(&self, name: &Name, listener: &Listener) -> Vec<Violation> {
        let all =
            || self.books.published.iter().flat_map(|(_, published)| published.iter().copied());
        let mut owed = vec![0_usize; self.books.contents.len()];
        let mut published = vec![false; self.books.contents.len()];
        for id in all() {
            published[id] = true;
            owed[id] += usize::from(listener.channels.contains(&self.books.contents[id].0));
        }
        let mut violations = Vec::new();
        for &id in &listener.heard {
            match owed[id].checked_sub(1) {
                Some(left) => owed[id] = left,
                None if published[id] => {
                    violations.push(self.heard(ViolationKind::Duplicated, name, id))
                }
                None => violations.push(self.heard(ViolationKind::Corrupted, name, id)),
            }
        }
        let missing: usize = owed.iter().sum();
        if let Some(more) = missing.checked_sub(1)
            && listener.is_owed_all()
        {
            let expected = all().find(|&id| owed[id] > 0).map(|id| self.message(id));
            violations.push(Violation {
                expected,
                more,
                ..self.violation(ViolationKind::Dropped, name)
            });
        }
        violations
    }

    /// A subscriber hears each publisher in its order.
    fn order_of_publishers(&self, name: &Name, listener: &Listener) -> Option<Violation> {
        self.books.published.iter().find_map(|(_, published)| {
            let id = self.backward_step(published, &listener.heard)?;
            Some(self.heard(ViolationKind::Reordered, name, id))
        })
    }

    /// Two subscribers hear what both of them hear in one order.
    fn common_order(&self) -> Option<Violation> {
        let mut listeners = self.books.listeners.iter();
        let (_, first) = listeners.find(|(_, listener)| listener.is_owed_all())?;
        listeners.find_map(|(name, listener)| {
            let id = self.backward_step(&first.heard, &listener.heard)?;
            Some(self.heard(ViolationKind::Reordered, name, id))
        })
    }

    /// The first of `heard` that comes before its predecessor in `order`.
    fn backward_step(&self, order: &[Id], heard: &[Id]) -> Option<Id> {
        let mut places = vec![None; self.books.contents.len()];
        for (place, &id) in order.iter().enumerate() {
            places[id] = Some(place);
        }
        let mut reached = 0;
        heard.iter().copied().find(|&id| {
            let Some(place) = places[id] else { return false };
            let back = place < reached;
            reached = place;
            back
        })
    }

    fn heard(&self, kind: ViolationKind, name: &Name, id: Id) -> Violation {
        Violation { got: Some(self.message(id)), ..self.violation(kind, name) }
    }

    fn message(&self, id: Id) -> ServerEvent {
        let (channel, payload) = &self.books.contents[id];
        let items = [&Bytes::from_static(b"message"), channel, payload];
        let items = items.map(|item| Frame::Bulk(item.clone()));
        ServerEvent::Frame(Shape::Exact(Frame::Array(items.to_vec())))
    }

    fn violation(&self, kind: ViolationKind, connection: &Name) -> Violation {
        Violation {
            kind,
            title: self.title.to_owned(),
            connection: connection.clone(),
            place: Place::default(),
            turn: 0,
            after: None,
            expected: None,
            got: None,
            client_steps: None,
            difference: None,
            more: 0,
        }
    }
}

fn integer(value: i64) -> ServerEvent {
    ServerEvent::Frame(Shape::Exact(Frame::Integer(value)))
}
