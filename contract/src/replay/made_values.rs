use std::borrow::Cow;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use crate::compare::{Names, Varying};
use crate::conversation::{Answer, Conversation, Expectation, ServerEvent, ServerStep, Shape};
use crate::wire::Frame;

/// The values that the server makes anew in every run, such as IDs of stream entries. A script may
/// use them by name in later requests: `XRANGE orders "<entry 1>" +`.
///
/// A script without such names is played as it is written.
#[derive(Default)]
pub(super) struct MadeValues(Option<(Varying, Names)>);

impl MadeValues {
    pub(super) fn of_script(script: &Conversation) -> Self {
        // A clock before 1970 finds no times, and nothing else is wrong with it.
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(Names::are_used_in(script).then(|| (Varying::at(now()), Names::default())))
    }

    /// Puts names in place of the values in an answer, and remembers the values.
    pub(super) fn learn(&mut self, answer: &mut Answer) {
        let Some((varying, names)) = &mut self.0 else { return };
        for expectation in answer {
            if let Expectation::One(ServerStep {
                event: ServerEvent::Frame(Shape::Exact(frame)),
                ..
            }) = expectation
            {
                *frame = varying.learn(names, std::mem::replace(frame, Frame::Null));
            }
        }
    }

    /// The words with the values in place of their names.
    pub(super) fn resolve<'a>(&self, words: &'a [Bytes]) -> Cow<'a, [Bytes]> {
        match &self.0 {
            Some((_, names)) => words.iter().map(|word| names.resolve(word)).collect(),
            None => Cow::Borrowed(words),
        }
    }
}
