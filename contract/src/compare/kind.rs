use std::fmt;

/// The ways in which a server can depart from a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An answer never came.
    Missing,
    /// A message was lost.
    Dropped,
    /// A message came more often than it was owed.
    Duplicated,
    /// Frames came in another order.
    Reordered,
    /// A pmessage came before the message of the same publish.
    PatternBeforeChannel,
    /// A PONG came before a message that was owed first.
    PongOvertook,
    /// A message came before the confirmation of its subscription.
    LateConfirmation,
    /// A (un)subscribe was never confirmed.
    MissingConfirmation,
    /// A message came after its unsubscription was confirmed.
    AfterUnsubscribe,
    /// A message came with other content.
    Corrupted,
    /// A number is not the one that was counted.
    WrongCount,
    /// The right content in a frame of another type.
    WrongType,
    /// An error with other words.
    DifferentError,
    /// Another answer altogether.
    DifferentAnswer,
    /// A frame that nobody asked for.
    Unexpected,
    /// The server closed a connection too early.
    ClosedEarly,
    /// The server left a connection open.
    StillOpen,
    /// The clients said something else than in the recording.
    StaleRecording,
}

impl Kind {
    /// Every kind, in the order in which documentation lists them.
    pub const ALL: [Kind; 18] = [
        Kind::Missing,
        Kind::Dropped,
        Kind::Duplicated,
        Kind::Reordered,
        Kind::PatternBeforeChannel,
        Kind::PongOvertook,
        Kind::LateConfirmation,
        Kind::MissingConfirmation,
        Kind::AfterUnsubscribe,
        Kind::Corrupted,
        Kind::WrongCount,
        Kind::WrongType,
        Kind::DifferentError,
        Kind::DifferentAnswer,
        Kind::Unexpected,
        Kind::ClosedEarly,
        Kind::StillOpen,
        Kind::StaleRecording,
    ];

    /// In a few words, as reports name it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Missing => "missing answer",
            Kind::Dropped => "dropped message",
            Kind::Duplicated => "duplicated message",
            Kind::Reordered => "reordered frames",
            Kind::PatternBeforeChannel => "pmessage before message",
            Kind::PongOvertook => "PONG overtook a message",
            Kind::LateConfirmation => "message before its confirmation",
            Kind::MissingConfirmation => "missing confirmation",
            Kind::AfterUnsubscribe => "message after unsubscribe",
            Kind::Corrupted => "corrupted message",
            Kind::WrongCount => "wrong count",
            Kind::WrongType => "wrong type",
            Kind::DifferentError => "different error",
            Kind::DifferentAnswer => "different answer",
            Kind::Unexpected => "unexpected frame",
            Kind::ClosedEarly => "closed early",
            Kind::StillOpen => "still open",
            Kind::StaleRecording => "stale recording",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether frames came whole, and only their order is wrong.
    pub fn is_about_order(self) -> bool {
        use Kind::{
            AfterUnsubscribe, LateConfirmation, PatternBeforeChannel, PongOvertook, Reordered,
        };
        matches!(
            self,
            Reordered | PatternBeforeChannel | PongOvertook | LateConfirmation | AfterUnsubscribe
        )
    }

    /// Whether neighbours of this kind are reported as one. Where each has content of its own to
    /// show, they are not.
    pub(super) fn comes_in_runs(self) -> bool {
        use Kind::{Dropped, Duplicated, Missing, MissingConfirmation, Unexpected, WrongType};
        matches!(
            self,
            Missing | Dropped | Duplicated | MissingConfirmation | Unexpected | WrongType
        )
    }

    /// In one sentence.
    pub fn describe(self) -> &'static str {
        match self {
            Kind::Missing => "an answer that was owed never came",
            Kind::Dropped => "a published message never reached a subscriber it was owed to",
            Kind::Duplicated => "a message arrived more often than it was owed",
            Kind::Reordered => "frames of one connection arrived in another order",
            Kind::PatternBeforeChannel => "a pmessage overtook the message of the same publish",
            Kind::PongOvertook => "a PONG overtook a message that was owed before it",
            Kind::LateConfirmation => "a message arrived before its subscription was confirmed",
            Kind::MissingConfirmation => "a subscribe or unsubscribe was never confirmed",
            Kind::AfterUnsubscribe => "a message arrived after its unsubscription was confirmed",
            Kind::Corrupted => "a message arrived with other content",
            Kind::WrongCount => "a number is not the one that the reference counts",
            Kind::WrongType => "the right content arrived as a frame of another type",
            Kind::DifferentError => "an error has other words",
            Kind::DifferentAnswer => "a request was answered otherwise",
            Kind::Unexpected => "a frame arrived that nobody asked for",
            Kind::ClosedEarly => "the server closed a connection while it still owed frames",
            Kind::StillOpen => "the server left a connection open that it owed an end",
            Kind::StaleRecording => "the clients said something else than in the recording",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
