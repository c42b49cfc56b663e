//! The table of all handlers, by command name.

use std::sync::OnceLock;

#[cfg(feature = "scripts")]
use super::scripts;
use super::transaction;
use crate::commands::{
    Family, Handlers, acl, arrays, bits, client, cluster, command_log, config, connection, debug,
    geo, hashes, hyperloglog, info, introspection, keys, latency, lists, module, pubsub,
    replication, sets, sort, sorted_sets, streams, strings,
};
use crate::profile::Profile;

/// All families of commands.
const FAMILIES: &[Family] = &[
    pubsub::FAMILY,
    connection::FAMILY,
    client::FAMILY,
    transaction::FAMILY,
    keys::FAMILY,
    strings::FAMILY,
    bits::FAMILY,
    hyperloglog::FAMILY,
    lists::FAMILY,
    hashes::FAMILY,
    sets::FAMILY,
    sorted_sets::FAMILY,
    geo::FAMILY,
    sort::FAMILY,
    streams::FAMILY,
    arrays::FAMILY,
    info::FAMILY,
    replication::FAMILY,
    command_log::FAMILY,
    latency::FAMILY,
    debug::FAMILY,
    module::FAMILY,
    config::FAMILY,
    introspection::FAMILY,
    acl::FAMILY,
    cluster::FAMILY,
    #[cfg(feature = "scripts")]
    scripts::FAMILY,
];

/// The handlers of a server's commands. Each process builds this table once per profile.
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
    fn every_handler_belongs_to_a_command_of_some_server() {
        for name in implemented() {
            let has = |profile: &Profile| profile.catalogue().find_full(name.as_bytes()).is_some();
            assert!(Profile::ALL.iter().any(has), "no server has {name}");
        }
    }

    #[test]
    fn every_implemented_command_is_documented() {
        for profile in Profile::ALL {
            let catalogue = profile.catalogue();
            for name in implemented() {
                let Some(command) = catalogue.find_full(name.as_bytes()) else { continue };
                let docs = command.docs();
                assert!(!docs.complexity.is_empty(), "docs.txt does not document {name}");
                assert!(docs.summary.ends_with('.'), "the summary of {name} has no period");
            }
        }
    }
}
