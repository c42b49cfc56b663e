//! Slots come and go.

use super::slot::Slot;
use super::view::{ClusterView, Owner, generated_id};
use crate::time::Timestamp;
use crate::wire::ErrorReply;

/// What becomes of slots that an administrator names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nobody's become this node's.
    Add,
    /// Anybody's become nobody's.
    Delete,
}

impl ClusterView {
    /// Adds or deletes all of these slots, or none.
    pub(crate) fn change(&mut self, change: Change, slots: &[Slot]) -> Result<(), ErrorReply> {
        let mut named = vec![false; self.owners.len()];
        for slot in slots {
            let number = slot.number();
            match (change, self.owner(*slot)) {
                (Change::Delete, Owner::Nobody) => {
                    return Err(format!("ERR Slot {number} is already unassigned").into());
                }
                (Change::Add, Owner::Here | Owner::There(_)) => {
                    return Err(format!("ERR Slot {number} is already busy").into());
                }
                _ if std::mem::replace(&mut named[slot.index()], true) => {
                    return Err(format!("ERR Slot {number} specified multiple times").into());
                }
                _ => {}
            }
        }
        self.settled = None;
        for slot in slots {
            self.importing.remove(slot);
            self.owners[slot.index()] =
                if change == Change::Add { Owner::Here } else { Owner::Nobody };
        }
        Ok(())
    }

    /// The slots of one node, in order.
    pub(crate) fn slots_of(&self, owner: Owner) -> Vec<Slot> {
        Slot::all().filter(|slot| self.owner(*slot) == owner).collect()
    }

    /// Takes all its slots from a node.
    pub(crate) fn flush(&mut self, owner: Owner) {
        self.settled = None;
        for other in self.owners.iter_mut().filter(|other| **other == owner) {
            *other = Owner::Nobody;
        }
    }

    /// The keys of a slot of this node begin to move to another one.
    pub(crate) fn migrate(&mut self, slot: Slot, to: &[u8]) -> Result<(), ErrorReply> {
        if self.owner(slot) != Owner::Here {
            return Err(format!("ERR I'm not the owner of hash slot {}", slot.number()).into());
        }
        let to = self.node(to).ok_or_else(|| unknown("ERR I don't know about node ", to))?;
        self.migrating.insert(slot, to);
        Ok(())
    }

    /// The keys of another node's slot begin to move here.
    pub(crate) fn import(&mut self, slot: Slot, from: &[u8]) -> Result<(), ErrorReply> {
        if self.owner(slot) == Owner::Here {
            return Err(format!("ERR I'm already the owner of hash slot {}", slot.number()).into());
        }
        let from = self.node(from).ok_or_else(|| unknown("ERR I don't know about node ", from))?;
        self.importing.insert(slot, from);
        Ok(())
    }

    /// Nothing moves.
    pub(crate) fn hold(&mut self, slot: Slot) {
        self.migrating.remove(&slot);
        self.importing.remove(&slot);
    }

    /// Gives a slot to a node.
    pub(crate) fn give(&mut self, slot: Slot, to: &[u8], has_keys: bool) -> Result<(), ErrorReply> {
        let to = self.node(to).ok_or_else(|| unknown("ERR Unknown node ", to))?;
        if self.owner(slot) == Owner::Here && to != Owner::Here && has_keys {
            return Err(format!(
                "ERR Can't assign hashslot {} to a different node while I still hold keys for this \
                 hash slot.",
                slot.number()
            )
            .into());
        }
        if !has_keys {
            self.migrating.remove(&slot);
        }
        self.settled = None;
        self.owners[slot.index()] = to;
        if to == Owner::Here && self.importing.remove(&slot).is_some() {
            // The others are to believe this node, not the one that had the slot before.
            self.bump();
        }
        Ok(())
    }

    /// Gives what this node says of its slots the newest epoch; false if it had that already.
    pub(crate) fn bump(&mut self) -> bool {
        let newest = self.others.iter().map(|other| other.epoch).fold(self.own_epoch, u64::max);
        let bumps = self.own_epoch == 0 || self.own_epoch != newest;
        if bumps {
            self.epoch += 1;
            self.own_epoch = self.epoch;
        }
        bumps
    }

