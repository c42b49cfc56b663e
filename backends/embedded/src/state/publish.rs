//! Delivery of messages to their receivers.

use super::limits::{LimitCheck, OutputCheck};
use super::{Clients, State, Stats};
use crate::profile::SilentQuit;
use crate::state::client::CloseMode;
use crate::state::cluster::Slot;
use crate::state::ids::ClientKey;
use crate::state::pubsub::{Broadcast, Frame, Kind, Message};
use crate::time::Timestamp;
use crate::wire::Protocol;

impl State {
    /// Publishes to a channel and to the patterns that match it, or to a shard channel.
    ///
    /// Returns the number of deliveries: one per subscription, not per client. A client that
    /// subscribed to the channel and to two matching patterns counts three times. It receives the
    /// `message` first, then two `pmessage`s.
    pub(crate) fn publish(
        &mut self,
        kind: Kind,
        channel: &[u8],
        payload: &[u8],
        now: Timestamp,
    ) -> usize {
        let Self {
            pubsub,
            clients,
            cluster,
            broadcast,
            deferred,
            over_soft_limit,
            stats,
            config,
            ..
        } = self;
        let (profile, memory) = (self.profile, self.request.as_ref());
        let check = OutputCheck { output: &config.output_limits, profile };
        // A client that publishes to itself gets its reply first; older versions push at once.
        let deferring = self.current_client.filter(|_| !profile.pushes_before_reply);
        let mut delivery = Delivery {
            clients,
            broadcast,
            deferring,
            deferred,
            over_soft_limit,
            stats,
            check,
            now,
        };
        let direct: &[u8] = if kind == Kind::Shard { b"smessage" } else { b"message" };
        let subscribers = pubsub.subscribers(kind, channel);
        let mut count = subscribers.len();
        if count > 0 {
            let parts = [direct, channel, payload];
            delivery.to(subscribers, &mut Message::new(&parts).sharing(memory));
            if let Some(view) = cluster {
                let bytes = delivery.settle_output(subscribers, kind);
                if kind == Kind::Shard && config.slot_metrics.network {
                    view.traffic.of_mut(Slot::of(channel)).bytes_out += bytes;
                }
            }
        }
        if kind == Kind::Channel {
            for (pattern, subscribers) in pubsub.matching(channel, profile.max_stars) {
                count += subscribers.len();
                let parts: [&[u8]; 4] = [b"pmessage", pattern, channel, payload];
                delivery.to(subscribers, &mut Message::new(&parts).sharing(memory));
            }
        }
        count
    }

    /// Delivers a message to one client.
    pub(super) fn deliver(&mut self, key: ClientKey, message: &mut Message<'_>, now: Timestamp) {
        let Self { clients, broadcast, deferred, over_soft_limit, stats, config, .. } = self;
        let profile = self.profile;
        let deferring = self.current_client.filter(|_| !profile.pushes_before_reply);
        let check = OutputCheck { output: &config.output_limits, profile };
        Delivery { clients, broadcast, deferring, deferred, over_soft_limit, stats, check, now }
            .to(&[key], message);
    }

    /// Sends the messages that were held back during the command of `key`.
    pub(super) fn release_deferred(&mut self, key: ClientKey, now: Timestamp) {
        if self.deferred.is_empty() {
            return;
        }
        let messages = std::mem::take(&mut self.deferred);
        let Self { clients, broadcast, deferred, over_soft_limit, stats, config, .. } = self;
        let profile = self.profile;
        let check = OutputCheck { output: &config.output_limits, profile };
        let mut delivery = Delivery {
            clients,
            broadcast,
            deferring: None,
            deferred,
            over_soft_limit,
            stats,
            check,
            now,
        };
        for (protocol, frame) in &messages {
            if delivery.clients[key].accepts_output() {
                delivery.push(key, frame, *protocol, true);
            }
        }
    }

    /// Ends a round, after the marked clients were written to. A client that is behind keeps a copy
    /// of the rest of its messages.
    pub(crate) fn end_round(&mut self, served: &[ClientKey]) {
        for key in served {
            if let Some(client) = self.clients.get_mut(*key) {
                client.output.end_round(&self.broadcast);
            }
        }
        self.broadcast.end_round();
    }
}

/// The parts of the state that a delivery touches.
struct Delivery<'s> {
    clients: &'s mut Clients,
    broadcast: &'s mut Broadcast,
    /// The client whose messages wait for its reply.
    deferring: Option<ClientKey>,
    deferred: &'s mut Vec<(Protocol, Frame)>,
    over_soft_limit: &'s mut Vec<ClientKey>,
    stats: &'s mut Stats,
    check: OutputCheck<'s>,
    now: Timestamp,
}

impl Delivery<'_> {
    fn to(&mut self, receivers: &[ClientKey], message: &mut Message<'_>) {
        for &key in receivers {
            let client = &self.clients[key];
            let protocol = client.session.protocol;
            if self.deferring == Some(key) {
                let frame = message.frame(protocol, self.broadcast).clone();
                self.deferred.push((protocol, frame));
            } else if client.accepts_output() {
                let frame = message.frame(protocol, self.broadcast);
                self.push(key, frame, protocol, false);
            } else if self.check.profile.silent_quit != SilentQuit::Stay {
                self.clients.close_silent_quitter(key);
            }
        }
    }

    /// Charges a slot for what the receivers of a message have received, and returns how much that
    /// is. On some servers only messages of shard channels are a reason to do so.
    fn settle_output(&mut self, receivers: &[ClientKey], kind: Kind) -> u64 {
        if kind != Kind::Shard && self.check.profile.cluster.charges_messages_to_next_command {
            return 0;
        }
        let deferred: usize = self.deferred.iter().map(|(_, frame)| frame.len()).sum();
        let mut bytes = 0;
        for &key in receivers {
            let deferred = if self.deferring == Some(key) { deferred as u64 } else { 0 };
            let client = &mut self.clients[key];
            let received = client.output.received() + deferred;
            bytes +=
                received.saturating_sub(std::mem::replace(&mut client.charged_output, received));
        }
        bytes
    }

    #[inline]
    fn push(&mut self, key: ClientKey, frame: &Frame, protocol: Protocol, was_deferred: bool) {
        let client = &mut self.clients[key];
        client.output.push(frame, protocol, self.broadcast, was_deferred);
        match self.check.check(client, self.now) {
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
