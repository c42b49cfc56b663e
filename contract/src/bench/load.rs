//! The loads that a server can be put under, as data.

use std::fmt;

/// One load: a row of every table.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Its name on the command line and in files.
    pub name: &'static str,
    /// A description that is short enough for a plot.
    pub what: &'static str,
    /// The unit that is counted.
    pub unit: Unit,
    /// The work.
    pub shape: Shape,
}

/// The unit that is counted. The server's CPU time is divided by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Messages that arrived.
    Delivery,
    /// PUBLISH commands that were answered.
    Publish,
    /// Connections, each from its opening to its end.
    Connection,
}

/// The work of a load.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Messages flow from publishers to subscribers that stay.
    Flow(Flow),
    /// Connect, SUBSCRIBE, wait for the confirmation, close; one after the other.
    Connect,
}

/// Publishers, each with a channel and subscribers of its own.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    /// How many channels there are, each with one publisher.
    pub channels: usize,
    /// How many subscribers each channel has.
    pub subscribers: usize,
    /// The kind of their subscriptions.
    pub subscription: SubscriptionKind,
    /// Bytes in a message.
    pub payload: usize,
    /// Requests in one write; the next write waits for their replies.
    pub pipeline: usize,
    /// Subscriptions that receive no message.
    pub idle: Idle,
    /// The protocol that subscribers speak.
    pub resp3: bool,
    /// Each message is timed, from the write of its PUBLISH to its arrival.
    pub timed: bool,
}

/// The kind of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionKind {
    /// SUBSCRIBE to the channel.
    Channel,
    /// PSUBSCRIBE to a pattern that matches it.
    Pattern,
}

/// Subscriptions of one more connection that receive no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// No subscriptions and no connection.
    Nothing,
    /// This many channels.
    Channels(usize),
    /// This many patterns.
    Patterns(usize),
}

impl Flow {
    /// One publisher, one subscriber, and 64 payloads of 64 bytes a write.
    pub const PLAIN: Self = Self {
        channels: 1,
        subscribers: 1,
        subscription: SubscriptionKind::Channel,
        payload: 64,
        pipeline: 64,
        idle: Idle::Nothing,
        resp3: false,
        timed: false,
    };
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Delivery => "deliveries",
            Self::Publish => "publishes",
            Self::Connection => "connections",
        })
    }
}
