//! The counts that must agree within the state after every step.

use std::collections::BTreeSet;
use std::io::IoSlice;

use crate::state::State;
use crate::state::client::CloseMode;
use crate::state::pubsub::{Kind, Name};

const KINDS: [Kind; 3] = [Kind::Channel, Kind::Pattern, Kind::Shard];

/// Bytes that a player has counted at the sockets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traffic {
    pub(super) received: u64,
    pub(super) sent: u64,
}

/// Panics if two accounts of one thing differ.
pub(super) fn check(state: &mut State, traffic: Traffic) {
    let counted = Traffic { received: state.stats.bytes_received, sent: state.stats.bytes_sent };
    assert_eq!(counted, traffic, "the bytes of INFO are those of the sockets");

    let (mut monitors, mut held, mut prefixes) = (0, 0, BTreeSet::new());
    let mut subscriptions = [0; 3];
    for key in keys(state) {
        let client = &state.clients[key];
        assert_eq!(unwritten(state, key), client.output.len(), "{key:?} owes what it counts");
        assert!(client.close_mode != Some(CloseMode::Now) || client.output.is_empty());
        let unparsed = client.parser.unparsed(client.input.len()) as u64;
        assert!(unparsed <= state.config.query_buffer, "{key:?} keeps too much input");
        let session = &client.session;
        monitors += usize::from(session.is_monitor);
        held += usize::from(client.is_held);
        prefixes.extend(session.tracking.iter().flat_map(|tracking| &tracking.prefixes));
        for (at, kind) in KINDS.into_iter().enumerate() {
            let names = session.subscriptions.names(kind);
            assert_eq!(names.len(), session.subscriptions.len(kind));
            subscriptions[at] += names.len();
            for name in names {
                let subscribers = state.pubsub.subscribers(kind, &name);
                let times = subscribers.iter().filter(|subscriber| **subscriber == key).count();
                assert_eq!(times, 1, "{key:?} is a subscriber of {name:?} once");
            }
        }
    }
    for (at, kind) in KINDS.into_iter().enumerate() {
        let names: Vec<Name> = state.pubsub.names(kind).cloned().collect();
        let listed = names.iter().map(|name| state.pubsub.subscribers(kind, name).len());
        assert_eq!(listed.sum::<usize>(), subscriptions[at], "nobody else subscribes: {kind:?}");
        assert_eq!(names.len(), state.pubsub.len(kind));
    }
    assert_eq!(state.monitors.len(), monitors);
    assert_eq!(state.waiting(), held);
    assert_eq!(state.tracking_table.prefixes(), prefixes.len());
    let limit = state.config.tracked_keys;
    assert!(limit == 0 || state.tracking_table.keys() <= limit, "too many keys are tracked");
    for index in 0..state.config.databases {
        let database = state.keyspace.database(index);
        assert!(database.expiring() <= database.len());
    }
}

/// Every client, also those that are about to be closed.
pub(super) fn keys(state: &mut State) -> Vec<crate::state::ids::ClientKey> {
    state.clients.iter_mut().map(|(key, _)| key).collect()
}

/// How many bytes the socket of a client would be given, if it took everything.
fn unwritten(state: &State, key: crate::state::ids::ClientKey) -> usize {
    let output = &state.clients[key].output;
    let mut slices = vec![IoSlice::new(&[]); output.sealed_chunks() + 2];
    let used = output.slices(&state.broadcast, &mut slices);
    slices[..used].iter().map(|slice| slice.len()).sum()
}
