//! Changes to slots and nodes: `CLUSTER ADDSLOTS`, `DELSLOTS`, `SETSLOT`, `FORGET`, `RESET`.

use std::time::Duration;

use super::node_id::generated_id;
use super::slot::Slot;
use super::view::{ClusterView, Owner};
use crate::time::Timestamp;
use crate::wire::ErrorReply;

/// How long a forgotten node is remembered as one.
const REMEMBERED: Duration = Duration::from_secs(60);

/// What an administrator does with slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Unassigned slots become this node's.
    Add,
    /// Assigned slots become unassigned.
    Delete,
}

impl ClusterView {
    /// Adds or deletes all of these slots, or none.
    pub(crate) fn change(&mut self, change: Change, slots: &[Slot]) -> Result<(), ErrorReply> {
        let mut named = vec![false; self.owners.len()];
        for slot in slots {
            let number = slot.number();
            match (change, self.owner(*slot)) {
                (Change::Delete, Owner::Unassigned) => {
                    return Err(format!("ERR Slot {number} is already unassigned").into());
                }
                (Change::Add, Owner::Myself | Owner::Other(_)) => {
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
            self.traffic.forget(*slot);
            self.owners[slot.index()] =
                if change == Change::Add { Owner::Myself } else { Owner::Unassigned };
        }
        Ok(())
    }

    /// The slots of one node, in order.
    pub(crate) fn slots_of(&self, owner: Owner) -> Vec<Slot> {
        Slot::all().filter(|slot| self.owner(*slot) == owner).collect()
    }

    /// Makes all slots of a node unassigned.
    pub(crate) fn flush(&mut self, owner: Owner) {
        self.settled = None;
        for slot in self.slots_of(owner) {
            self.traffic.forget(slot);
            self.owners[slot.index()] = Owner::Unassigned;
        }
    }

    /// Marks a slot of this node as migrating to another node.
    pub(crate) fn migrate(&mut self, slot: Slot, to: &[u8]) -> Result<(), ErrorReply> {
        if self.owner(slot) != Owner::Myself {
            return Err(format!("ERR I'm not the owner of hash slot {}", slot.number()).into());
        }
        let to = self.node(to).ok_or_else(|| unknown("ERR I don't know about node ", to))?;
        self.migrating.insert(slot, to);
        Ok(())
    }

    /// Marks a slot of another node as being imported here.
    pub(crate) fn import(&mut self, slot: Slot, from: &[u8]) -> Result<(), ErrorReply> {
        if self.owner(slot) == Owner::Myself {
            return Err(format!("ERR I'm already the owner of hash slot {}", slot.number()).into());
        }
        let from = self.node(from).ok_or_else(|| unknown("ERR I don't know about node ", from))?;
        self.importing.insert(slot, from);
        Ok(())
    }

    /// Marks a slot as neither migrating nor imported: `SETSLOT STABLE`.
    pub(crate) fn stabilize(&mut self, slot: Slot) {
        self.migrating.remove(&slot);
        self.importing.remove(&slot);
    }

    /// Assigns a slot to a node: `SETSLOT NODE`.
    pub(crate) fn assign(
        &mut self,
        slot: Slot,
        to: &[u8],
        has_keys: bool,
    ) -> Result<(), ErrorReply> {
        let to = self.node(to).ok_or_else(|| unknown("ERR Unknown node ", to))?;
        if self.owner(slot) == Owner::Myself && to != Owner::Myself && has_keys {
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
        if to != self.owner(slot) {
            self.traffic.forget(slot);
        }
        self.owners[slot.index()] = to;
        if to == Owner::Myself && self.importing.remove(&slot).is_some() {
            // A new epoch makes this node's claim win over that of the previous owner.
            self.bump();
        }
        Ok(())
    }

    /// Whether one of the slots is being imported.
    pub(crate) fn is_imported(&self, slots: &[Slot]) -> bool {
        let active = self.imports.active();
        active.is_some_and(|import| slots.iter().any(|slot| import.slots.contains(slot.number())))
    }

    /// Gives this node the newest config epoch; false if it has that already.
    pub(crate) fn bump(&mut self) -> bool {
        let newest = self.others.iter().map(|other| other.epoch).fold(self.own_epoch, u64::max);
        let bumps = self.own_epoch == 0 || self.own_epoch != newest;
        if bumps {
            self.epoch += 1;
            self.own_epoch = self.epoch;
        }
        bumps
    }

    /// Sets the first config epoch of this node: `SET-CONFIG-EPOCH`.
    pub(crate) fn set_config_epoch(&mut self, epoch: u64) -> Result<(), ErrorReply> {
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

    /// Removes another node; its slots become unassigned.
    pub(crate) fn forget(&mut self, place: usize, now: Timestamp) {
        self.flush(Owner::Other(place));
        let other = self.others.remove(place);
        self.forgotten.push((other.node.id, now));
        let shift = |owner: &mut Owner| match owner {
            Owner::Other(other) if *other > place => *other -= 1,
            _ => {}
        };
        self.owners.iter_mut().for_each(shift);
        for moving in [&mut self.migrating, &mut self.importing] {
            moving.retain(|_, other| *other != Owner::Other(place));
            moving.values_mut().for_each(shift);
        }
    }

    /// Whether a node with this id was forgotten less than a minute ago.
    pub(crate) fn has_just_forgotten(&self, id: &[u8], now: Timestamp) -> bool {
        self.forgotten.iter().any(|(forgotten, at)| {
            forgotten.as_bytes().eq_ignore_ascii_case(id) && now.since(*at) < REMEMBERED
        })
    }

    /// Removes all slots and other nodes. A hard reset also gives this node a new id and epoch 0.
    pub(crate) fn reset(&mut self, hard: bool, now: Timestamp, port: u16) {
        self.settled = None;
        self.owners.fill(Owner::Unassigned);
        self.migrating.clear();
        self.importing.clear();
        self.others.clear();
        self.forgotten.clear();
        if hard {
            (self.epoch, self.own_epoch) = (0, 0);
            self.id = generated_id(now, port);
            self.shard_id = generated_id(now, !port);
        }
    }
}

fn unknown(text: &'static str, node: &[u8]) -> ErrorReply {
    ErrorReply::quoting(text, node, "")
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
    fn all_named_slots_change_or_none() {
        let (mut view, _) = half();
        assert!(view.change(Change::Delete, &slots(&[1, 2, 1])).is_err());
        assert_eq!(view.assigned(), 16384);
        assert_eq!(view.change(Change::Delete, &slots(&[1, 9000])), Ok(()));
        assert_eq!(view.change(Change::Add, &slots(&[9000])), Ok(()));
        assert!(view.change(Change::Add, &slots(&[1, 2])).is_err());
        assert_eq!(view.assigned(), 16383);
    }

    #[test]
    fn assigning_an_imported_slot_bumps_the_epoch() {
        let (mut view, other) = half();
        let slot = slots(&[9000])[0];
        assert_eq!(view.import(slot, other.id.as_bytes()), Ok(()));
        assert_eq!(view.assign(slot, b"me", true), Ok(()));
        assert_eq!((view.owner(slot), view.own_epoch, view.epoch), (Owner::Myself, 3, 3));
        assert!(!view.bump());
    }

    #[test]
    fn forgetting_a_node_unassigns_its_slots() {
        let (first, second) = (ClusterNode::at("a", 1), ClusterNode::at("b", 2));
        let plan = Cluster::empty().serve(0..=9).elsewhere(10..=19, &first);
        let plan = plan.elsewhere(20..=29, &second);
        let mut view = ClusterView::new(&plan, true, Timestamp::default(), 6379);
        assert_eq!(view.import(slots(&[25])[0], second.id.as_bytes()), Ok(()));
        view.forget(0, Timestamp::default());
        assert_eq!(view.ranges_of(Owner::Other(0)).collect::<Vec<_>>(), [(20, 29)]);
        assert_eq!((view.assigned(), view.node(first.id.as_bytes())), (20, None));
        assert_eq!(view.moving().last().map(|it| it.2), Some(Some(Owner::Other(0))));
    }

    #[test]
    fn a_hard_reset_gives_the_node_a_new_id() {
        let (mut view, _) = half();
        view.reset(false, Timestamp::default(), 1);
        assert_eq!((view.assigned(), view.others.len(), &*view.id), (0, 0, "me"));
        view.reset(true, Timestamp::default(), 1);
        assert_ne!(view.id, "me");
        assert_eq!((view.epoch, view.own_epoch), (0, 0));
    }
}
