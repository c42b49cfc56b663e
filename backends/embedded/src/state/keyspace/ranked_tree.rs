//! A search tree that knows the rank of each entry: every operation is O(log n).
//!
//! It is a treap: a node's priority is random and lower than that of its parent, which keeps the tree
//! balanced on average. Nodes live in slots of one vector; the slot of a node never changes.

use std::cmp::Ordering;
use std::ops::Range;

use super::SmallBytes;

/// Entries of a score and a member, by score and then by member.
#[derive(Clone, Debug)]
pub(super) struct RankedTree {
    nodes: Vec<Node>,
    /// Slots of removed nodes.
    free: Vec<Slot>,
    root: Slot,
    seed: u64,
}

/// The place of a node.
pub(super) type Slot = u32;

/// No node.
const NIL: Slot = Slot::MAX;

#[derive(Clone, Debug)]
struct Node {
    member: SmallBytes,
    score: f64,
    left: Slot,
    right: Slot,
    /// The number of nodes of its subtree. Zero marks a free slot.
    size: u32,
    priority: u32,
}

impl Default for RankedTree {
    fn default() -> Self {
        Self { nodes: Vec::new(), free: Vec::new(), root: NIL, seed: 1 }
    }
}

impl RankedTree {
    pub(super) fn len(&self) -> usize {
        self.size(self.root) as usize
    }

    /// How many slots there are, with those that are free.
    pub(super) fn slots(&self) -> usize {
        self.nodes.len()
    }

    /// The entry in a slot, unless it is free.
    pub(super) fn at(&self, slot: Slot) -> Option<(&SmallBytes, f64)> {
        let node = self.nodes.get(slot as usize).filter(|node| node.size > 0)?;
        Some((&node.member, node.score))
    }

    /// The member in a slot.
    pub(super) fn member(&self, slot: Slot) -> &SmallBytes {
        &self.nodes[slot as usize].member
    }

    /// The score in a slot.
    pub(super) fn score(&self, slot: Slot) -> f64 {
        self.nodes[slot as usize].score
    }

