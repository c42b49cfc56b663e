use std::{env, fs, io, path::PathBuf};

use super::Case;
use crate::{
    backend::{Backend, Identity},
    compare::{RecordError, record},
    conversation::{Conversation, Expectation, ParseError, ServerEvent},
    report,
};

/// Why a scenario could not be compared with its recording, or recorded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// There is no recording.
    #[error(
        "{} does not exist; record it from a real server with `{record}`, or say that the case has \
         none with `scene.unrecorded(…)`",
        path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
        /// The command that writes it.
        record: String,
    },

    /// The recording cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        reason: io::Error,
    },

    /// The recording is not a conversation.
    #[error("{reason}; record it again from a real server with `{record}`")]
    Parse {
        /// The fault in it.
        reason: ParseError,
        /// The command that writes it.
        record: String,
    },

    /// The recording cannot be written.
    #[error("cannot write {}: {reason}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        reason: io::Error,
    },

    /// A server that is not a reference must not write recordings.
    #[error(
        "TWINCAST_RECORD is set, but this server is no reference: {server}; \
         record from a real server with `{record}`, or unset the variable"
    )]
    NotAReference {
        /// The server that the case ran on.
        server: Identity,
        /// The command that records.
        record: String,
    },

    /// The servers of one recording received different requests.
    #[error(transparent)]
    Record(#[from] RecordError),

    /// The server sent no frame, so the scenario shows nothing.
    #[error(
        "the scenario observed nothing: the server sent no answer in it; \
         send a command before the scenario finishes"
    )]
    NothingObserved,
}

/// Whether this run writes recordings.
pub(super) fn is_recording() -> bool {
    env::var_os("TWINCAST_RECORD").is_some_and(|value| value == "1")
}

/// Fails if the server sent no frame, because such a scenario shows nothing.
pub(super) fn require_answers(observed: &Conversation) -> Result<(), RecordingError> {
    let framed = |expectation: &Expectation| {
        expectation
            .steps()
            .iter()
            .any(|server_step| matches!(server_step.event, ServerEvent::Frame(_)))
    };
    if observed.turns.iter().any(|turn| turn.answer.iter().any(framed)) {
        return Ok(());
    }
    Err(RecordingError::NothingObserved)
}

/// The recording of the case.
pub(super) fn load(case: &Case) -> Result<Conversation, RecordingError> {
    let missing =
        || RecordingError::Missing { path: case.recording(), record: case.record.clone() };
    read(case)?.ok_or_else(missing)
}

/// Adds the conversation to the recording of the case.
pub(super) fn write(
    case: &Case,
    backend: &dyn Backend,
    mut observed: Conversation,
) -> Result<(), RecordingError> {
    if !backend.capabilities().reference {
        let (server, record) = (backend.identity().clone(), case.record.clone());
        return Err(RecordingError::NotAReference { server, record });
    }
    let server = backend.identity().profile();
    let existing = read(case)?.unwrap_or_default();
    observed.recorded_from = vec![backend.identity().to_string()];
    let recording = record(existing, observed, &server)?;

    let path = case.root.join(case.recording());
    let (before, after) = (fs::read_to_string(&path).ok(), recording.to_string());
    if before.as_ref() == Some(&after) {
        return Ok(());
    }
    let written = path.parent().map_or(Ok(()), fs::create_dir_all);
    written
        .and_then(|()| fs::write(&path, &after))
        .map_err(|reason| RecordingError::Write { path: case.recording(), reason })?;
    report::print_recorded(&case.recording(), before.as_deref(), &after);
    Ok(())
}

/// `None` if the case was never recorded.
pub(crate) fn read(case: &Case) -> Result<Option<Conversation>, RecordingError> {
    let shown = case.recording();
    match fs::read_to_string(case.root.join(&shown)) {
        Ok(text) => Conversation::parse(&text, &shown.display().to_string())
            .map(Some)
            .map_err(|reason| RecordingError::Parse { reason, record: case.record.clone() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(reason) => Err(RecordingError::Read { path: shown, reason }),
    }
}
