//! The three kinds of subscription.

/// The kind of a subscription.
///
/// The kinds are independent: one name subscribed in all three ways is three subscriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// `SUBSCRIBE`: one channel.
    Channel,
    /// `PSUBSCRIBE`: every channel that a glob matches.
    Pattern,
    /// `SSUBSCRIBE`: one shard channel.
    Shard,
}

impl Kind {
    /// The first element of the confirmation of subscribing.
    pub(crate) fn subscribed(self) -> &'static str {
        match self {
            Self::Channel => "subscribe",
            Self::Pattern => "psubscribe",
            Self::Shard => "ssubscribe",
        }
    }

    /// The first element of the confirmation of unsubscribing.
    pub(crate) fn unsubscribed(self) -> &'static str {
        match self {
            Self::Channel => "unsubscribe",
            Self::Pattern => "punsubscribe",
            Self::Shard => "sunsubscribe",
        }
    }
}
