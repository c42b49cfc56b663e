//! The three kinds of subscription.

/// What a subscription names.
///
/// The three are separate worlds: one name subscribed in all three ways is three subscriptions.
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
    /// The first element of the confirmation of a subscription.
    pub(crate) fn subscribed(self) -> &'static str {
        match self {
            Self::Channel => "subscribe",
            Self::Pattern => "psubscribe",
            Self::Shard => "ssubscribe",
        }
    }

    /// The first element of the confirmation of its end.
    pub(crate) fn unsubscribed(self) -> &'static str {
        match self {
            Self::Channel => "unsubscribe",
            Self::Pattern => "punsubscribe",
            Self::Shard => "sunsubscribe",
        }
    }
}
