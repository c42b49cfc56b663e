use std::collections::{HashMap, HashSet};

use bytes::Bytes;

use crate::{
    compare::ViolationKind,
    conversation::{ClientAction, Conversation, Name, ServerEvent, ServerStep, Shape},
    wire::Frame,
};

/// The channel and the payload, which identify a message of an audited scenario.
pub(super) type Content = (Bytes, Bytes);

/// The index of a content in [`Accounts::contents`]. An audit compares messages many times, but
/// their bytes only once.
pub(super) type Id = usize;

/// Everything that was published and received, in the form that the audit needs.
#[derive(Default)]
pub(super) struct Accounts<'a> {
    /// The content of every published or received message, once.
    pub(super) contents: Vec<Content>,
    /// The publications of each publisher, in their order.
    pub(super) published: Vec<(&'a Name, Vec<Id>)>,
    /// The answers to each publisher.
    pub(super) counts: HashMap<&'a Name, Vec<i64>>,
    pub(super) subscribers: Vec<(&'a Name, SubscriberAccount)>,
    ids: HashMap<Content, Id>,
}

/// A connection that subscribed.
#[derive(Default)]
pub(super) struct SubscriberAccount {
    /// Every channel that it ever requested.
    pub(super) channels: HashSet<Bytes>,
    pub(super) received: Vec<Id>,
    /// Messages for patterns, which are counted but not compared.
    pub(super) pattern_messages: usize,
    pub(super) pings: usize,
    pub(super) pongs: usize,
    /// All its subscriptions were confirmed before the first PUBLISH.
    was_subscribed_first: bool,
    /// It unsubscribed, or subscribed after the first PUBLISH.
    has_changed: bool,
    /// The last frame that it received was a PONG: no more messages can come.
    pub(super) fenced: bool,
    /// The server ended the connection.
    pub(super) was_disconnected: bool,
    /// Messages that it received while it was not subscribed.
    pub(super) while_unsubscribed: Vec<(ViolationKind, Id)>,
    /// For each channel, whether its last confirmation began or ended the subscription.
    confirmed: HashMap<Bytes, bool>,
}

impl<'a> Accounts<'a> {
    pub(super) fn collect(observed: &'a Conversation) -> Self {
        let mut accounts = Self::default();
        for turn in &observed.turns {
            for client_step in &turn.client_steps {
                if let ClientAction::Request(words) = &client_step.action {
                    accounts.client_step(&client_step.connection, words);
                }
            }
            for server_step in turn.answer.iter().flat_map(|step| step.steps()) {
                accounts.server_step(server_step);
            }
        }
        accounts
    }

    fn client_step(&mut self, name: &'a Name, words: &[Bytes]) {
        let Some((verb, arguments)) = words.split_first() else { return };
        let has_published = !self.published.is_empty();
        match (verb.to_ascii_uppercase().as_slice(), arguments) {
            (b"PUBLISH", [channel, payload]) => {
                if !has_published {
                    self.mark_subscribed();
                }
                let id = self.id(channel, payload);
                entry(&mut self.published, name).push(id);
            }
            (b"SUBSCRIBE", channels) => {
                let subscriber = entry(&mut self.subscribers, name);
                subscriber.channels.extend(channels.iter().cloned());
                subscriber.has_changed |= has_published;
            }
            (b"UNSUBSCRIBE", _) => entry(&mut self.subscribers, name).has_changed = true,
            (b"PING", _) => entry(&mut self.subscribers, name).pings += 1,
            _ => {}
        }
    }

    /// Called before the first PUBLISH: marks subscribers whose subscriptions are confirmed.
    fn mark_subscribed(&mut self) {
        for (_, subscriber) in &mut self.subscribers {
            let confirmed = |channel| subscriber.confirmed.get(channel) == Some(&true);
            subscriber.was_subscribed_first = subscriber.channels.iter().all(confirmed);
        }
    }

    fn server_step(&mut self, ServerStep { connection, event, .. }: &'a ServerStep) {
        let frame = match event {
            ServerEvent::Frame(Shape::Exact(Frame::Integer(count))) => {
                return self.counts.entry(connection).or_default().push(*count);
            }
            ServerEvent::Frame(Shape::Exact(frame)) => frame,
            ServerEvent::Closed => {
                return entry(&mut self.subscribers, connection).was_disconnected = true;
            }
            ServerEvent::Frame(_) | ServerEvent::Raw(_) => return,
        };
        if let Some(at) = self.subscribers.iter().position(|(name, _)| *name == connection) {
            let message =
                message(frame).map(|(channel, payload)| (channel, self.id(channel, payload)));
            self.subscribers[at].1.receive(frame, message);
        }
    }

    fn id(&mut self, channel: &Bytes, payload: &Bytes) -> Id {
        let content = (channel.clone(), payload.clone());
        *self.ids.entry(content).or_insert_with_key(|content| {
            self.contents.push(content.clone());
            self.contents.len() - 1
        })
    }
}

impl SubscriberAccount {
    /// Whether it should have received everything that was published on its channels.
    pub(super) fn is_complete(&self) -> bool {
        self.was_subscribed_first && !self.has_changed && self.fenced
    }

    fn receive(&mut self, frame: &Frame, message: Option<(&Bytes, Id)>) {
        self.fenced = false;
        if let Some((channel, id)) = message {
            match self.confirmed.get(channel) {
                Some(true) => {}
                Some(false) => self.while_unsubscribed.push((ViolationKind::AfterUnsubscribe, id)),
                None => self.while_unsubscribed.push((ViolationKind::LateConfirmation, id)),
            }
            return self.received.push(id);
        }
        let (Frame::Array(items) | Frame::Push(items)) = frame else {
            // A RESP3 subscriber receives the payload of its PING without an array.
            return self.pong();
        };
        match items.as_slice() {
            [Frame::Bulk(kind), Frame::Bulk(channel), _] if kind == "subscribe" => {
                self.confirmed.insert(channel.clone(), true);
            }
            [Frame::Bulk(kind), Frame::Bulk(channel), _] if kind == "unsubscribe" => {
                self.confirmed.insert(channel.clone(), false);
            }
            [Frame::Bulk(kind), ..] if kind == "pmessage" => self.pattern_messages += 1,
            [Frame::Bulk(kind), _] if kind == "pong" => self.pong(),
            _ => {}
        }
    }

    fn pong(&mut self) {
        self.pongs += 1;
        self.fenced = true;
    }
}

/// The channel and the payload of a `message`.
fn message(frame: &Frame) -> Option<(&Bytes, &Bytes)> {
    let (Frame::Array(items) | Frame::Push(items)) = frame else { return None };
    match items.as_slice() {
        [Frame::Bulk(kind), Frame::Bulk(channel), Frame::Bulk(payload)] if kind == "message" => {
            Some((channel, payload))
        }
        _ => None,
    }
}

fn entry<'b, 'a, T: Default>(account: &'b mut Vec<(&'a Name, T)>, name: &'a Name) -> &'b mut T {
    let at = account.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
        account.push((name, T::default()));
        account.len() - 1
    });
    &mut account[at].1
}