    /// Adds an entry that is not there, and returns its slot.
    pub(super) fn insert(&mut self, member: SmallBytes, score: f64) -> Slot {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let priority = (self.seed >> 32) as u32;
        let node = Node { member, score, left: NIL, right: NIL, size: 1, priority };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.nodes[slot as usize] = node;
                slot
            }
            None => {
                self.nodes.push(node);
                (self.nodes.len() - 1) as Slot
            }
        };
        self.link(slot);
        slot
    }

    /// Removes the entry in a slot, and returns its member.
    pub(super) fn remove(&mut self, slot: Slot) -> SmallBytes {
        self.unlink(slot);
        self.free.push(slot);
        let node = &mut self.nodes[slot as usize];
        node.size = 0;
        std::mem::replace(&mut node.member, SmallBytes::new(b""))
    }

    /// Moves an entry to another score.
    pub(super) fn set_score(&mut self, slot: Slot, score: f64) {
        self.unlink(slot);
        self.nodes[slot as usize].score = score;
        self.link(slot);
    }

    /// The number of entries before the one in a slot.
    pub(super) fn rank(&self, slot: Slot) -> usize {
        let target = &self.nodes[slot as usize];
        self.leading(|member, score| {
            order((score, member), (target.score, &target.member)) == Ordering::Less
        })
    }

    /// The number of entries for which the condition holds. It must hold for all up to some entry,
    /// and for none after it.
    pub(super) fn leading(&self, holds: impl Fn(&[u8], f64) -> bool) -> usize {
        let (mut rank, mut at) = (0, self.root);
        while at != NIL {
            let node = &self.nodes[at as usize];
            if holds(&node.member, node.score) {
                rank += self.size(node.left) as usize + 1;
                at = node.right;
            } else {
                at = node.left;
            }
        }
        rank
    }

    /// The slots of the entries of these ranks, which must exist.
    pub(super) fn range(&self, ranks: Range<usize>, backwards: bool) -> Slots<'_> {
        let start = if backwards { ranks.end.saturating_sub(1) } else { ranks.start };
        let mut slots =
            Slots { tree: self, path: Vec::new(), left: ranks.len(), is_backwards: backwards };
        if slots.left > 0 {
            slots.seek(start);
        }
        slots
    }

    fn size(&self, at: Slot) -> u32 {
        if at == NIL { 0 } else { self.nodes[at as usize].size }
    }

    fn update_size(&mut self, at: Slot) {
        let Node { left, right, .. } = self.nodes[at as usize];
        self.nodes[at as usize].size = 1 + self.size(left) + self.size(right);
    }

    fn is_before(&self, one: Slot, other: Slot) -> bool {
        let [one, other] = [one, other].map(|slot| &self.nodes[slot as usize]);
        order((one.score, &one.member), (other.score, &other.member)) == Ordering::Less
    }

    /// Puts a node into the tree: below all nodes of a higher priority, above the rest.
    fn link(&mut self, slot: Slot) {
        let priority = self.nodes[slot as usize].priority;
        let (mut parent, mut at) = (NIL, self.root);
        let mut is_left = false;
        while at != NIL && self.nodes[at as usize].priority >= priority {
            self.nodes[at as usize].size += 1;
            is_left = self.is_before(slot, at);
            parent = at;
            at = self.child(at, is_left);
        }
        let (left, right) = self.split(at, slot);
        let node = &mut self.nodes[slot as usize];
        (node.left, node.right) = (left, right);
        self.update_size(slot);
        self.set_child(parent, is_left, slot);
    }

    /// Takes a node out of the tree.
    fn unlink(&mut self, slot: Slot) {
        let (mut parent, mut at) = (NIL, self.root);
        let mut is_left = false;
        while at != slot {
            self.nodes[at as usize].size -= 1;
            is_left = self.is_before(slot, at);
            parent = at;
            at = self.child(at, is_left);
        }
        let Node { left, right, .. } = self.nodes[slot as usize];
        let merged = self.merge(left, right);
        self.set_child(parent, is_left, merged);
    }

    fn child(&self, of: Slot, is_left: bool) -> Slot {
        let node = &self.nodes[of as usize];
        if is_left { node.left } else { node.right }
    }

    fn set_child(&mut self, of: Slot, is_left: bool, child: Slot) {
        match self.nodes.get_mut(of as usize) {
            None => self.root = child,
            Some(node) if is_left => node.left = child,
            Some(node) => node.right = child,
        }
    }

    /// Splits a subtree into the nodes before another node and those after it.
    fn split(&mut self, at: Slot, by: Slot) -> (Slot, Slot) {
        if at == NIL {
            return (NIL, NIL);
        }
        let is_left = self.is_before(by, at);
        let (before, after) = self.split(self.child(at, is_left), by);
        self.set_child(at, is_left, if is_left { after } else { before });
        self.update_size(at);
        if is_left { (before, at) } else { (at, after) }
    }

    /// Merges two subtrees, the nodes of the first of which come first.
    fn merge(&mut self, first: Slot, second: Slot) -> Slot {
        if first == NIL || second == NIL {
            return first.min(second);
        }
        if self.nodes[first as usize].priority >= self.nodes[second as usize].priority {
            let right = self.merge(self.nodes[first as usize].right, second);
            self.nodes[first as usize].right = right;
            self.update_size(first);
            first
        } else {
            let left = self.merge(first, self.nodes[second as usize].left);
            self.nodes[second as usize].left = left;
            self.update_size(second);
            second
        }
    }
}

/// By score, then by the bytes of the member. No score is NaN.
fn order(one: (f64, &[u8]), other: (f64, &[u8])) -> Ordering {
    one.0.partial_cmp(&other.0).unwrap_or(Ordering::Equal).then_with(|| one.1.cmp(other.1))
}

/// The slots of neighbouring entries.
pub(super) struct Slots<'t> {
    tree: &'t RankedTree,
    /// The next node, and its ancestors that follow it, the nearest last.
    path: Vec<Slot>,
    left: usize,
    is_backwards: bool,
}

