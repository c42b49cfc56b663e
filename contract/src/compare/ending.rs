use bytes::BytesMut;

use super::align::Alignment;
use super::judge::{Judge, Rest};
use super::role::Role;
use super::{Kind, Violation};
use crate::conversation::ServerEvent;
use crate::wire::Decoder;

impl Judge<'_> {
    /// The end of the stream where frames were still owed: one violation, however many they are.
    pub(super) fn find_early_end(
        &self,
        alignment: &Alignment,
        rest: &mut Rest,
    ) -> Option<Violation> {
        let last = self.came.len().checked_sub(1)?;
        if *self.came[last].event != ServerEvent::Closed {
            return None;
        }
        let owed = alignment.matched.iter().find(|(_, came)| *came == last).map(|(owed, _)| *owed);
        if owed.is_none() && self.is_cut && self.client_left {
            // Clients that stop half-way close what they have.
            rest.came.remove(&last);
            return None;
        }
        let before = alignment.matched.iter().rev().find(|(_, came)| *came < last);
        let (from, came_from) = before.map_or((0, 0), |(owed, came)| (owed + 1, came + 1));
        let end = owed.unwrap_or(self.owed.len());
        let missing: Vec<usize> = rest.owed.range(from..end).copied().collect();
        let cut = last.checked_sub(1).filter(|&at| is_beginning(self.came[at].event));
        let only_missing = rest.came.range(came_from..last).all(|&at| Some(at) == cut);
        if owed.is_some() && !(only_missing && self.cannot_be_lost(&missing, end)) {
            return None;
        }
        rest.came.remove(&last);
        let Some(&first) = missing.first().filter(|_| only_missing) else {
            return Some(self.intrusion(Kind::ClosedEarly, self.owed.len(), last));
        };
        missing.iter().for_each(|step| {
            rest.owed.remove(step);
        });
        // A frame that the end cut in two is missing like those behind it.
        let got = cut.filter(|at| rest.came.remove(at)).unwrap_or(last);
        let got = Some(self.came[got].event);
        let mut violation = self.violation(Kind::ClosedEarly, Some(first), got);
        violation.more = missing.len() - 1;
        Some(violation)
    }

    /// Whether the frames before an end that was owed are missing because of it. Messages alone may
    /// as well have been lost before a client ended the connection in good order.
    fn cannot_be_lost(&self, missing: &[usize], end: usize) -> bool {
        let turn = self.owed.get(end).map_or(usize::MAX, |owed| owed.turn);
        let mut client_steps = self.client_steps.iter().take_while(|(at, _)| *at <= turn);
        let orderly = client_steps.any(|(_, client_step)| client_step.ends_connection());
        let answers = missing.iter().any(|&step| !Role::of(&self.owed[step].event).is_message());
        !missing.is_empty() && (answers || !orderly)
    }
}

/// Whether these bytes would be a frame if more came.
fn is_beginning(event: &ServerEvent) -> bool {
    matches!(event, ServerEvent::Raw(bytes)
        if matches!(Decoder::new().decode(&mut BytesMut::from(&bytes[..])), Ok(None)))
}
