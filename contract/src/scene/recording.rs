use std::{env, fs, io, path::PathBuf};

use super::Case;
use crate::{
    backend::{Backend, Identity},
    compare::{RecordError, record},
    conversation::{Conversation, Expectation, ParseError, ServerEvent},
};

/// Why a scenario could not be held against its recording.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// There is none.
    #[error("{} does not exist; take it from a reference: just record", .0.display())]
    Missing(PathBuf),

    /// It cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// It is no conversation.
    #[error("{0}; take it again from a reference: just record")]
    Parse(#[from] ParseError),

    /// It cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// A server that is judged was to write what it is judged by.
    #[error(
        "TWINCAST_RECORD is set, and {0}, is no reference: record from a real server \
         (just record), or unset it"
    )]
    NotAReference(Identity),

    /// Two servers were not asked the same.
    #[error(transparent)]
    Record(#[from] RecordError),

    /// Nothing was said, so nothing was shown.
    #[error("the scenario observed nothing: no server answered anything in it")]
    NothingObserved,
}

/// Whether this run writes recordings.
pub(super) fn is_recording() -> bool {
    env::var_os("TWINCAST_RECORD").is_some_and(|value| value == "1")
}

/// A scenario in which no server said anything shows nothing.
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
    read(case)?.ok_or_else(|| RecordingError::Missing(case.recording()))
}

/// Puts what was said into the recording of the case.
pub(super) fn write(
    case: &Case,
    backend: &dyn Backend,
    mut observed: Conversation,
) -> Result<(), RecordingError> {
    if !backend.capabilities().reference {
        return Err(RecordingError::NotAReference(backend.identity().clone()));
    }
    let server = backend.identity().profile();
    let existing = read(case)?.unwrap_or_default();
    observed.recorded_from = vec![backend.identity().to_string()];
    let recording = record(existing, observed, &server)?;

    let path = case.root.join(case.recording());
    let written = path.parent().map_or(Ok(()), fs::create_dir_all);
    written
        .and_then(|()| fs::write(&path, recording.to_string()))
        .map_err(|source| RecordingError::Write { path: case.recording(), source })
}

/// `None` if the case was never recorded.
fn read(case: &Case) -> Result<Option<Conversation>, RecordingError> {
    let shown = case.recording();
    match fs::read_to_string(case.root.join(&shown)) {
        Ok(text) => Ok(Some(Conversation::parse(&text, &shown.display().to_string())?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(RecordingError::Read { path: shown, source }),
    }
}
