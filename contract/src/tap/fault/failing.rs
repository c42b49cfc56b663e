//! Requests that are answered with an error instead of being executed.
//!
//! The error must come in its place among the answers of the server. So the server is sent a command
//! that it does not know, and the client receives the planned error for the server's own. Within
//! MULTI, the server therefore refuses EXEC, as it does after any request with an error.
//!
//! Failures are planned at a moment when nothing is under way: the next bytes of each connection
//! begin a request, and an answer.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use super::FrameFault;
use crate::conversation::Name;
use crate::tap::error::TapError;
use crate::tap::{Settings, lock};
use crate::wire::{ClientInput, Frame, decode_request, encode_request};

/// The command that no server knows.
const UNKNOWN: &[u8] = b"TWINCAST-FAILURE";
pub(in crate::tap) const UNKNOWN_REQUEST: &[u8] = b"*1\r\n$16\r\nTWINCAST-FAILURE\r\n";

/// An error that answers the next request of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFailure {
    command: Option<String>,
    error: String,
}

impl PlannedFailure {
    /// Answers the next request, or the next `command`. A subcommand is written `client|setinfo`.
    ///
    /// The error begins with its code, as in `"ERR something broke"`.
    pub fn new(command: Option<&str>, error: &str) -> Self {
        // An error ends with its line.
        let error = error.replace(['\r', '\n'], " ");
        Self { command: command.map(str::to_owned), error }
    }

    /// The error of a conversation whose end it has reached unused.
    pub(in crate::tap) fn unused(&self, name: Name) -> TapError {
        let Self { command, error } = self.clone();
        TapError::UnusedFailure { name, command, error }
    }

    fn concerns(&self, words: &[&[u8]]) -> bool {
        let Some(command) = &self.command else { return true };
        let names = command.split('|');
        names.clone().count() <= words.len()
            && names.zip(words).all(|(name, word)| name.as_bytes().eq_ignore_ascii_case(word))
    }
}

/// The failures of one connection: those that are planned for its name, and those that it has met
/// and whose errors are still to come.
#[derive(Clone)]
pub(in crate::tap) struct Failures {
    settings: Arc<Settings>,
    name: Name,
    met: Rc<RefCell<VecDeque<PlannedFailure>>>,
}

impl Failures {
    pub(in crate::tap) fn new(settings: Arc<Settings>, name: Name) -> Self {
        Self { settings, name, met: Rc::default() }
    }

    fn are_planned(&self) -> bool {
        lock(&self.settings.failures).get(&self.name).is_some_and(|planned| !planned.is_empty())
    }

    /// Whether an error may come in the place of an answer.
    pub(in crate::tap) fn are_expected(&self) -> bool {
        self.are_planned() || !self.met.borrow().is_empty()
    }

    /// Whether a request with these words meets a failure.
    fn meet(&self, words: &[&[u8]]) -> bool {
        let mut failures = lock(&self.settings.failures);
        let planned = failures.get_mut(&self.name);
        let met = planned.and_then(|planned| {
            let index = planned.iter().position(|failure| failure.concerns(words))?;
            planned.remove(index)
        });
        let is_met = met.is_some();
        self.met.borrow_mut().extend(met);
        is_met
    }
}

/// Replaces the requests of one connection that meet a failure.
pub(in crate::tap) struct FailingRequests {
    failures: Failures,
    is_decoding: bool,
}

impl FailingRequests {
    pub(in crate::tap) fn new(failures: Failures) -> Self {
        Self { failures, is_decoding: false }
    }

    /// Whether requests must be taken one by one, as they are from the first planned failure on.
    pub(in crate::tap) fn is_decoding(&mut self) -> bool {
        self.is_decoding |= self.failures.are_planned();
        self.is_decoding
    }

    /// Takes the next request, once it is complete, and says whether it meets a failure.
    pub(in crate::tap) fn take(&mut self, buffer: &mut BytesMut) -> Option<(Bytes, bool)> {
        match decode_request(buffer)? {
            ClientInput::Request(words) => {
                // A request is canonical, so these are the bytes that came.
                let mut request = BytesMut::new();
                encode_request(&words, &mut request);
                let words: Vec<&[u8]> = words.iter().map(|word| &word[..]).collect();
                Some((request.freeze(), self.meets(&words)))
            }
            ClientInput::Raw(line) => {
                let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
                let is_met = self.meets(&words.collect::<Vec<_>>());
                Some((line, is_met))
            }
        }
    }

    fn meets(&self, words: &[&[u8]]) -> bool {
        !words.is_empty() && self.failures.meet(words)
    }
}

/// Puts the planned errors in the place of the server's.
pub(in crate::tap) struct FailingAnswers(Failures);

impl FailingAnswers {
    pub(in crate::tap) fn new(failures: Failures) -> Self {
        Self(failures)
    }
}

impl FrameFault for FailingAnswers {
    fn on_frame(&mut self, frame: Frame, out: &mut Vec<Frame>) -> ControlFlow<()> {
        let failure = match &frame {
            Frame::Error(text) if memchr::memmem::find(text, UNKNOWN).is_some() => {
                self.0.met.borrow_mut().pop_front()
            }
            _ => None,
        };
        out.push(failure.map_or(frame, |failure| Frame::Error(failure.error.into())));
        ControlFlow::Continue(())
    }
}
