use bytes::BytesMut;

use super::align::Alignment;
use super::frame_kind::FrameKind;
use super::judge::{Judge, Unmatched};
use super::{Violation, ViolationKind};
use crate::conversation::ServerEvent;
use crate::wire::Decoder;

impl Judge<'_> {
    /// The end of the stream where frames were still owed: one violation, however many they are.
    pub(super) fn find_early_end(
        &self,
        alignment: &Alignment,
        unmatched: &mut Unmatched,
    ) -> Option<Violation> {
        let last = self.received.len().checked_sub(1)?;
        if *self.received[last].event != ServerEvent::Closed {
            return None;
        }
        let expected = alignment
            .matched
            .iter()
            .find(|(_, received)| *received == last)
            .map(|(expected, _)| *expected);
        if expected.is_none() && self.clients_diverged && self.client_closed {
            // Clients that stop half-way close what they have.
            unmatched.received.remove(&last);
            return None;
        }
        let before = alignment.matched.iter().rev().find(|(_, received)| *received < last);
        let (from, received_from) =
            before.map_or((0, 0), |(expected, received)| (expected + 1, received + 1));
        let end = expected.unwrap_or(self.expected.len());
        let missing: Vec<usize> = unmatched.expected.range(from..end).copied().collect();
        let cut = last.checked_sub(1).filter(|&at| is_beginning(self.received[at].event));
        let only_missing = unmatched.received.range(received_from..last).all(|&at| Some(at) == cut);
        if expected.is_some() && !(only_missing && self.cannot_be_lost(&missing, end)) {
            return None;
        }
        unmatched.received.remove(&last);
        let Some(&first) = missing.first().filter(|_| only_missing) else {
            return Some(self.unexpected_frame(
                ViolationKind::ClosedEarly,
                self.expected.len(),
                last,
            ));
        };
        missing.iter().for_each(|step| {
            unmatched.expected.remove(step);
        });
        // A frame that the end cut in two is missing like those behind it.
        let got = cut.filter(|at| unmatched.received.remove(at)).unwrap_or(last);
        let got = Some(self.received[got].event);
        let mut violation = self.violation(ViolationKind::ClosedEarly, Some(first), got);
        violation.more = missing.len() - 1;
        Some(violation)
    }

    /// Whether the frames before an end that was owed are missing because of it. Messages alone may
    /// as well have been lost before a client ended the connection in good order.
    fn cannot_be_lost(&self, missing: &[usize], end: usize) -> bool {
        let turn = self.expected.get(end).map_or(usize::MAX, |expected| expected.turn);
        let mut client_steps = self.client_steps.iter().take_while(|(at, _)| *at <= turn);
        let orderly = client_steps.any(|(_, client_step)| client_step.ends_connection());
        let answers =
            missing.iter().any(|&step| !FrameKind::of(&self.expected[step].event).is_message());
        !missing.is_empty() && (answers || !orderly)
    }
}

/// Whether these bytes would be a frame if more came.
fn is_beginning(event: &ServerEvent) -> bool {
    matches!(event, ServerEvent::Raw(bytes)
        if matches!(Decoder::new().decode(&mut BytesMut::from(&bytes[..])), Ok(None)))
}
