use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::state::config::EncodingLimits;

fn id(millis: u64) -> StreamId {
    StreamId { millis, number: 0 }
}

fn stream_of(entries: u64) -> Stream {
    let mut stream = Stream::default();
    let limits = EncodingLimits::default();
    (1..=entries).for_each(|millis| stream.add(id(millis), Box::new([]), &limits));
    stream
}

fn trim(limit: TrimLimit, is_approximate: bool) -> Trim {
    Trim { limit, is_approximate, most: 0, references: References::Keep }
}

#[test]
fn an_approximate_trim_removes_whole_nodes() {
    let mut stream = stream_of(250);
    assert_eq!(stream.trim(trim(TrimLimit::MaxLen(100), true)), 100);
    assert_eq!(stream.trim(trim(TrimLimit::MinId(id(200)), true)), 0);
    assert_eq!(stream.trim(trim(TrimLimit::MinId(id(201)), true)), 100);
    assert_eq!((stream.len(), stream.node_count()), (50, 1));
    assert_eq!(stream.trim(trim(TrimLimit::MaxLen(0), true)), 50);
    assert_eq!((stream.len(), stream.node_count()), (0, 0));
}

#[test]
fn a_limit_keeps_nodes_that_are_too_large() {
    let mut stream = stream_of(250);
    let limited = |most| Trim { most, ..trim(TrimLimit::MaxLen(0), true) };
    assert_eq!(stream.trim(limited(99)), 0);
    assert_eq!(stream.trim(limited(199)), 100);
    assert_eq!(stream.trim(limited(0)), 150);
}

fn delivered_to(consumer: &[u8]) -> Pending {
    Pending { consumer: Some(consumer.into()), delivered: 0, count: 1, turn: 0 }
}

#[test]
fn an_entry_in_use_stays_if_only_acknowledged_ones_go() {
    let mut stream = stream_of(2);
    stream.groups.insert(b"g"[..].into(), Group::new(id(2), None));
    let group = stream.groups.get_mut(&b"g"[..]).unwrap();
    group.add_consumer(b"c", 0);
    group.assign(id(1), delivered_to(b"c"));
    assert!(!stream.delete_with(id(1), References::Acknowledged));
    assert!(stream.delete_with(id(2), References::Acknowledged));
    assert!(stream.delete_with(id(1), References::Delete));
    assert!(stream.groups[&b"g"[..]].pending().is_empty());
}

#[test]
fn an_entry_moves_between_consumers() {
    let mut group = Group::new(id(1), None);
    for name in [b"a", b"b"] {
        group.add_consumer(name, 0);
        group.assign(id(1), delivered_to(name));
    }
    let pending = |group: &Group, name: &[u8]| group.consumers[name].pending.len();
    assert_eq!((pending(&group, b"a"), pending(&group, b"b")), (0, 1));
    assert!(group.acknowledge(id(1)));
    assert_eq!(pending(&group, b"b"), 0);
    assert!(!group.acknowledge(id(1)));
}

proptest! {
    #[test]
    fn nodes_hold_every_entry_once(
        entries in 1_u64..400,
        deleted in proptest::collection::vec(1_u64..400, 0..300),
        most in 0_usize..400,
        is_approximate: bool,
    ) {
        let mut stream = stream_of(entries);
        let mut model: BTreeSet<u64> = (1..=entries).collect();
        for millis in deleted {
            prop_assert_eq!(stream.delete(id(millis)), model.remove(&millis));
        }
        let removed = stream.trim(trim(TrimLimit::MaxLen(most), is_approximate));
        let excess = model.len().saturating_sub(most);
        let removes_all = is_approximate || removed == excess;
        prop_assert!(removes_all && removed <= excess);
        let left: Vec<u64> = model.into_iter().skip(removed).collect();
        let ids: Vec<u64> = stream.range(..).map(|(id, _)| id.millis).collect();
        prop_assert_eq!(&ids, &left);
        prop_assert!(stream.node_count() <= ids.len());
        // Whatever a trim leaves, another one to nothing removes, node by node.
        prop_assert_eq!(stream.trim(trim(TrimLimit::MaxLen(0), true)), left.len());
        prop_assert_eq!(stream.node_count(), 0);
    }
}
