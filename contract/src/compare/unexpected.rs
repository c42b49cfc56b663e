use std::collections::{BTreeSet, HashMap, HashSet};

use super::ViolationKind;
use super::frame_kind::{FrameKind, subscription};
use super::stream::ReceivedStep;

/// The kind of violation for each unexpected frame, derived from the frames before it.
pub(super) fn classify_unexpected(
    received: &[ReceivedStep<'_>],
    extra: &BTreeSet<usize>,
) -> HashMap<usize, ViolationKind> {
    let mut kinds = HashMap::new();
    if extra.is_empty() {
        return kinds;
    }
    let (mut subscribed, mut unsubscribed, mut seen) =
        (HashSet::new(), HashSet::new(), HashSet::new());
    for (at, received) in received.iter().enumerate() {
        let frame_kind = FrameKind::of(received.event);
        let source = subscription(&frame_kind);
        if extra.contains(&at) {
            let is_unsubscribed = |name| unsubscribed.contains(name) && !subscribed.contains(name);
            let kind = match frame_kind {
                FrameKind::End => ViolationKind::ClosedEarly,
                FrameKind::Message { .. } if source.as_ref().is_some_and(is_unsubscribed) => {
                    ViolationKind::AfterUnsubscribe
                }
                FrameKind::Message { .. } if seen.contains(received.event) => {
                    ViolationKind::Duplicated
                }
                _ => ViolationKind::Unexpected,
            };
            kinds.insert(at, kind);
        }
        seen.insert(received.event);
        match source {
            Some(name) if frame_kind.is_unsubscribe() => {
                subscribed.remove(&name);
                unsubscribed.insert(name);
            }
            Some(name) if !frame_kind.is_message() => {
                subscribed.insert(name);
            }
            _ => {}
        }
    }
    kinds
}
