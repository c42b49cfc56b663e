use bytes::BytesMut;

use super::align::Alignment;
use super::frame_kind::FrameKind;
use super::judge::{Judge, Unmatched};
use super::{Violation, ViolationKind};
use crate::conversation::ServerEvent;
use crate::wire::Decoder;

impl Judge<'_> {
    /// Finds an end of the stream before the last expected frame. All frames that it cut off are
    /// one violation.
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
            // Clients that stop half-way close their connections.
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
        if expected.is_some() && !(only_missing && self.is_cut_off(&missing, end)) {
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
        // A frame that the end cut in two is missing, like those after it.
        let got = cut.filter(|at| unmatched.received.remove(at)).unwrap_or(last);
        let got = Some(self.received[got].event);
        let mut violation = self.violation(ViolationKind::ClosedEarly, Some(first), got);
        violation.more = missing.len() - 1;
        Some(violation)
    }

    /// Whether the frames before an expected end are missing because it came too early. If only
    /// messages are missing, they may have been lost before the client ended the connection itself.
    fn is_cut_off(&self, missing: &[usize], end: usize) -> bool {
        let turn = self.expected.get(end).map_or(usize::MAX, |expected| expected.turn);
        let mut client_steps = self.client_steps.iter().take_while(|(at, _)| *at <= turn);
        let orderly = client_steps.any(|(_, client_step)| client_step.ends_connection());
        let answers =
            missing.iter().any(|&step| !FrameKind::of(&self.expected[step].event).is_message());
        !missing.is_empty() && (answers || !orderly)
    }
}

/// Whether these bytes are the beginning of a frame.
fn is_beginning(event: &ServerEvent) -> bool {
    matches!(event, ServerEvent::Raw(bytes)
        if matches!(Decoder::new().decode(&mut BytesMut::from(&bytes[..])), Ok(None)))
}
