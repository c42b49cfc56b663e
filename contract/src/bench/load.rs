//! What a server can be made to do, as data.

use std::fmt;

/// One load: a row of every table.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Its name on the command line and in files.
    pub name: &'static str,
    /// It in words, as short as a plot needs it.
    pub what: &'static str,
    /// What is counted.
    pub unit: Unit,
    /// What is done.
    pub shape: Shape,
}

/// What is counted, and what the server's CPU time is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Messages that arrived.
    Delivery,
    /// PUBLISH commands that were answered.
    Publish,
    /// Connections from their opening to their end.
    Connection,
}

/// What is done.
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
    /// How many channels, and publishers.
    pub channels: usize,
    /// How many subscribers each channel has.
    pub subscribers: usize,
    /// By which command they subscribe.
    pub subscription: SubscriptionKind,
    /// Bytes in a message.
    pub payload: usize,
    /// Requests in one write; the next write waits for their replies.
    pub pipeline: usize,
    /// What the server must hold besides, and which no message concerns.
    pub idle: Idle,
    /// The protocol that subscribers speak.
    pub resp3: bool,
    /// Each message is timed, from before its PUBLISH is written to after it was read.
    pub timed: bool,
}

/// How subscribers come to receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionKind {
    /// SUBSCRIBE to the channel.
    Channel,
    /// PSUBSCRIBE to a pattern that matches it.
    Pattern,
}

/// Subscriptions of one more connection that nothing is ever published to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// None, and no connection.
    Nothing,
    /// So many channels.
    Channels(usize),
    /// So many patterns.
    Patterns(usize),
}

impl Flow {
    /// One publisher, one subscriber, 64 requests of 64 bytes a write.
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
