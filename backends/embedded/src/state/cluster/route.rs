//! Whether a request is served here or redirected: `MOVED`, `ASK`, `TRYAGAIN`, `CLUSTERDOWN`.

use super::slot::Slot;
use super::view::{ClusterView, Owner};
use crate::wire::ErrorReply;

/// The properties of a request that decide its route. A transaction is one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoutedRequest {
    /// It names shard channels, not keys.
    pub(crate) is_sharded: bool,
    pub(crate) writes: bool,
    /// Its client sent `ASKING`.
    pub(crate) asks: bool,
}

/// The parameters and version differences that decide a route.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RouteRules {
    pub(crate) reads_when_down: bool,
    pub(crate) shards_when_down: bool,
    /// Copied from the profile, like the next field.
    pub(crate) tryagain_on_split_keys: bool,
    pub(crate) checks_crossslot_first: bool,
}

/// Facts about the names of a request.
struct Names {
    slot: Slot,
    /// Not all names are the same.
    several: bool,
    missing: bool,
    existing: bool,
}

impl ClusterView {
    /// Checks whether a request with these names is served here. The error redirects the client, or
    /// says why no node serves it.
    ///
    /// A request without names is always served.
    pub(crate) fn admit<'a>(
        &self,
        request: RoutedRequest,
        names: impl IntoIterator<Item = &'a [u8]>,
        exists: impl FnMut(&[u8]) -> bool,
        rules: RouteRules,
    ) -> Result<(), ErrorReply> {
        let Some(names) = self.examine(names, exists, rules)? else { return Ok(()) };
        self.check_state(request, rules)?;
        let slot = names.slot;
        let (missing, existing) = match request.is_sharded {
            true => (false, false),
            false => (names.missing, names.existing),
        };
        match self.migrating.get(&slot) {
            Some(_) if missing && existing && rules.tryagain_on_split_keys => {
                return Err(TRY_AGAIN.into());
            }
            Some(to) if missing => return Err(self.redirect("ASK", slot, *to)),
            _ => {}
        }
        if self.importing.contains_key(&slot) && request.asks {
            return if names.several && missing { Err(TRY_AGAIN.into()) } else { Ok(()) };
        }
        match self.owner(slot) {
            Owner::Myself => Ok(()),
            other => Err(self.redirect("MOVED", slot, other)),
        }
    }

    /// Checks that all names are in one slot, and that a node serves it. `None` without names.
    fn examine<'a>(
        &self,
        names: impl IntoIterator<Item = &'a [u8]>,
        mut exists: impl FnMut(&[u8]) -> bool,
        rules: RouteRules,
    ) -> Result<Option<Names>, ErrorReply> {
        let mut names = names.into_iter();
        let Some(first) = names.next() else { return Ok(None) };
        let slot = Slot::of(first);
        let is_served = self.owner(slot) != Owner::Unassigned;
        if !is_served && !rules.checks_crossslot_first {
            return Err(NOT_SERVED.into());
        }
        let moves = self.migrating.contains_key(&slot) || self.importing.contains_key(&slot);
        let mut found = Names { slot, several: false, missing: false, existing: false };
        for name in std::iter::once(first).chain(names) {
            if Slot::of(name) != slot {
                return Err("CROSSSLOT Keys in request don't hash to the same slot".into());
            }
            found.several |= name != first;
            if moves {
                let is_here = exists(name);
                found.existing |= is_here;
                found.missing |= !is_here;
            }
        }
        if is_served { Ok(Some(found)) } else { Err(NOT_SERVED.into()) }
    }

    /// Checks whether a cluster that is down still serves the request.
    fn check_state(&self, request: RoutedRequest, rules: RouteRules) -> Result<(), ErrorReply> {
        if self.is_up {
            return Ok(());
        }
        match request.is_sharded {
            true if rules.shards_when_down => Ok(()),
            false if rules.reads_when_down && !request.writes => Ok(()),
            false if rules.reads_when_down => {
                Err("CLUSTERDOWN The cluster is down and only accepts read commands".into())
            }
            _ => Err("CLUSTERDOWN The cluster is down".into()),
        }
    }

    fn redirect(&self, kind: &str, slot: Slot, owner: Owner) -> ErrorReply {
        let (host, port) = match owner {
            Owner::Other(place) => match self.others.get(place) {
                Some(other) => (other.node.host.as_str(), other.node.port),
                None => ("", 0),
            },
            Owner::Myself | Owner::Unassigned => ("", 0),
        };
        ErrorReply::from(format!("{kind} {} {host}:{port}", slot.number()))
    }
}

