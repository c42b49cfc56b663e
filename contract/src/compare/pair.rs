use super::ViolationKind;
use super::content::{exact, same_but_for_type, similarity};
use super::frame_kind::FrameKind;
use crate::conversation::ServerEvent;
use crate::wire::Frame;

/// How a frame may be an altered form of a step, with a score from 0 to 100.
pub(super) fn mismatch(
    expected: &ServerEvent,
    received: &ServerEvent,
    is_expected_elsewhere: bool,
) -> Option<(ViolationKind, u32)> {
    let (expected_kind, received_kind) = (FrameKind::of(expected), FrameKind::of(received));
    if expected_kind == FrameKind::End || received_kind == FrameKind::End {
        return None;
    }
    if let (Some(expected), Some(received)) = (exact(expected), exact(received))
        && same_but_for_type(expected, received)
    {
        return Some((ViolationKind::WrongType, 90));
    }
    match (expected_kind, received_kind) {
        (FrameKind::Message { .. }, FrameKind::Message { .. }) => {
            altered_message(expected_kind, received_kind, is_expected_elsewhere)
        }
        (FrameKind::Message { .. }, _) | (_, FrameKind::Message { .. }) => None,
        (
            FrameKind::Confirmation { kind, name },
            FrameKind::Confirmation { kind: received_message_kind, name: received_name },
        ) => {
            let same = kind == received_message_kind && name == received_name;
            Some(if same {
                (ViolationKind::WrongCount, 95)
            } else {
                (ViolationKind::DifferentAnswer, 20)
            })
        }
        (FrameKind::Confirmation { .. }, _) | (_, FrameKind::Confirmation { .. }) => {
            Some((ViolationKind::DifferentAnswer, 8))
        }
        _ => Some(altered_answer(expected, received)),
    }
}

fn altered_message(
    expected: FrameKind<'_>,
    received: FrameKind<'_>,
    is_expected_elsewhere: bool,
) -> Option<(ViolationKind, u32)> {
    let FrameKind::Message { kind, source, channel, payload } = expected else { return None };
    let FrameKind::Message {
        kind: received_message_kind,
        source: received_source,
        channel: received_channel,
        payload: received_payload,
    } = received
    else {
        return None;
    };
    let same_way =
        kind == received_message_kind && source == received_source && channel == received_channel;
    let similarity = match (payload, received_payload) {
        (Frame::Bulk(expected), Frame::Bulk(received)) => similarity(expected, received) as u32,
        (expected, received) => u32::from(expected == received) * 100,
    };
    // A frame that is expected elsewhere arrived unaltered: it is out of order.
    match (is_expected_elsewhere, same_way) {
        (true, _) => None,
        (false, true) => Some((ViolationKind::Corrupted, 20 + similarity * 7 / 10)),
        (false, false) if similarity == 100 && kind == received_message_kind => {
            Some((ViolationKind::Corrupted, 60))
        }
        (false, false) => None,
    }
}

fn altered_answer(expected: &ServerEvent, received: &ServerEvent) -> (ViolationKind, u32) {
    match (exact(expected), exact(received)) {
        (Some(Frame::Integer(_)), Some(Frame::Integer(_))) => (ViolationKind::WrongCount, 60),
        (Some(a), Some(b)) if is_error(a) && is_error(b) => (ViolationKind::DifferentError, 50),
        (Some(a), Some(b)) if std::mem::discriminant(a) == std::mem::discriminant(b) => {
            (ViolationKind::DifferentAnswer, 20)
        }
        _ => (ViolationKind::DifferentAnswer, 10),
    }
}

fn is_error(frame: &Frame) -> bool {
    matches!(frame, Frame::Error(_) | Frame::BulkError(_))
}

/// Pairs each step with the frame that is most likely its altered form, both in order.
pub(super) fn pair(
    expected: &[usize],
    received: &[usize],
    mismatch: impl Fn(usize, usize) -> Option<(ViolationKind, u32)>,
) -> Vec<(usize, usize, ViolationKind)> {
    const MOST_CELLS: usize = 250_000;
    let width = received.len() + 1;
    if expected.len().saturating_mul(received.len()) > MOST_CELLS {
        // The table would be too large. So many altered frames in a row are usually in order.
        let pairs = expected.iter().zip(received);
        return pairs.filter_map(|(&e, &r)| mismatch(e, r).map(|(kind, _)| (e, r, kind))).collect();
    }
    let mut kinds = vec![None; expected.len() * received.len()];
    let mut best = vec![0u32; (expected.len() + 1) * width];
    for (i, &e) in expected.iter().enumerate().rev() {
        for (j, &r) in received.iter().enumerate().rev() {
            let found = mismatch(e, r);
            let with = found.map_or(0, |(_, score)| score + best[(i + 1) * width + j + 1]);
            kinds[i * received.len() + j] = found;
            let without = best[(i + 1) * width + j].max(best[i * width + j + 1]);
            best[i * width + j] = with.max(without);
        }
    }
    let mut pairs = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < expected.len() && j < received.len() {
        let here = best[i * width + j];
        match kinds[i * received.len() + j] {
            Some((kind, score)) if here == score + best[(i + 1) * width + j + 1] => {
                pairs.push((expected[i], received[j], kind));
                i += 1;
                j += 1;
            }
            _ if here == best[(i + 1) * width + j] => i += 1,
            _ => j += 1,
        }
    }
    pairs
}
