//! Messages on their way to their receivers.

use super::limits::{LimitCheck, OutputCheck};
use super::{Clients, State, Stats};
use crate::profile::SilentQuit;
use crate::state::client::CloseMode;
use crate::state::ids::ClientKey;
use crate::state::pubsub::{Broadcast, Frame, Kind, Message};
use crate::time::Timestamp;
use crate::wire::Protocol;

impl State {
    /// Publishes to a channel and to the patterns that match it, or to a shard channel.
    ///
    /// Returns how often it was delivered: once per subscription, not per client. A client that
    /// subscribed to the channel and to two matching patterns counts, and receives, three times,
    /// the message first and then the pmessages.
    pub(crate) fn publish(
        &mut self,
        kind: Kind,
        channel: &[u8],
        payload: &[u8],
        now: Timestamp,
    ) -> usize {
        let Self { pubsub, clients, broadcast, deferred, over_soft_limit, stats, config, .. } =
            self;
        let (profile, memory) = (self.profile, self.request.as_ref());
        let scale = OutputCheck { output: &config.output_limits, profile };
        // Who publishes to itself gets its reply first; older versions push at once.
        let held = self.current_client.filter(|_| !profile.pushes_before_reply);
        let mut delivery =
            Delivery { clients, broadcast, held, deferred, over_soft_limit, stats, scale, now };
        let direct: &[u8] = if kind == Kind::Shard { b"smessage" } else { b"message" };
        let listeners = pubsub.subscribers(kind, channel);
        let mut count = listeners.len();
        if count > 0 {
            let parts = [direct, channel, payload];
            delivery.to(listeners, &mut Message::new(&parts).of_memory(memory));
        }
        if kind == Kind::Channel {
            for (pattern, listeners) in pubsub.matching(channel, profile.max_stars) {
                count += listeners.len();
                let parts: [&[u8]; 4] = [b"pmessage", pattern, channel, payload];
                delivery.to(listeners, &mut Message::new(&parts).of_memory(memory));
            }
        }
        count
    }

    /// Tells a client something that it did not ask for.
    pub(super) fn deliver(&mut self, key: ClientKey, message: &mut Message<'_>, now: Timestamp) {
        let Self { clients, broadcast, deferred, over_soft_limit, stats, config, .. } = self;
        let profile = self.profile;
        let held = self.current_client.filter(|_| !profile.pushes_before_reply);
        let scale = OutputCheck { output: &config.output_limits, profile };
        Delivery { clients, broadcast, held, deferred, over_soft_limit, stats, scale, now }
            .to(&[key], message);
    }

    /// Sends what was held back while `key` was speaking.
    pub(super) fn release_deferred(&mut self, key: ClientKey, now: Timestamp) {
        if self.deferred.is_empty() {
            return;
        }
        let messages = std::mem::take(&mut self.deferred);
        let Self { clients, broadcast, deferred, over_soft_limit, stats, config, .. } = self;
        let profile = self.profile;
        let scale = OutputCheck { output: &config.output_limits, profile };
        let mut delivery = Delivery {
            clients,
            broadcast,
            held: None,
            deferred,
            over_soft_limit,
            stats,
            scale,
            now,
        };
        for (protocol, frame) in &messages {
            if delivery.clients[key].accepts_output() {
                delivery.push(key, frame, *protocol);
            }
        }
    }

    /// Everybody who was marked has been written to: who is behind keeps a copy of the rest.
    pub(crate) fn end_round(&mut self, served: &[ClientKey]) {
        for key in served {
            if let Some(client) = self.clients.get_mut(*key) {
                client.output.end_round(&self.broadcast);
            }
        }
        self.broadcast.end_round();
    }
}

/// The parts of the world that a delivery touches.
struct Delivery<'w> {
    clients: &'w mut Clients,
    broadcast: &'w mut Broadcast,
    held: Option<ClientKey>,
    deferred: &'w mut Vec<(Protocol, Frame)>,
    over_soft_limit: &'w mut Vec<ClientKey>,
    stats: &'w mut Stats,
    scale: OutputCheck<'w>,
    now: Timestamp,
}

impl Delivery<'_> {
    fn to(&mut self, listeners: &[ClientKey], message: &mut Message<'_>) {
        for &key in listeners {
            let client = &self.clients[key];
            let protocol = client.session.protocol;
            if self.held == Some(key) {
                let frame = message.frame(protocol, self.broadcast).clone();
                self.deferred.push((protocol, frame));
            } else if client.accepts_output() {
                let frame = message.frame(protocol, self.broadcast);
                self.push(key, frame, protocol);
            } else if self.scale.profile.silent_quit != SilentQuit::Stay {
                self.clients.close_silent_quitter(key);
            }
        }
    }

    #[inline]
    fn push(&mut self, key: ClientKey, frame: &Frame, protocol: Protocol) {
        let client = &mut self.clients[key];
        client.output.push(frame, protocol, self.broadcast);
        match self.scale.check(client, self.now) {
            LimitCheck::Within if client.marked => {}
            LimitCheck::Within => self.clients.mark(key),
            LimitCheck::OverSoft => {
                self.over_soft_limit.push(key);
                self.clients.mark(key);
            }
            LimitCheck::Exceeded => {
                self.stats.output_limit_disconnections += 1;
                self.clients.close(key, CloseMode::Now);
            }
        }
    }
}
