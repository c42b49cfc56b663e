use std::fmt;

/// The ways in which a server can differ from a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ViolationKind {
    /// An answer is missing.
    Missing,
    /// A message is missing.
    Dropped,
    /// A message arrived more often than expected.
    Duplicated,
    /// Frames arrived in the wrong order.
    Reordered,
    /// A pmessage arrived before the message of the same publish.
    PatternBeforeChannel,
    /// A PONG arrived before a message that should have come first.
    PongOvertook,
    /// A message arrived before the confirmation of its subscription.
    LateConfirmation,
    /// The confirmation of a subscribe or unsubscribe is missing.
    MissingConfirmation,
    /// A message arrived after the confirmation of its unsubscribe.
    AfterUnsubscribe,
    /// A message arrived with the wrong content.
    Corrupted,
    /// An integer in an answer is wrong.
    WrongCount,
    /// A frame has the expected content but the wrong type.
    WrongType,
    /// An error has the wrong text.
    DifferentError,
    /// An answer is wrong in any other way.
    DifferentAnswer,
    /// A frame arrived that was not expected.
    Unexpected,
    /// A frame arrived before the step that should have caused it.
    Early,
    /// A frame arrived only after a later step than the one that should have caused it.
    Late,
    /// The server closed a connection earlier than expected.
    ClosedEarly,
    /// The server did not close a connection that it should have closed.
    StillOpen,
    /// The steps of the clients differ from the recording.
    StaleRecording,
}

impl ViolationKind {
    /// Every kind, in the order in which documentation lists them.
    pub const ALL: [ViolationKind; 20] = [
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
        ViolationKind::Early,
        ViolationKind::Late,
        ViolationKind::ClosedEarly,
        ViolationKind::StillOpen,
        ViolationKind::StaleRecording,
    ];

    /// The name in reports and ledgers.
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
            ViolationKind::Early => "frame too early",
            ViolationKind::Late => "frame too late",
            ViolationKind::ClosedEarly => "closed early",
            ViolationKind::StillOpen => "still open",
            ViolationKind::StaleRecording => "stale recording",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether only the order of the frames is wrong, not their content.
    pub fn is_about_order(self) -> bool {
        use ViolationKind::{
            AfterUnsubscribe, Early, Late, LateConfirmation, PatternBeforeChannel, PongOvertook,
            Reordered,
        };
        matches!(
            self,
            Reordered
                | PatternBeforeChannel
                | PongOvertook
                | LateConfirmation
                | AfterUnsubscribe
                | Early
                | Late
        )
    }

    /// Whether adjacent violations of this kind are reported as one. Kinds whose reports show the
    /// content of each frame are reported one by one.
    pub(super) fn is_reported_in_runs(self) -> bool {
        use ViolationKind::{
            Dropped, Duplicated, Missing, MissingConfirmation, Unexpected, WrongType,
        };
        matches!(
            self,
            Missing | Dropped | Duplicated | MissingConfirmation | Unexpected | WrongType
        )
    }

    /// The description in reports, one sentence.
    pub fn describe(self) -> &'static str {
        match self {
            ViolationKind::Missing => "an expected answer never arrived",
            ViolationKind::Dropped => {
                "a published message never reached a subscriber that should have received it"
            }
            ViolationKind::Duplicated => "a message arrived more often than expected",
            ViolationKind::Reordered => "frames arrived in the wrong order on one connection",
            ViolationKind::PatternBeforeChannel => {
                "a pmessage arrived before the message of the same publish"
            }
            ViolationKind::PongOvertook => {
                "a PONG arrived before a message that should have come first"
            }
            ViolationKind::LateConfirmation => {
                "a message arrived before the confirmation of its subscription"
            }
            ViolationKind::MissingConfirmation => "a subscribe or unsubscribe was never confirmed",
            ViolationKind::AfterUnsubscribe => {
                "a message arrived after the confirmation of its unsubscribe"
            }
            ViolationKind::Corrupted => "a message arrived with the wrong content",
            ViolationKind::WrongCount => "an integer in an answer differs from the expected one",
            ViolationKind::WrongType => "a frame has the expected content but the wrong type",
            ViolationKind::DifferentError => "the text of an error differs from the expected one",
            ViolationKind::DifferentAnswer => "an answer differs from the expected one",
            ViolationKind::Unexpected => "a frame arrived that was not expected",
            ViolationKind::Early => "a frame arrived before the step that should have caused it",
            ViolationKind::Late => "a frame arrived only after a later step",
            ViolationKind::ClosedEarly => "the server closed a connection earlier than expected",
            ViolationKind::StillOpen => {
                "the server did not close a connection that it should have closed"
            }
            ViolationKind::StaleRecording => "the clients' actions differ from the recording",
        }
    }
}

impl fmt::Display for ViolationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
