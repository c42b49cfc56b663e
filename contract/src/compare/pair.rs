use super::Kind;
use super::content::{exact, likeness, same_but_for_type};
use super::role::Role;
use crate::conversation::ServerEvent;
use crate::wire::Frame;

/// In what way a frame may be a spoilt form of a step, and how likely that is, of 100.
pub(super) fn spoilt(
    owed: &ServerEvent,
    came: &ServerEvent,
    came_is_owed_elsewhere: bool,
) -> Option<(Kind, u32)> {
    let (owed_role, came_role) = (Role::of(owed), Role::of(came));
    if owed_role == Role::End || came_role == Role::End {
        return None;
    }
    if let (Some(owed), Some(came)) = (exact(owed), exact(came))
        && same_but_for_type(owed, came)
    {
        return Some((Kind::WrongType, 90));
    }
    match (owed_role, came_role) {
        (Role::Message { .. }, Role::Message { .. }) => {
            other_message(owed_role, came_role, came_is_owed_elsewhere)
        }
        (Role::Message { .. }, _) | (_, Role::Message { .. }) => None,
        (
            Role::Confirmation { kind, name },
            Role::Confirmation { kind: came_kind, name: came_name },
        ) => {
            let same = kind == came_kind && name == came_name;
            Some(if same { (Kind::WrongCount, 95) } else { (Kind::DifferentAnswer, 20) })
        }
        (Role::Confirmation { .. }, _) | (_, Role::Confirmation { .. }) => {
            Some((Kind::DifferentAnswer, 8))
        }
        _ => Some(other_answer(owed, came)),
    }
}

fn other_message(owed: Role<'_>, came: Role<'_>, is_owed_elsewhere: bool) -> Option<(Kind, u32)> {
    let Role::Message { kind, source, channel, payload } = owed else { return None };
    let Role::Message {
        kind: came_kind,
        source: came_source,
        channel: came_channel,
        payload: came_payload,
    } = came
    else {
        return None;
    };
    let same_way = kind == came_kind && source == came_source && channel == came_channel;
    let likeness = match (payload, came_payload) {
        (Frame::Bulk(owed), Frame::Bulk(came)) => likeness(owed, came) as u32,
        (owed, came) => u32::from(owed == came) * 100,
    };
    // A frame that is owed elsewhere came whole: it is out of place and not spoilt.
    match (is_owed_elsewhere, same_way) {
        (true, _) => None,
        (false, true) => Some((Kind::Corrupted, 20 + likeness * 7 / 10)),
        (false, false) if likeness == 100 && kind == came_kind => Some((Kind::Corrupted, 60)),
        (false, false) => None,
    }
}

fn other_answer(owed: &ServerEvent, came: &ServerEvent) -> (Kind, u32) {
    match (exact(owed), exact(came)) {
        (Some(Frame::Integer(_)), Some(Frame::Integer(_))) => (Kind::WrongCount, 60),
        (Some(a), Some(b)) if is_error(a) && is_error(b) => (Kind::DifferentError, 50),
        (Some(a), Some(b)) if std::mem::discriminant(a) == std::mem::discriminant(b) => {
            (Kind::DifferentAnswer, 20)
        }
        _ => (Kind::DifferentAnswer, 10),
    }
}

fn is_error(frame: &Frame) -> bool {
    matches!(frame, Frame::Error(_) | Frame::BulkError(_))
}

/// Pairs of steps and frames, both in order, that are likely the same thing spoilt.
pub(super) fn pair(
    owed: &[usize],
    came: &[usize],
    spoilt: impl Fn(usize, usize) -> Option<(Kind, u32)>,
) -> Vec<(usize, usize, Kind)> {
    const MOST_CELLS: usize = 250_000;
    let width = came.len() + 1;
    if owed.len().saturating_mul(came.len()) > MOST_CELLS {
        // Too many for a table; a fault that spoils so many frames in a row spoils them in place.
        let pairs = owed.iter().zip(came);
        return pairs.filter_map(|(&o, &c)| spoilt(o, c).map(|(kind, _)| (o, c, kind))).collect();
    }
    let mut kinds = vec![None; owed.len() * came.len()];
    let mut best = vec![0u32; (owed.len() + 1) * width];
    for (i, &o) in owed.iter().enumerate().rev() {
        for (j, &c) in came.iter().enumerate().rev() {
            let found = spoilt(o, c);
            let with = found.map_or(0, |(_, score)| score + best[(i + 1) * width + j + 1]);
            kinds[i * came.len() + j] = found;
            let without = best[(i + 1) * width + j].max(best[i * width + j + 1]);
            best[i * width + j] = with.max(without);
        }
    }
    let mut pairs = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < owed.len() && j < came.len() {
        let here = best[i * width + j];
        match kinds[i * came.len() + j] {
            Some((kind, score)) if here == score + best[(i + 1) * width + j + 1] => {
                pairs.push((owed[i], came[j], kind));
                i += 1;
                j += 1;
            }
            _ if here == best[(i + 1) * width + j] => i += 1,
            _ => j += 1,
        }
    }
    pairs
}
