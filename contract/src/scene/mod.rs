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
mod free_order;
mod freedom;
mod journal;
mod login;
mod message;
mod payload;
mod publisher;
mod recording;
mod subscriber;
mod subscriber_task;
mod url;
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
pub(crate) use recording::read as read_recording;
pub use subscriber::Subscriber;
pub use subscriber_task::SubscriberTask;
pub use verdict::{Failure, Passed, Verdict};
pub use wait::DEADLINE;

use crate::{
    backend::{Backend, BackendError},
    conversation::Conversation,
    tap::{Disturbance, Fault, PlannedFailure, fault::Throttle},
};
use context::{Basis, Context};
use journal::Journal;

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

    /// Opens the scene of a case, plays it, and completes its failure.
    pub(crate) fn play(
        case: Case,
        backend: Result<Arc<dyn Backend>, BackendError>,
        play: impl FnOnce(Self) -> Verdict,
    ) -> Result<(), Failure> {
        let journal = Journal::begin(&case, backend.as_deref().ok())?;
        let result = Self::open(case, backend).and_then(|scene| {
            let context = Arc::clone(&scene.context);
            play(scene).map(Passed::discard).map_err(|failure| context.explain(failure))
        });
        journal.end(&result)?;
        result
    }

    /// A URL for the code under test. Every connection that is made there is recorded: the first as
    /// `name`, the next as `name#2`, and so on.
    ///
    /// The code may use any client library, any channels and any keys, so its case needs a server of
    /// its own: [`every_server`](crate::every_server). Its connections may stay open when the scene
    /// finishes.
    pub fn url(&self, name: &str) -> Result<String, Failure> {
        self.context.url(name).map_err(|cause| self.context.failure(cause))
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
        self.context.judge_by(Basis::Accounts);
    }

    /// Declares that the case has no recording: it merely runs on both servers, and only its own
    /// assertions judge. It still fails if the server answered nothing.
    ///
    /// The reason is for the reader of the case.
    pub fn unrecorded(&self, _reason: &str) {
        self.context.judge_by(Basis::OwnAssertions);
    }

    /// Declares values that differ from run to run: the texts that match the regular expression, or
    /// its first group if it has one. The recording calls them `<name 1>`, `<name 2>` and so on, and
    /// each must appear in the same places in every run.
    ///
    /// UUIDs, ULIDs, IDs of stream entries and times are found without this.
    pub fn varies(&self, name: &str, pattern: &str) -> Result<(), Failure> {
        self.context.freedom().varies(name, pattern).map_err(|cause| self.context.failure(cause))
    }

    /// Declares that the connections of this name have no fixed order: those of a pool, or of tasks
    /// that race each other. Their requests, each with its answer, are compared without regard to
    /// the order and to the connection. Connections that subscribe are compared as always.
    ///
    /// The recording contains the reason.
    pub fn any_order(&self, name: &str, reason: &str) {
        self.context.freedom().any_order(name, reason);
    }

    /// Cuts all connections of this name, at a moment when nothing is under way. Returns how many
    /// there were. New connections are made as before.
    pub async fn cut(&self, name: &str) -> Result<usize, Failure> {
        self.disturb(name, Disturbance::Cut).await
    }

    /// Refuses new connections of this name, until [`Scene::accept`]: they are reset at once.
    pub async fn refuse(&self, name: &str) -> Result<(), Failure> {
        self.disturb(name, Disturbance::Refuse).await.map(drop)
    }

    /// Makes new connections of this name again.
    pub async fn accept(&self, name: &str) -> Result<(), Failure> {
        self.disturb(name, Disturbance::Accept).await.map(drop)
    }

    /// Forwards no byte on the connections of this name, in either direction, until
    /// [`Scene::resume`].
    pub async fn stall(&self, name: &str) -> Result<(), Failure> {
        self.disturb(name, Disturbance::Stall).await.map(drop)
    }

    /// Forwards bytes slowly on the connections of this name, until [`Scene::resume`].
    pub async fn slow(&self, name: &str, throttle: Throttle) -> Result<(), Failure> {
        self.disturb(name, Disturbance::Slow(throttle)).await.map(drop)
    }

    /// Forwards every byte alone on the connections of this name, until [`Scene::resume`].
    pub async fn split(&self, name: &str) -> Result<(), Failure> {
        self.disturb(name, Disturbance::Split).await.map(drop)
    }

    /// Ends what [`Scene::stall`], [`Scene::slow`] and [`Scene::split`] began.
    pub async fn resume(&self, name: &str) -> Result<(), Failure> {
        self.disturb(name, Disturbance::Resume).await.map(drop)
    }

    /// Answers the next request on a connection of this name with `error`, instead of sending it to
    /// the server. The text begins with its code, as in `"ERR something broke"`. Each further call
    /// affects one further request, in order; a failure that no request meets fails the case.
    ///
    /// Within MULTI the server then refuses EXEC, as it does after any request with an error.
    pub async fn fail_next(&self, name: &str, error: &str) -> Result<(), Failure> {
        self.plan_failure(name, PlannedFailure::new(None, error)).await
    }

    /// [`Scene::fail_next`] for the next `command`. A subcommand is written `client|setinfo`.
    pub async fn fail_next_command(
        &self,
        name: &str,
        command: &str,
        error: &str,
    ) -> Result<(), Failure> {
        self.plan_failure(name, PlannedFailure::new(Some(command), error)).await
    }

    async fn plan_failure(&self, name: &str, failure: PlannedFailure) -> Result<(), Failure> {
        self.context.fail_next(name, failure).await.map_err(|cause| self.context.failure(cause))
    }

    async fn disturb(&self, name: &str, how: Disturbance) -> Result<usize, Failure> {
        self.context.disturb(name, how).await.map_err(|cause| self.context.failure(cause))
    }

    /// Waits until the server has answered everything that was sent to it, and all of that has arrived.
    ///
    /// The end of a scenario waits for this too, and so does everything that cuts or slows a
    /// connection. In between, it separates what a client library does by itself, for example when it
    /// subscribes again, from the next step of the case.
    pub async fn settle(&self) -> Result<(), Failure> {
        self.context.settled().await.map_err(|cause| self.context.failure(cause))
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
        self.context
            .freedom()
            .only_here("connections are killed by a client that is not recorded.");
        self.context.or_fail(self.context.control().kill_subscribers().await).await
    }

    /// Sends `CONFIG SET`. Needs an exclusive server.
    pub async fn configure(&self, parameter: &str, value: &str) -> Result<(), Failure> {
        self.context
            .freedom()
            .only_here("the server is configured by a client that is not recorded.");
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

    /// [`Scene::finish`] for a case that is not async.
    ///
    /// # Panics
    ///
    /// In async code.
    pub fn finish_blocking(self) -> Verdict {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.finish())
    }

    /// Ends the scenario without a verdict, for tests that compare the conversation themselves.
    pub async fn conversation(self) -> Result<Conversation, Failure> {
        self.context.or_fail(self.context.end().await).await
    }
}

/// A case that fails ends without a verdict. What its connections show is kept: it is printed here
/// beside a panic, and becomes a part of a failure that the case returns.
impl Drop for Scene {
    #[expect(clippy::print_stderr, reason = "only libtest can show it beside the panic")]
    fn drop(&mut self) {
        self.context.abandon();
        if std::thread::panicking() {
            eprintln!("\n{}", self.context.epilogue());
        }
    }
}
