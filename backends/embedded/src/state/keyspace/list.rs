use std::collections::VecDeque;
use std::ops::Range;

use super::SmallBytes;
use super::listpack;
use crate::profile::encodings::EncodingBehaviour;
use crate::state::config::EncodingLimits;

/// A value of the type list.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    elements: VecDeque<SmallBytes>,
    /// How many bytes the elements would take in a listpack.
    packed_bytes: usize,
    /// The same when the encoding was last chosen, and the length of the elements added since: a
    /// server compares their sum with its limit, before it adds the elements.
    bytes_before: usize,
    bytes_added: usize,
    /// Whether an element was replaced since then.
    was_replaced: bool,
    is_quicklist: bool,
}

/// An end of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Left,
    Right,
}

impl List {
    pub(crate) fn len(&self) -> usize {
        self.elements.len()
    }

    pub(crate) fn is_quicklist(&self) -> bool {
        self.is_quicklist
    }

    pub(crate) fn push(&mut self, end: End, element: &[u8]) {
        self.add_len(element);
        match end {
            End::Left => self.elements.push_front(element.into()),
            End::Right => self.elements.push_back(element.into()),
        }
    }

    pub(crate) fn pop(&mut self, end: End) -> Option<SmallBytes> {
        let element = match end {
            End::Left => self.elements.pop_front(),
            End::Right => self.elements.pop_back(),
        }?;
        self.packed_bytes -= listpack::entry_len(&element);
        Some(element)
    }

    pub(crate) fn get(&self, index: usize) -> Option<&SmallBytes> {
        self.elements.get(index)
    }

    /// Replaces an element; false if there is none at the index.
    pub(crate) fn set(&mut self, index: usize, element: &[u8]) -> bool {
        let Some(place) = self.elements.get_mut(index) else { return false };
        self.packed_bytes -= listpack::entry_len(place);
        *place = element.into();
        self.add_len(element);
        self.was_replaced = true;
        true
    }

    /// Inserts an element before the one at the index.
    pub(crate) fn insert(&mut self, index: usize, element: &[u8]) {
        self.add_len(element);
        self.elements.insert(index, element.into());
    }

    fn add_len(&mut self, element: &[u8]) {
        self.packed_bytes += listpack::entry_len(element);
        self.bytes_added += element.len();
    }

    /// The elements at these positions, which must exist.
    pub(crate) fn range(&self, positions: Range<usize>) -> impl Iterator<Item = &SmallBytes> {
        self.elements.range(positions)
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &SmallBytes> + ExactSizeIterator {
        self.elements.iter()
    }

    /// Keeps the elements within a range.
    pub(crate) fn trim(&mut self, range: Range<usize>) {
        self.elements.truncate(range.end);
        self.elements.drain(..range.start.min(self.elements.len()));
        self.packed_bytes = self.elements.iter().map(|it| listpack::entry_len(it)).sum();
    }

    /// Removes up to `most` elements that equal `element`, beginning at one end. Returns their
    /// number.
    pub(crate) fn remove(&mut self, element: &[u8], most: usize, from: End) -> usize {
        let before = self.len();
        let mut left = most;
        let mut keeps = |other: &SmallBytes| {
            let removes = left > 0 && **other == *element;
            left -= usize::from(removes);
            !removes
        };
        match from {
            End::Left => self.elements.retain(keeps),
            End::Right => {
                let kept: Vec<bool> = self.elements.iter().rev().map(&mut keeps).collect();
                let mut kept = kept.into_iter().rev();
                self.elements.retain(|_| kept.next().unwrap_or(true));
            }
        }
        let removed = before - self.len();
        self.packed_bytes -= removed * listpack::entry_len(element);
        removed
    }

    /// A list grows into a quicklist at the limit, and shrinks into a listpack at half of it.
    ///
    /// The first element always fits. A real server waits longer before a list shrinks, until its
    /// elements are in one piece.
    pub(super) fn choose_encoding(&mut self, limits: &EncodingLimits) {
        // A server makes room for the new element before it removes the old one.
        let was_replaced = std::mem::take(&mut self.was_replaced);
        let most = self.len() + usize::from(was_replaced);
        let fits = |bytes: usize, share: usize| {
            let elements = if share == 1 { most } else { self.len() };
            fits(elements, bytes, share, limits)
        };
        let is_quicklist = match (self.is_quicklist, self.bytes_added) {
            (true, 0) => !fits(self.packed_bytes + listpack::HEADER, 2),
            (false, 0) if !was_replaced => false,
            (true, _) => true,
            (false, added) => !fits(self.bytes_before + listpack::HEADER + added, 1),
        };
        let may_shrink = was_replaced && is_quicklist;
        self.is_quicklist =
            is_quicklist && !(may_shrink && fits(self.packed_bytes + listpack::HEADER, 2));
        (self.bytes_before, self.bytes_added) = (self.packed_bytes, 0);
    }

    /// Chooses the encoding of a list that was read: a listpack, if the list may be one and fits.
    pub(super) fn encode_whole(&mut self, may_be_packed: bool, limits: &EncodingLimits) {
        let bytes = self.packed_bytes + listpack::HEADER;
        self.is_quicklist = !may_be_packed || !fits(self.len(), bytes, 1, limits);
        (self.bytes_before, self.bytes_added) = (self.packed_bytes, 0);
    }

    /// How many nodes a quicklist has, if each is full before the next begins. Real servers have more
    /// after changes in the middle.
    pub(crate) fn nodes(&self, limit: i64) -> usize {
        let (mut nodes, mut elements, mut bytes) = (1, 0, listpack::HEADER);
        for element in &self.elements {
            let len = listpack::entry_len(element);
            let is_full = match usize::try_from(limit) {
                Ok(most) => elements >= most.max(1) || bytes + len > listpack::SAFE_BYTES,
                Err(_) => bytes + len > listpack::bytes_of_level(limit),
            };
            if is_full && elements > 0 {
                (nodes, elements, bytes) = (nodes + 1, 0, listpack::HEADER);
            }
            elements += 1;
            bytes += len;
        }
        nodes
    }

    /// How many bytes its elements take in so many nodes.
    pub(crate) fn bytes_of_nodes(&self, nodes: usize) -> usize {
        self.packed_bytes + nodes * listpack::HEADER
    }

    pub(super) fn encoding(&self, behaviour: &EncodingBehaviour) -> &'static str {
        match self.is_quicklist || !behaviour.packs_lists {
            true => "quicklist",
            false => "listpack",
        }
    }
}

/// Whether so many elements and bytes fit in a listpack, or in a share of one.
fn fits(elements: usize, bytes: usize, share: usize, limits: &EncodingLimits) -> bool {
    match usize::try_from(limits.list_size) {
        Ok(most) => elements <= most.max(1) / share && bytes <= listpack::SAFE_BYTES,
        Err(_) => bytes <= listpack::bytes_of_level(limits.list_size) / share,
    }
}
