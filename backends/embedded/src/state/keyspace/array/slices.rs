//! How a server stores an array: in slices of consecutive indexes, and a directory of the slices.
//!
//! A slice with few values is *sparse*: a list of places and values. Others are *dense*: a window that
//! has room for every place in it. Clients see the numbers and sizes of both.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::RangeInclusive;

use super::Values;
use crate::state::config::EncodingLimits;

/// The slices that have values, and their directory.
#[derive(Clone, Debug, Default)]
pub(super) struct Slices {
    /// The indexes of one slice: a power of two. The first value decides about it.
    size: u64,
    slices: BTreeMap<u64, Slice>,
    directory: Directory,
}

#[derive(Clone, Debug)]
struct Slice {
    count: usize,
    shape: Shape,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    Sparse {
        capacity: usize,
    },
    /// The window of places from `start` on.
    Dense {
        start: u64,
        size: u64,
    },
}

/// How slices are found.
#[derive(Clone, Copy, Debug, Default)]
enum Directory {
    /// Room for all slices from the first to the last.
    #[default]
    Flat,
    /// Room for blocks of slices, of which some are used. It never shrinks, and never becomes flat again.
    Blocks { capacity: u64, used: u64 },
}

/// The slices of one block. A flat directory has no more.
const BLOCK: u64 = 2048;
/// The room of the first directory of blocks.
const LEAST_BLOCKS: u64 = 4;
/// The room of a new sparse slice.
const LEAST_SPARSE: usize = 4;
/// The smallest window.
const LEAST_DENSE: u64 = 8;

/// The numbers that `ARINFO` shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Layout {
    pub(crate) slice_size: u64,
    pub(crate) directory_size: u64,
    pub(crate) blocks: u64,
    pub(crate) sparse: Group,
    pub(crate) dense: Group,
}

/// The slices of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Group {
    pub(crate) slices: usize,
    pub(crate) values: usize,
    pub(crate) room: u64,
}

impl Group {
    /// The average room of a slice.
    pub(crate) fn average_size(&self) -> f64 {
        self.room as f64 / self.slices.max(1) as f64
    }

    /// Which part of the room is used.
    pub(crate) fn fill(&self) -> f64 {
        self.values as f64 / self.room.max(1) as f64
    }
}

impl Slices {
    /// Makes room for a new value, before it is among `values`.
    pub(super) fn add(&mut self, index: u64, values: &Values, limits: &EncodingLimits) {
        let (number, place) = self.find(index, limits);
        let all = self.indexes(number);
        let size = self.size;
        let slice = self.slice(number, place, limits);
        slice.make_room(place, size, limits, || used(values, all));
        slice.count += 1;
    }

    /// Makes the slices dense that would not stay sparse with values at all of these indexes.
    pub(super) fn prepare(
        &mut self,
        indexes: RangeInclusive<u64>,
        values: &Values,
        limits: &EncodingLimits,
    ) {
        let (first, _) = self.find(*indexes.start(), limits);
        let (last, _) = self.find(*indexes.end(), limits);
        for number in first..=last {
            let all = self.indexes(number);
            let (start, end) = (*indexes.start().max(all.start()), *indexes.end().min(all.end()));
            let present = self.slices.get(&number).map_or(0, |slice| slice.count);
            let kept = if present == 0 { 0 } else { values.range(start..=end).count() };
            let wanted = usize::try_from(end - start).unwrap_or(usize::MAX).saturating_add(1);
            if wanted > kept && present - kept + wanted > limits.array_sparse_most {
                let (place, size) = (start - all.start(), self.size);
                let slice = self.slice(number, place, limits);
                slice.become_dense(used(values, all).unwrap_or(place..=place), size);
            }
        }
    }

    /// Removes a value that was there.
    pub(super) fn remove(&mut self, index: u64, limits: &EncodingLimits) {
        let number = index / self.size;
        let Some(slice) = self.slices.get_mut(&number) else { return };
        slice.remove(limits);
        if slice.count == 0 {
            self.slices.remove(&number);
            if let Directory::Blocks { used, .. } = &mut self.directory
                && !has_block(&self.slices, number / BLOCK)
            {
                *used -= 1;
            }
        }
    }

    pub(super) fn layout(&self) -> Layout {
        let (directory_size, blocks) = match self.directory {
            Directory::Flat => {
                let last = self.slices.last_key_value();
                (last.map_or(0, |(last, _)| (last + 1).next_power_of_two()), 0)
            }
            Directory::Blocks { capacity, used } => (capacity, used),
        };
        let mut layout =
            Layout { slice_size: self.size, directory_size, blocks, ..Layout::default() };
        for slice in self.slices.values() {
            let (group, room) = match slice.shape {
                Shape::Sparse { capacity } => (&mut layout.sparse, capacity as u64),
                Shape::Dense { size, .. } => (&mut layout.dense, size),
            };
            group.slices += 1;
            group.values += slice.count;
            group.room += room;
        }
        layout
    }

