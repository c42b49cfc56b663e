//! A node's current view of its cluster.

use std::collections::BTreeMap;

use super::imports::Imports;
use super::node_id::generated_id;
use super::plan::{Cluster, ClusterNode, SLOTS};
use super::slot::{Range, Slot};
use super::traffic::Traffic;
use crate::time::Timestamp;

/// The node that serves a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Unassigned,
    /// This node.
    Myself,
    /// The other node at this index of [`ClusterView::others`].
    Other(usize),
}

/// A node's current view of its cluster.
#[derive(Debug)]
pub(crate) struct ClusterView {
    pub(crate) id: String,
    pub(crate) shard_id: String,
    pub(crate) others: Vec<Other>,
    /// One owner for each slot.
    pub(super) owners: Vec<Owner>,
    /// Slots of this node whose keys move to another node.
    pub(super) migrating: BTreeMap<Slot, Owner>,
    /// Slots of other nodes whose keys move here.
    pub(super) importing: BTreeMap<Slot, Owner>,
    /// The ids of the nodes that were forgotten, and when.
    pub(super) forgotten: Vec<(String, Timestamp)>,
    /// The newest epoch in the cluster.
    pub(crate) epoch: u64,
    /// The config epoch of this node.
    pub(crate) own_epoch: u64,
    /// Whether keys are served. As in Redis, it is updated at the end of a round of commands.
    pub(crate) is_up: bool,
    /// The coverage rule that `is_up` was computed with; `None` if slots have changed since.
    pub(super) settled: Option<bool>,
    /// The traffic of the slots.
    pub(crate) traffic: Traffic,
    /// The imports of slots that clients have asked for.
    pub(crate) imports: Imports,
}

/// Another node.
#[derive(Clone, Debug)]
pub(crate) struct Other {
    pub(crate) node: ClusterNode,
    pub(crate) epoch: u64,
}

impl ClusterView {
    /// The view of a node that starts with this plan.
    pub(crate) fn new(plan: &Cluster, full_coverage: bool, now: Timestamp, port: u16) -> Self {
        let mut view = Self {
            id: plan.id.clone().unwrap_or_else(|| generated_id(now, port)),
            shard_id: plan.id.clone().unwrap_or_else(|| generated_id(now, !port)),
            others: Vec::new(),
            owners: vec![Owner::Unassigned; SLOTS.into()],
            migrating: BTreeMap::new(),
            importing: BTreeMap::new(),
            forgotten: Vec::new(),
            epoch: 0,
            own_epoch: u64::from(!plan.slots.is_empty()),
            is_up: false,
            settled: None,
            traffic: Traffic::default(),
            imports: Imports::default(),
        };
        for (range, node) in &plan.slots {
            let owner = node.as_ref().map_or(Owner::Myself, |node| view.meet(node));
            for slot in range.clone().filter_map(|number| Slot::new(number.into())) {
                view.owners[slot.index()] = owner;
            }
        }
        view.epoch = view.others.iter().map(|other| other.epoch).fold(view.own_epoch, u64::max);
        view.settle(full_coverage);
        view
    }

    fn meet(&mut self, node: &ClusterNode) -> Owner {
        let known = self.others.iter().position(|other| other.node.id == node.id);
        Owner::Other(known.unwrap_or_else(|| {
            let epoch = self.others.len() as u64 + 2;
            self.others.push(Other { node: node.clone(), epoch });
            self.others.len() - 1
        }))
    }

    /// Updates whether keys are served, at the end of a round of commands.
    pub(crate) fn settle(&mut self, full_coverage: bool) {
        if self.settled == Some(full_coverage) {
            return;
        }
        self.settled = Some(full_coverage);
        let assigned = self.assigned();
        self.is_up = assigned > 0 && (assigned == usize::from(SLOTS) || !full_coverage);
    }

    pub(crate) fn owner(&self, slot: Slot) -> Owner {
        self.owners[slot.index()]
    }

    /// How many slots have an owner.
    pub(crate) fn assigned(&self) -> usize {
        self.owners.iter().filter(|owner| **owner != Owner::Unassigned).count()
    }

