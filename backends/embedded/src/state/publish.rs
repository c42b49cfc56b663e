//! Messages on their way to their receivers.

use super::limits::{Scale, Verdict};
use super::{Clients, State, Stats};
use crate::profile::SilentQuitters;
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
        let Self { pubsub, clients, broadcast, deferred, slow, stats, config, .. } = self;
        let (profile, memory) = (self.profile, self.request.as_ref());
        let scale = Scale { output: &config.output_limits, profile };
        // Who publishes to itself gets its reply first; older versions push at once.
        let held = self.current_client.filter(|_| !profile.pushes_before_reply);
        let mut delivery = Delivery { clients, broadcast, held, deferred, slow, stats, scale, now };
        let direct: &[u8] = if kind == Kind::Shard { b"smessage" } else { b"message" };
        let listeners = pubsub.subscribers(kind, channel);
        let mut count = listeners.len();
        if count > 0 {
            let parts = [direct, channel, payload];
            delivery.to(listeners, &mut Message::new(&parts).of_memory(memory));
        }
        if kind == Kind::Channel {
            for (pattern, listeners) in pubsub.matching(channel, profile.most_stars) {
                count += listeners.len();
                let parts: [&[u8]; 4] = [b"pmessage", pattern, channel, payload];
                delivery.to(listeners, &mut Message::new(&parts).of_memory(memory));
            }
        }
        count
    }

    /// Tells a client something that it did not ask for.
    pub(super) fn tell(&mut self, key: ClientKey, message: &mut Message<'_>, now: Timestamp) {
        let Self { clients, broadcast, deferred, slow, stats, config, .. } = self;
        let profile = self.profile;
        let held = self.current_client.filter(|_| !profile.pushes_before_reply);
        let scale = Scale { output: &config.output_limits, profile };
        Delivery { clients, broadcast, held, deferred, slow, stats, scale, now }
            .to(&[key], message);
    }

    /// Sends what was held back while `key` was speaking.
    pub(super) fn release_deferred(&mut self, key: ClientKey, now: Timestamp) {
        if self.deferred.is_empty() {
            return;
        }
        let messages = std::mem::take(&mut self.deferred);
        let Self { clients, broadcast, deferred, slow, stats, config, .. } = self;
        let profile = self.profile;
        let scale = Scale { output: &config.output_limits, profile };
        let mut delivery =
            Delivery { clients, broadcast, held: None, deferred, slow, stats, scale, now };
        for (protocol, frame) in &messages {
            if delivery.clients[key].listens() {
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
    slow: &'w mut Vec<ClientKey>,
    stats: &'w mut Stats,
    scale: Scale<'w>,
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
            } else if client.listens() {
                let frame = message.frame(protocol, self.broadcast);
                self.push(key, frame, protocol);
            } else if self.scale.profile.silent_quitters != SilentQuitters::Stay {
                self.clients.end_silent_quitter(key);
            }
        }
    }

    #[inline]
    fn push(&mut self, key: ClientKey, frame: &Frame, protocol: Protocol) {
        let client = &mut self.clients[key];
        client.output.push(frame, protocol, self.broadcast);
        match self.scale.judge(client, self.now) {
            Verdict::Fine if client.marked => {}
            Verdict::Fine => self.clients.mark(key),
            Verdict::Slow => {
                self.slow.push(key);
                self.clients.mark(key);
            }
            Verdict::Close => {
                self.stats.output_limit_disconnections += 1;
                self.clients.end(key, CloseMode::Now);
            }
        }
    }
}