    /// The slice of an index, and the place in it.
    fn find(&mut self, index: u64, limits: &EncodingLimits) -> (u64, u64) {
        if self.slices.is_empty() {
            self.size = limits.array_slice_size;
        }
        (index / self.size, index % self.size)
    }

    /// The indexes of a slice.
    fn indexes(&self, number: u64) -> RangeInclusive<u64> {
        let start = number * self.size;
        start..=start + (self.size - 1)
    }

    /// The slice with a number. A new one is for a value at a place.
    fn slice(&mut self, number: u64, place: u64, limits: &EncodingLimits) -> &mut Slice {
        if !self.slices.contains_key(&number) {
            let is_new_block = !has_block(&self.slices, number / BLOCK);
            self.directory.grow(number, is_new_block, !self.slices.is_empty());
        }
        match self.slices.entry(number) {
            Entry::Occupied(present) => present.into_mut(),
            Entry::Vacant(place_of_slice) => {
                place_of_slice.insert(Slice::new(place, self.size, limits))
            }
        }
    }
}

impl Slice {
    /// A slice without values, for one at a place.
    fn new(place: u64, size: u64, limits: &EncodingLimits) -> Self {
        let capacity = limits.array_sparse_most.min(LEAST_SPARSE);
        let mut slice = Self { count: 0, shape: Shape::Sparse { capacity } };
        if capacity == 0 {
            slice.become_dense(place..=place, size);
        }
        slice
    }

    /// Makes room for one more value at a place. `used` tells between which places values are.
    fn make_room(
        &mut self,
        place: u64,
        slice_size: u64,
        limits: &EncodingLimits,
        used: impl FnOnce() -> Option<RangeInclusive<u64>>,
    ) {
        if let Shape::Sparse { capacity } = &mut self.shape {
            if self.count < limits.array_sparse_most {
                if self.count == *capacity {
                    *capacity = (2 * *capacity).min(limits.array_sparse_most);
                }
                return;
            }
            self.become_dense(used().unwrap_or(place..=place), slice_size);
        }
        if let Shape::Dense { start, size } = &mut self.shape {
            let end = *start + *size;
            if place < *start {
                *size = (end - place).next_power_of_two();
                *start = end.saturating_sub(*size);
            } else if place >= end {
                *size = (place - *start + 1).next_power_of_two();
                *start = (*start).min(slice_size - *size);
            }
        }
    }

    /// Replaces a list by a window with room for these places.
    fn become_dense(&mut self, used: RangeInclusive<u64>, slice_size: u64) {
        if let Shape::Sparse { .. } = self.shape {
            let size = (used.end() - used.start() + 1).next_power_of_two().max(LEAST_DENSE);
            self.shape = Shape::Dense { start: *used.start().min(&(slice_size - size)), size };
        }
    }

    /// Forgets one value. A window that is much too large for the others is replaced by a list.
    fn remove(&mut self, limits: &EncodingLimits) {
        self.count -= 1;
        let least = limits.array_dense_least;
        if let Shape::Dense { size, .. } = self.shape
            && self.count <= least
            && size >= 4 * least as u64
            && size > LEAST_DENSE
        {
            self.shape = Shape::Sparse { capacity: least };
        }
    }
}

impl Directory {
    /// Makes room for a new slice.
    fn grow(&mut self, number: u64, is_new_block: bool, has_slices: bool) {
        if let Self::Flat = self {
            if number < BLOCK {
                return;
            }
            *self = Self::Blocks { capacity: LEAST_BLOCKS, used: u64::from(has_slices) };
        }
        if let Self::Blocks { capacity, used } = self
            && is_new_block
        {
            *used += 1;
            if used > capacity {
                *capacity *= 2;
            }
        }
    }
}

fn has_block(slices: &BTreeMap<u64, Slice>, block: u64) -> bool {
    slices.range(block * BLOCK..(block + 1) * BLOCK).next().is_some()
}

/// The places of a slice from its first value to its last.
fn used(values: &Values, slice: RangeInclusive<u64>) -> Option<RangeInclusive<u64>> {
    let start = *slice.start();
    let mut values = values.range(slice);
    let (first, _) = values.next()?;
    let last = values.next_back().map_or(first, |(last, _)| last);
    Some(first - start..=last - start)
}
