//! In no folder do files and folders use each other in a circle.

use std::collections::{BTreeMap, VecDeque};

use crate::tree::{Import, Tree};
use crate::walk::Path;

/// How many circles of one folder are listed.
const SHOWN: usize = 5;

/// The files and folders of one folder: user → used → one place of that use.
type Graph = BTreeMap<String, BTreeMap<String, String>>;

/// One description for each folder with circles.
pub(crate) fn circles(tree: &Tree) -> Vec<String> {
    let mut folders: BTreeMap<Path, Graph> = BTreeMap::new();
    for Import { from, to, place } in tree.imports() {
        let shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
        // A file and the `mod.rs` above it may use each other.
        let (Some(user), Some(used)) = (from.get(shared), to.get(shared)) else { continue };
        let graph = folders.entry(from[..shared].to_vec()).or_default();
        graph.entry(user.clone()).or_default().entry(used.clone()).or_insert(place);
    }
    folders.iter().filter_map(|(folder, graph)| describe(folder, graph)).collect()
}

fn describe(folder: &[String], graph: &Graph) -> Option<String> {
    let mut found: Vec<Vec<&str>> = Vec::new();
    for (from, uses) in graph {
        for to in uses.keys() {
            let Some(mut circle) = shortest_path(graph, to, from) else { continue };
            // The same circle is found from each of its members.
            let first = (0..circle.len()).min_by_key(|at| circle[*at]).unwrap_or_default();
            circle.rotate_left(first);
            if !found.contains(&circle) {
                found.push(circle);
            }
        }
    }
    found.sort_by_key(|circle| (circle.len(), circle.clone()));
    let members = found.first()?.join(", ");
    let folder: String = folder.iter().map(|name| format!("/{name}")).collect();
    let mut text = format!("src{folder}: {members} use each other in a circle");
    for circle in found.iter().take(SHOWN) {
        text += "\n";
        for (from, to) in circle.iter().zip(circle.iter().cycle().skip(1)) {
            text += &format!("\n  {from} → {to}: {}", graph[*from][*to]);
        }
    }
    match found.len().saturating_sub(SHOWN) {
        0 => {}
        more => text += &format!("\n\n  and {more} more in this folder"),
    }
    Some(text)
}

/// From `start` to `end`, both included.
fn shortest_path<'a>(graph: &'a Graph, start: &'a str, end: &'a str) -> Option<Vec<&'a str>> {
    let mut before = BTreeMap::from([(start, start)]);
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        if at == end {
            let mut path = vec![at];
            while *path.last()? != start {
                path.push(before[*path.last()?]);
            }
            path.reverse();
            return Some(path);
        }
        for next in graph.get(at).into_iter().flat_map(BTreeMap::keys) {
            before.entry(next).or_insert_with(|| {
                queue.push_back(next);
                at
            });
        }
    }
    None
}