const NOT_SERVED: &str = "CLUSTERDOWN Hash slot not served";
const TRY_AGAIN: &str = "TRYAGAIN Multiple keys request during rehashing of slot";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::cluster::{Cluster, ClusterNode};
    use crate::time::Timestamp;

    const RULES: RouteRules = RouteRules {
        reads_when_down: false,
        shards_when_down: true,
        tryagain_on_split_keys: true,
        checks_crossslot_first: false,
    };
    const READ: RoutedRequest = RoutedRequest { is_sharded: false, writes: false, asks: false };

    fn half() -> ClusterView {
        let other = ClusterNode::at("10.0.0.1", 7000);
        let plan = Cluster::empty().serve(0..=8191).elsewhere(8192..=16383, &other);
        ClusterView::new(&plan, true, Timestamp::default(), 6379)
    }

    fn answer(view: &ClusterView, request: RoutedRequest, names: &[&str]) -> String {
        let names = names.iter().map(|name| name.as_bytes());
        match view.admit(request, names, |name| name.ends_with(b"here"), RULES) {
            Ok(()) => "served".to_owned(),
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }
    }

    #[test]
    fn the_slot_of_its_names_decides_where_a_request_is_served() {
        let view = half();
        assert_eq!(answer(&view, READ, &[]), "served");
        assert_eq!(answer(&view, READ, &["b"]), "served");
        assert_eq!(answer(&view, READ, &["a"]), "MOVED 15495 10.0.0.1:7000");
        let two = "CROSSSLOT Keys in request don't hash to the same slot";
        assert_eq!(answer(&view, READ, &["b", "a"]), two);
    }

    #[test]
    fn a_migrating_slot_redirects_requests_for_missing_keys() {
        let mut view = half();
        view.migrating.insert(Slot::of(b"b"), Owner::Other(0));
        assert_eq!(answer(&view, READ, &["{b}here"]), "served");
        assert_eq!(answer(&view, READ, &["{b}gone"]), "ASK 3300 10.0.0.1:7000");
        assert_eq!(answer(&view, READ, &["{b}here", "{b}gone"]), TRY_AGAIN);
        assert_eq!(
            answer(&view, RoutedRequest { is_sharded: true, ..READ }, &["{b}gone"]),
            "served"
        );
    }

    #[test]
    fn an_importing_slot_serves_clients_that_sent_asking() {
        let mut view = half();
        view.importing.insert(Slot::of(b"a"), Owner::Other(0));
        let asking = RoutedRequest { asks: true, ..READ };
        assert_eq!(answer(&view, READ, &["a"]), "MOVED 15495 10.0.0.1:7000");
        assert_eq!(answer(&view, asking, &["a"]), "served");
        assert_eq!(answer(&view, asking, &["{a}1", "{a}1"]), "served");
        assert_eq!(answer(&view, asking, &["{a}here", "{a}2"]), TRY_AGAIN);
    }

    #[test]
    fn parameters_decide_what_a_cluster_that_is_down_serves() {
        let view =
            ClusterView::new(&Cluster::empty().serve(0..=8191), true, Timestamp::default(), 1);
        let sharded = RoutedRequest { is_sharded: true, ..READ };
        assert_eq!(answer(&view, READ, &["b"]), "CLUSTERDOWN The cluster is down");
        assert_eq!(answer(&view, sharded, &["b"]), "served");
        assert_eq!(answer(&view, sharded, &["a"]), "CLUSTERDOWN Hash slot not served");
        let rules = RouteRules { reads_when_down: true, shards_when_down: false, ..RULES };
        let with = |request| view.admit(request, [b"b".as_slice()], |_| false, rules);
        assert_eq!(with(READ), Ok(()));
        assert!(with(RoutedRequest { writes: true, ..READ }).is_err());
        assert!(with(sharded).is_err());
    }
}
