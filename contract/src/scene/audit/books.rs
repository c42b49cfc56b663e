use std::collections::{HashMap, HashSet};

use bytes::Bytes;

use crate::{
    compare::Kind,
    conversation::{Conversation, Hear, Heard, Name, Said, Shape},
    wire::Frame,
};

/// Channel and payload: what tells one message of an audited scenario from another.
pub(super) type Content = (Bytes, Bytes);

/// Who said what, and who heard what, sorted for the audit.
#[derive(Default)]
pub(super) struct Books<'a> {
    /// In the order of each publisher.
    pub(super) published: Vec<(&'a Name, Vec<Content>)>,
    /// The answers to PUBLISH.
    pub(super) counts: HashMap<&'a Name, Vec<i64>>,
    pub(super) listeners: Vec<(&'a Name, Listener)>,
}

/// A connection that subscribed.
#[derive(Default)]
pub(super) struct Listener {
    /// Every channel it ever asked for.
    pub(super) channels: HashSet<Bytes>,
    pub(super) heard: Vec<Content>,
    /// Messages for patterns: counted, and not looked at.
    pub(super) matched: usize,
    pub(super) pings: usize,
    pub(super) pongs: usize,
    /// Its subscriptions stood before the first PUBLISH, and it changed none later.
    pub(super) steady: bool,
    /// The last that it heard was a PONG: nothing was owed to it any more.
    pub(super) fenced: bool,
    /// The server ended the connection.
    pub(super) cut_off: bool,
    /// Messages at a time when it was not subscribed.
    pub(super) trespasses: Vec<(Kind, Content)>,
    /// Whether the last confirmation for a channel began or ended a subscription.
    confirmed: HashMap<Bytes, bool>,
}

impl<'a> Books<'a> {
    pub(super) fn keep(observed: &'a Conversation) -> Self {
        let mut books = Self::default();
        for turn in &observed.turns {
            for say in &turn.says {
                if let Said::Request(words) = &say.said {
                    books.said(&say.connection, words);
                }
            }
            for hear in turn.answer.iter().flat_map(|step| step.hears()) {
                books.heard(hear);
            }
        }
        books
    }

    fn said(&mut self, name: &'a Name, words: &[Bytes]) {
        let Some((verb, arguments)) = words.split_first() else { return };
        match (verb.to_ascii_uppercase().as_slice(), arguments) {
            (b"PUBLISH", [channel, payload]) => {
                if self.published.is_empty() {
                    self.settle();
                }
                entry(&mut self.published, name).push((channel.clone(), payload.clone()));
            }
            (b"SUBSCRIBE", channels) => {
                let listener = entry(&mut self.listeners, name);
                listener.channels.extend(channels.iter().cloned());
                listener.steady = false;
            }
            (b"UNSUBSCRIBE", _) => entry(&mut self.listeners, name).steady = false,
            (b"PING", _) => entry(&mut self.listeners, name).pings += 1,
            _ => {}
        }
    }

    /// Before the first PUBLISH: whose subscriptions stand, stands.
    fn settle(&mut self) {
        for (_, listener) in &mut self.listeners {
            listener.steady =
                listener.channels.iter().all(|channel| listener.confirmed.get(channel) == Some(&true));
        }
    }

    fn heard(&mut self, Hear { connection, heard, .. }: &'a Hear) {
        let frame = match heard {
            Heard::Frame(Shape::Exact(Frame::Integer(count))) => {
                return self.counts.entry(connection).or_default().push(*count);
            }
            Heard::Frame(Shape::Exact(frame)) => frame,
            Heard::Closed => return entry(&mut self.listeners, connection).cut_off = true,
            Heard::Frame(_) | Heard::Raw(_) => return,
        };
        if let Some((_, listener)) = self.listeners.iter_mut().find(|(name, _)| *name == connection) {
            listener.hear(frame);
        }
    }
}

impl Listener {
    fn hear(&mut self, frame: &Frame) {
        self.fenced = false;
        let (Frame::Array(items) | Frame::Push(items)) = frame else {
            // A RESP3 subscriber gets the payload of its PING alone.
            self.pong();
            return;
        };
        match items.as_slice() {
            [Frame::Bulk(kind), Frame::Bulk(channel), Frame::Bulk(payload)] if kind == "message" => {
                let content = (channel.clone(), payload.clone());
                match self.confirmed.get(channel) {
                    Some(true) => {}
                    Some(false) => self.trespasses.push((Kind::AfterUnsubscribe, content.clone())),
                    None => self.trespasses.push((Kind::LateConfirmation, content.clone())),
                }
                self.heard.push(content);
            }
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

fn entry<'b, 'a, T: Default>(book: &'b mut Vec<(&'a Name, T)>, name: &'a Name) -> &'b mut T {
    let at = book.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
        book.push((name, T::default()));
        book.len() - 1
    });
    &mut book[at].1
}
