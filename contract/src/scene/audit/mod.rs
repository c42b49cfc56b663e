//! Accounting, for scenarios in which the server may receive the clients' requests in any order. A
//! recording cannot show that.
//!
//! These rules hold for every order:
//! - every PUBLISH and every PING is answered, and the answers to PUBLISH add up to the deliveries;
//! - a subscriber receives only messages that were published, each one once, and only between the
//!   confirmations that its subscription began and ended;
//! - each publisher's messages arrive in their order, and all subscribers receive them in the same
//!   order;
//! - a subscriber that subscribed before the first PUBLISH, and still answered at the end, has
//!   received all messages.

mod accounts;
#[cfg(test)]
mod tests;

use bytes::Bytes;

use self::accounts::{Accounts, Id, SubscriberAccount};
use crate::{
    compare::{Violation, ViolationKind},
    conversation::{Conversation, Name, Place, ServerEvent, Shape},
    wire::Frame,
};

/// All violations of these rules.
pub(super) fn audit(observed: &Conversation, title: &str) -> Vec<Violation> {
    let accounts = Accounts::collect(observed);
    let audit = Audit { title, accounts: &accounts };
    let mut violations = audit.answers();
    violations.extend(audit.sum());
    for (name, subscriber) in &accounts.subscribers {
        let while_unsubscribed = subscriber.while_unsubscribed.iter();
        violations
            .extend(while_unsubscribed.map(|&(kind, id)| audit.message_violation(kind, name, id)));
        violations.extend(audit.deliveries(name, subscriber));
        violations.extend(audit.order_of_publishers(name, subscriber));
    }
    violations.extend(audit.common_order());
    violations
}

struct Audit<'a> {
    title: &'a str,
    accounts: &'a Accounts<'a>,
}

impl Audit<'_> {
    /// Every PUBLISH and every PING is answered.
    fn answers(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        for (name, published) in &self.accounts.published {
            let answered = self.accounts.counts.get(name).map_or(0, Vec::len);
            if let Some(more) = published.len().checked_sub(answered + 1) {
                violations.push(Violation { more, ..self.violation(ViolationKind::Missing, name) });
            }
        }
        for (name, subscriber) in &self.accounts.subscribers {
            if subscriber.pings > subscriber.pongs && !subscriber.was_disconnected {
                violations.push(self.violation(ViolationKind::Missing, name));
            }
        }
        violations
    }

    /// The deliveries add up to the counts of PUBLISH. There may be fewer if a subscriber did not
    /// answer at the end.
    fn sum(&self) -> Option<Violation> {
        let counted: i64 = self.accounts.counts.values().flatten().sum();
        let of = |(_, subscriber): &(&Name, SubscriberAccount)| {
            subscriber.received.len() + subscriber.pattern_messages
        };
        let delivered = self.accounts.subscribers.iter().map(of).sum::<usize>() as i64;
        let may_miss_some =
            self.accounts.subscribers.iter().any(|(_, subscriber)| !subscriber.fenced);
        if counted == delivered || (may_miss_some && counted > delivered) {
            return None;
        }
        let (name, _) = self.accounts.published.first()?;
        Some(Violation {
            expected: Some(integer(delivered)),
            got: Some(integer(counted)),
            ..self.violation(ViolationKind::WrongCount, name)
        })
    }

    /// A subscriber receives the messages on its channels, each one once.
    fn deliveries(&self, name: &Name, subscriber: &SubscriberAccount) -> Vec<Violation> {
        let all =
            || self.accounts.published.iter().flat_map(|(_, published)| published.iter().copied());
        let mut expected = vec![0_usize; self.accounts.contents.len()];
        let mut published = vec![false; self.accounts.contents.len()];
        for id in all() {
            published[id] = true;
            expected[id] +=
                usize::from(subscriber.channels.contains(&self.accounts.contents[id].0));
        }
        let mut violations = Vec::new();
        for &id in &subscriber.received {
            match expected[id].checked_sub(1) {
                Some(left) => expected[id] = left,
                None if published[id] => {
                    violations.push(self.message_violation(ViolationKind::Duplicated, name, id))
                }
                None => violations.push(self.message_violation(ViolationKind::Corrupted, name, id)),
            }
        }
        let missing: usize = expected.iter().sum();
        if let Some(more) = missing.checked_sub(1)
            && subscriber.is_complete()
        {
            let expected = all().find(|&id| expected[id] > 0).map(|id| self.message(id));
            violations.push(Violation {
                expected,
                more,
                ..self.violation(ViolationKind::Dropped, name)
            });
        }
        violations
    }

    /// A subscriber receives each publisher's messages in their order.
    fn order_of_publishers(
        &self,
        name: &Name,
        subscriber: &SubscriberAccount,
    ) -> Option<Violation> {
        self.accounts.published.iter().find_map(|(_, published)| {
            let id = self.backward_step(published, &subscriber.received)?;
            Some(self.message_violation(ViolationKind::Reordered, name, id))
        })
    }

    /// Two subscribers receive their common messages in the same order.
    fn common_order(&self) -> Option<Violation> {
        let mut subscribers = self.accounts.subscribers.iter();
        let (_, first) = subscribers.find(|(_, subscriber)| subscriber.is_complete())?;
        subscribers.find_map(|(name, subscriber)| {
            let id = self.backward_step(&first.received, &subscriber.received)?;
            Some(self.message_violation(ViolationKind::Reordered, name, id))
        })
    }

    /// The first of `received` that comes before its predecessor in `order`.
    fn backward_step(&self, order: &[Id], received: &[Id]) -> Option<Id> {
        let mut places = vec![None; self.accounts.contents.len()];
        for (place, &id) in order.iter().enumerate() {
            places[id] = Some(place);
        }
        let mut reached = 0;
        received.iter().copied().find(|&id| {
            let Some(place) = places[id] else { return false };
            let back = place < reached;
            reached = place;
            back
        })
    }

    fn message_violation(&self, kind: ViolationKind, name: &Name, id: Id) -> Violation {
        Violation { got: Some(self.message(id)), ..self.violation(kind, name) }
    }

    fn message(&self, id: Id) -> ServerEvent {
        let (channel, payload) = &self.accounts.contents[id];
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
