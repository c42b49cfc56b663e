//! The commands of each profile.

use std::sync::OnceLock;

use super::Profile;
use crate::catalogue::{Catalogue, Server};

impl Profile {
    /// The commands of this server. Each profile's catalogue is built once per process.
    pub(crate) fn catalogue(self) -> &'static Catalogue {
        static CATALOGUES: [OnceLock<Catalogue>; Profile::ALL.len()] =
            [const { OnceLock::new() }; Profile::ALL.len()];
        let place = Self::ALL.iter().position(|known| *known == self).unwrap_or_default();
        CATALOGUES[place].get_or_init(|| {
            let behaviour = self.behaviour();
            Catalogue::of(&Server {
                name: behaviour.name,
                release: behaviour.redis,
                lists_subcommands: behaviour.subcommands_are_commands,
                unlisted: behaviour.unlisted_commands,
                keys_are_optional: behaviour.passes_over_missing_keys,
                revisions: behaviour.revisions,
            })
        })
    }
}
