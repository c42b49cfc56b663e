//! Ends the subscriptions to shard channels whose slot this node no longer serves.

use super::State;
use crate::state::cluster::Slot;
use crate::state::pubsub::{Kind, Message, Name};
use crate::time::Timestamp;
use crate::wire::{Protocol, Reply};

impl State {
    /// Ends all subscriptions to shard channels of these slots, and notifies their subscribers.
    pub(crate) fn end_shard_channels(&mut self, gone: impl Fn(Slot) -> bool, now: Timestamp) {
        let shards = self.pubsub.names(Kind::Shard).map(|name| (Slot::of(name), Name::clone(name)));
        let mut ended: Vec<_> = shards.filter(|(slot, _)| gone(*slot)).collect();
        ended.sort_unstable();
        for (_, name) in ended {
            for key in self.pubsub.subscribers(Kind::Shard, &name).to_vec() {
                self.unsubscribe(Kind::Shard, &name, key);
                let left = self.clients[key].session.subscriptions.confirmed(Kind::Shard);
                let mut frame = Vec::new();
                let mut reply = Reply::new(&mut frame, Protocol::Resp3);
                reply.push(3).bulk(Kind::Shard.unsubscribed()).bulk(&name).count(left);
                self.deliver(key, &mut Message::encoded(frame), now);
            }
        }
    }
}
