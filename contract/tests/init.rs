//! `twincast init`: what it writes, and what it leaves alone. `ci/packages` builds and runs the
//! result.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::program::{stderr, stdout, twincast};
use tempfile::TempDir;

const PACKAGE: &str = "[package]\nname = \"shop\"\nedition = \"2024\"\n";
const DEPENDENCY: &str = "[dev-dependencies]\ntwincast = {";
const FILES: [&str; 5] = [
    ".config/nextest.toml",
    ".github/workflows/contract.yml",
    "justfile",
    "tests/contract.rs",
    "tests/recordings/contract/should_deliver_what_a_pattern_matches.twin",
];

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Makes a package in this folder.
fn package(folder: &Path, manifest: &str) {
    write(&folder.join("Cargo.toml"), manifest);
    write(&folder.join("src/lib.rs"), "");
}

/// All files below a folder, as paths relative to it.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in next.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path.strip_prefix(folder).unwrap().display().to_string()),
            }
        }
    }
    found.sort();
    found
}

fn read(path: PathBuf) -> String {
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn should_write_what_a_package_needs_and_print_it() {
    let root = TempDir::new().unwrap();
    package(root.path(), PACKAGE);
    let planned = twincast(root.path(), &["init", "--dry-run"]);
    assert_eq!(planned.status.code(), Some(0), "{}", stderr(&planned));
    assert_eq!(files(root.path()), ["Cargo.toml", "src/lib.rs"]);
    assert_eq!(read(root.path().join("Cargo.toml")), PACKAGE);

    let output = twincast(root.path(), &["init"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let written = stdout(&output);
    assert_eq!(stdout(&planned).replace(": would be ", ": "), written);
    for file in FILES {
        assert!(written.contains(&format!("{file}: new\n")), "{file} in\n{written}");
        let text = read(root.path().join(file));
        assert!(!text.contains('@') || file.ends_with(".yml"), "{file} has a placeholder: {text}");
        assert!(!text.contains("@PACKAGE"), "{file} has a placeholder: {text}");
        for line in text.lines().filter(|line| !line.is_empty()) {
            assert!(written.contains(&format!("\n    {line}\n")), "{line:?} in\n{written}");
        }
    }
    let manifest = read(root.path().join("Cargo.toml"));
    assert!(manifest.starts_with(&format!("{PACKAGE}\n{DEPENDENCY}")), "{manifest}");
    assert!(written.contains("Cargo.toml: added\n\n    [dev-dependencies]\n    twincast = {"));
}

#[test]
fn should_overwrite_nothing() {
    let root = TempDir::new().unwrap();
    package(root.path(), PACKAGE);
    assert_eq!(twincast(root.path(), &["init"]).status.code(), Some(0));
    let mine = "contract:\n    make\n";
    write(&root.path().join("justfile"), mine);
    fs::remove_file(root.path().join(".config/nextest.toml")).unwrap();
    let manifest = read(root.path().join("Cargo.toml"));

    let output = twincast(root.path(), &["init"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(read(root.path().join("justfile")), mine);
    assert_eq!(read(root.path().join("Cargo.toml")), manifest);
    let said = stdout(&output);
    assert!(said.contains("justfile: exists, and is left as it is"), "{said}");
    assert!(said.contains("\n    record *filters:\n"), "what it lacks is printed: {said}");
    assert!(said.contains("Cargo.toml: depends on twincast already"), "{said}");
    assert!(said.contains("tests/contract.rs: is there already\n"), "{said}");
    assert!(said.contains(".config/nextest.toml: new\n"), "{said}");
}

#[test]
fn should_prepare_one_package_of_a_workspace_below_a_repository() {
    let root = TempDir::new().unwrap();
    fs::create_dir(root.path().join(".git")).unwrap();
    let workspace = root.path().join("our rust");
    write(
        &workspace.join("Cargo.toml"),
        "[workspace]\nmembers = [\"depot\", \"shop\"]\nresolver = \"3\"\n",
    );
    package(&workspace.join("shop"), PACKAGE);
    package(&workspace.join("depot"), &PACKAGE.replace("shop", "depot"));

    let output = twincast(&workspace, &["init"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("with --package: depot, shop"), "{}", stderr(&output));
    let output = twincast(&workspace, &["init", "--package", "nothing"]);
    assert!(stderr(&output).contains("no package nothing, but depot, shop"), "{}", stderr(&output));

    let output = twincast(&workspace, &["init", "--package", "shop"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let [config, workflow, justfile, case, recording] = FILES;
    for (folder, file) in [
        ("our rust", config),
        ("", workflow),
        ("our rust", justfile),
        ("our rust/shop", case),
        ("our rust/shop", recording),
    ] {
        assert!(root.path().join(folder).join(file).is_file(), "{folder}/{file}");
    }
    let text = read(root.path().join(workflow));
    assert!(
        text.contains("permissions: {}\n\ndefaults:\n  run:\n    working-directory: 'our rust'")
    );
    assert!(text.contains("- run: cargo test --package shop --test contract\n"), "{text}");
    assert!(read(workspace.join(justfile)).contains(" --package shop --test contract"));
    assert!(!read(workspace.join("depot/Cargo.toml")).contains("twincast"));

    // From within a package, that one is meant.
    let output = twincast(&workspace.join("depot/src"), &["init", "--dry-run"]);
    assert!(stdout(&output).contains("/depot/tests/contract.rs: would be new"));
}

#[test]
fn should_depend_on_a_folder() {
    let root = TempDir::new().unwrap();
    package(&root.path().join("twincast"), &PACKAGE.replace("shop", "twincast"));
    package(&root.path().join("shop"), PACKAGE);
    let folder = root.path().join("shop");
    let output = twincast(&folder, &["init", "--path", "../nothing"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("../nothing is not the folder of a package"));

    let output = twincast(&folder, &["init", "--path", "../twincast"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let line = "twincast = { path = \"../twincast\", default-features = false }";
    assert!(read(folder.join("Cargo.toml")).contains(line));
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(&folder);
    assert!(cargo.output().unwrap().status.success(), "cargo reads the manifest");

    // From another folder, the path cannot be written as it was named.
    write(&folder.join("Cargo.toml"), PACKAGE);
    let output = twincast(&folder.join("src"), &["init", "--path", "../../twincast"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let absolute = fs::canonicalize(root.path().join("twincast")).unwrap();
    let line = format!("twincast = {{ path = \"{}\",", absolute.display());
    assert!(read(folder.join("Cargo.toml")).contains(&line));
}

#[test]
fn should_say_that_there_is_no_package() {
    let nowhere = TempDir::new().unwrap();
    let output = twincast(nowhere.path(), &["init"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cargo finds no package here: "), "{}", stderr(&output));
    assert_eq!(files(nowhere.path()), [""; 0]);
}
