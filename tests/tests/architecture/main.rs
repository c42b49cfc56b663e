//! The shape of the packages: which module may use which.
//!
//! - floors: the modules of `twincast-embedded` and of `twincast` use only what is below them
//! - circles: in no folder of a package do files and folders use each other in a circle
//! - globs: no import hides what it imports
//!
//! The check reads text: `use`, and paths that begin with `crate`, `self`, `super` or the name of
//! the library. Names that are re-exported count for the module that defines them. Code under
//! `#[cfg(test)]` is exempt. Paths that a macro puts together are not seen.

mod circles;
mod floors;
#[cfg(test)]
mod tests;
mod tokens;
mod tree;
mod walk;

use std::fs;
use std::path::{Path, PathBuf};

use circles::circles;
use floors::{Floors, violations};
use tree::Tree;

/// `twincast-embedded`, from the ground up.
const EMBEDDED: &Floors = &[
    &["time", "glob", "regex", "wire"],
    &["catalogue"],
    &["profile"],
    &["scripts"],
    &["state"],
    &["commands"],
    &["dispatch"],
    &["server"],
];

/// `twincast`, from the ground up.
const CONTRACT: &Floors = &[
    &["shorten", "socket", "wire"],
    &["conversation"],
    &["catalogue"],
    &["compare"],
    &["backend"],
    &["ledger"],
    &["tap", "replay"],
    &["explore"],
    &["lanes"],
    &["page"],
    &["report"],
    &["scene"],
    &["matrix"],
    &["differences", "bench"],
    &["cli"],
];

#[test]
fn should_point_down_in_the_embedded_server() {
    expect_order("backends/embedded", EMBEDDED);
}

#[test]
fn should_point_down_in_the_contract() {
    expect_order("contract", CONTRACT);
}

#[test]
fn should_have_no_circles() {
    let mut found = Vec::new();
    for member in members() {
        let circles = circles(&load(&member));
        found.extend(circles.iter().map(|circle| format!("{member}/{circle}\n")));
    }
    expect_none(&found);
}

#[test]
fn should_import_by_name() {
    let mut found = Vec::new();
    for member in members() {
        let tree = load(&member);
        let globs = tree.globs().map(|place| format!("{member}/{place}: name what is used"));
        found.extend(globs);
    }
    expect_none(&found);
}

#[track_caller]
fn expect_order(package: &str, floors: &Floors) {
    let violations = violations(&load(package), floors);
    let found: Vec<String> = violations.iter().map(|line| format!("{package}/{line}")).collect();
    expect_none(&found);
}

#[track_caller]
fn expect_none(found: &[String]) {
    assert!(found.is_empty(), "the architecture is broken:\n\n{}\n", found.join("\n"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The folders of the workspace's packages.
fn members() -> Vec<String> {
    let manifest = read(&root().join("Cargo.toml"));
    let list = manifest.split_once("\nmembers = [").and_then(|(_, rest)| rest.split_once(']'));
    let (list, _) = list.expect("Cargo.toml lists `members = [`");
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn load(package: &str) -> Tree {
    let package = root().join(package);
    let manifest = read(&package.join("Cargo.toml"));
    let name = manifest.split('"').nth(1).expect("Cargo.toml starts with the name");

    let mut files = Vec::new();
    let mut folders = vec![package.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of src").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let file = path.strip_prefix(package.join("src")).expect("below src");
                files.push((file.to_string_lossy().replace('\\', "/"), read(&path)));
            }
        }
    }
    assert!(!files.is_empty(), "{}: no sources", package.display());
    files.sort();
    Tree::new(name, files.iter().map(|(file, text)| (file.as_str(), text.as_str())))
}
