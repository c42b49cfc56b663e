//! The one table from names to handlers.

use std::sync::OnceLock;

use super::transaction;
use crate::commands::{
    Family, Handlers, acl, client, cluster, config, connection, info, introspection, keyspace,
    pubsub,
};
use crate::profile::Profile;

/// Every family of commands.
const FAMILIES: &[Family] = &[
    pubsub::FAMILY,
    connection::FAMILY,
    client::FAMILY,
    transaction::FAMILY,
    keyspace::FAMILY,
    info::FAMILY,
    config::FAMILY,
    introspection::FAMILY,
    acl::FAMILY,
    cluster::FAMILY,
];

/// The handlers of a server's commands, attached once in a process.
pub(super) fn handlers(profile: Profile) -> &'static Handlers {
    static TABLES: [OnceLock<Handlers>; Profile::ALL.len()] =
        [const { OnceLock::new() }; Profile::ALL.len()];
    let place = Profile::ALL.iter().position(|known| *known == profile).unwrap_or_default();
    TABLES[place].get_or_init(|| Handlers::attach(profile.catalogue(), FAMILIES))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn implemented() -> impl Iterator<Item = &'static str> {
        FAMILIES.iter().copied().flatten().map(|(name, _)| *name)
    }

    #[test]
    fn no_command_has_two_handlers() {
        let mut names: Vec<_> = implemented().collect();
        names.sort_unstable();
        assert_eq!(names.windows(2).find(|pair| pair[0] == pair[1]), None);
    }

    #[test]
    fn every_handler_is_of_a_command_that_some_server_has() {
        for name in implemented() {
            let has = |profile: &Profile| profile.catalogue().find_full(name.as_bytes()).is_some();
            assert!(Profile::ALL.iter().any(has), "no server has {name}");
        }
    }

    #[test]
    fn every_handler_is_of_a_documented_command() {
        for profile in Profile::ALL {
            let catalogue = profile.catalogue();
            for name in implemented() {
                let Some(command) = catalogue.find_full(name.as_bytes()) else { continue };
                let docs = command.docs();
                assert!(!docs.complexity.is_empty(), "docs.txt says nothing of {name}");
                assert!(docs.summary.ends_with('.'), "docs.txt has no sentence about {name}");
            }
        }
    }
}
