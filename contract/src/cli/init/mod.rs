//! `twincast init`: the files that a project needs to test its own code on the embedded server and
//! on a real one. `project` finds the package, `manifest` adds the dependency, and the files
//! themselves are in the folder `template` of this package.

mod manifest;
mod project;

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use similar::{ChangeTag, TextDiff};
use twincast::report;

use project::Project;

/// Prepare a project for tests of its own on the embedded server and on a real one.
///
/// Adds the dependency, an example case with its recording, a configuration of nextest, a workflow
/// for GitHub and recipes for just. Prints all that it writes, and overwrites nothing.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The package to prepare [default: the one around the current folder]
    #[arg(long, value_name = "NAME")]
    package: Option<String>,
    /// Depend on the package twincast in this folder, in place of the published one
    #[arg(long, value_name = "FOLDER")]
    path: Option<PathBuf>,
    /// Only print what would be written
    #[arg(long)]
    dry_run: bool,
}

/// Below which folder a file of the template goes.
#[derive(Clone, Copy)]
enum Place {
    Package,
    Workspace,
    Repository,
}

/// A file of the template: its path, its text and its place.
type Template = (&'static str, &'static str, Place);

macro_rules! template {
    ($path:literal, $place:ident) => {
        ($path, include_str!(concat!("../../../template/", $path)), Place::$place)
    };
}

const TEMPLATES: [Template; 5] = [
    template!("tests/contract.rs", Package),
    template!("tests/recordings/contract/should_deliver_what_a_pattern_matches.twin", Package),
    template!(".config/nextest.toml", Workspace),
    template!("justfile", Workspace),
    template!(".github/workflows/contract.yml", Repository),
];

impl Init {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let project = Project::find(self.package.as_deref())?;
        self.add_dependency(&project)?;
        for (path, text, place) in TEMPLATES {
            let folder = match place {
                Place::Package => &project.package,
                Place::Workspace => &project.workspace,
                Place::Repository => &project.repository,
            };
            self.add_file(&project, &folder.join(path), &project.adapted(text))?;
        }
        let package = project.package_option();
        report::print_line(format_args!(
            "\nnext, without Docker:  cargo test{package} --test contract\n\
             also on a real Redis:  cargo test{package} --test contract --features twincast/container"
        ));
        Ok(ExitCode::SUCCESS)
    }

    fn add_dependency(&self, project: &Project) -> Result<()> {
        let manifest = project.package.join("Cargo.toml");
        let cannot = |what: &str| format!("cannot {what} {}", manifest.display());
        let before = fs::read_to_string(&manifest).with_context(|| cannot("read"))?;
        let path = self.path.as_deref().map(|path| project.path_to(path)).transpose()?;
        let after = manifest::with_dependency(&before, path.as_deref());
        let Some(after) = after.with_context(|| cannot("change"))? else {
            say(project, &manifest, "depends on twincast already, and is left as it is", &[]);
            return Ok(());
        };
        let diff = TextDiff::from_lines(&before, &after);
        let added: Vec<&str> = diff
            .iter_all_changes()
            .filter(|change| change.tag() == ChangeTag::Insert)
            .map(|change| change.value().trim_end())
            .collect();
        say(project, &manifest, self.outcome("added", "would be added"), &added);
        if !self.dry_run {
            fs::write(&manifest, &after).with_context(|| cannot("write"))?;
        }
        Ok(())
    }

    /// Writes a file, unless there is one.
    fn add_file(&self, project: &Project, path: &Path, text: &str) -> Result<()> {
        let cannot = || format!("cannot write {}", path.display());
        let lines: Vec<&str> = text.lines().collect();
        if path.exists() {
            let is_same = fs::read_to_string(path).is_ok_and(|there| there == text);
            match is_same {
                true => say(project, path, "is there already", &[]),
                false => say(
                    project,
                    path,
                    "exists, and is left as it is; what it lacks may be here",
                    &lines,
                ),
            }
            return Ok(());
        }
        say(project, path, self.outcome("new", "would be new"), &lines);
        if self.dry_run {
            return Ok(());
        }
        path.parent().map_or(Ok(()), fs::create_dir_all).with_context(cannot)?;
        match File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())) {
            // It was written in the meantime.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            written => written.with_context(cannot),
        }
    }

    fn outcome(&self, done: &'static str, planned: &'static str) -> &'static str {
        if self.dry_run { planned } else { done }
    }
}

/// Prints what becomes of a file, and the lines of it.
fn say(project: &Project, path: &Path, outcome: &str, lines: &[&str]) {
    let path = path.strip_prefix(&project.here).unwrap_or(path);
    report::print_line(format_args!("{}: {outcome}", path.display()));
    for line in lines {
        report::print_line(format!("    {line}").trim_end());
    }
}