impl Slots<'_> {
    fn seek(&mut self, rank: usize) {
        let (mut rank, mut at) = (rank, self.tree.root);
        while at != NIL {
            let before = self.tree.size(self.tree.child(at, true)) as usize;
            let goes_left = rank < before;
            if rank == before || goes_left != self.is_backwards {
                self.path.push(at);
            }
            if rank == before {
                return;
            }
            if !goes_left {
                rank -= before + 1;
            }
            at = self.tree.child(at, goes_left);
        }
    }
}

impl Iterator for Slots<'_> {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        self.left = self.left.checked_sub(1)?;
        let slot = self.path.pop()?;
        let mut at = self.tree.child(slot, self.is_backwards);
        while at != NIL {
            self.path.push(at);
            at = self.tree.child(at, !self.is_backwards);
        }
        Some(slot)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Slots<'_> {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entries(tree: &RankedTree, ranks: Range<usize>, backwards: bool) -> Vec<(i64, String)> {
        let slots = tree.range(ranks, backwards);
        let entry = |slot| {
            (tree.score(slot) as i64, String::from_utf8_lossy(tree.member(slot)).into_owned())
        };
        slots.map(entry).collect()
    }

    /// Adds a member, moves it to another score, or removes it.
    fn change(
        tree: &mut RankedTree,
        model: &mut Vec<(i64, String)>,
        slots: &mut [Option<Slot>],
        member: usize,
        score: Option<i64>,
    ) {
        let name = format!("m{member}");
        model.retain(|(_, other)| *other != name);
        model.extend(score.map(|score| (score, name.clone())));
        model.sort();
        slots[member] = match (slots[member], score) {
            (Some(slot), Some(score)) => {
                tree.set_score(slot, score as f64);
                Some(slot)
            }
            (Some(slot), None) => {
                assert_eq!(&*tree.remove(slot), name.as_bytes());
                None
            }
            (None, Some(score)) => Some(tree.insert(name.as_bytes().into(), score as f64)),
            (None, None) => None,
        };
    }

    proptest! {
        #[test]
        fn it_agrees_with_a_sorted_list(
            changes in proptest::collection::vec((0..40_usize, proptest::option::of(0..9_i64)), 0..160),
            start in 0..40_usize,
            len in 0..40_usize,
        ) {
            let (mut tree, mut model) = (RankedTree::default(), Vec::new());
            let mut slots = vec![None; 40];
            for (member, score) in changes {
                change(&mut tree, &mut model, &mut slots, member, score);
                prop_assert_eq!(tree.len(), model.len());
            }
            prop_assert!(tree.slots() <= 40);
            let all = 0..model.len();
            prop_assert_eq!(entries(&tree, all.clone(), false), model.clone());
            let range = start.min(all.end)..(start + len).min(all.end);
            prop_assert_eq!(entries(&tree, range.clone(), false), model[range.clone()].to_vec());
            let reversed: Vec<_> = model[range.clone()].iter().rev().cloned().collect();
            prop_assert_eq!(entries(&tree, range, true), reversed);
            for (rank, (score, name)) in model.iter().enumerate() {
                let member: usize = name[1..].parse().unwrap();
                let slot = slots[member].unwrap();
                prop_assert_eq!(tree.rank(slot), rank);
                prop_assert_eq!(tree.at(slot).map(|(member, _)| member.to_vec()), Some(name.clone().into_bytes()));
                let below = model.iter().filter(|(other, _)| other < score).count();
                prop_assert_eq!(tree.leading(|_, other| other < *score as f64), below);
            }
        }
    }

    #[test]
    fn ascending_entries_do_not_make_it_deep() {
        let mut tree = RankedTree::default();
        for number in 0..100_000_u32 {
            tree.insert(number.to_be_bytes().as_slice().into(), 0.0);
        }
        fn depth(tree: &RankedTree, at: Slot) -> usize {
            let of = |is_left| depth(tree, tree.child(at, is_left));
            if at == NIL { 0 } else { 1 + of(true).max(of(false)) }
        }
        assert!(depth(&tree, tree.root) < 80, "{}", depth(&tree, tree.root));
    }
}
