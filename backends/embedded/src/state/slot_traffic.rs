//! Counts what passes through the slots of this node, for `CLUSTER SLOT-STATS`.
//!
//! A slot is charged for the output that a client has received since a slot was last charged for
//! it, or since its last command. So what reaches a client between two commands counts for the
//! slot of the second, and a transaction pays for the replies of its first commands several times,
//! as on real servers.

use super::State;
use crate::state::cluster::{Owner, Slot};
use crate::state::ids::ClientKey;

/// Real servers count this for the `MULTI` of an `EXEC`, however the client spelt it.
const MULTI: usize = "*1\r\n$5\r\nmulti\r\n".len();

impl State {
    /// Sets the slot of the request that is running.
    pub(crate) fn set_current_slot(&mut self, slot: Option<Slot>) {
        if let Some(view) = &mut self.cluster {
            view.traffic.current = slot;
        }
    }

    /// Counts a command that ran, and its reply.
    #[inline]
    pub(crate) fn count_call(&mut self, me: ClientKey) {
        let Some(view) = &mut self.cluster else { return };
        let Some(slot) = view.traffic.current.filter(|slot| view.owner(*slot) == Owner::Myself)
        else {
            return;
        };
        let metrics = self.config.slot_metrics;
        view.traffic.of_mut(slot).calls += u64::from(metrics.cpu);
        if metrics.network {
            let client = &self.clients[me];
            let deferred: usize = self.deferred.iter().map(|(_, frame)| frame.len()).sum();
            let received = client.output.received() + deferred as u64;
            let replied = received.saturating_sub(client.charged_output);
            view.traffic.of_mut(slot).bytes_out += replied;
        }
    }

    /// Counts a request that has been answered, of so many bytes.
    pub(crate) fn count_request(&mut self, is_exec: bool, bytes: usize) {
        let Some(view) = &mut self.cluster else { return };
        let slot = view.traffic.current.take();
        if let Some(slot) = slot.filter(|slot| view.owner(*slot) == Owner::Myself)
            && self.config.slot_metrics.network
        {
            let multi = if is_exec { MULTI } else { 0 };
            view.traffic.of_mut(slot).bytes_in += (bytes + multi) as u64;
        }
    }

    /// Charges no slot for what a client has received up to now.
    #[inline]
    pub(super) fn settle_output(&mut self, key: ClientKey) {
        if self.cluster.is_some()
            && let Some(client) = self.clients.get_mut(key)
        {
            client.charged_output = client.output.received();
        }
    }
}