    /// How many nodes serve slots.
    pub(crate) fn serving(&self) -> usize {
        let others = (0..self.others.len()).map(Owner::Other);
        let nodes = std::iter::once(Owner::Myself).chain(others);
        nodes.filter(|node| self.owners.contains(node)).count()
    }

    /// The node with this id.
    pub(crate) fn node(&self, id: &[u8]) -> Option<Owner> {
        if self.id.as_bytes() == id {
            return Some(Owner::Myself);
        }
        let place = self.others.iter().position(|other| other.node.id.as_bytes() == id)?;
        Some(Owner::Other(place))
    }

    /// The id of a node; `None` for [`Owner::Unassigned`].
    pub(crate) fn id_of(&self, owner: Owner) -> Option<&str> {
        match owner {
            Owner::Unassigned => None,
            Owner::Myself => Some(&self.id),
            Owner::Other(place) => self.others.get(place).map(|other| &*other.node.id),
        }
    }

    /// The runs of slots with one owner, in order.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (Range, Owner)> {
        let mut first = 0;
        self.owners.chunk_by(PartialEq::eq).filter_map(move |run| {
            let range = (first, first + u16::try_from(run.len()).unwrap_or(SLOTS) - 1);
            first += u16::try_from(run.len()).unwrap_or(SLOTS);
            (run[0] != Owner::Unassigned).then_some((range, run[0]))
        })
    }

    /// The runs of slots of one node.
    pub(crate) fn ranges_of(&self, owner: Owner) -> impl Iterator<Item = Range> {
        self.ranges().filter(move |(_, other)| *other == owner).map(|(range, _)| range)
    }

    /// The slots that are moving, in order, with the node that they go to or come from.
    pub(crate) fn moving(&self) -> impl Iterator<Item = (Slot, Option<Owner>, Option<Owner>)> {
        let away = self.migrating.iter().map(|(slot, to)| (*slot, Some(*to), None));
        let here = self.importing.iter().map(|(slot, from)| (*slot, None, Some(*from)));
        let mut moving: Vec<_> = away.chain(here).collect();
        moving.sort_unstable_by_key(|(slot, ..)| *slot);
        moving.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(plan: &Cluster) -> ClusterView {
        ClusterView::new(plan, true, Timestamp::default(), 6379)
    }

    #[test]
    fn is_up_when_every_slot_has_an_owner() {
        assert!(view(&Cluster::whole()).is_up);
        assert!(!view(&Cluster::empty()).is_up);
        let mut part = view(&Cluster::empty().serve(0..=99));
        assert!(!part.is_up);
        part.settle(false);
        assert!(part.is_up);
    }

    #[test]
    fn has_the_nodes_and_slots_of_its_plan() {
        let other = ClusterNode::at("10.0.0.1", 7000);
        let plan = Cluster::empty().id("me").serve(0..=9).elsewhere(10..=19, &other);
        let view = view(&plan.serve(20..=99).elsewhere(100..=u16::MAX, &other));
        assert_eq!(view.node(b"me"), Some(Owner::Myself));
        assert_eq!(view.node(other.id.as_bytes()), Some(Owner::Other(0)));
        assert_eq!(view.node(b"nosuch"), None);
        assert_eq!(view.others.len(), 1);
        assert_eq!(view.ranges_of(Owner::Myself).collect::<Vec<_>>(), [(0, 9), (20, 99)]);
        assert_eq!(view.ranges_of(Owner::Other(0)).collect::<Vec<_>>(), [(10, 19), (100, 16383)]);
        assert_eq!((view.assigned(), view.serving()), (16384, 2));
        assert_eq!((view.own_epoch, view.epoch), (1, 2));
    }

    #[test]
    fn generates_an_id_if_the_plan_has_none() {
        let view = view(&Cluster::whole());
        assert_eq!((view.id.len(), view.shard_id.len()), (40, 40));
        assert_ne!(view.id, view.shard_id);
    }
}
