use std::collections::{BTreeSet, HashMap, HashSet};

use super::Kind;
use super::role::{Role, subscription};
use super::stream::Came;

/// Why each of these frames came although it was not owed, told from what came before it.
pub(super) fn uninvited(came: &[Came<'_>], extra: &BTreeSet<usize>) -> HashMap<usize, Kind> {
    let mut kinds = HashMap::new();
    if extra.is_empty() {
        return kinds;
    }
    let (mut subscribed, mut left, mut seen) = (HashSet::new(), HashSet::new(), HashSet::new());
    for (at, came) in came.iter().enumerate() {
        let role = Role::of(came.event);
        let source = subscription(&role);
        if extra.contains(&at) {
            let is_left = |name| left.contains(name) && !subscribed.contains(name);
            let kind = match role {
                Role::End => Kind::ClosedEarly,
                Role::Message { .. } if source.as_ref().is_some_and(is_left) => {
                    Kind::AfterUnsubscribe
                }
                Role::Message { .. } if seen.contains(came.event) => Kind::Duplicated,
                _ => Kind::Unexpected,
            };
            kinds.insert(at, kind);
        }
        seen.insert(came.event);
        match source {
            Some(name) if role.is_farewell() => {
                subscribed.remove(&name);
                left.insert(name);
            }
            Some(name) if !role.is_message() => {
                subscribed.insert(name);
            }
            _ => {}
        }
    }
    kinds
}