    /// Gives the node its first epoch.
    pub(crate) fn begin_epoch(&mut self, epoch: u64) -> Result<(), ErrorReply> {
        if !self.others.is_empty() {
            return Err("ERR The user can assign a config epoch only when the node does not know \
                        any other node."
                .into());
        }
        if self.own_epoch != 0 {
            return Err("ERR Node config epoch is already non-zero".into());
        }
        self.own_epoch = epoch;
        self.epoch = self.epoch.max(epoch);
        Ok(())
    }

    /// Forgets another node, and that it served slots.
    pub(crate) fn forget(&mut self, place: usize) {
        self.flush(Owner::There(place));
        self.others.remove(place);
        let moved = |owner: &mut Owner| match owner {
            Owner::There(other) if *other > place => *other -= 1,
            _ => {}
        };
        self.owners.iter_mut().for_each(moved);
        for moving in [&mut self.migrating, &mut self.importing] {
            moving.retain(|_, other| *other != Owner::There(place));
            moving.values_mut().for_each(moved);
        }
    }

    /// Forgets all slots and other nodes; if it is hard, also who this node was.
    pub(crate) fn reset(&mut self, hard: bool, now: Timestamp, port: u16) {
        self.settled = None;
        self.owners.fill(Owner::Nobody);
        self.migrating.clear();
        self.importing.clear();
        self.others.clear();
        if hard {
            (self.epoch, self.own_epoch) = (0, 0);
            self.id = generated_id(now, port);
            self.shard_id = generated_id(now, !port);
        }
    }
}

fn unknown(before: &'static str, node: &[u8]) -> ErrorReply {
    ErrorReply::quoting(before, node, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::cluster::{Cluster, ClusterNode};

    fn half() -> (ClusterView, ClusterNode) {
        let other = ClusterNode::at("10.0.0.1", 7000);
        let plan = Cluster::empty().id("me").serve(0..=8191).elsewhere(8192..=16383, &other);
        (ClusterView::new(&plan, true, Timestamp::default(), 6379), other)
    }

    fn slots(numbers: &[i64]) -> Vec<Slot> {
        numbers.iter().filter_map(|number| Slot::new(*number)).collect()
    }

    #[test]
    fn all_slots_change_or_none() {
        let (mut view, _) = half();
        assert!(view.change(Change::Delete, &slots(&[1, 2, 1])).is_err());
        assert_eq!(view.assigned(), 16384);
        assert_eq!(view.change(Change::Delete, &slots(&[1, 9000])), Ok(()));
        assert_eq!(view.change(Change::Add, &slots(&[9000])), Ok(()));
        assert!(view.change(Change::Add, &slots(&[1, 2])).is_err());
        assert_eq!(view.assigned(), 16383);
    }

    #[test]
    fn a_slot_that_was_imported_is_believed_to_be_here() {
        let (mut view, other) = half();
        let slot = slots(&[9000])[0];
        assert_eq!(view.import(slot, other.id.as_bytes()), Ok(()));
        assert_eq!(view.give(slot, b"me", true), Ok(()));
        assert_eq!((view.owner(slot), view.own_epoch, view.epoch), (Owner::Here, 3, 3));
        assert!(!view.bump());
    }

    #[test]
    fn a_node_is_forgotten_with_its_slots() {
        let (first, second) = (ClusterNode::at("a", 1), ClusterNode::at("b", 2));
        let plan = Cluster::empty().serve(0..=9).elsewhere(10..=19, &first);
        let plan = plan.elsewhere(20..=29, &second);
        let mut view = ClusterView::new(&plan, true, Timestamp::default(), 6379);
        assert_eq!(view.import(slots(&[25])[0], second.id.as_bytes()), Ok(()));
        view.forget(0);
        assert_eq!(view.ranges_of(Owner::There(0)).collect::<Vec<_>>(), [(20, 29)]);
        assert_eq!((view.assigned(), view.node(first.id.as_bytes())), (20, None));
        assert_eq!(view.moving().last().map(|it| it.2), Some(Some(Owner::There(0))));
    }

    #[test]
    fn a_hard_reset_makes_another_node() {
        let (mut view, _) = half();
        view.reset(false, Timestamp::default(), 1);
        assert_eq!((view.assigned(), view.others.len(), &*view.id), (0, 0, "me"));
        view.reset(true, Timestamp::default(), 1);
        assert_ne!(view.id, "me");
        assert_eq!((view.epoch, view.own_epoch), (0, 0));
    }
}
