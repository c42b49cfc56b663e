use std::fmt;

/// The ways in which a server can depart from a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ViolationKind {
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

impl ViolationKind {
    /// Every kind, in the order in which documentation lists them.
    pub const ALL: [ViolationKind; 18] = [
        ViolationKind::Missing,
        ViolationKind::Dropped,
        ViolationKind::Duplicated,
        ViolationKind::Reordered,
        ViolationKind::PatternBeforeChannel,
        ViolationKind::PongOvertook,
        ViolationKind::LateConfirmation,
        ViolationKind::MissingConfirmation,
        ViolationKind::AfterUnsubscribe,
        ViolationKind::Corrupted,
        ViolationKind::WrongCount,
        ViolationKind::WrongType,
        ViolationKind::DifferentError,
        ViolationKind::DifferentAnswer,
        ViolationKind::Unexpected,
        ViolationKind::ClosedEarly,
        ViolationKind::StillOpen,
        ViolationKind::StaleRecording,
    ];

    /// In a few words, as reports name it.
    pub fn name(self) -> &'static str {
        match self {
            ViolationKind::Missing => "missing answer",
            ViolationKind::Dropped => "dropped message",
            ViolationKind::Duplicated => "duplicated message",
            ViolationKind::Reordered => "reordered frames",
            ViolationKind::PatternBeforeChannel => "pmessage before message",
            ViolationKind::PongOvertook => "PONG overtook a message",
            ViolationKind::LateConfirmation => "message before its confirmation",
            ViolationKind::MissingConfirmation => "missing confirmation",
            ViolationKind::AfterUnsubscribe => "message after unsubscribe",
            ViolationKind::Corrupted => "corrupted message",
            ViolationKind::WrongCount => "wrong count",
            ViolationKind::WrongType => "wrong type",
            ViolationKind::DifferentError => "different error",
            ViolationKind::DifferentAnswer => "different answer",
            ViolationKind::Unexpected => "unexpected frame",
            ViolationKind::ClosedEarly => "closed early",
            ViolationKind::StillOpen => "still open",
            ViolationKind::StaleRecording => "stale recording",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether frames came whole, and only their order is wrong.
    pub fn is_about_order(self) -> bool {
        use ViolationKind::{
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
        use ViolationKind::{
            Dropped, Duplicated, Missing, MissingConfirmation, Unexpected, WrongType,
        };
        matches!(
            self,
            Missing | Dropped | Duplicated | MissingConfirmation | Unexpected | WrongType
        )
    }

    /// In one sentence.
    pub fn describe(self) -> &'static str {
        match self {
            ViolationKind::Missing => "an answer that was owed never came",
            ViolationKind::Dropped => {
                "a published message never reached a subscriber it was owed to"
            }
            ViolationKind::Duplicated => "a message arrived more often than it was owed",
            ViolationKind::Reordered => "frames of one connection arrived in another order",
            ViolationKind::PatternBeforeChannel => {
                "a pmessage overtook the message of the same publish"
            }
            ViolationKind::PongOvertook => "a PONG overtook a message that was owed before it",
            ViolationKind::LateConfirmation => {
                "a message arrived before its subscription was confirmed"
            }
            ViolationKind::MissingConfirmation => "a subscribe or unsubscribe was never confirmed",
            ViolationKind::AfterUnsubscribe => {
                "a message arrived after its unsubscription was confirmed"
            }
            ViolationKind::Corrupted => "a message arrived with other content",
            ViolationKind::WrongCount => "a number is not the one that the reference counts",
            ViolationKind::WrongType => "the right content arrived as a frame of another type",
            ViolationKind::DifferentError => "an error has other words",
            ViolationKind::DifferentAnswer => "a request was answered otherwise",
            ViolationKind::Unexpected => "a frame arrived that nobody asked for",
            ViolationKind::ClosedEarly => {
                "the server closed a connection while it still owed frames"
            }
            ViolationKind::StillOpen => "the server left a connection open that it owed an end",
            ViolationKind::StaleRecording => {
                "the clients said something else than in the recording"
            }
        }
    }
}

impl fmt::Display for ViolationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
