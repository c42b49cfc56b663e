//! The handle's methods that act on a running server: publish, inspect, wait, inject faults.

use std::time::Duration;

use bytes::Bytes;

use super::connection_info::ConnectionInfo;
use super::error::{UnknownCommand, WaitError};
use super::handle::EmbeddedRedis;
use super::waiters::{Condition, WaitResult};
use crate::state::pubsub::Kind;
use crate::wire::ErrorReply;

/// Publishing and inspecting. A stopped server has no subscribers and no connections.
impl EmbeddedRedis {
    /// Publishes a message, and returns the number of deliveries, as `PUBLISH` does.
    ///
    /// When the call returns, the message is on its way to every subscriber, after the messages of
    /// earlier calls.
    pub fn publish(&self, channel: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> usize {
        self.send_message(Kind::Channel, channel.as_ref(), payload.as_ref())
    }

    /// Publishes to a shard channel, as `SPUBLISH` does.
    pub fn publish_to_shard(&self, channel: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> usize {
        self.send_message(Kind::Shard, channel.as_ref(), payload.as_ref())
    }

    fn send_message(&self, kind: Kind, channel: &[u8], payload: &[u8]) -> usize {
        let (channel, payload) = (channel.to_vec(), payload.to_vec());
        self.run_job(move |event_loop| {
            event_loop.engine.state.publish(kind, &channel, &payload, event_loop.sockets.now)
        })
        .unwrap_or_default()
    }

    /// The channels that have subscribers, sorted.
    pub fn channels(&self) -> Vec<Bytes> {
        self.names(Kind::Channel)
    }

    /// The patterns that have subscribers, sorted.
    pub fn patterns(&self) -> Vec<Bytes> {
        self.names(Kind::Pattern)
    }

    /// The shard channels that have subscribers, sorted.
    pub fn shard_channels(&self) -> Vec<Bytes> {
        self.names(Kind::Shard)
    }

    fn names(&self, kind: Kind) -> Vec<Bytes> {
        let names = self.run_job(move |event_loop| {
            let names = event_loop.engine.state.pubsub.names(kind);
            names.map(|name| Bytes::copy_from_slice(name)).collect::<Vec<_>>()
        });
        let mut names = names.unwrap_or_default();
        names.sort_unstable();
        names
    }

    /// The number of subscribers of exactly this channel.
    pub fn subscribers(&self, channel: impl AsRef<[u8]>) -> usize {
        self.count_subscribers(Kind::Channel, channel.as_ref())
    }

    /// The number of subscribers of exactly this pattern.
    pub fn pattern_subscribers(&self, pattern: impl AsRef<[u8]>) -> usize {
        self.count_subscribers(Kind::Pattern, pattern.as_ref())
    }

    /// The number of subscribers of exactly this shard channel.
    pub fn shard_subscribers(&self, channel: impl AsRef<[u8]>) -> usize {
        self.count_subscribers(Kind::Shard, channel.as_ref())
    }

    fn count_subscribers(&self, kind: Kind, name: &[u8]) -> usize {
        let name = name.to_vec();
        let count = self.run_job(move |event_loop| {
            event_loop.engine.state.pubsub.subscribers(kind, &name).len()
        });
        count.unwrap_or_default()
    }

    /// The connected clients, oldest first.
    pub fn connections(&self) -> Vec<ConnectionInfo> {
        let connections = self.run_job(|event_loop| {
            let present = event_loop.engine.state.clients.present().into_iter();
            present.map(|(_, client)| ConnectionInfo::of(client)).collect()
        });
        connections.unwrap_or_default()
    }
}

/// Waiting until subscriptions exist, or until they are gone, so that tests need no sleeps.
///
/// `count` means *at least this many*, and `0` means *none*. The `async` methods work in any
/// runtime. The others block their thread.
impl EmbeddedRedis {
    /// Blocks until the channel has `count` subscribers, for `within` at most.
    ///
    /// # Errors
    ///
    /// If the deadline passes first, with the number of subscribers, or if the server is stopped.
    pub fn wait_for_subscribers(
        &self,
        channel: impl AsRef<[u8]>,
        count: usize,
        within: Duration,
    ) -> Result<(), WaitError> {
        self.wait(Kind::Channel, channel.as_ref(), count, within)
    }

    /// Blocks until the pattern has `count` subscribers, for `within` at most.
    ///
    /// # Errors
    ///
    /// As [`wait_for_subscribers`](Self::wait_for_subscribers).
    pub fn wait_for_pattern_subscribers(
        &self,
        pattern: impl AsRef<[u8]>,
        count: usize,
        within: Duration,
    ) -> Result<(), WaitError> {
        self.wait(Kind::Pattern, pattern.as_ref(), count, within)
    }

    /// Blocks until the shard channel has `count` subscribers, for `within` at most.
    ///
    /// # Errors
    ///
    /// As [`wait_for_subscribers`](Self::wait_for_subscribers).
    pub fn wait_for_shard_subscribers(
        &self,
        channel: impl AsRef<[u8]>,
        count: usize,
        within: Duration,
    ) -> Result<(), WaitError> {
        self.wait(Kind::Shard, channel.as_ref(), count, within)
    }

    /// Waits until the channel has `count` subscribers, for `within` at most.
    ///
    /// # Errors
    ///
    /// As [`wait_for_subscribers`](Self::wait_for_subscribers).
    pub async fn subscribers_reached(
        &self,
        channel: impl AsRef<[u8]>,
        count: usize,
        within: Duration,
    ) -> Result<(), WaitError> {
        self.reached(Kind::Channel, channel.as_ref(), count, within).await
    }

    /// Waits until the pattern has `count` subscribers, for `within` at most.
    ///
    /// # Errors
    ///
    /// As [`wait_for_subscribers`](Self::wait_for_subscribers).
    pub async fn pattern_subscribers_reached(
        &self,
        pattern: impl AsRef<[u8]>,
        count: usize,
        within: Duration,
    ) -> Result<(), WaitError> {
        self.reached(Kind::Pattern, pattern.as_ref(), count, within).await
    }

    /// Waits until the shard channel has `count` subscribers, for `within` at most.
    ///
    /// # Errors
    ///
    /// As [`wait_for_subscribers`](Self::wait_for_subscribers).
    pub async fn shard_subscribers_reached(
        &self,
        channel: impl AsRef<[u8]>,
        count: usize,
        within: Duration,
    ) -> Result<(), WaitError> {
        self.reached(Kind::Shard, channel.as_ref(), count, within).await
    }

    /// Blocks the caller's thread until the wait ends.
    fn wait(&self, kind: Kind, name: &[u8], wanted: usize, within: Duration) -> WaitResult {
        let async_form = Some(match kind {
            Kind::Channel => "subscribers_reached",
            Kind::Pattern => "pattern_subscribers_reached",
            Kind::Shard => "shard_subscribers_reached",
        });
        let condition = Condition { kind, name: name.to_vec(), wanted, within, async_form };
        let Waiting { receiver, stopped } = self.start_waiting(condition)?;
        receiver.recv().unwrap_or(Err(stopped))
    }

    async fn reached(
        &self,
        kind: Kind,
        name: &[u8],
        wanted: usize,
        within: Duration,
    ) -> WaitResult {
        let condition = Condition { kind, name: name.to_vec(), wanted, within, async_form: None };
        let Waiting { receiver, stopped } = self.start_waiting(condition)?;
        receiver.await.unwrap_or(Err(stopped))
    }

    /// Adds a waiter. The event loop keeps the deadline, so the caller needs no timer.
    fn start_waiting(&self, condition: Condition) -> Result<Waiting, WaitError> {
        if !self.is_own() {
            return Err(condition.in_other_process());
        }
        let (sender, receiver) = oneshot::channel();
        let waiting = Waiting { receiver, stopped: condition.stopped() };
        self.send_job(move |event_loop| {
            event_loop.waiters.add(condition, event_loop.sockets.woke_up, sender)
        });
        Ok(waiting)
    }
}

/// A wait that has started, and its error if the server stops first.
struct Waiting {
    receiver: oneshot::Receiver<WaitResult>,
    stopped: WaitError,
}

/// Fault injection.
impl EmbeddedRedis {
    /// Closes a connection as `CLIENT KILL ID` does, without a reply. Returns false if there is
    /// none.
    pub fn kill(&self, id: u64) -> bool {
        let killed = self.run_job(move |event_loop| {
            let key = event_loop.engine.state.clients.by_id(id);
            key.inspect(|key| event_loop.engine.state.kill(*key)).is_some()
        });
        killed.unwrap_or_default()
    }

    /// Closes all connections, and returns their number.
    pub fn kill_all(&self) -> usize {
        let killed = self.run_job(|event_loop| {
            let present = event_loop.engine.state.clients.present().into_iter();
            let keys: Vec<_> = present.map(|(key, _)| key).collect();
            for key in &keys {
                event_loop.engine.state.kill(*key);
            }
            keys.len()
        });
        killed.unwrap_or_default()
    }

    /// Accepts new connections and closes them at once, with nothing sent, until the method is
    /// called with `false`. Existing connections are not affected.
    pub fn refuse_connections(&self, refuse: bool) {
        self.run_job(move |event_loop| event_loop.sockets.refuses_connections = refuse);
    }

    /// Answers the next command, of any client, with `error` instead of executing it.
    ///
    /// The text begins with its code, as in `"ERR something broke"`. Each further call affects one
    /// further command, in order.
    pub fn fail_next(&self, error: impl Into<String>) {
        self.plan_failure(None, error.into());
    }

    /// Answers the next `command` with `error` instead of executing it. A subcommand is written
    /// `client|setinfo`.
    ///
    /// # Errors
    ///
    /// If the imitated server has no such command: the failure would wait for ever.
    pub fn fail_next_command(
        &self,
        command: impl Into<String>,
        error: impl Into<String>,
    ) -> Result<(), UnknownCommand> {
        let command = command.into();
        let profile = self.profile();
        if profile.catalogue().find_full(command.as_bytes()).is_none() {
            return Err(UnknownCommand { name: command, profile: profile.name() });
        }
        self.plan_failure(Some(command), error.into());
        Ok(())
    }

    /// How many planned failures no command has met yet. A test that ends with some has not tested
    /// what it planned.
    pub fn unused_failures(&self) -> usize {
        self.run_job(|event_loop| event_loop.engine.state.faults.len()).unwrap_or_default()
    }

    fn plan_failure(&self, command: Option<String>, error: String) {
        let error = ErrorReply::text(error);
        self.run_job(move |event_loop| {
            event_loop.engine.state.faults.inject(command.as_deref(), error);
        });
    }
}
