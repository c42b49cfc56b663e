use std::collections::{HashMap, HashSet};

use bytes::Bytes;

use crate::{
    compare::ViolationKind,
    conversation::{ClientAction, Conversation, Name, ServerEvent, ServerStep, Shape},
    wire::Frame,
};

/// Channel and payload: what tells one message of an audited scenario from another.
pub(super) type Content = (Bytes, Bytes);

/// The place of a content in [`Books::contents`]. An audit looks at each message many times, and
/// at its bytes once.
pub(super) type Id = usize;

/// Who said what, and who heard what, sorted for the audit.
#[derive(Default)]
pub(super) struct Books<'a> {
    /// Everything that was ever published or heard, once.
    pub(super) contents: Vec<Content>,
    /// In the order of each publisher.
    pub(super) published: Vec<(&'a Name, Vec<Id>)>,
    /// The answers to PUBLISH.
    pub(super) counts: HashMap<&'a Name, Vec<i64>>,
    pub(super) listeners: Vec<(&'a Name, Listener)>,
    ids: HashMap<Content, Id>,
}

/// A connection that subscribed.
#[derive(Default)]
pub(super) struct Listener {
    /// Every channel it ever asked for.
    pub(super) channels: HashSet<Bytes>,
    pub(super) heard: Vec<Id>,
    /// Messages for patterns: counted, and not looked at.
    pub(super) matched: usize,
    pub(super) pings: usize,
    pub(super) pongs: usize,
    /// Its subscriptions stood before the first PUBLISH.
    settled: bool,
    /// It left a channel, or subscribed after the first PUBLISH.
    restless: bool,
    /// The last that it heard was a PONG: nothing was owed to it any more.
    pub(super) fenced: bool,
    /// The server ended the connection.
    pub(super) cut_off: bool,
    /// Messages at a time when it was not subscribed.
    pub(super) trespasses: Vec<(ViolationKind, Id)>,
    /// Whether the last confirmation for a channel began or ended a subscription.
    confirmed: HashMap<Bytes, bool>,
}

impl<'a> Books<'a> {
    pub(super) fn keep(observed: &'a Conversation) -> Self {
        let mut books = Self::default();
        for turn in &observed.turns {
            for client_step in &turn.client_steps {
                if let ClientAction::Request(words) = &client_step.action {
                    books.client_step(&client_step.connection, words);
                }
            }
            for server_step in turn.answer.iter().flat_map(|step| step.steps()) {
                books.server_step(server_step);
            }
        }
        books
    }

    fn client_step(&mut self, name: &'a Name, words: &[Bytes]) {
        let Some((verb, arguments)) = words.split_first() else { return };
        let late = !self.published.is_empty();
        match (verb.to_ascii_uppercase().as_slice(), arguments) {
            (b"PUBLISH", [channel, payload]) => {
                if !late {
                    self.settle();
                }
                let id = self.id(channel, payload);
                entry(&mut self.published, name).push(id);
            }
            (b"SUBSCRIBE", channels) => {
                let listener = entry(&mut self.listeners, name);
                listener.channels.extend(channels.iter().cloned());
                listener.restless |= late;
            }
            (b"UNSUBSCRIBE", _) => entry(&mut self.listeners, name).restless = true,
            (b"PING", _) => entry(&mut self.listeners, name).pings += 1,
            _ => {}
        }
    }

    /// Before the first PUBLISH: whose subscriptions stand, stands.
    fn settle(&mut self) {
        for (_, listener) in &mut self.listeners {
            let confirmed = |channel| listener.confirmed.get(channel) == Some(&true);
            listener.settled = listener.channels.iter().all(confirmed);
        }
    }

    fn server_step(&mut self, ServerStep { connection, event, .. }: &'a ServerStep) {
        let frame = match event {
            ServerEvent::Frame(Shape::Exact(Frame::Integer(count))) => {
                return self.counts.entry(connection).or_default().push(*count);
            }
            ServerEvent::Frame(Shape::Exact(frame)) => frame,
            ServerEvent::Closed => return entry(&mut self.listeners, connection).cut_off = true,
            ServerEvent::Frame(_) | ServerEvent::Raw(_) => return,
        };
        if let Some(at) = self.listeners.iter().position(|(name, _)| *name == connection) {
            let message =
                message(frame).map(|(channel, payload)| (channel, self.id(channel, payload)));
            self.listeners[at].1.hear(frame, message);
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

impl Listener {
    /// Whether everything that is published on its channels is owed to it.
    pub(super) fn is_owed_all(&self) -> bool {
        self.settled && !self.restless && self.fenced
    }

    fn hear(&mut self, frame: &Frame, message: Option<(&Bytes, Id)>) {
        self.fenced = false;
        if let Some((channel, id)) = message {
            match self.confirmed.get(channel) {
                Some(true) => {}
                Some(false) => self.trespasses.push((ViolationKind::AfterUnsubscribe, id)),
                None => self.trespasses.push((ViolationKind::LateConfirmation, id)),
            }
            return self.heard.push(id);
        }
        let (Frame::Array(items) | Frame::Push(items)) = frame else {
            // A RESP3 subscriber gets the payload of its PING alone.
            return self.pong();
        };
        match items.as_slice() {
            [Frame::Bulk(kind), Frame::Bulk(channel), _] if kind == "subscribe" => {
                self.confirmed.insert(channel.clone(), true);
            }
            [Frame::Bulk(kind), Frame::Bulk(channel), _] if kind == "unsubscribe" => {
                self.confirmed.insert(channel.clone(), false);
            }
            [Frame::Bulk(kind), ..] if kind == "pmessage" => self.matched += 1,
            [Frame::Bulk(kind), _] if kind == "pong" => self.pong(),
            _ => {}
        }
    }

    fn pong(&mut self) {
        self.pongs += 1;
        self.fenced = true;
    }
}

/// Channel and payload of a `message`.
fn message(frame: &Frame) -> Option<(&Bytes, &Bytes)> {
    let (Frame::Array(items) | Frame::Push(items)) = frame else { return None };
    match items.as_slice() {
        [Frame::Bulk(kind), Frame::Bulk(channel), Frame::Bulk(payload)] if kind == "message" => {
            Some((channel, payload))
        }
        _ => None,
    }
}

fn entry<'b, 'a, T: Default>(book: &'b mut Vec<(&'a Name, T)>, name: &'a Name) -> &'b mut T {
    let at = book.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
        book.push((name, T::default()));
        book.len() - 1
    });
    &mut book[at].1
}
