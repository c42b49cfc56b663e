//! The tools of a scenario: named clients of a real library, events, and waiting without sleeping.
//!
//! A scenario reads as a transcript. Its clients talk to the server through a tap. Only
//! [`Scene::finish`] returns the value that a case must return: it compares the conversation with
//! the recording of a reference. So no case can pass without that comparison.
//!
//! ```no_run
//! # use twincast::scene::{Scene, Verdict, message};
//! async fn should_deliver_one_event(mut scene: Scene) -> Verdict {
//!     let event = scene.events().workflow();
//!     let alice = scene.subscriber("alice").await?;
//!     alice.subscribe("events").await?;
//!     assert_eq!(scene.publish("events", event.payload()).await?, 1);
//!     assert_eq!(alice.next().await?, message("events", event.payload()));
//!     scene.finish().await
//! }
//! ```
//!
//! Reading order: [`Scene`], the [`Subscriber`] and [`Publisher`] that it returns, `client` (the
//! three ways to subscribe), then `recording` and `audit`, which judge.

mod audit;
mod case;
mod client;
mod clients;
mod context;
mod control;
mod error;
mod event;
mod login;
mod message;
mod payload;
mod publisher;
mod recording;
mod subscriber;
mod subscriber_task;
mod verdict;
mod wait;

use std::{sync::Arc, time::Duration};

pub use case::Case;
pub use client::Client;
pub use error::SceneError;
pub use event::{Event, EventKind, Events};
pub use message::{Message, message, pmessage};
pub use payload::{every_byte, periodic};
pub use publisher::Publisher;
pub use recording::RecordingError;
pub use subscriber::Subscriber;
pub use subscriber_task::SubscriberTask;
pub use verdict::{Failure, Passed, Verdict};
pub use wait::DEADLINE;

use crate::{
    backend::{Backend, BackendError},
    conversation::Conversation,
    tap::Fault,
};
use context::Context;

/// One scenario on one server with one kind of client.
pub struct Scene {
    context: Arc<Context>,
    events: Events,
    /// The publisher behind [`Scene::publish`].
    publisher: Option<Publisher>,
}

impl Scene {
    /// Puts a tap in front of a server that was started for this case.
    ///
    /// On a shared server, channels and patterns get a prefix that is unique to the scene. The case
    /// and the recording never see it.
    pub fn open(
        case: Case,
        backend: Result<Arc<dyn Backend>, BackendError>,
    ) -> Result<Self, Failure> {
        let events = Events::seeded(case.seed());
        let context = Context::new(case, backend)?;
        Ok(Self { context: Arc::new(context), events, publisher: None })
    }

    /// The events of this case.
    pub fn events(&mut self) -> &mut Events {
        &mut self.events
    }

    /// Declares that the server may receive the clients' requests in any order. A recording cannot
    /// show that, so the scenario is checked by accounting instead: the deliveries add up to the
    /// counts of PUBLISH, each publisher's order is kept, and all subscribers of a channel receive
    /// the same messages.
    ///
    /// The reason is for the reader of the case.
    pub fn audited(&self, _reason: &str) {
        self.context.audit();
    }

    /// Sets how long this scenario waits, for cases in which an answer is known not to come.
    pub fn set_deadline(&self, deadline: Duration) {
        self.context.set_deadline(deadline);
    }

    /// How many replies a client receives while it connects, to HELLO or AUTH. Cases that count
    /// frames need this number.
    pub fn handshake_replies(&self) -> usize {
        self.context.handshake_replies()
    }

    /// Injects a fault into the connection with this name, if it is made after this call.
    pub fn inject(&self, name: &str, fault: Fault) {
        self.context.inject(name, fault);
    }

    /// Connects a subscriber. A name that was used before is a reconnect: `alice#2`.
    pub async fn subscriber(&self, name: &str) -> Result<Subscriber, Failure> {
        Subscriber::connect(&self.context, name).await
    }

    /// Connects a publisher.
    pub async fn publisher(&self, name: &str) -> Result<Publisher, Failure> {
        Publisher::connect(&self.context, name).await
    }

    /// Publishes on a connection called `pub`. Returns how many deliveries the server counts.
    pub async fn publish(
        &mut self,
        channel: impl AsRef<[u8]>,
        payload: impl AsRef<[u8]>,
    ) -> Result<usize, Failure> {
        let publisher = match &mut self.publisher {
            Some(publisher) => publisher,
            none => none.insert(Publisher::connect(&self.context, "pub").await?),
        };
        publisher.publish(channel, payload).await
    }

    /// How many connections subscribe to this channel, asked outside the tap.
    pub async fn subscriber_count(&self, channel: impl AsRef<[u8]>) -> Result<usize, Failure> {
        let channel = self.context.prefixed(channel);
        self.context.or_fail(self.context.control().subscriber_count(&channel).await).await
    }

    /// Waits until `count` connections subscribe to this channel, asked outside the tap.
    pub async fn wait_for_subscribers(
        &self,
        channel: impl AsRef<[u8]>,
        count: usize,
    ) -> Result<(), Failure> {
        let channel = self.context.prefixed(channel);
        self.context
            .or_fail(self.context.control().wait_for_subscribers(&channel, count).await)
            .await
    }

    /// Makes the server kill every connection that subscribes, and returns how many it killed.
    /// Needs an exclusive server.
    pub async fn kill_subscribers(&self) -> Result<usize, Failure> {
        self.context.or_fail(self.context.control().kill_subscribers().await).await
    }

    /// Sends `CONFIG SET`. Needs an exclusive server.
    pub async fn configure(&self, parameter: &str, value: &str) -> Result<(), Failure> {
        self.context.or_fail(self.context.control().configure(parameter, value).await).await
    }

    /// Stops the server and starts it again. Needs an exclusive server. All connections end, and
    /// their clients must connect again.
    pub async fn restart_server(&mut self) -> Result<(), Failure> {
        self.publisher = None;
        self.context.or_fail(self.context.restart().await).await
    }

    /// Ends the scenario: sends a PING on every subscriber, so that no late message is missed,
    /// closes every client, and compares the conversation with the recording.
    pub async fn finish(self) -> Verdict {
        let observed = self.context.or_fail(self.context.end().await).await?;
        self.context.verdict(&observed)
    }

    /// Ends the scenario without a verdict, for tests that compare the conversation themselves.
    pub async fn conversation(self) -> Result<Conversation, Failure> {
        self.context.or_fail(self.context.end().await).await
    }
}

/// A case that fails in an assertion ends without a verdict, so its footer is printed here.
impl Drop for Scene {
    #[expect(clippy::print_stderr, reason = "only libtest can show it beside the panic")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("\n{}", self.context.case().footer());
        }
    }
}
