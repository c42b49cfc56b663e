use std::collections::BTreeMap;

use proptest::prelude::*;

use super::Array;
use crate::profile::Profile;
use crate::state::config::EncodingLimits;
use crate::state::keyspace::{DataType, payload};

/// A change of an array with few indexes, so that changes meet.
#[derive(Clone, Debug)]
enum Change {
    Set(u64, Vec<u8>),
    SetAll(u64, usize),
    Remove(u64),
    RemoveRange(u64, u64),
    Seek(u64),
    Ring(u64, usize),
}

fn index() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => 0_u64..40,
        2 => 4080_u64..4110,
        1 => 8_388_600_u64..8_388_620,
        1 => u64::MAX - 40..u64::MAX,
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (index(), proptest::collection::vec(any::<u8>(), 0..3))
            .prop_map(|(index, value)| Change::Set(index, value)),
        (index(), 0_usize..30).prop_map(|(index, count)| Change::SetAll(index, count)),
        index().prop_map(Change::Remove),
        (index(), index()).prop_map(|(one, other)| Change::RemoveRange(one, other)),
        index().prop_map(Change::Seek),
        (1_u64..30, 1_usize..5).prop_map(|(size, count)| Change::Ring(size, count)),
    ]
}

/// Values by index, with a naive ring.
#[derive(Debug, Default)]
struct Model {
    values: BTreeMap<u64, Vec<u8>>,
    next: u64,
}

impl Model {
    fn span(&self) -> u64 {
        self.values.keys().max().map_or(0, |last| last + 1)
    }

    fn fit_ring(&mut self, size: u64) {
        let span = self.span();
        let is_torn = span > size || span < size && self.next > 0 && self.next < span;
        if span == 0 || !is_torn {
            return;
        }
        let mut index = if self.next == 0 { span - 1 } else { (self.next - 1) % span };
        let mut kept = Vec::new();
        while let Some(value) = self.values.get(&index)
            && (kept.len() as u64) < span.min(size)
        {
            kept.insert(0, value.clone());
            index = if index == 0 { span - 1 } else { index - 1 };
        }
        self.next = kept.len() as u64;
        self.values = (0..).zip(kept).collect();
    }
}

proptest! {
    #[test]
    fn an_array_is_a_map_with_a_cursor(changes in proptest::collection::vec(change(), 0..60)) {
        let limits = EncodingLimits::default();
        let (mut array, mut model) = (Array::default(), Model::default());
        for change in changes {
            match change {
                Change::Set(index, value) => {
                    let is_new = array.set(index, &value, &limits);
                    prop_assert_eq!(is_new, model.values.insert(index, value).is_none());
                }
                Change::SetAll(start, count) => {
                    let count = count.min(usize::try_from(u64::MAX - start).unwrap_or(count));
                    let values = vec![b"v".as_slice(); count];
                    let added = array.set_all(start, values.into_iter(), &limits);
                    let before = model.values.len();
                    let indexes = start..start + count as u64;
                    model.values.extend(indexes.map(|index| (index, b"v".to_vec())));
                    prop_assert_eq!(added, model.values.len() - before);
                }
                Change::Remove(index) => {
                    let is_removed = array.remove(index, &limits);
                    prop_assert_eq!(is_removed, model.values.remove(&index).is_some());
                }
                Change::RemoveRange(one, other) => {
                    let range = one.min(other)..=one.max(other);
                    let before = model.values.len();
                    model.values.retain(|index, _| !range.contains(index));
                    prop_assert_eq!(array.remove_range(range, &limits), before - model.values.len());
                }
                Change::Seek(next) => {
                    array.seek(next);
                    model.next = next;
                }
                Change::Ring(size, count) => {
                    array.fit_ring(size, &limits);
                    model.fit_ring(size);
                    for _ in 0..count {
                        let index = model.next % size;
                        model.values.insert(index, b"r".to_vec());
                        model.next = index + 1;
                        prop_assert_eq!(array.insert_into_ring(size, b"r", &limits), index);
                    }
                }
            }
            prop_assert_eq!((array.len(), array.span()), (model.values.len(), model.span()));
            prop_assert_eq!(array.next(), model.next);
            let all = array.range(0..=u64::MAX).map(|(index, value)| (index, value.to_vec()));
            prop_assert_eq!(all.collect::<BTreeMap<_, _>>(), model.values.clone());
            let layout = array.layout();
            prop_assert_eq!(layout.sparse.values + layout.dense.values, model.values.len());
            let slices = model.values.keys().map(|index| index / 4096);
            let slices = slices.collect::<std::collections::BTreeSet<_>>().len();
            prop_assert_eq!(layout.sparse.slices + layout.dense.slices, slices);
        }
        let format = Profile::REDIS_8_10.behaviour().payload;
        let dumped = payload::dump(&array.clone().into_value(), format);
        let restored = payload::restore(payload::open(&dumped, 15).unwrap(), format, &limits);
        match restored.as_ref().map(|value| Array::of(value).unwrap()) {
            None => prop_assert_eq!(array.len(), 0),
            Some(restored) => {
                prop_assert_eq!(restored.next(), array.next());
                prop_assert!(restored.range(0..=u64::MAX).eq(array.range(0..=u64::MAX)));
            }
        }
    }
}

#[test]
fn the_last_index_takes_a_value_and_a_gap_takes_no_memory() {
    let limits = EncodingLimits::default();
    let mut array = Array::default();
    assert!(array.set(0, b"first", &limits));
    assert!(array.set(u64::MAX - 1, b"last", &limits));
    assert_eq!((array.len(), array.span()), (2, u64::MAX));
    let layout = array.layout();
    assert_eq!((layout.sparse.slices, layout.sparse.room, layout.dense.slices), (2, 8, 0));
    assert_eq!(array.remove_range(1..=u64::MAX, &limits), 1);
    assert_eq!(array.span(), 1);
}

#[test]
fn the_last_items_go_round_the_array() {
    let limits = EncodingLimits::default();
    let mut array = Array::default();
    array.set_all(0, [b"a", b"b", b"c"].into_iter().map(|value| value.as_slice()), &limits);
    let shown = |array: &Array, most| {
        let last = array.last_inserted(most).into_iter();
        last.map(|value| value.map_or(b"-".to_vec(), |value| value.to_vec()))
            .collect::<Vec<_>>()
            .concat()
    };
    assert_eq!(shown(&array, 2), b"cb");
    array.seek(1);
    assert_eq!(shown(&array, 9), b"acb");
    array.seek(5);
    assert_eq!(shown(&array, 3), b"--c");
}
