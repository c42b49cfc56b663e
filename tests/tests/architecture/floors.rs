//! The modules directly below `src/` stand on floors, and imports point down.

use std::collections::BTreeMap;

use crate::tree::{Import, Tree};

/// From the ground up. Modules of one floor may use each other.
pub(crate) type Floors = [&'static [&'static str]];

const TABLE: &str = "the table of floors in tests/tests/architecture/main.rs";

/// Everything that breaks the order of the floors, one line each.
pub(crate) fn violations(tree: &Tree, floors: &Floors) -> Vec<String> {
    let levels = floors.iter().enumerate();
    let level: BTreeMap<&str, usize> =
        levels.flat_map(|(level, names)| names.iter().map(move |name| (*name, level))).collect();

    let absent = tree.top_level().filter(|name| !level.contains_key(name)).map(|name| {
        format!("src/{name} is on no floor: add `{name}` to {TABLE}, above everything that it uses")
    });
    let stale =
        level.keys().filter(|name| !tree.top_level().any(|top| top == **name)).map(|name| {
            format!(
                "src/{name} does not exist: take `{name}` out of {TABLE}, or write its new name"
            )
        });
    let upward = tree.imports().filter_map(|Import { from, to, place }| {
        let from = from.first()?;
        let Some(to) = to.first() else {
            return Some(format!("{place}: lib.rs is above `{from}`"));
        };
        (level.get(to.as_str())? > level.get(from.as_str())?)
            .then(|| format!("{place}: `{to}` is above `{from}`"))
    });
    absent.chain(stale).chain(upward).collect()
}
