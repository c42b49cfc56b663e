//! The registry of subscriptions, and the messages that are sent to subscribers.
//!
//! It knows names and the keys of clients, but no sockets and no output buffers. Reading order:
//! [`kind`] (the three kinds of subscription), [`subscribers`] and [`patterns`] (from a name to its
//! subscribers), [`message`] (a frame that is encoded once for all of them).

mod kind;
mod message;
mod patterns;
mod subscribers;

pub(crate) use kind::Kind;
pub(crate) use message::{Broadcast, Frame, Message};
pub(crate) use subscribers::Name;

use patterns::Patterns;
use subscribers::Subscribers;

use crate::state::ids::ClientKey;

/// Every subscription of the server, by name.
///
/// Each client's [`Subscriptions`](crate::state::session::Subscriptions) hold the same by client;
/// both change together, in [`State::subscribe`](crate::state::State::subscribe) and its opposite.
#[derive(Debug, Default)]
pub(crate) struct PubSub {
    channels: Subscribers,
    patterns: Patterns,
    shards: Subscribers,
}

impl PubSub {
    pub(crate) fn join(&mut self, kind: Kind, name: &Name, client: ClientKey) {
        match kind {
            Kind::Channel => self.channels.join(name, client),
            Kind::Pattern => self.patterns.join(name, client),
            Kind::Shard => self.shards.join(name, client),
        }
    }

    pub(crate) fn leave(&mut self, kind: Kind, name: &[u8], client: ClientKey) {
        match kind {
            Kind::Channel => self.channels.leave(name, client),
            Kind::Pattern => self.patterns.leave(name, client),
            Kind::Shard => self.shards.leave(name, client),
        }
    }

    /// The subscribers of exactly this name. A pattern is compared as text, not matched.
    pub(crate) fn subscribers(&self, kind: Kind, name: &[u8]) -> &[ClientKey] {
        match kind {
            Kind::Channel => self.channels.subscribers(name),
            Kind::Pattern => self.patterns.subscribers(name),
            Kind::Shard => self.shards.subscribers(name),
        }
    }

    /// The patterns that match `channel`, each with its subscribers. A pattern with more than
    /// `max_stars` stars matches nothing.
    pub(crate) fn matching<'a>(
        &'a self,
        channel: &'a [u8],
        max_stars: usize,
    ) -> impl Iterator<Item = (&'a Name, &'a [ClientKey])> {
        self.patterns.matching(channel, max_stars)
    }

    /// The registry's copy of a name, so that all subscribers share one.
    pub(crate) fn shared(&self, kind: Kind, name: &[u8]) -> Name {
        match kind {
            Kind::Channel => self.channels.shared(name),
            Kind::Pattern => self.patterns.shared(name),
            Kind::Shard => self.shards.shared(name),
        }
    }

    /// Every name of one kind that has a subscriber.
    pub(crate) fn names(&self, kind: Kind) -> Box<dyn Iterator<Item = &Name> + '_> {
        match kind {
            Kind::Channel => Box::new(self.channels.names()),
            Kind::Pattern => Box::new(self.patterns.names()),
            Kind::Shard => Box::new(self.shards.names()),
        }
    }

    /// How many names of one kind have a subscriber.
    pub(crate) fn len(&self, kind: Kind) -> usize {
        match kind {
            Kind::Channel => self.channels.len(),
            Kind::Pattern => self.patterns.len(),
            Kind::Shard => self.shards.len(),
        }
    }
}
